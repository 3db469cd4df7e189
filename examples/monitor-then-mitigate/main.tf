# Look first, act later. With INGEST, the function neither asks Netacea about visitors nor stops them; Netacea learns the
# site's traffic from the log. Later, and back again in an emergency:
#
#   terraform apply -var mitigation_type=MITIGATE
#   terraform apply -var mitigation_type=INGEST

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
    mitigation_type = var.mitigation_type
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

  distribution = {
    id        = var.distribution_id
    behaviors = ["default", "/checkout/*"]
  }
}
