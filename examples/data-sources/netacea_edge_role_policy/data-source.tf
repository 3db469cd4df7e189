data "netacea_edge_role_policy" "shop" {
  log_group_names = ["/aws/lambda/us-east-1.netacea-shop"]
}

# For aws_iam_role.assume_role_policy and aws_iam_role_policy.policy.
output "trust_policy" {
  value = data.netacea_edge_role_policy.shop.trust_policy_json
}

output "logging_policy" {
  value = data.netacea_edge_role_policy.shop.logging_policy_json
}
