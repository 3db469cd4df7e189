# Tests of this configuration with `terraform test`: no AWS, no credentials, and nothing is created. The provider checks the
# configuration as always. Terraform makes up the values that an apply would give, unless they are given here.

mock_provider "netacea" {
  mock_resource "netacea_cloudfront_integration" {
    defaults = {
      qualified_arn = "arn:aws:lambda:us-east-1:123456789012:function:netacea-shop:7"
    }
  }
}

variables {
  distribution_id    = "E2QWRUHAPOMQZL"
  role_arn           = "arn:aws:iam::123456789012:role/netacea-edge"
  netacea_api_key    = "made up"
  netacea_secret_key = "made up"
}

run "visitors_are_stopped_and_not_only_logged" {
  command = plan

  assert {
    condition     = netacea_cloudfront_integration.shop.settings.mitigation_type == "MITIGATE"
    error_message = "The shop must be protected."
  }

  assert {
    condition     = contains(netacea_cloudfront_integration.shop.distribution.behaviors, "default")
    error_message = "The default behavior must be protected."
  }
}

run "the_published_version_is_an_output" {
  assert {
    condition     = endswith(output.qualified_arn, ":netacea-shop:7")
    error_message = "Other configurations need the version's ARN."
  }
}
