list "netacea_cloudfront_association" "all" {
  provider = netacea
}
