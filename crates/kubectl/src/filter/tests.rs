use proptest::prelude::*;
use serde_json::json;

use super::*;

fn pod() -> Json {
    json!({
        "kind": "Pod",
        "metadata": {
            "name": "web-1", "namespace": "shop", "labels": {"app": "web", "tier": "front-end"},
            "creationTimestamp": "2026-01-01T00:00:00Z", "deletionTimestamp": null
        },
        "spec": {"nodeName": "n1", "priority": 7, "containers": [
            {"name": "a", "image": "shop/web:1.2", "resources": {"limits": {"memory": "512Mi", "cpu": 1}}},
            {"name": "b", "image": "shop/log:9"}
        ]},
        "status": {"phase": "Running", "ratio": 0.5, "containerStatuses": [
            {"name": "a", "restartCount": 6, "ready": true}, {"name": "b", "restartCount": 0, "ready": false}
        ]}
    })
}

fn metrics() -> Json {
    json!({"containers": [
        {"name": "a", "usage": {"cpu": "250m", "memory": "600Mi"}},
        {"name": "b", "usage": {"cpu": "20000000n", "memory": "1Mi"}}
    ]})
}

fn sieve(text: &str) -> Sieve {
    Where::parse(text)
        .unwrap_or_else(|refusal| panic!("{text}: {refusal}"))
        .sieve("2026-01-02T12:00:00Z".parse().unwrap())
}

fn keeps(text: &str) -> bool {
    sieve(text).keeps(&pod(), Some(&metrics())).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn what_people_ask_is_answered() {
    for text in [
        "self.status.containerStatuses.exists(c, c.restartCount > 5)",
        "self.status.containerStatuses.all(c, c.restartCount >= 0)",
        "self.status.containerStatuses.exists_one(c, c.ready)",
        "self.spec.containers.filter(c, !has(c.resources)).size() == 1",
        "self.spec.containers.map(c, c.name) == ['a', 'b']",
        "self.spec.containers.map(c, has(c.resources), c.name) == ['a']",
        "self.spec.containers.map(c, c.image).join(',') == 'shop/web:1.2,shop/log:9'",
        "self.metadata.labels.exists(k, k.startsWith('tie'))",
        "self.metadata.labels['app'] == \"web\" && 'tier' in self.metadata.labels",
        "self.spec.nodeName in ['n1', 'n2']",
        "self.spec.priority % 4 == 3 ? self.status.phase == 'Running' : false",
        "self.status.ratio * 2.0 == 1.0 && self.status.ratio < 1",
        "quantity(self.spec.containers[0].resources.limits.memory).isGreaterThan(quantity('0.4Gi'))",
        "quantity(self.spec.containers[0].resources.limits.cpu).compareTo(quantity('1000m')) == 0",
        "quantity('1Gi').sub(quantity('512Mi')).add(quantity('1')).sign() == 1",
        "quantity('2k').asInteger() == 2000 && !quantity('1m').isInteger() && isQuantity('3') && !isQuantity('x')",
        "metrics.memory.isGreaterThan(quantity('500Mi')) && metrics.memory > quantity('600Mi')",
        "metrics.cpu == quantity('270m')",
        "metrics.containers.exists(c, c.name == 'a' && c.cpu.asApproximateFloat() > 0.2)",
        "now - timestamp(self.metadata.creationTimestamp) > duration('1h30m')",
        "(now - timestamp(self.metadata.creationTimestamp)).getHours() == 36",
        "timestamp(self.metadata.creationTimestamp).getFullYear() == 2026 && now.getDayOfWeek() == 5",
        "self.metadata.name.matches('^web-[0-9]+$') && !self.metadata.name.matches('^x')",
        "self.metadata.name.find('[0-9]') == '1' && self.metadata.name.findAll('[a-z]').size() == 3",
        "self.metadata.labels.tier.split('-')[1].upperAscii() == 'END' && 'abc'.substring(1) == 'bc'",
        "'abcb'.indexOf('b') == 1 && 'abcb'.lastIndexOf('b') == 3 && [1, 2].indexOf(3) == -1",
        "[3, 1, 2].max() == 3 && [1.5, 2.5].sum() == 4.0 && [1, 2].isSorted()",
        "self.metadata.?annotations.?note.orValue('none') == 'none' && !self.?spec.?x.hasValue()",
        "self.metadata.labels[?'app'].orValue('') == 'web'",
        "!has(self.metadata.deletionTimestamp) && !has(self.metadata.annotations)",
        "string(self.spec.priority) == '7' && int('7') == 7 && size(self.spec.containers) == 2",
        "{'a': 1}.a == 1 && {'a': [1]} == {'a': [1]}",
        // One side decides, whatever the other lacks.
        "self.spec.nothing == 1 || self.status.phase == 'Running'",
        "self.spec.containers.exists(c, c.resources.limits.memory == '512Mi')",
    ] {
        assert!(keeps(text), "{text}");
    }
}

#[test]
fn what_is_missing_is_false_and_counted() {
    for text in [
        "self.spec.nothing == 1",
        "self.spec.nothing != 1",
        "!(self.spec.nothing == 1)",
        "self.spec.containers.all(c, c.resources.limits.memory == '512Mi')",
        "self.metadata.deletionTimestamp != 'x'",
        "self.spec.containers[7].name == 'a'",
        "has(self.metadata.annotations.note)",
    ] {
        let mut sieve = sieve(text);
        let kept = sieve.keeps(&pod(), None).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert!(!kept, "{text}");
        assert!(sieve.note().is_some(), "{text}");
    }
    // `has` asks whether something is missing: that is an answer.
    let mut asked = sieve("has(self.metadata.annotations)");
    assert!(!asked.keeps(&pod(), None).unwrap());
    assert_eq!(asked.note(), None);
    let mut sieve = sieve("metrics.cpu > quantity('1')");
    assert!(!sieve.keeps(&pod(), None).unwrap());
    assert!(!sieve.keeps(&json!({}), None).unwrap());
    assert_eq!(sieve.note().unwrap(), "2 objects were left out for want of `metrics`.");
}

#[test]
fn a_type_that_does_not_fit_names_the_part() {
    for (text, part) in [
        ("self.status.phase == 'x' || self.spec.priority > '3'", "self.spec.priority > \"3\""),
        ("self.spec.priority.deep == 1", "self.spec.priority.deep"),
        ("self.spec.containers.exists(c, c.name + 1 == 2)", "c.name + 1"),
        ("self.spec.nodeName", "self.spec.nodeName"),
        ("quantity(self.spec.nodeName).sign() == 1", "quantity(self.spec.nodeName)"),
        ("self.spec.priority.startsWith('7')", "self.spec.priority.startsWith(\"7\")"),
        ("self.spec.priority / 0 == 1", "self.spec.priority / 0"),
        ("self.status.phase && true", "self.status.phase"),
    ] {
        match sieve(text).keeps(&pod(), None) {
            Err(WhereError::Type { part: found, object, .. }) => {
                assert_eq!((found.as_str(), object.as_str()), (part, "Pod web-1 in shop"));
            }
            other => panic!("{text}: {other:?}"),
        }
    }
}

#[test]
fn what_can_not_be_right_is_refused_before_anything_is_read() {
    for (text, says) in [
        ("", "empty"),
        ("self.", "column"),
        ("foo == 1", "`foo` is not known"),
        ("self.a.frobnicate()", "no function `frobnicate`"),
        ("self.a.startWith('x')", "did you mean `startsWith`"),
        ("self.a.matches('(')", "regular expression"),
        ("self.a.matches('((a{500}){500}){500}')", "regular expression"),
        ("self.a > quantity('much')", "not a quantity"),
        ("duration('soon') > duration('1s')", "not a duration"),
        ("startsWith(self.a, 'x')", "called on a value"),
        ("self.a.quantity()", "`quantity(…)`"),
        ("self.a.all(c)", "all"),
        ("Foo{a: 1}.a == 1", "no type"),
        ("self.a == b'x'", "bytes"),
        ("c == 1 && self.l.all(c, c == 1)", "`c` is not known"),
    ] {
        let refusal = Where::parse(text).unwrap_err();
        assert_eq!(refusal.id, "bad-where");
        assert!(refusal.message.contains(says), "{text}: {refusal}");
    }
    let long = vec!["self.a == 1"; 1_000].join(" && ");
    assert!(Where::parse(&long).unwrap_err().message.contains("longer"));
    for deep in [
        vec!["1"; 900].join("+"),
        "[".repeat(300) + &"]".repeat(300),
        format!("self{}", ".a".repeat(400)),
        "true ? 1 : ".repeat(200) + "1",
        "!".repeat(2_000) + "true",
        "(".repeat(2_000) + "true" + &")".repeat(2_000),
    ] {
        // Whatever it says of them, it comes back.
        let _ = Where::parse(&deep);
    }
    assert!(Where::parse(&format!("self{} == 1", ".a".repeat(60))).unwrap_err().message.contains("deep"));
}

#[test]
fn a_hostile_filter_ends() {
    let many = json!({"l": vec![1; 2_000], "s": "a".repeat(4_000)});
    for text in [
        "self.l.all(a, self.l.all(b, self.l.all(c, self.l.all(d, true))))",
        "self.l.map(a, self.l.map(b, self.l)).size() == 0",
        "self.l.exists(a, self == {'x': self})",
        "self.l.exists(a, self.s.matches(string(a) + self.s))",
        "self.l.exists(a, self.s.replace('', self.s).size() == 1)",
        "self.l.map(a, self.s.split('')).size() == 1",
        "self.l.exists(a, self.l.exists(b, [self.s, self.s].join(self.s) == ''))",
        "[self.s].map(x, x+x).map(x, x+x).map(x, x+x).map(x, x+x).map(x, x+x).map(x, x+x).map(x, x+x).map(x, x+x).map(x, x+x).map(x, x+x).map(x, x+x).map(x, x+x) == []",
        // An error may not be swallowed to go on.
        "self.l.all(a, self.l.all(b, self.l.all(c, true))) || true",
    ] {
        assert_eq!(sieve(text).keeps(&many, None), Err(WhereError::Cost), "{text}");
    }
}

#[test]
fn a_filter_is_its_text_wherever_it_is_stored() {
    let filter = Where::parse(" self.a == 1 ").unwrap();
    assert_eq!(serde_json::to_value(&filter).unwrap(), "self.a == 1");
    assert_eq!(serde_json::from_value::<Where>(json!("self.a == 1")).unwrap(), filter);
    assert!(serde_json::from_value::<Where>(json!("self.a ==")).is_err());
    assert!(!filter.reads_metrics());
    assert!(Where::parse("metrics.cpu == quantity('1')").unwrap().reads_metrics());
    assert!(!Where::parse("self.l.all(metrics, metrics == 1)").unwrap().reads_metrics());
}

proptest! {
    #[test]
    fn no_text_breaks_it(text in "[ -~]{0,60}") {
        let _ = Where::parse(&text);
    }

    #[test]
    fn no_expression_breaks_it(parts in proptest::collection::vec(
        prop_oneof![
            "self", "metrics", "now", "\\.[a-c]", "\\.size\\(\\)", " \\+ ", " - ", " / ", " == ", " && ", " \\|\\| ", "!", "\\(", "\\)",
            "\\[", "\\]", "\\{", "\\}", ":", "\\?", ",", "1", "9223372036854775807", "-", "'x'", "null", "true", "has\\(", "\\.all\\(c, ",
            "\\.map\\(c, ", "quantity\\(", "duration\\(", "timestamp\\(", "\\.\\?a", "\\.substring\\(", " in ", "1.5", "\\.sum\\(\\)"
        ], 0..14)) {
        let text = parts.concat();
        if let Ok(filter) = Where::parse(&text) {
            let mut sieve = filter.sieve(Timestamp::UNIX_EPOCH);
            let _ = sieve.keeps(&pod(), Some(&metrics()));
        }
    }
}
