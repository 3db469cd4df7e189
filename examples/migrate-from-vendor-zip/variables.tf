variable "distribution_id" {
  description = "The distribution that the old function is attached to, such as E2QWRUHAPOMQZL."
  type        = string
}

variable "role_arn" {
  description = "The execution role; it trusts lambda.amazonaws.com and edgelambda.amazonaws.com."
  type        = string
}

variable "netacea_api_key" {
  description = "apiKey of the old package."
  type        = string
  sensitive   = true
  ephemeral   = true
}

variable "netacea_secret_key" {
  description = "secretKey of the old package: sessions that it has signed stay valid."
  type        = string
  sensitive   = true
  ephemeral   = true
}
