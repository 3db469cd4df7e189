# Together with this, take the block of aws_lambda_function.netacea out of the configuration. Nothing is destroyed.
moved {
  from = aws_lambda_function.netacea
  to   = netacea_cloudfront_integration.shop
}
