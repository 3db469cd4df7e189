# The shortest configuration: protect one behavior of an existing distribution.

terraform {
  required_version = ">= 1.11" # write-only arguments
  required_providers {
    netacea = {
      source = "netacea/netacea"
    }
  }
}

# Credentials come from the usual places. There is no region, because Lambda@Edge functions are always in us-east-1.
provider "netacea" {}

resource "netacea_cloudfront_integration" "shop" {
  name     = "netacea-shop"
  role_arn = var.role_arn

  settings = {
    mitigation_type = "MITIGATE"
  }

  secrets_wo = {
    api_key    = var.netacea_api_key
    secret_key = var.netacea_secret_key
  }
  secrets_wo_version = 1 # raise it to rotate the secrets

  distribution = {
    id        = var.distribution_id
    behaviors = ["default"]
  }
}

output "qualified_arn" {
  description = "The published version that CloudFront runs."
  value       = netacea_cloudfront_integration.shop.qualified_arn
}
