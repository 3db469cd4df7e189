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

variable "api_key" {
  type      = string
  ephemeral = true
}

variable "secret_key" {
  type      = string
  ephemeral = true
}

variable "cookie_encryption_key" {
  type      = string
  ephemeral = true
}

variable "captcha_secret_key" {
  type      = string
  ephemeral = true
}

variable "kinesis_access_key" {
  type      = string
  ephemeral = true
}

variable "kinesis_secret_key" {
  type      = string
  ephemeral = true
}

resource "netacea_cloudfront_integration" "shop" {
  name     = "netacea-shop"
  role_arn = "arn:aws:iam::000000000000:role/netacea-edge"

  settings = {
    mitigation_type = "MITIGATE"
    session = {
      expiry_seconds = 60 + var.generation
    }
    captcha = {
      site_key = "a-site-key"
    }
    ingest = {
      type = "KINESIS"
      kinesis = {
        stream_name = "netacea-shop"
      }
    }
  }

  secrets_wo = {
    api_key               = var.api_key
    secret_key            = var.secret_key
    cookie_encryption_key = var.cookie_encryption_key
    captcha_secret_key    = var.captcha_secret_key
    kinesis_access_key    = var.kinesis_access_key
    kinesis_secret_key    = var.kinesis_secret_key
  }
  secrets_wo_version = var.generation

  distribution = {
    id        = var.distribution_id
    behaviors = ["default", "/checkout/*", "/api/*"]
  }
}
