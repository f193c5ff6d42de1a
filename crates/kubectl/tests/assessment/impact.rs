//! Levels of what a change does to others.

use super::*;

#[test]
fn by_impact() {
    let service = |left, comes_back| ServiceChange {
        namespace: "shop".into(),
        name: "web".into(),
        ready: 2,
        left,
        comes_back,
    };
    let volume = |data| VolumeChange { namespace: Some("shop".into()), name: "data".into(), data };
    let cases = [
        (
            Impact { services: vec![service(0, false)], ..Impact::default() },
            Level::Dangerous,
            "service-loses-endpoints",
        ),
        (
            Impact { services: vec![service(0, true)], ..Impact::default() },
            Level::Warning,
            "service-loses-endpoints",
        ),
        (Impact { services: vec![service(1, false)], ..Impact::default() }, Level::Warning, "changes-state"),
        (
            Impact {
                budgets: vec![BudgetChange {
                    namespace: "shop".into(),
                    name: "web".into(),
                    healthy: 3,
                    left: 1,
                    wanted: 2,
                }],
                ..Impact::default()
            },
            Level::Dangerous,
            "violates-pdb",
        ),
        (
            Impact { volumes: vec![volume(Data::Deleted)], ..Impact::default() },
            Level::Dangerous,
            "deletes-data",
        ),
        (Impact { volumes: vec![volume(Data::Kept)], ..Impact::default() }, Level::Warning, "changes-state"),
        (
            Impact {
                along: vec![Along {
                    resource: "pods".into(),
                    kind: "Pod".into(),
                    namespace: Some("shop".into()),
                    count: 2,
                    names: vec!["a".into(), "b".into()],
                }],
                ..Impact::default()
            },
            Level::Dangerous,
            "deletes-owned",
        ),
        (
            Impact {
                reverts: vec![Revert {
                    id: "autoscaler-reverts".into(),
                    object: object("apps", "deployments", Some("shop"), "web"),
                    text: "It sets its own number again.".into(),
                }],
                ..Impact::default()
            },
            Level::Warning,
            "autoscaler-reverts",
        ),
        (
            Impact { unknown: vec!["You may not see pods.".into()], ..Impact::default() },
            Level::Warning,
            "changes-state",
        ),
    ];
    let catalog = Catalog::builtin();
    let facts = Facts::new();
    let ctx = Context {
        namespace: "shop",
        now: jiff::Timestamp::UNIX_EPOCH,
        catalog: &catalog,
        facts: &facts,
        attachments: &kubechat_kubectl::Attachments::new(),
    };
    let planned =
        Command::parse("kubectl scale deploy/web --replicas=1").and_then(|command| command.plan(&ctx));
    let Ok(Planned::Ready(plan)) = planned else { panic!("not planned") };
    for (impact, level, reason) in cases {
        let effects = Effects { targets: &[], deltas: &[], impact: &impact, unconfirmed: false };
        let judged = assess_effects(&plan, &effects, &Protection::default());
        assert_eq!(judged.level, level, "{impact:?}");
        assert!(judged.reasons.iter().any(|known| known.id == reason), "{impact:?}: {judged:?}");
    }
}

#[test]
fn what_a_change_does_to_others_is_said_in_sentences() {
    assert!(Impact::default().is_empty());
    let service = |left, ready, comes_back| {
        let name = "front".to_owned();
        ServiceChange { namespace: "shop".to_owned(), name, ready, left, comes_back }.to_string()
    };
    assert_eq!(service(0, 1, false), "Service front loses its only ready endpoint.");
    assert_eq!(service(0, 3, true), "Service front loses all 3 ready endpoints until new pods are ready.");
    assert_eq!(service(1, 3, false), "Service front keeps 1 of 3 ready endpoints.");
    let budget =
        BudgetChange { namespace: "shop".to_owned(), name: "web".to_owned(), healthy: 1, left: 0, wanted: 1 };
    assert_eq!(budget.to_string(), "PodDisruptionBudget web wants 1; 0 of 1 healthy pod would be left.");
    let some = Impact { budgets: vec![budget], ..Impact::default() };
    assert!(!some.is_empty());
}

#[test]
fn of_several_the_first_is_told_and_how_many_more() {
    let service = |name: &str| ServiceChange {
        namespace: "shop".into(),
        name: name.into(),
        ready: 2,
        left: 0,
        comes_back: false,
    };
    let told = |names: &[&str]| {
        let impact =
            Impact { services: names.iter().map(|name| service(name)).collect(), ..Impact::default() };
        let effects = Effects { targets: &[], deltas: &[], impact: &impact, unconfirmed: false };
        let patch = kubechat_kubectl::Operation {
            verb: kubechat_kubectl::plan::ApiVerb::Delete,
            resource: Catalog::builtin().resources.remove(0),
            subresource: None,
            namespace: Some("shop".to_owned()),
            targets: kubechat_kubectl::plan::Targets::Names(vec!["x".to_owned()]),
            change: None,
        };
        let plan = kubechat_kubectl::Plan::changes(vec![patch], kubechat_kubectl::plan::Show::Json, false);
        let judged = assess_effects(&plan, &effects, &Protection::default());
        let mut texts = judged.reasons.into_iter().filter(|reason| reason.id == "service-loses-endpoints");
        texts.next().map(|reason| reason.text).unwrap_or_default()
    };
    assert!(!told(&["web"]).contains("more"));
    assert!(told(&["web", "api"]).ends_with("And 1 more."));
    assert!(told(&["web", "api", "db"]).ends_with("And 2 more."));
}
