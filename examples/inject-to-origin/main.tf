# Netacea judges, the origin acts. With INJECT every visitor reaches the origin, and the request says what Netacea thinks:
# x-netacea-match, x-netacea-mitigate and x-netacea-captcha, with x-netacea-event-id when there is one. A visitor cannot
# send them himself: what comes in under these names is removed.
#
# CloudFront passes headers on to the origin only when the behavior's origin request policy (AllViewer, or these four
# names) says so, and what it serves from its cache never gets there: use INJECT on behaviors that are not cached.

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
    mitigation_type = "INJECT"
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
    behaviors = ["default"]
  }
}
