# By the function's name or ARN, in emit mode
terraform import netacea_cloudfront_integration.shop netacea-shop

# By the function's name or ARN and the distribution that it protects
terraform import netacea_cloudfront_integration.shop netacea-shop,E2QWRUHAPOMQZL
