//! What single attributes of the provider block cannot know of each other. Values may be unknown.

use tfplugin::{Attr, Diagnostic, Diagnostics, Path, check};

use super::block::ProviderBlock;
use super::resolve;
use crate::aws::ownership::OWNERSHIP_TAGS;
use crate::aws::tags::MOST_TAGS;

pub(super) fn validate(block: &ProviderBlock, diagnostics: &mut Diagnostics) {
    keys(block, diagnostics);
    accounts(block, diagnostics);
    web_identity(block, diagnostics);
    proxy(block, diagnostics);
    default_tags(block, diagnostics);
}

fn keys(block: &ProviderBlock, diagnostics: &mut Diagnostics) {
    diagnostics.extend(check::required_together(&[
        ("access_key", &block.access_key),
        ("secret_key", &block.secret_key),
    ]));
}

/// A list that nobody compares with the account would be a guard that is silently off.
fn accounts(block: &ProviderBlock, diagnostics: &mut Diagnostics) {
    if block.skip_requesting_account_id.known() != Some(&true) {
        return;
    }
    for (name, list) in [
        ("allowed_account_ids", &block.allowed_account_ids),
        ("forbidden_account_ids", &block.forbidden_account_ids),
    ] {
        if list.known().is_some_and(|list| !list.is_empty()) {
            diagnostics.push(
                Diagnostic::error(format!("`{name}` cannot be checked"))
                    .detail(
                        "With `skip_requesting_account_id`, the provider does not know the account \
                         of the credentials. Remove either the list or \
                         `skip_requesting_account_id`.",
                    )
                    .at(Path::root(name)),
            );
        }
    }
}

fn web_identity(block: &ProviderBlock, diagnostics: &mut Diagnostics) {
    const BLOCK: &str = "assume_role_with_web_identity";
    let Attr::Known(identity) = &block.assume_role_with_web_identity else {
        return;
    };
    let tokens = check::exactly_one_of(&[
        ("web_identity_token", &identity.web_identity_token),
        ("web_identity_token_file", &identity.web_identity_token_file),
    ]);
    diagnostics.extend(tokens.inside(&Path::root(BLOCK)));
    if !block.access_key.is_null() {
        diagnostics.push(
            Diagnostic::error("Two identities")
                .detail(format!(
                    "Keys cannot be combined with `{BLOCK}`. Keep one of the two; to assume a \
                     role with the keys, use `assume_role`."
                ))
                .at(Path::root(BLOCK)),
        );
    }
}

fn proxy(block: &ProviderBlock, diagnostics: &mut Diagnostics) {
    let proxies = [&block.http_proxy, &block.https_proxy];
    if !block.no_proxy.is_null() && proxies.iter().all(|proxy| proxy.is_null()) {
        diagnostics.push(
            Diagnostic::error("`no_proxy` is set without a proxy")
                .detail(
                    "`no_proxy` has an effect only with `http_proxy` or `https_proxy`. If the \
                     proxy comes from the environment, set the variable `NO_PROXY` instead.",
                )
                .at(Path::root("no_proxy")),
        );
    }
}

/// Every function gets them, so more than a function has room for can never be applied.
fn default_tags(block: &ProviderBlock, diagnostics: &mut Diagnostics) {
    let defaults = block.default_tags.known();
    let Some(defaults) = defaults.and_then(|defaults| defaults.tags.known()) else {
        return;
    };
    let Ok(ignored) = resolve::ignored_tags(block.ignore_tags.clone()) else {
        return;
    };
    let count = ignored.strip(defaults.clone()).len();
    let room = MOST_TAGS - OWNERSHIP_TAGS;
    if count > room {
        diagnostics.push(
            Diagnostic::error("Too many tags")
                .detail(format!(
                    "Lambda allows {MOST_TAGS} tags on a function, and the provider needs \
                     {OWNERSHIP_TAGS} of them to record who owns the function. `default_tags` has \
                     {count}. Remove at least {}.",
                    count - room
                ))
                .at(Path::root("default_tags").attribute("tags")),
        );
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::block::{DefaultTagsBlock, IgnoreTagsBlock, WebIdentityBlock};
    use super::*;

    fn refused(block: &ProviderBlock) -> Vec<Path> {
        let mut diagnostics = Diagnostics::new();
        validate(block, &mut diagnostics);
        diagnostics
            .iter()
            .filter_map(Diagnostic::path)
            .cloned()
            .collect()
    }

    #[test]
    fn half_a_key_pair_is_refused() {
        let with = |secret_key| ProviderBlock {
            access_key: "AKIA".into(),
            secret_key,
            ..ProviderBlock::default()
        };
        assert_eq!(refused(&with(Attr::Null)), [Path::root("secret_key")]);
        assert_eq!(refused(&with(Attr::Unknown)), [], "it may be set later");
    }

    #[test]
    fn lists_of_accounts_need_the_account() {
        let list: BTreeSet<String> = ["123456789012".to_owned()].into();
        let with = |skip: Attr<bool>| ProviderBlock {
            allowed_account_ids: Attr::Known(list.clone()),
            forbidden_account_ids: Attr::Known(list.clone()),
            skip_requesting_account_id: skip,
            ..ProviderBlock::default()
        };
        let lists = ["allowed_account_ids", "forbidden_account_ids"].map(Path::root);
        assert_eq!(refused(&with(Attr::Known(true))), lists);
        let nothing_to_compare = ProviderBlock {
            allowed_account_ids: Attr::Known(BTreeSet::new()),
            forbidden_account_ids: Attr::Unknown,
            ..with(Attr::Known(true))
        };
        assert_eq!(refused(&nothing_to_compare), []);
        for fine in [Attr::Known(false), Attr::Null, Attr::Unknown] {
            assert_eq!(refused(&with(fine)), []);
        }
    }

    #[test]
    fn a_web_identity_has_one_token() {
        let with = |token: Attr<&str>, file: Attr<&str>| ProviderBlock {
            assume_role_with_web_identity: WebIdentityBlock {
                web_identity_token: token.map(|text| tfplugin::Sensitive::new(text.to_owned())),
                web_identity_token_file: file.map(str::to_owned),
                ..WebIdentityBlock::default()
            }
            .into(),
            ..ProviderBlock::default()
        };
        let one: Attr<&str> = Attr::Known("x");
        for (wrong, place) in [
            (with(one, one), "web_identity_token_file"),
            (with(Attr::Null, Attr::Null), "web_identity_token"),
        ] {
            let path = Path::root("assume_role_with_web_identity").attribute(place);
            assert_eq!(refused(&wrong), [path]);
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
    fn default_tags_leave_room_for_those_of_the_provider() {
        let with = |count: usize, ignored: Attr<&str>| {
            let tags = (0..count).map(|number| (format!("tag-{number}"), "x".to_owned()));
            ProviderBlock {
                default_tags: DefaultTagsBlock {
                    tags: Attr::Known(tags.collect()),
                }
                .into(),
                ignore_tags: IgnoreTagsBlock {
                    keys: ignored.map(|key| [key.to_owned()].into()),
                    ..IgnoreTagsBlock::default()
                }
                .into(),
                ..ProviderBlock::default()
            }
        };
        let path = Path::root("default_tags").attribute("tags");
        assert_eq!(refused(&with(47, Attr::Null)), []);
        assert_eq!(refused(&with(48, Attr::Null)), [path]);
        assert_eq!(refused(&with(48, Attr::Known("tag-7"))), []);
        assert_eq!(refused(&with(48, Attr::Unknown)), []);
    }

    #[test]
    fn exceptions_from_no_proxy_are_refused() {
        let mut block = ProviderBlock {
            no_proxy: "localhost".into(),
            ..ProviderBlock::default()
        };
        assert_eq!(refused(&block), [Path::root("no_proxy")]);
        block.https_proxy = "http://proxy:3128".into();
        assert_eq!(refused(&block), []);
    }
}
