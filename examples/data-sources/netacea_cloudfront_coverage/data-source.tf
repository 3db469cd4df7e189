data "netacea_cloudfront_coverage" "account" {}

# An apply warns when a behavior appears anywhere that nothing of Netacea stands in.
check "everything_is_protected" {
  assert {
    condition     = length(data.netacea_cloudfront_coverage.account.unprotected) == 0
    error_message = "Not protected: ${join(", ", data.netacea_cloudfront_coverage.account.unprotected)}"
  }
}
