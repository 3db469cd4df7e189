//! What data sources ask.

use loopback_aws::{Effect, Fault, Operation, Times};

use super::account::Account;
use super::{create, deadline};
use crate::aws::ownership::{Lifecycle, Ownership};

const FIRST_PAGE: &str = r#"<DistributionList xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><Marker></Marker><NextMarker>E1PAGE</NextMarker><MaxItems>1</MaxItems>
<IsTruncated>true</IsTruncated><Quantity>1</Quantity><Items><DistributionSummary><Id>E1PAGE</Id><ARN>arn</ARN><Status>Deployed</Status>
<LastModifiedTime>2026-01-01T00:00:00Z</LastModifiedTime><DomainName>d1.cloudfront.net</DomainName><Aliases><Quantity>1</Quantity><Items><CNAME>other.example.com</CNAME></Items></Aliases>
<Origins><Quantity>0</Quantity><Items/></Origins><DefaultCacheBehavior><TargetOriginId>o</TargetOriginId><ViewerProtocolPolicy>allow-all</ViewerProtocolPolicy></DefaultCacheBehavior>
<CacheBehaviors><Quantity>0</Quantity></CacheBehaviors><CustomErrorResponses><Quantity>0</Quantity></CustomErrorResponses><Comment></Comment><PriceClass>PriceClass_All</PriceClass>
<Enabled>true</Enabled><ViewerCertificate/><Restrictions><GeoRestriction><RestrictionType>none</RestrictionType><Quantity>0</Quantity></GeoRestriction></Restrictions>
<WebACLId></WebACLId><HttpVersion>http2</HttpVersion><IsIPV6Enabled>true</IsIPV6Enabled><Staging>false</Staging></DistributionSummary></Items></DistributionList>"#;

#[tokio::test]
async fn an_alias_is_found_on_a_later_page_in_any_case_of_letters() {
    let account = Account::open();
    let id = account.create_distribution();
    let page = Fault::on(
        Operation::ListDistributions,
        Effect::Answer(200, FIRST_PAGE),
        Times::First(1),
    );
    let (session, proxy) = account.faulty([page]);
    let found = session
        .distributions()
        .find_by_alias("WWW.example.com", &deadline())
        .await
        .unwrap();
    assert_eq!(found, Some(id));
    let calls = proxy.calls();
    assert_eq!(calls.len(), 2, "{calls:?}");
    assert!(calls[1].path.contains("Marker=E1PAGE"), "{:?}", calls[1]);
}

#[tokio::test]
async fn an_alias_that_nobody_has_is_not_found() {
    let account = Account::open();
    account.create_distribution();
    let session = account.session();
    let distributions = session.distributions();
    for alias in [
        "ww.example.com",
        "example.com",
        "www.example.com.evil.example",
    ] {
        let found = distributions.find_by_alias(alias, &deadline()).await;
        assert_eq!(found.unwrap(), None, "{alias}");
    }
}

#[tokio::test]
async fn a_distribution_is_described_and_a_missing_one_is_not() {
    let account = Account::open();
    let id = account.create_distribution();
    let session = account.session();
    let distributions = session.distributions();
    let found = distributions.describe(&id, &deadline()).await.unwrap();
    let found = found.expect("it was just made");
    assert!(
        found.arn.ends_with(&format!("distribution/{id}")),
        "{found:?}"
    );
    assert!(found.domain_name.ends_with(".cloudfront.net"), "{found:?}");
    assert!(found.aliases.contains("www.example.com"), "{found:?}");
    assert_eq!(found.status, "Deployed");
    let missing = distributions.describe("E0NONE", &deadline()).await;
    assert_eq!(missing.unwrap(), None);
}

#[tokio::test]
async fn a_function_is_ours_by_its_tags_and_a_deleted_one_is_nobodys() {
    let account = Account::open();
    let session = account.session();
    let functions = session.functions();
    let function = create(&session, "netacea-shop").await;
    let tags = functions.tags(&function.arn, &deadline()).await.unwrap();
    assert_eq!(Ownership::of(&tags), Ownership::Ours(Lifecycle::Creating));
    let gone = "arn:aws:lambda:us-east-1:000000000000:function:gone"
        .parse()
        .unwrap();
    let tags = functions.tags(&gone, &deadline()).await.unwrap();
    assert_eq!(Ownership::of(&tags), Ownership::Stranger);
}
