# By the function's name, in emit mode
terraform import netacea_cloudfront_integration.shop netacea-shop

# By the function's name and the distribution that it protects
terraform import netacea_cloudfront_integration.shop netacea-shop,E2QWRUHAPOMQZL
