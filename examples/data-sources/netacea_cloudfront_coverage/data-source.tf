data "netacea_cloudfront_coverage" "account" {}

# Plan and apply warn if a behavior could be protected and is not.
check "nothing_is_unprotected" {
  assert {
    condition     = length(data.netacea_cloudfront_coverage.account.unprotected) == 0
    error_message = "Not protected: ${join(", ", data.netacea_cloudfront_coverage.account.unprotected)}"
  }
}
