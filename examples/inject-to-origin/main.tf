# Netacea judges, and the origin acts. With INJECT, every visitor reaches the origin, and request headers carry Netacea's
# verdict: x-netacea-match, x-netacea-mitigate and x-netacea-captcha, and x-netacea-event-id if there is one. Visitors
# cannot forge these headers, because the function removes them from incoming requests.
#
# CloudFront forwards the headers to the origin only if the behavior's origin request policy says so (AllViewer, or these
# four names). Requests that CloudFront answers from its cache never reach the origin, so use INJECT on behaviors that are
# not cached.

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
