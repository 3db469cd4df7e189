# The same comparison all the time, by the aws provider: CloudFront counts both distributions separately.

resource "aws_cloudwatch_metric_alarm" "canary" {
  alarm_name          = "netacea-canary"
  alarm_description   = "The staging distribution's rate of 5xx responses is at least one percentage point higher than the primary one's. Look into the function's log before you promote."
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 1
  evaluation_periods  = 3
  treat_missing_data  = "notBreaching" # at peak traffic, it is possible that no visitor reaches the staging distribution

  metric_query {
    id          = "difference"
    expression  = "staging - primary"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = { primary = var.distribution_id, staging = var.staging_distribution_id }

    content {
      id = metric_query.key

      metric {
        namespace   = "AWS/CloudFront"
        metric_name = "5xxErrorRate"
        period      = 300
        stat        = "Average"
        dimensions  = { DistributionId = metric_query.value, Region = "Global" }
      }
    }
  }
}
