# What the owner of a protected site needs in an emergency. Needs Terraform 1.14 or newer.
#
#   terraform apply -invoke=action.netacea_edge_smoke_test.shop    # does the function answer?
#   terraform apply -invoke=action.netacea_cloudfront_detach.shop  # remove it now
#   terraform apply                                                # take the slots again
#   terraform output versions                                      # versions for pinned_version

terraform {
  required_version = ">= 1.14" # actions
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
    metrics = true # for the dashboard
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

# The emergency switch: it does not touch the state, and the next apply takes the slots again.
action "netacea_cloudfront_detach" "shop" {
  config {
    function_name   = netacea_cloudfront_integration.shop.name
    distribution_id = var.distribution_id
  }
}

# Lambda would keep the function's logs forever, in every region.
resource "netacea_edge_log_groups" "shop" {
  function_name     = netacea_cloudfront_integration.shop.name
  retention_in_days = 30
}

# What to draw and when to alert somebody; monitoring.tf creates it with the aws provider.
data "netacea_edge_dashboard" "shop" {
  integrations     = [netacea_cloudfront_integration.shop.name]
  distribution_ids = [var.distribution_id]
}

# Tests the site from outside.
action "netacea_edge_smoke_test" "shop" {
  config {
    url    = var.smoke_test_url
    expect = "protected"
  }
}

data "netacea_edge_versions" "shop" {
  function_name = netacea_cloudfront_integration.shop.name

  depends_on = [netacea_cloudfront_integration.shop] # otherwise Terraform reads the versions before the function exists
}

output "versions" {
  description = "What each published version does, and where it is attached."
  value = {
    for version in data.netacea_edge_versions.shop.versions : version.version => {
      published_at    = version.published_at
      mitigation_type = version.mitigation_type
      distributions   = version.places[*].distribution_id
    }
  }
}
