//! What single attributes of the provider block cannot know of each other. Values may be unknown.

use tfplugin::{Attr, Diagnostic, Diagnostics, Path};

use super::configuration::Configuration;

pub(super) fn validate(configuration: &Configuration, diagnostics: &mut Diagnostics) {
    keys(configuration, diagnostics);
    web_identity(configuration, diagnostics);
    proxy(configuration, diagnostics);
}

fn keys(configuration: &Configuration, diagnostics: &mut Diagnostics) {
    if configuration.access_key.is_null() != configuration.secret_key.is_null() {
        let missing = if configuration.access_key.is_null() {
            "access_key"
        } else {
            "secret_key"
        };
        diagnostics.push(
            Diagnostic::error("Half of a key pair")
                .detail(format!(
                    "`access_key` and `secret_key` belong together. Set `{missing}` too, or \
                     neither."
                ))
                .at(Path::root(missing)),
        );
    }
}

fn web_identity(configuration: &Configuration, diagnostics: &mut Diagnostics) {
    const BLOCK: &str = "assume_role_with_web_identity";
    let Attr::Known(identity) = &configuration.assume_role_with_web_identity else {
        return;
    };
    if identity.lacks_one_token() {
        diagnostics.push(
            Diagnostic::error("A web identity needs one token")
                .detail("Set either `web_identity_token` or `web_identity_token_file`.")
                .at(Path::root(BLOCK)),
        );
    }
    if !configuration.access_key.is_null() {
        diagnostics.push(
            Diagnostic::error("Two identities")
                .detail(format!(
                    "Keys and `{BLOCK}` exclude each other. Keep one of them; to assume a role \
                     with the keys, use `assume_role`."
                ))
                .at(Path::root(BLOCK)),
        );
    }
}

fn proxy(configuration: &Configuration, diagnostics: &mut Diagnostics) {
    let proxies = [&configuration.http_proxy, &configuration.https_proxy];
    if !configuration.no_proxy.is_null() && proxies.iter().all(|proxy| proxy.is_null()) {
        diagnostics.push(
            Diagnostic::error("`no_proxy` without a proxy")
                .detail(
                    "It belongs to `http_proxy` or `https_proxy`. With the proxy of the \
                     environment, set the variable `NO_PROXY`.",
                )
                .at(Path::root("no_proxy")),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::super::configuration::WebIdentity;
    use super::*;

    fn refused(configuration: &Configuration) -> Vec<Path> {
        let mut diagnostics = Diagnostics::new();
        validate(configuration, &mut diagnostics);
        diagnostics
            .iter()
            .filter_map(Diagnostic::path)
            .cloned()
            .collect()
    }

    #[test]
    fn half_a_key_pair_is_refused() {
        let configuration = Configuration {
            access_key: "AKIA".into(),
            ..Configuration::default()
        };
        assert_eq!(refused(&configuration), [Path::root("secret_key")]);
    }

    #[test]
    fn a_web_identity_has_one_token() {
        let with = |token: Attr<&str>, file: Attr<&str>| Configuration {
            assume_role_with_web_identity: WebIdentity {
                web_identity_token: token.map(|text| tfplugin::Sensitive::new(text.to_owned())),
                web_identity_token_file: file.map(str::to_owned),
                ..WebIdentity::default()
            }
            .into(),
            ..Configuration::default()
        };
        let one: Attr<&str> = Attr::Known("x");
        let block = Path::root("assume_role_with_web_identity");
        for wrong in [with(one, one), with(Attr::Null, Attr::Null)] {
            assert_eq!(refused(&wrong), std::slice::from_ref(&block));
        }
        for fine in [
            with(one, Attr::Null),
            with(Attr::Null, one),
            with(Attr::Unknown, Attr::Null),
            with(one, Attr::Unknown),
        ] {
            assert_eq!(refused(&fine), []);
        }
    }

    #[test]
    fn exceptions_from_no_proxy_are_refused() {
        let mut configuration = Configuration {
            no_proxy: "localhost".into(),
            ..Configuration::default()
        };
        assert_eq!(refused(&configuration), [Path::root("no_proxy")]);
        configuration.https_proxy = "http://proxy:3128".into();
        assert_eq!(refused(&configuration), []);
    }
}
