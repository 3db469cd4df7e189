import {
  to = netacea_cloudfront_association.shop
  id = "E2QWRUHAPOMQZL,netacea-shop" # distribution id and function name
}
