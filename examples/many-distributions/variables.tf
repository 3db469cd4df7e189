variable "sites" {
  description = "What to protect, by a short name that becomes part of the function's name."
  type = map(object({
    distribution_id = string
    behaviors       = optional(set(string)) # all of them, if left out
    mitigation_type = optional(string, "MITIGATE")
  }))
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
