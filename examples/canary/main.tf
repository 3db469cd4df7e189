# Try the function on a staging distribution, compare, and promote it. mitigation_percent needs no staging
# distribution: it limits who is acted upon, before or after the promotion. Needs Terraform 1.14 or newer (actions).
#
#   terraform apply                                                                   # the staging distribution
#   terraform apply -invoke=action.netacea_edge_smoke_test.staging                    # does the function answer there?
#   terraform plan -var 'server_error_rates={ primary = 0.2, staging = 0.3 }'         # is it as healthy as the primary one?
#   terraform apply -var promoted=true -var mitigation_percent=10                     # the primary distribution, some visitors
#   terraform apply -var promoted=true                                                # all visitors
#   terraform apply                                                                   # and back

terraform {
  required_version = ">= 1.14" # actions
  required_providers {
    netacea = {
      source = "netacea/netacea"
    }
  }
}

provider "netacea" {}

# Publishes the function. The association below attaches it.
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
}

# The promotion moves it: our slots are written into the primary distribution, and nothing else is.
resource "netacea_cloudfront_association" "shop" {
  distribution_id = var.promoted ? var.distribution_id : var.staging_distribution_id
  staging         = !var.promoted
  lambda_arn      = netacea_cloudfront_integration.shop.qualified_arn
  behaviors       = ["default", "/checkout/*"]

  lifecycle {
    create_before_destroy = true # the primary distribution gets the function before the staging one loses it
  }
}

# Visitors cannot reach a staging distribution by its own name. The header of the policy sends these requests there.
action "netacea_edge_smoke_test" "staging" {
  config {
    url     = var.smoke_test_url
    headers = var.policy_header
    expect  = "protected"
  }
}

# Without the header: before the promotion, the primary distribution must not have the function.
action "netacea_edge_smoke_test" "primary" {
  config {
    url    = var.smoke_test_url
    expect = var.promoted ? "protected" : "unprotected"
  }
}

# Warns, and stops nothing. Compare 5xx only: blocks and captchas are 4xx.
check "staging_is_as_healthy_as_primary" {
  assert {
    condition     = try(var.server_error_rates.staging <= var.server_error_rates.primary + 1, true)
    error_message = "The staging distribution answers ${try(var.server_error_rates.staging, 0)} % of its requests with 5xx, the primary one ${try(var.server_error_rates.primary, 0)} %. Do not promote: look into the function's log first."
  }
}
