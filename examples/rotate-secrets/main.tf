# New secrets, without a trace of them in state or plan. Terraform cannot see that a write-only value has changed, so
# change a number:
#
#   terraform apply -var netacea_secrets_version=2
#
# That publishes a version with the new secrets and moves the distribution to it. Sessions signed with the old secret_key
# end: each visitor is judged again at the next request and does not notice. While CloudFront deploys, edge locations with
# the old and the new version do not accept each other's sessions; that costs calls to Netacea, but no visitor is affected.

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
  secrets_wo_version = var.netacea_secrets_version

  distribution = {
    id        = var.distribution_id
    behaviors = ["default"]
  }

  # Versions keep the secrets they were published with. Keep few versions, so that old secrets are soon gone.
  retained_versions = 1
}
