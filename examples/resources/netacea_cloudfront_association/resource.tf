variable "netacea_api_key" {
  type      = string
  ephemeral = true
}

variable "netacea_secret_key" {
  type      = string
  ephemeral = true
}

# Published once ...
resource "netacea_cloudfront_integration" "shop" {
  name     = "netacea-shop"
  role_arn = "arn:aws:iam::123456789012:role/netacea-edge" # trusts lambda and edgelambda

  secrets_wo = {
    api_key    = var.netacea_api_key
    secret_key = var.netacea_secret_key
  }
  secrets_wo_version = 1
}

# ... and attached to more distributions with one association each. Each uses one of the 50 tags that Lambda allows on a
# function.
resource "netacea_cloudfront_association" "shop" {
  distribution_id = "E2QWRUHAPOMQZL"
  lambda_arn      = netacea_cloudfront_integration.shop.qualified_arn
  behaviors       = ["default", "/checkout/*"] # leave it out to protect all
}
