//! The names that Terraform takes: of attributes and functions, of types, of providers, and the
//! addresses and versions of providers.

/// What a name of an attribute, block, parameter or function has to be.
pub(crate) const NAME_RULE: &str =
    "a name must consist of lowercase letters, digits and underscores, and start with a letter";

/// Whether Terraform takes it as the name of an attribute or function.
pub(crate) fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase()) && has_name_characters(name)
}

/// What is wrong with a type's name without the provider's prefix.
pub(crate) fn type_name_fault(name: &str) -> Option<String> {
    let fine = !name.is_empty() && has_name_characters(name);
    (!fine).then(|| {
        format!(
            "its TYPE is {name:?}, but must consist of lowercase letters, digits and \
                 underscores"
        )
    })
}

/// What is wrong with a provider's local name.
pub(crate) fn provider_name_fault(name: &str) -> Option<String> {
    let fine = name.starts_with(|first: char| first.is_ascii_lowercase())
        && !name.contains(|c: char| c.is_uppercase())
        && is_address_part(name);
    (!fine).then(|| {
        format!(
            "provider: its NAME is {name:?}, but must consist of lowercase letters, digits and \
             single hyphens between them, and start with a letter, because Terraform uses the part \
             of a type's name before the first underscore as the provider's name"
        )
    })
}

/// What is wrong with an address in a registry.
pub(crate) fn address_fault(address: &str) -> Option<String> {
    let fine = match address.split('/').collect::<Vec<_>>()[..] {
        [host, namespace, name] => {
            is_host(host)
                && is_address_part(namespace)
                && is_address_part(name)
                && !name.starts_with("terraform-")
        }
        _ => false,
    };
    (!fine).then(|| {
        format!(
            "the address in ServeOptions is {address:?}, but must consist of a host, a namespace \
             and a name, such as \"registry.terraform.io/example/acme\" (without \
             `terraform-provider-`)"
        )
    })
}

/// What is wrong with a provider's version.
pub(crate) fn version_fault(version: &str) -> Option<String> {
    (!is_version(version)).then(|| {
        format!(
            "the version in ServeOptions is {version:?}, but must consist of three numbers, such \
             as \"0.1.0\", \"1.0.0-beta.1\" or env!(\"CARGO_PKG_VERSION\")"
        )
    })
}

fn has_name_characters(name: &str) -> bool {
    name.chars()
        .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

/// Letters of any alphabet and digits, with single hyphens between them.
fn is_address_part(part: &str) -> bool {
    part.split('-')
        .all(|word| !word.is_empty() && word.chars().all(char::is_alphanumeric))
}

/// A name of labels, perhaps with a port.
fn is_host(host: &str) -> bool {
    let (name, port) = host.split_once(':').unwrap_or((host, "443"));
    let is_label =
        |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    name.split('.').all(is_label) && port.parse::<u16>().is_ok()
}

/// A semantic version.
fn is_version(version: &str) -> bool {
    let (version, build) = version.split_once('+').unwrap_or((version, "0"));
    let (core, pre_release) = version.split_once('-').unwrap_or((version, "0"));
    let is_identifier = |part: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    let is_number = |part: &str| {
        part.chars().all(|c| c.is_ascii_digit()) && (part == "0" || !part.starts_with('0'))
    };
    core.split('.').count() == 3
        && core
            .split('.')
            .all(|part| is_identifier(part) && is_number(part))
        && pre_release.split('.').all(is_identifier)
        && build.split('.').all(is_identifier)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault_of(check: fn(&str) -> Option<String>, fine: &[&str], wrong: &[&str]) {
        for name in fine {
            assert_eq!(check(name), None, "{name:?} is fine");
        }
        for name in wrong {
            let fault = check(name).unwrap_or_else(|| panic!("{name:?} is taken"));
            assert!(fault.contains(&format!("{name:?}")), "{fault}");
        }
    }

    #[test]
    fn a_type_is_named_in_lowercase() {
        let fine = ["note", "2nd_note", "note_"];
        let wrong = ["", "Note", "my-note", "notiz_größe", "a note"];
        fault_of(type_name_fault, &fine, &wrong);
    }

    #[test]
    fn a_provider_has_a_name_without_underscores() {
        let fine = ["acme", "google-beta", "k8s"];
        let wrong = [
            "",
            "Acme",
            "my_acme",
            "1password",
            "-a",
            "a-",
            "a--b",
            "a.b",
        ];
        fault_of(provider_name_fault, &fine, &wrong);
    }

    #[test]
    fn an_address_has_three_parts() {
        let fine = [
            "registry.terraform.io/example/acme",
            "localhost:8080/example/google-beta",
            "terraform.local/Example/1password",
        ];
        let wrong = [
            "",
            "acme",
            "example/acme",
            "registry.terraform.io/example/acme/0.1.0",
            "registry.terraform.io//acme",
            "registry..io/example/acme",
            "registry.terraform.io:port/example/acme",
            "registry.terraform.io/my_company/acme",
            "registry.terraform.io/example/terraform-provider-acme",
            "https://registry.terraform.io/example/acme",
        ];
        fault_of(address_fault, &fine, &wrong);
    }

    #[test]
    fn a_version_is_a_semantic_one() {
        let fine = [
            "0.1.0",
            "10.20.30",
            "1.0.0-beta.1",
            "1.0.0+build-5",
            "1.0.0-a-b+c",
        ];
        let wrong = [
            "", "dev", "v1.0.0", "1.0", "1.0.0.0", "1.0.x", "01.0.0", "1.0.0-", "1..0",
        ];
        fault_of(version_fault, &fine, &wrong);
    }
}
