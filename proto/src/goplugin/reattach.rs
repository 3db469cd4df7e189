//! What a person needs to attach Terraform to a provider that runs in a debugger.

use serde_json::json;

use super::PROTOCOL_VERSION;
use super::listener::Address;

/// The value of `TF_REATTACH_PROVIDERS`. `Test` makes the process survive the command that uses it.
pub(super) fn reattach_value(provider: &str, address: &Address) -> String {
    json!({
        provider: {
            "Protocol": "grpc",
            "ProtocolVersion": PROTOCOL_VERSION,
            "Pid": std::process::id(),
            "Test": true,
            "Addr": { "Network": address.network(), "String": address.to_string() },
        }
    })
    .to_string()
}

/// What is printed: the line to paste into another terminal.
pub(super) fn instructions(value: &str) -> String {
    format!(
        "Provider started. To attach Terraform, set this in the terminal where you run it:\n\
         \n\
         \tTF_REATTACH_PROVIDERS='{value}'\n\
         \n\
         Press Ctrl-C here to stop the provider."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_is_what_terraform_reads() {
        let value = reattach_value(
            "example.com/acme/kv",
            &Address::Tcp(([127, 0, 0, 1], 10_001).into()),
        );
        let parsed: serde_json::Value = serde_json::from_str(&value).expect("it is JSON");
        let entry = &parsed["example.com/acme/kv"];
        assert_eq!(entry["ProtocolVersion"], 6);
        assert_eq!(entry["Pid"], std::process::id());
        assert_eq!(
            entry["Addr"],
            json!({ "Network": "tcp", "String": "127.0.0.1:10001" })
        );
    }
}
