variable "netacea_api_key" {
  type      = string
  ephemeral = true
}

variable "netacea_secret_key" {
  type      = string
  ephemeral = true
}

locals {
  old = provider::netacea::settings_from_json(file("${path.module}/NetaceaConfig.json"))
}

resource "netacea_cloudfront_integration" "shop" {
  name     = "netacea-shop"
  role_arn = "arn:aws:iam::123456789012:role/netacea-edge"

  # To use them unchanged: settings = local.old.settings
  settings = merge(local.old.settings, { log_level = "info" })

  secrets_wo = {
    api_key    = var.netacea_api_key
    secret_key = var.netacea_secret_key
  }
  secrets_wo_version = 1
}

output "secrets_to_hand_over" {
  value = local.old.secrets_found # ["api_key", "secret_key"]
}
