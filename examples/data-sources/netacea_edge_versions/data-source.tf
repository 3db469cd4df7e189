variable "netacea_api_key" {
  type      = string
  ephemeral = true
}

variable "netacea_secret_key" {
  type      = string
  ephemeral = true
}

resource "netacea_cloudfront_integration" "shop" {
  name     = "netacea-shop"
  role_arn = "arn:aws:iam::123456789012:role/netacea-edge" # trusts lambda and edgelambda

  secrets_wo = {
    api_key    = var.netacea_api_key
    secret_key = var.netacea_secret_key
  }
  secrets_wo_version = 1
}

data "netacea_edge_versions" "shop" {
  function_name = netacea_cloudfront_integration.shop.name

  depends_on = [netacea_cloudfront_integration.shop] # otherwise Terraform reads the versions before the function exists
}

# The versions that pinned_version can use, and where each of them is attached.
output "versions" {
  value = {
    for version in data.netacea_edge_versions.shop.versions : version.version => {
      published_at    = version.published_at
      mitigation_type = version.mitigation_type
      distributions   = version.places[*].distribution_id
    }
  }
}
