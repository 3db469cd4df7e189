//! The share of visitors that is acted upon while a customer dials up.

use core::net::IpAddr;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::keys;

const LABEL: &[u8] = b"netacea-edge share v1";

/// Says who is in. Whoever is in at one percentage is in at every higher one.
#[derive(Debug)]
pub(crate) struct Share {
    percent: u32,
    /// Only where it tells visitors apart: every cold start would pay for the hashes.
    keyed: Option<Hmac<Sha256>>,
}

impl Share {
    pub(crate) fn new(percent: u32, secret_key: &str) -> Self {
        // Proof: HMAC takes keys of every length.
        #[allow(clippy::expect_used)]
        let keyed = || Hmac::new_from_slice(&keys::derived(secret_key, LABEL)).expect("a key");
        Self {
            percent,
            keyed: (1..100).contains(&percent).then(keyed),
        }
    }

    /// Whether this visitor is acted upon. Of version 6 the network counts: a visitor has all of
    /// it.
    pub(crate) fn acts_on(&self, ip: &str) -> bool {
        match &self.keyed {
            Some(keyed) => place(keyed.clone(), ip) < u64::from(self.percent),
            None => self.percent > 0,
        }
    }
}

/// 0 to 99, stable for a visitor, and nothing that they could find out.
fn place(mut mac: Hmac<Sha256>, ip: &str) -> u64 {
    match ip.parse::<IpAddr>().map(|ip| ip.to_canonical()) {
        Ok(IpAddr::V4(ip)) => mac.update(&ip.octets()),
        Ok(IpAddr::V6(ip)) => mac.update(&ip.octets()[..8]),
        Err(_) => mac.update(ip.as_bytes()),
    }
    let digest: [u8; 32] = mac.finalize().into_bytes().into();
    let number = digest
        .iter()
        .take(8)
        .fold(0, |all, byte| all << 8 | u64::from(*byte));
    number % 100
}

#[cfg(test)]
mod tests {
    use super::Share;

    fn addresses() -> impl Iterator<Item = String> {
        (0..2000).map(|number| format!("203.0.{}.{}", number / 250, number % 250))
    }

    #[test]
    fn who_is_in_stays_in_and_the_share_is_as_large_as_it_says() {
        let mut before = 0;
        for percent in 0..=100 {
            let (share, next) = (Share::new(percent, "s"), Share::new(percent + 1, "s"));
            let inside = addresses().filter(|ip| share.acts_on(ip)).count();
            assert!(addresses().all(|ip| !share.acts_on(&ip) || next.acts_on(&ip)));
            assert!(inside >= before);
            assert!(
                inside.abs_diff(percent as usize * 20) < 80,
                "{inside} at {percent} %"
            );
            before = inside;
        }
        assert!(addresses().all(|ip| !Share::new(0, "s").acts_on(&ip)));
        assert!(addresses().all(|ip| Share::new(100, "s").acts_on(&ip)));
    }

    #[test]
    fn a_network_of_version_6_is_one_visitor_and_so_are_both_spellings() {
        let share = Share::new(50, "s");
        for network in 0..100 {
            let of = |host: &str| share.acts_on(&format!("2001:db8:0:{network:x}::{host}"));
            assert!(of("1") == of("2") && of("1") == of("ffff:1"));
            let v4 = format!("192.0.2.{network}");
            assert_eq!(share.acts_on(&v4), share.acts_on(&format!("::ffff:{v4}")));
        }
    }

    #[test]
    fn another_key_chooses_others() {
        let (one, other) = (Share::new(50, "one"), Share::new(50, "other"));
        assert!(addresses().any(|ip| one.acts_on(&ip) != other.acts_on(&ip)));
    }
}
