# Reports what is not protected in the account, at every plan and apply.

terraform {
  required_version = ">= 1.5" # check blocks
  required_providers {
    netacea = {
      source = "netacea/netacea"
    }
  }
}

provider "netacea" {}

# Every enabled distribution of the account, no matter who made it.
data "netacea_cloudfront_coverage" "account" {}

locals {
  # Without the behaviors in var.accepted, which you do not want to protect, such as one for static files.
  unprotected = setsubtract(data.netacea_cloudfront_coverage.account.unprotected, var.accepted)
}

# This gives a warning, never an error, so an apply continues.
check "nothing_is_unprotected" {
  assert {
    condition     = length(local.unprotected) == 0
    error_message = <<-EOT
      Not protected by Netacea: ${join(", ", local.unprotected)}.
      Add the behavior to an integration or association, or to var.accepted.
    EOT
  }
}

output "unprotected" {
  description = "For pipelines: terraform output -json unprotected."
  value       = local.unprotected
}

output "summary" {
  description = "How many behaviors have which status."
  value       = data.netacea_cloudfront_coverage.account.summary
}

output "reasons" {
  description = "Why a behavior is not protected, in the words of a plan."
  value = {
    for finding in flatten([
      for distribution in data.netacea_cloudfront_coverage.account.distributions : [
        for behavior in distribution.behaviors : {
          place  = "${distribution.id} ${behavior.name}"
          reason = behavior.reason
        }
      ]
    ]) : finding.place => finding.reason if finding.reason != null
  }
}
