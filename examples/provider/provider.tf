terraform {
  required_providers {
    netacea = {
      source = "netacea/netacea"
    }
  }
}

# Everything is optional; without a block, credentials come from environment, profile or role.
provider "netacea" {
  profile             = "edge-prod"
  allowed_account_ids = ["123456789012"]

  default_tags {
    tags = {
      team = "web"
    }
  }
}
