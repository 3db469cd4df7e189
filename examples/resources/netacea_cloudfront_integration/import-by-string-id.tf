import {
  to = netacea_cloudfront_integration.shop
  id = "netacea-shop,E2QWRUHAPOMQZL" # or the name alone, in emit mode
}
