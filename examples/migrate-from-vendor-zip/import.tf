import {
  to = netacea_cloudfront_integration.shop
  id = "netacea-shop,${var.distribution_id}"
}
