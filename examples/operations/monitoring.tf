# The dashboard and its alarms, created by the aws provider (6.0 or newer, which has `region` in each resource).

resource "aws_cloudwatch_dashboard" "netacea" {
  dashboard_name = "netacea"
  dashboard_body = data.netacea_edge_dashboard.shop.dashboard_json
}

resource "aws_cloudwatch_metric_alarm" "netacea" {
  for_each = { for alarm in data.netacea_edge_dashboard.shop.alarms : alarm.name => alarm }

  region              = each.value.region
  alarm_name          = each.key
  alarm_description   = each.value.why
  namespace           = each.value.namespace
  metric_name         = each.value.metric_name
  dimensions          = each.value.dimensions
  statistic           = each.value.statistic
  period              = each.value.period
  evaluation_periods  = each.value.evaluation_periods
  comparison_operator = each.value.comparison_operator
  threshold           = each.value.threshold
  treat_missing_data  = each.value.treat_missing_data
}
