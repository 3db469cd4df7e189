# Many distributions from one list. Each gets its own function, so that one site can change without the others.

terraform {
  required_version = ">= 1.11" # write-only arguments
  required_providers {
    netacea = {
      source = "netacea/netacea"
    }
  }
}

provider "netacea" {}

resource "netacea_cloudfront_integration" "site" {
  for_each = var.sites

  name     = "netacea-${each.key}"
  role_arn = var.role_arn

  settings = {
    mitigation_type = each.value.mitigation_type
  }

  secrets_wo = {
    api_key    = var.netacea_api_key
    secret_key = var.netacea_secret_key
  }
  secrets_wo_version = 1

  distribution = {
    id        = each.value.distribution_id
    behaviors = each.value.behaviors
  }
}

output "qualified_arns" {
  description = "The published version that each distribution runs."
  value       = { for name, site in netacea_cloudfront_integration.site : name => site.qualified_arn }
}
