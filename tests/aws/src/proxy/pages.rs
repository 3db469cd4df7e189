//! `ListDistributions` answers at most a hundred distributions, as CloudFront's API model says; the
//! emulator answers all of them at once.

use anyhow::{Context, Result};
use hyper::body::Bytes;
use roxmltree::Document;

use crate::xml::{child_text, items};

/// CloudFront's default for `MaxItems`, and its limit.
const MOST: usize = 100;

/// The page that a request with this query asks for, of an answer with all distributions.
pub(super) fn page(all: &Bytes, query: Option<&str>) -> Result<Bytes> {
    let text = std::str::from_utf8(all)?;
    let document = Document::parse(text)?;
    let root = document.root_element();
    let named = |name: &str| {
        let pairs = query.unwrap_or_default().split('&');
        let mut pairs = pairs.filter_map(|pair| pair.split_once('='));
        pairs.find_map(|(key, value)| (key == name).then_some(value))
    };
    let marker = named("Marker").unwrap_or_default();
    let most = named("MaxItems").and_then(|most| most.parse().ok());
    let most: usize = most.unwrap_or(MOST).min(MOST);
    let summaries = items(root);
    let id = |index: usize| child_text(summaries[index], "Id").context("a summary without an id");
    let mut first = 0;
    for index in 0..summaries.len() {
        if id(index)? == marker {
            first = index + 1;
        }
    }
    let end = summaries.len().min(first + most);
    let here: String = summaries[first..end]
        .iter()
        .map(|summary| &text[summary.range()])
        .collect();
    let is_truncated = end < summaries.len();
    let next = if is_truncated {
        format!("<NextMarker>{}</NextMarker>", id(end - 1)?)
    } else {
        String::new()
    };
    let (name, quantity) = (root.tag_name().name(), end - first);
    let namespace = root.tag_name().namespace().unwrap_or_default();
    let page = format!(
        "<{name} xmlns=\"{namespace}\"><Marker>{marker}</Marker>{next}<MaxItems>{most}</MaxItems>\
         <IsTruncated>{is_truncated}</IsTruncated><Quantity>{quantity}</Quantity>\
         <Items>{here}</Items></{name}>"
    );
    Ok(Bytes::from(page))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(count: usize) -> Bytes {
        let summaries: String = (0..count)
            .map(|index| format!("<DistributionSummary><Id>E{index}</Id></DistributionSummary>"))
            .collect();
        let text = format!(
            "<DistributionList xmlns=\"urn:x\"><Items>{summaries}</Items></DistributionList>"
        );
        Bytes::from(text)
    }

    fn ids(page: &Bytes) -> (Vec<String>, Option<String>) {
        let text = std::str::from_utf8(page).expect("a string");
        let document = Document::parse(text).expect("a document");
        let root = document.root_element();
        assert_eq!(
            child_text(root, "IsTruncated") == Some("true"),
            child_text(root, "NextMarker").is_some()
        );
        let ids = items(root);
        let ids = ids.iter().filter_map(|item| child_text(*item, "Id"));
        let next = child_text(root, "NextMarker").map(str::to_owned);
        (ids.map(str::to_owned).collect(), next)
    }

    #[test]
    fn the_pages_together_are_the_list() {
        for count in [0, 1, 100, 101, 250] {
            let all = all(count);
            let mut query = None;
            let mut found = Vec::new();
            loop {
                let page = page(&all, query.as_deref()).expect("a page");
                let (ids, next) = ids(&page);
                assert!(ids.len() <= MOST, "{}", ids.len());
                found.extend(ids);
                let Some(next) = next else { break };
                query = Some(format!("Marker={next}"));
            }
            let expected: Vec<String> = (0..count).map(|index| format!("E{index}")).collect();
            assert_eq!(found, expected, "{count}");
        }
        let (ids, _) = ids(&page(&all(9), Some("MaxItems=2&Marker=E3")).expect("a page"));
        assert_eq!(ids, ["E4", "E5"]);
    }
}
