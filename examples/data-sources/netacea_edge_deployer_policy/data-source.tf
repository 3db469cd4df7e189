data "netacea_edge_deployer_policy" "shop" {
  account_id       = "123456789012"
  function_names   = ["netacea-shop"]
  role_arns        = ["arn:aws:iam::123456789012:role/netacea-edge"]
  distribution_ids = ["E2QWRUHAPOMQZL"]
}

# For aws_iam_policy.policy.
output "deployer_policy" {
  value = data.netacea_edge_deployer_policy.shop.policy_json
}
