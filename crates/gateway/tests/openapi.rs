//! The web app's types are generated from the checked-in document: it must be the one that the server serves.
#![allow(clippy::unwrap_used)]

use serde_json::Value;

const CHECKED_IN: &str = include_str!("../../../web/openapi.json");

#[test]
fn the_checked_in_document_is_the_one_that_is_served() {
    let served = serde_json::to_value(kubechat_gateway::openapi()).unwrap();
    assert!(served["openapi"].as_str().unwrap().starts_with("3.1"));
    let checked_in: Value = serde_json::from_str(CHECKED_IN).unwrap();
    assert!(
        served == checked_in,
        "web/openapi.json is not what the server serves: renew it with `make openapi`"
    );
}
