# terraform apply -invoke=action.netacea_edge_smoke_test.checkout
action "netacea_edge_smoke_test" "checkout" {
  config {
    url    = "https://shop.example.com/checkout"
    expect = "protected"
  }
}
