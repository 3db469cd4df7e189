//! A session cookie in a frame. Both signatures of a V1 cookie go as bytes: most of its length is
//! their text, which is three times as long.

use crate::frame::{FrameError, Reader, Writer};

use super::signature;
use super::v1::V1;

/// First byte: what follows.
const TEXT: u8 = 0;
const SIGNED: u8 = 1;

/// Appends a cookie, whatever it is.
pub(crate) fn write(frame: &mut Writer, cookie: &str) {
    let Some((v1, signature, ip_hash)) = signed(cookie) else {
        frame.byte(TEXT);
        frame.text(cookie);
        return;
    };
    frame.byte(SIGNED);
    frame.array(signature);
    frame.array(ip_hash);
    for text in [v1.expiry, v1.user_id, v1.code] {
        frame.text(text);
    }
}

/// Reads a cookie, as it was to the last byte.
pub(crate) fn read(frame: &mut Reader<'_>) -> Result<String, FrameError> {
    match frame.byte()? {
        TEXT => Ok(frame.text()?.to_owned()),
        SIGNED => {
            let [signature, ip_hash] = [frame.array()?, frame.array()?].map(signature::to_text);
            let cookie = V1 {
                signature: &signature,
                ip_hash: &ip_hash,
                expiry: frame.text()?,
                user_id: frame.text()?,
                code: frame.text()?,
            };
            Ok(cookie.write())
        }
        _ => Err(FrameError::Code("cookie")),
    }
}

fn signed(cookie: &str) -> Option<(V1<'_>, [u8; 32], [u8; 32])> {
    let v1 = V1::parse(cookie)?;
    let signature = signature::from_text(v1.signature)?;
    let ip_hash = signature::from_text(v1.ip_hash)?;
    Some((v1, signature, ip_hash))
}

#[cfg(test)]
mod tests {
    use super::{read, write};
    use crate::frame::{Reader, Writer};
    use crate::session::{Signer, v1};

    fn through_a_frame(cookie: &str) -> (usize, String) {
        let mut frame = Writer::new();
        write(&mut frame, cookie);
        let bytes = frame.as_bytes();
        (bytes.len(), read(&mut Reader::new(bytes)).unwrap())
    }

    #[test]
    fn a_signed_cookie_takes_less_than_half_and_comes_back_to_the_last_byte() {
        let cookie = v1::issue(
            &Signer::new("k"),
            "192.0.2.1",
            "c123456789012345",
            "000",
            1_800_000_000,
        );
        let (length, back) = through_a_frame(&cookie);
        assert_eq!(back, cookie);
        assert!(length * 2 < cookie.len(), "{length} of {}", cookie.len());
    }

    #[test]
    fn any_other_text_comes_back_too() {
        let cookie = v1::issue(&Signer::new("k"), "192.0.2.1", "c", "000", 1);
        let (signature, rest) = cookie.split_at(88);
        for other in [
            String::new(),
            "no cookie of ours".to_owned(),
            format!("{rest}{cookie}"),
            format!("{}{rest}", signature.replace('=', "")),
            format!("{}{rest}", signature.to_lowercase()),
            cookie.replace("000", "é00"),
        ] {
            assert_eq!(through_a_frame(&other).1, other);
        }
    }
}
