data "netacea_cloudfront_coverage" "account" {}

# Plan and apply warn if a behavior of any distribution is not protected.
check "everything_is_protected" {
  assert {
    condition     = length(data.netacea_cloudfront_coverage.account.unprotected) == 0
    error_message = "Not protected: ${join(", ", data.netacea_cloudfront_coverage.account.unprotected)}"
  }
}
