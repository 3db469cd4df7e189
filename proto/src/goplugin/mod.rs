//! go-plugin: how Terraform starts a provider process and finds its socket.
