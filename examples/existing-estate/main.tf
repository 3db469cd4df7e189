# The distribution is in your own Terraform, which stays its only writer. Without `distribution`, the provider publishes the
# function and changes nothing else. distribution.tf attaches the function with the ready-made associations.

terraform {
  required_version = ">= 1.11" # write-only arguments
  required_providers {
    netacea = {
      source = "netacea/netacea"
    }
  }
}

provider "netacea" {}

resource "netacea_cloudfront_integration" "shop" {
  name     = "netacea-shop"
  role_arn = var.role_arn

  settings = {
    mitigation_type = "MITIGATE"
    protector = {
      url = var.protector_url
    }
    ingest = {
      url = var.ingest_url
    }
  }

  secrets_wo = {
    api_key    = var.netacea_api_key
    secret_key = var.netacea_secret_key
  }
  secrets_wo_version = 1
}

locals {
  netacea_associations = netacea_cloudfront_integration.shop.lambda_function_associations
}

output "associations" {
  description = "For the distributions of other configurations."
  value       = local.netacea_associations
}
