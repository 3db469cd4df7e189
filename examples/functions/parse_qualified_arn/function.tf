data "netacea_cloudfront_distribution" "shop" {
  id = "E2QWRUHAPOMQZL"
}

# The function and the version that are attached to each event of the default behavior.
output "default_behavior" {
  value = {
    for association in data.netacea_cloudfront_distribution.shop.behaviors[0].lambda_function_associations :
    association.event_type => provider::netacea::parse_qualified_arn(association.lambda_arn)
  }
}
