# Act on a few visitors first. With `mitigation_percent = 0`, the function asks Netacea about everybody and logs the
# verdict with `heldBack`, but stops nobody: the log shows what would happen. Then raise the percentage. A visitor who
# is included at 10 is included at 50 too.
#
#   terraform apply -var mitigation_percent=10
#   terraform apply -var mitigation_percent=50
#   terraform apply -var mitigation_percent=100

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
    mitigation_type    = "MITIGATE"
    mitigation_percent = var.mitigation_percent
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
