# Lambda creates a log group in every region where the function has run, and keeps its events forever.
resource "netacea_edge_log_groups" "shop" {
  function_name     = "netacea-shop"
  retention_in_days = 30

  tags = {
    team = "edge"
  }
}

output "log_groups" {
  value = { for region, group in netacea_edge_log_groups.shop.log_groups : region => group.arn }
}
