terraform {
  required_providers {
    netacea = {
      source = "netacea/netacea"
    }
  }
}

# Everything is optional. Without a block, credentials come from the environment, a profile or a role.
provider "netacea" {
  profile             = "edge-prod"
  allowed_account_ids = ["123456789012"]

  default_tags {
    tags = {
      team = "web"
    }
  }
}
