data "netacea_cloudfront_distribution" "shop" {
  id = "E2QWRUHAPOMQZL" # or alias = "shop.example.com"
}

# Behaviors in which another function is attached to viewer-request.
output "taken" {
  value = [
    for behavior in data.netacea_cloudfront_distribution.shop.behaviors : behavior.name
    if anytrue([
      for association in behavior.lambda_function_associations :
      association.event_type == "viewer-request" && !association.ours
    ])
  ]
}
