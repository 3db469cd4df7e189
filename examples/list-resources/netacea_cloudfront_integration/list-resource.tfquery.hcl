# In a file that ends in .tfquery.hcl:
#
#   terraform query                                     # lists them
#   terraform query -generate-config-out=generated.tf   # writes resource and import blocks
list "netacea_cloudfront_integration" "all" {
  provider = netacea

  config {
    include_vendor_packages = true
  }
}
