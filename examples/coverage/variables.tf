variable "accepted" {
  description = "Behaviors that stay unprotected on purpose, as \"<distribution id> <behavior>\"."
  type        = set(string)
  default     = []
}
