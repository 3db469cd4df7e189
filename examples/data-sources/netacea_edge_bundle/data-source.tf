data "netacea_edge_bundle" "current" {}

output "edge_version" {
  value = data.netacea_edge_bundle.current.version
}
