data "netacea_edge_dashboard" "shop" {
  integrations     = ["netacea-shop"]
  distribution_ids = ["E2QWRUHAPOMQZL"]
}

# For dashboard_body of an aws_cloudwatch_dashboard.
output "dashboard" {
  value = data.netacea_edge_dashboard.shop.dashboard_json
}

# For an aws_cloudwatch_metric_alarm with for_each; each alarm in its own region.
output "alarms" {
  value = { for alarm in data.netacea_edge_dashboard.shop.alarms : alarm.name => alarm }
}
