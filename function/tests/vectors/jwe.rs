use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use netacea_edge::session::Encryption;
use netacea_edge::settings::encryption_key;

use crate::{cases, optional, text, vectors};

#[test]
pub(crate) fn tokens_are_written_byte_for_byte_and_read_back() {
    for case in cases(&vectors("jwe.json"), "encrypt") {
        let cipher = Encryption::new(&encryption_key(text(case, "key_base64url")).expect("a key"));
        let iv = URL_SAFE_NO_PAD
            .decode(text(case, "iv_base64url"))
            .unwrap()
            .try_into()
            .unwrap();
        let token = cipher
            .encrypt(text(case, "plaintext"), iv)
            .expect("short enough");
        assert_eq!(token, text(case, "token"), "{case}");
        assert_eq!(
            cipher.decrypt(&token).as_deref(),
            optional(case, "plaintext"),
            "{case}"
        );
        let header = URL_SAFE_NO_PAD
            .decode(token.split('.').next().unwrap())
            .unwrap();
        assert_eq!(header, text(case, "protected_header").as_bytes(), "{case}");
    }
}

#[test]
pub(crate) fn only_genuine_tokens_are_read() {
    for case in cases(&vectors("jwe.json"), "decrypt_cases") {
        let plaintext = encryption_key(text(case, "key_base64url"))
            .and_then(|key| Encryption::new(&key).decrypt(text(case, "token")));
        assert_eq!(plaintext.is_some(), case["decrypts"], "{case}");
        assert_eq!(plaintext.as_deref(), optional(case, "plaintext"), "{case}");
    }
}
