variable "netacea_api_key" {
  type      = string
  ephemeral = true
}

variable "netacea_secret_key" {
  type      = string
  ephemeral = true
}

resource "netacea_cloudfront_integration" "shop" {
  name     = "netacea-shop"
  role_arn = "arn:aws:iam::123456789012:role/netacea-edge" # trusts lambda and edgelambda

  settings = {
    mitigation_type = "MITIGATE"
  }

  secrets_wo = {
    api_key    = var.netacea_api_key
    secret_key = var.netacea_secret_key
  }
  secrets_wo_version = 1 # raise it to rotate the secrets

  # Leave this out to attach the function in your own aws_cloudfront_distribution (emit mode).
  distribution = {
    id        = "E2QWRUHAPOMQZL"
    behaviors = ["default", "/checkout/*"]
  }
}
