//! Encrypted cookies: the recorded tokens are written byte for byte and read back.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use netacea_edge::session::{Content, Encryption};
use netacea_edge::settings::{SessionFormat, encryption_key};

use crate::{cases, optional, text, vectors};

#[test]
pub(crate) fn tokens_are_written_byte_for_byte_and_read_back() {
    for case in cases(&vectors("jwe.json"), "encrypt") {
        let key = encryption_key(text(case, "key_base64url")).expect("a key");
        let cipher = Encryption::new(&key, SessionFormat::V1);
        let iv = URL_SAFE_NO_PAD
            .decode(text(case, "iv_base64url"))
            .unwrap()
            .try_into()
            .unwrap();
        let theirs: Vec<&str> = text(case, "token").split('.').collect();
        let header = URL_SAFE_NO_PAD.decode(theirs[0]).unwrap();
        assert_eq!(header, text(case, "protected_header").as_bytes(), "{case}");
        for content in [Content::Session, Content::Captcha] {
            let token = cipher
                .encrypt(text(case, "plaintext"), content, iv)
                .expect("short enough");
            for token in [&token, text(case, "token")] {
                assert_eq!(
                    cipher.decrypt(token, content).as_deref(),
                    optional(case, "plaintext"),
                    "{case}"
                );
            }
            // [R] 6: ours say which cookie they are. The label is authenticated, so with it the tag
            // is another one; the rest is theirs.
            let ours: Vec<&str> = token.split('.').collect();
            assert_eq!(ours[1..4], theirs[1..4], "{case}");
            let label = format!("{content:?}").to_lowercase();
            let header =
                text(case, "protected_header").replace('}', &format!(",\"cty\":\"{label}\"}}"));
            assert_eq!(ours[0], URL_SAFE_NO_PAD.encode(header));
        }
    }
}

#[test]
fn a_token_is_one_cookie_and_without_a_label_only_where_sessions_are_signed() {
    let [v1, v3] =
        [SessionFormat::V1, SessionFormat::V3].map(|format| Encryption::new(&[7; 32], format));
    for (content, other) in [
        (Content::Session, Content::Captcha),
        (Content::Captcha, Content::Session),
    ] {
        let token = v1.encrypt("x", content, [1; 12]).unwrap();
        for encryption in [&v1, &v3] {
            assert_eq!(encryption.decrypt(&token, content).as_deref(), Some("x"));
            assert_eq!(encryption.decrypt(&token, other), None);
        }
    }
    let vectors = vectors("jwe.json");
    let case = &cases(&vectors, "encrypt")[0];
    let key = encryption_key(text(case, "key_base64url")).unwrap();
    let read = |format| {
        let encryption = Encryption::new(&key, format);
        encryption.decrypt(text(case, "token"), Content::Session)
    };
    assert!(read(SessionFormat::V1).is_some());
    assert_eq!(read(SessionFormat::V3), None);
}

#[test]
pub(crate) fn only_genuine_tokens_are_read() {
    for case in cases(&vectors("jwe.json"), "decrypt_cases") {
        let plaintext = encryption_key(text(case, "key_base64url")).and_then(|key| {
            let encryption = Encryption::new(&key, SessionFormat::V1);
            encryption.decrypt(text(case, "token"), Content::Session)
        });
        assert_eq!(plaintext.is_some(), case["decrypts"], "{case}");
        assert_eq!(plaintext.as_deref(), optional(case, "plaintext"), "{case}");
    }
}
