# Distribution id and function name
terraform import netacea_cloudfront_association.shop E2QWRUHAPOMQZL,netacea-shop
