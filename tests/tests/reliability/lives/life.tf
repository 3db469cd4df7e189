terraform {
  required_providers {
    netacea = {
      source = "netacea/netacea"
    }
  }
}

provider "netacea" {
  max_retries = 1
}

variable "distribution_id" {
  type = string
}

variable "generation" {
  type = number
}

variable "patience" {
  type = string
}

variable "api_key" {
  type      = string
  sensitive = true
  ephemeral = true
}

variable "secret_key" {
  type      = string
  sensitive = true
  ephemeral = true
}

resource "netacea_cloudfront_integration" "shop" {
  name        = "netacea-shop"
  role_arn    = "arn:aws:iam::000000000000:role/netacea-edge"
  description = "Generation ${var.generation}"

  settings = {
    mitigation_type = "MITIGATE"
    session = {
      expiry_seconds = 60 + var.generation
    }
  }

  secrets_wo = {
    api_key    = var.api_key
    secret_key = var.secret_key
  }
  secrets_wo_version = 1

  distribution = {
    id             = var.distribution_id
    behaviors      = ["default", "/checkout/*", "/api/*", "/legacy/*"]
    adopt_existing = true
  }

  tags = {
    generation             = var.generation
    "of-${var.generation}" = "yes"
  }

  timeouts {
    create = var.patience
    update = var.patience
    delete = var.patience
  }
}
