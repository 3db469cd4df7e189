# A distribution that somebody else made, by hand or with another tool. Only our slots in it change. Slots of other
# functions stay as they are, and a function that ours displaced is restored when the protection is removed.

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
  name        = "netacea-shop"
  role_arn    = var.role_arn
  description = "Bot protection of the shop"

  settings = {
    mitigation_type = "MITIGATE"
    protector = {
      url = var.protector_url
    }
    session = {
      expiry_seconds = var.session_expiry_seconds
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

  distribution = {
    id        = var.distribution_id
    behaviors = ["default", "/checkout/*", "/api/*"] # exact path patterns
    events    = ["viewer-request", "viewer-response", "origin-response"]
  }

  tags = {
    team = "web"
  }
}

output "qualified_arn" {
  description = "The published version that the distribution runs."
  value       = netacea_cloudfront_integration.shop.qualified_arn
}
