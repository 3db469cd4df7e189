# Have this in the configuration before the emergency. Then:
#
#   terraform apply -invoke=action.netacea_cloudfront_detach.shop
action "netacea_cloudfront_detach" "shop" {
  config {
    function_name   = "netacea-shop"
    distribution_id = "E2QWRUHAPOMQZL"
  }
}
