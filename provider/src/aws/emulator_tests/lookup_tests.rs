//! The questions of data sources.

use std::collections::{BTreeMap, BTreeSet};

use loopback_aws::{AwsError, Effect, Fault, Operation, Times};

use super::account::Account;
use super::{create, deadline, is_begun};
use crate::aws::arn::FunctionArn;
use crate::aws::ownership::Ownership;

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

/// The slots of the fixture's stranger, in any version.
#[tokio::test]
async fn a_function_is_found_in_all_slots_of_all_distributions() {
    let account = Account::open();
    let slots = [(
        account.create_distribution(),
        BTreeSet::from(["default viewer-request".parse().unwrap()]),
    )];
    let denied = Effect::Refuse(AwsError::new(403, "AccessDenied", "no"));
    let denied = Fault::on(Operation::GetDistributionConfig, denied, Times::First(1));
    let (session, _proxy) = account.faulty([denied]);
    let stranger = "arn:aws:lambda:us-east-1:000000000000:function:stranger"
        .parse()
        .unwrap();
    for sources in ["the listing alone", "the listing and the distribution"] {
        let found = session
            .distributions()
            .slots_of(&stranger, &deadline())
            .await;
        let found = found.unwrap().into_iter();
        let found = found.map(|(id, held)| (id, held.into_keys().collect()));
        assert_eq!(
            found.collect::<BTreeMap<_, BTreeSet<_>>>(),
            slots.clone().into(),
            "{sources}"
        );
    }
    let nobody = FunctionArn {
        name: "strange".to_owned(),
        ..stranger
    };
    let found = session.distributions().slots_of(&nobody, &deadline()).await;
    assert_eq!(found.unwrap(), BTreeMap::new());
}

/// A listing may show what a distribution held before its last update.
#[tokio::test]
async fn a_function_is_not_found_where_only_an_old_listing_has_it() {
    let account = Account::open();
    let old = FIRST_PAGE.replace(
        "</ViewerProtocolPolicy></DefaultCacheBehavior>",
        "</ViewerProtocolPolicy><LambdaFunctionAssociations><Quantity>1</Quantity><Items>\
         <LambdaFunctionAssociation><LambdaFunctionARN>arn:aws:lambda:us-east-1:000000000000:function:old:1\
         </LambdaFunctionARN><EventType>viewer-request</EventType></LambdaFunctionAssociation></Items>\
         </LambdaFunctionAssociations></DefaultCacheBehavior>",
    );
    let function = "arn:aws:lambda:us-east-1:000000000000:function:old"
        .parse()
        .unwrap();
    for id in ["E1PAGE".to_owned(), account.create_distribution()] {
        let old = old.replace("<Id>E1PAGE<", &format!("<Id>{id}<"));
        let old = Effect::Answer(200, old.leak());
        let old = Fault::on(Operation::ListDistributions, old, Times::First(1));
        let (session, proxy) = account.faulty([old]);
        let found = session
            .distributions()
            .slots_of(&function, &deadline())
            .await;
        assert_eq!(found.unwrap(), BTreeMap::new(), "{id}");
        assert_eq!(proxy.struck(), 1, "the old listing was read");
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
    assert!(is_begun(&tags), "{tags:?}");
    let gone = "arn:aws:lambda:us-east-1:000000000000:function:gone"
        .parse()
        .unwrap();
    let tags = functions.tags(&gone, &deadline()).await.unwrap();
    assert_eq!(Ownership::of(&tags), Ownership::Stranger);
}
