# Returns to a version that was published before: nothing is built or published, and the distribution is updated once.
#
#   terraform output published_version                # note it before a risky change
#   terraform apply -var pinned_version=7             # go back; the plan knows the ARN
#   terraform apply                                   # the newest version again; publishes later changes
#
# While a version is pinned, changes of settings and secrets wait, and the plan says so.

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

  pinned_version    = var.pinned_version
  retained_versions = 5 # how far you can go back; each version keeps the secrets that it was published with

  distribution = {
    id        = var.distribution_id
    behaviors = ["default", "/checkout/*"]
  }
}

output "published_version" {
  description = "The version that the distribution runs."
  value       = netacea_cloudfront_integration.shop.version
}
