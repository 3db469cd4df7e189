# Converts a running function made with Netacea's own package into an integration: same name, same slots, same settings, our
# code. NetaceaConfig.json is the file that the old package was built with.
#
#   import.tf   for a function that is in no Terraform state: made by hand, by a script, by another tool
#   moved.tf    for a function that is an aws_lambda_function in this state
#
# Keep the file that fits. The first apply publishes a version with our code and moves the slots from the old version to it.

terraform {
  required_version = ">= 1.11" # write-only arguments
  required_providers {
    netacea = {
      source = "netacea/netacea"
    }
  }
}

provider "netacea" {}

locals {
  old = provider::netacea::settings_from_json(file("${path.module}/NetaceaConfig.json"))
}

resource "netacea_cloudfront_integration" "shop" {
  name     = "netacea-shop" # the old function's name
  role_arn = var.role_arn   # the old role may stay

  settings = local.old.settings

  # Secrets in the file are not part of settings, and nothing here puts them into the state.
  secrets_wo = {
    api_key    = var.netacea_api_key
    secret_key = var.netacea_secret_key # the old one: sessions stay valid
  }
  secrets_wo_version = 1

  distribution = {
    id        = var.distribution_id
    behaviors = ["/checkout/*"] # where the old function is attached
  }
}

check "nothing_is_lost" {
  assert {
    condition     = length(local.old.warnings) == 0
    error_message = "NetaceaConfig.json: ${join("; ", local.old.warnings)}."
  }
  assert {
    condition     = length(setsubtract(local.old.secrets_found, ["api_key", "secret_key"])) == 0
    error_message = "secrets_wo needs all of: ${join(", ", local.old.secrets_found)}."
  }
}
