terraform {
  required_providers {
    acme = { source = "example/acme" }
  }
}

provider "acme" {
  directory = path.module
}

resource "acme_note" "greeting" {
  title = "greeting"
  text  = "hello"
}

data "acme_note" "greeting" {
  title = acme_note.greeting.title
}

output "text" {
  value = data.acme_note.greeting.text
}
