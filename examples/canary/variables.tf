variable "distribution_id" {
  description = "The primary distribution, such as E2QWRUHAPOMQZL."
  type        = string
}

variable "staging_distribution_id" {
  description = "Its staging distribution, such as E3STAGINGEXMPL."
  type        = string
}

variable "promoted" {
  description = "Whether the primary distribution has the function, instead of the staging one."
  type        = bool
  default     = false
}

variable "mitigation_percent" {
  description = "The percentage of visitors that are acted upon, 0 to 100."
  type        = number
  default     = 100
}

variable "policy_header" {
  description = "The header by which the continuous deployment policy sends requests to the staging distribution."
  type        = map(string)
  default     = { aws-cf-cd-netacea = "canary" }
}

variable "smoke_test_url" {
  description = "A page of a protected behavior, under the name of the primary distribution."
  type        = string
  default     = "https://shop.example.com/checkout"
}

variable "server_error_rates" {
  description = "CloudFront's metric 5xxErrorRate of both distributions, in percent, as a pipeline has read it."
  type        = object({ primary = number, staging = number })
  default     = null
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
