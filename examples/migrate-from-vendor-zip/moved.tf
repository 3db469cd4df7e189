# Also remove the block of aws_lambda_function.netacea from the configuration. Nothing is destroyed.
moved {
  from = aws_lambda_function.netacea
  to   = netacea_cloudfront_integration.shop
}
