//! Which requests a listener on loopback accepts: only those that name it by a loopback address. A
//! page on the internet whose own name leads here sends another name (DNS rebinding).

use hyper::HeaderMap;
use hyper::header::HOST;

/// The `Host` of a request, if it names the listener on `port`: `127.0.0.1` or `localhost`.
pub(crate) fn host(headers: &HeaderMap, port: u16) -> Option<&str> {
    let mut values = headers.get_all(HOST).iter();
    let (Some(host), None) = (values.next(), values.next()) else {
        return None;
    };
    let host = host.to_str().ok()?;
    let (name, given) = host.rsplit_once(':')?;
    let is_ours = matches!(name, "127.0.0.1" | "localhost") && given == port.to_string();
    is_ours.then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_loopback_with_the_listeners_port_are_taken() {
        for (value, is_taken) in [
            ("127.0.0.1:8000", true),
            ("localhost:8000", true),
            ("127.0.0.1", false),
            ("127.0.0.1:8001", false),
            ("shop.example:8000", false),
            ("127.0.0.1.shop.example:8000", false),
            ("localhost:8000@shop.example", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, value.parse().expect("a header"));
            assert_eq!(host(&headers, 8000).is_some(), is_taken, "{value}");
            headers.append(HOST, value.parse().expect("a header"));
            assert_eq!(host(&headers, 8000), None, "twice {value}");
        }
        assert_eq!(host(&HeaderMap::new(), 8000), None);
    }
}
