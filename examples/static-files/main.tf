# Asks Netacea about pages, not about their images. Prefixes are safer than suffixes: `*.js` would trust every route of the
# origin that ignores what follows a dot. A path that an origin could read as another path, such as /static/../checkout,
# matches no pattern and is judged.

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
    bypass = {
      paths     = ["/static/*", "/favicon.ico"]
      ip_ranges = var.monitoring_ranges
      log       = false
    }
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
