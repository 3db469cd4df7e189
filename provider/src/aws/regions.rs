//! Where CloudFront runs Lambda@Edge functions: in the regions of its regional edge caches. AWS
//! names their cities ("Amazon CloudFront Key Features", global edge network, as of 2026-11-28),
//! not their codes, and adds some from time to time; `regions` makes up for that.

/// The regions of CloudFront's thirteen regional edge caches.
pub(crate) const EDGE_REGIONS: [&str; 13] = [
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "eu-central-1",
    "eu-west-1",
    "eu-west-2",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::identifiers::is_region;

    #[test]
    fn the_codes_are_codes_in_order() {
        assert!(EDGE_REGIONS.is_sorted());
        assert!(EDGE_REGIONS.into_iter().all(is_region));
    }
}
