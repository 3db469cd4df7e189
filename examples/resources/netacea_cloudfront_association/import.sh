# Distribution id and the name or ARN of the function
terraform import netacea_cloudfront_association.shop E2QWRUHAPOMQZL,netacea-shop
