variable "pinned_version" {
  description = "A version to return to, such as \"7\", or null for the newest one."
  type        = string
  default     = null
}

variable "session_expiry_seconds" {
  description = "Seconds until Netacea is asked about a visitor again."
  type        = number
  default     = 60
}

variable "distribution_id" {
  description = "The distribution to protect, such as E2QWRUHAPOMQZL."
  type        = string
}

variable "role_arn" {
  description = "The execution role; it trusts lambda.amazonaws.com and edgelambda.amazonaws.com."
  type        = string
}

variable "netacea_api_key" {
  description = "Credential for every call to Netacea."
  type        = string
  sensitive   = true
  ephemeral   = true
}

variable "netacea_secret_key" {
  description = "Key of the session cookie's signature."
  type        = string
  sensitive   = true
  ephemeral   = true
}

variable "protector_url" {
  description = "Netacea's Protector."
  type        = string
  default     = "https://mitigations.netacea.net"
}

variable "ingest_url" {
  description = "Netacea's ingest service."
  type        = string
  default     = "https://ingest.netacea.net"
}
