//! What flags mean by pflag's rules: numbers, spans of time, lists, and which word is the verb.

#![allow(clippy::unwrap_used)] // clippy sees only `#[test]` functions as tests, not what they call

use kubechat_kubectl::plan::{Context, Show};
use kubechat_kubectl::{Catalog, Command, Facts, Level, Planned, classify};

fn since(value: &str) -> Option<i64> {
    let command = Command::parse(&format!("kubectl logs web --since={value}")).unwrap();
    let (catalog, facts) = (Catalog::builtin(), Facts::new());
    let now = jiff::Timestamp::UNIX_EPOCH;
    let ctx = Context {
        namespace: "shop",
        now,
        catalog: &catalog,
        facts: &facts,
        attachments: &kubechat_kubectl::Attachments::new(),
    };
    let Ok(Planned::Ready(plan)) = command.plan(&ctx) else { panic!("no plan for {value}") };
    let Show::Logs(options) = plan.show else { panic!("no logs for {value}") };
    options.since_seconds
}

#[test]
fn spans_of_time_are_read_as_go_reads_them() {
    for (value, seconds) in [
        ("5s", 5),
        ("2m", 120),
        ("1h30m", 5_400),
        ("1.5h", 5_400),
        ("1m1.5s", 62),
        ("1500ms", 2),
        ("1ms", 1),
        ("3000us", 1),
        ("3000000ns", 1),
        ("2000000us", 2),
        ("+10s", 10),
    ] {
        assert_eq!(since(value), Some(seconds), "{value}");
    }
    for value in ["0", "0s", "-5s", "-1h"] {
        assert_eq!(since(value), None, "{value}");
    }
    for value in ["5", "s", "5x", "1h30", "''", "1..5s", "99999999999999h", "5 s", "+-5s"] {
        let refusal = Command::parse(&format!("kubectl logs web --since={value}")).unwrap_err();
        assert_eq!(refusal.id, "bad-value", "{value}");
    }
}

#[test]
fn equal_spans_are_one_spelling() {
    let canonical = |value: &str| {
        Command::parse(&format!("kubectl logs web --pod-running-timeout={value}")).unwrap().to_string()
    };
    assert_eq!(canonical("2m"), canonical("120s"));
    assert_eq!(canonical("1h0m0s"), canonical("60m"));
    assert!(canonical("2m").contains("--pod-running-timeout=120s"));
    assert!(!canonical("20s").contains("--pod-running-timeout"), "the default says nothing");
    assert!(canonical("1.5m").contains("--pod-running-timeout=1.5m"));
    assert!(canonical("1500ms").contains("--pod-running-timeout=1500ms"));
}

#[test]
fn whole_numbers() {
    let replicas = |value: &str| Command::parse(&format!("kubectl scale deploy/web --replicas={value}"));
    for (value, canonical) in [("3", "3"), ("+3", "3"), ("0", "0"), ("-0", "0")] {
        let line = replicas(value).unwrap().to_string();
        assert!(line.contains(&format!("--replicas={canonical}")), "{line}");
    }
    for value in ["03", "0x3", "1_000", "3.0", "three", "''", "+", "-", "+03", "99999999999999999999"] {
        assert_eq!(replicas(value).unwrap_err().id, "bad-value", "{value}");
    }
}

#[test]
fn switches_are_read_as_go_reads_them() {
    for (value, level) in [
        ("1", Level::Safe),
        ("t", Level::Safe),
        ("T", Level::Safe),
        ("TRUE", Level::Safe),
        ("True", Level::Safe),
        ("0", Level::Dangerous),
        ("f", Level::Dangerous),
        ("F", Level::Dangerous),
        ("FALSE", Level::Dangerous),
        ("False", Level::Dangerous),
        ("yes", Level::Refused),
        ("tRUE", Level::Refused),
        ("''", Level::Refused),
    ] {
        assert_eq!(classify(&format!("kubectl delete pod web --help={value}")).level, level, "{value}");
    }
}

#[test]
fn the_verb_is_the_first_word_that_is_no_value() {
    for line in [
        "kubectl -n delete get pods",
        "kubectl -n=delete get pods",
        "kubectl -ndelete get pods",
        "kubectl --namespace delete get pods",
        "kubectl --namespace=delete get pods",
        "kubectl -v 4 get pods -n delete",
        "kubectl --v=4 get pods -n delete",
        "kubectl --match-server-version get pods -n delete",
        "kubectl --match-server-version=false get pods -n delete",
        "kubectl --request-timeout 5s get -n delete pods",
        "kubectl --selector delete -n delete get pods -l ''",
    ] {
        let command = Command::parse(line).unwrap();
        assert_eq!(command.verb(), "get", "{line}");
        assert_eq!(command.namespace(), Some("delete"), "{line}");
    }
    for (line, verb) in [
        ("kubectl rollout -n status restart deploy/web", "rollout restart"),
        ("kubectl -n undo rollout --namespace=status history deploy/web", "rollout history"),
        ("kubectl create -n secret configmap app", "create configmap"),
        ("kubectl create -f web.yaml -n configmap", "create"),
        ("kubectl set -n image env deploy/web A=b", "set env"),
    ] {
        assert_eq!(Command::parse(line).unwrap().verb(), verb, "{line}");
    }
    for (line, id) in [
        ("kubectl --all get pods", "unknown-verb"),
        ("kubectl -x get pods", "unknown-verb"),
        ("kubectl -- get pods", "missing-verb"),
        ("kubectl -n get", "missing-verb"),
        ("kubectl - get pods", "unknown-verb"),
        ("kubectl '' get pods", "missing-verb"),
        ("kubectl -n get pods", "unknown-verb"),
    ] {
        assert_eq!(Command::parse(line).unwrap_err().id, id, "{line}");
    }
}

#[test]
fn clusters_and_glued_values() {
    let same =
        |one: &str, other: &str| assert_eq!(Command::parse(one), Command::parse(other), "{one} and {other}");
    same("kubectl exec -it web -- sh", "kubectl exec --stdin --tty web -- sh");
    same("kubectl exec -itcapp web -- sh", "kubectl exec -i -t -c app web -- sh");
    same("kubectl exec -itc app web -- sh", "kubectl exec -i -t --container=app web -- sh");
    same("kubectl exec -itc=app web -- sh", "kubectl exec -i -t --container=app web -- sh");
    same("kubectl get -Aowide pods", "kubectl get pods --all-namespaces --output=wide");
    same("kubectl get -A=false -w=true pods", "kubectl get pods --watch");
    same("kubectl get pods -l a=b", "kubectl get pods -la=b");
    same("kubectl get pods -l=a=b", "kubectl get pods --selector=a=b");
    same("kubectl get pods -L a,b -L c", "kubectl get pods --label-columns=a --label-columns b,c");
    same(
        "kubectl cluster-info dump --namespaces=a,b --namespaces c",
        "kubectl cluster-info dump --namespaces=a --namespaces=b,c",
    );
    same("kubectl cluster-info dump --namespaces=", "kubectl cluster-info dump");
    same("kubectl delete pod web --cascade", "kubectl delete pod web --cascade=background");
    for (line, id) in [
        ("kubectl get pods -Z", "unknown-flag"),
        ("kubectl get pods -AZ", "unknown-flag"),
        ("kubectl get pods -n", "missing-value"),
        ("kubectl get pods --namespace", "missing-value"),
        ("kubectl get pods --", ""),
        ("kubectl get pods ---all", "unknown-flag"),
        ("kubectl get pods --=x", "unknown-flag"),
        ("kubectl get pods -Ax=y", "unknown-flag"),
        ("kubectl get pods --wide=", "unknown-flag"),
    ] {
        let id = Some(id).filter(|id| !id.is_empty());
        assert_eq!(Command::parse(line).err().map(|refusal| refusal.id), id, "{line}");
    }
}

#[test]
fn an_unknown_flag_is_told_with_the_nearest_one() {
    let told = |line: &str| Command::parse(line).unwrap_err().message;
    assert!(told("kubectl get pods --namspace=x").contains("did you mean `--namespace`?"));
    assert!(told("kubectl get pods --all-namespace").contains("did you mean `--all-namespaces`?"));
    assert!(!told("kubectl get pods --zzz").contains("did you mean"));
    // One that is refused is no good hint.
    assert!(!told("kubectl get pods --tokn=x").contains("`--token`"));
}

#[test]
fn flags_that_take_some_values_only() {
    for value in ["status", "scale", "resize"] {
        assert!(Command::parse(&format!("kubectl get deploy/web --subresource={value}")).is_ok(), "{value}");
    }
    for value in ["proxy", "exec", "token", "approval", "finalize", "eviction", "../x", "Status"] {
        for line in [
            format!("kubectl get pod web --subresource={value}"),
            format!("kubectl patch pod web -p '{{}}' --subresource {value}"),
            format!("kubectl edit pod web --subresource={value}"),
            format!("kubectl replace -f web.yaml --subresource={value}"),
            format!("kubectl apply -f web.yaml --server-side --subresource={value}"),
        ] {
            let refusal = Command::parse(&line).unwrap_err();
            assert_eq!(refusal.id, "bad-value", "{line}");
            assert!(refusal.message.contains("status, scale, resize"), "{}", refusal.message);
        }
    }
}

#[test]
fn the_time_of_a_request_is_read_as_kubectl_reads_it() {
    let limit = |value: &str| {
        Command::parse(&format!("kubectl get pods --request-timeout={value}"))
            .map(|one| one.request_timeout())
    };
    let millis = |value: u64| Ok(Some(std::time::Duration::from_millis(value)));
    assert_eq!(limit("30"), millis(30_000));
    assert_eq!(limit("+5"), millis(5_000));
    assert_eq!(limit("1m30s"), millis(90_000));
    assert_eq!(limit("1500ms"), millis(1_500));
    assert_eq!(limit("0.25s"), millis(250));
    // Nothing is shorter than a millisecond, and nothing at all is no limit.
    assert_eq!(limit("1ns"), millis(1));
    for none in ["0", "0s", "-1s"] {
        assert_eq!(limit(none), Ok(None), "{none}");
    }
    for wrong in ["5x", "x", "1.5", "''"] {
        assert!(limit(wrong).is_err(), "{wrong}");
    }
    let same = |one: &str, other: &str| {
        let read =
            |value: &str| Command::parse(&format!("kubectl get pods --request-timeout={value}")).unwrap();
        assert_eq!(read(one), read(other), "{one} {other}");
        assert_eq!(Command::parse(&read(one).to_string()).unwrap(), read(one), "{one}");
    };
    same("60", "1m");
    same("1.5s", "1500ms");
    same("0", "0s");
}

#[test]
fn a_template_says_whether_keys_may_be_missing() {
    for (line, strict) in [
        ("kubectl get pods -o jsonpath={.x}", false),
        ("kubectl get pods -o jsonpath={.x} --allow-missing-template-keys", false),
        ("kubectl get pods -o jsonpath={.x} --allow-missing-template-keys=false", true),
        ("kubectl get pods --template={{.x}} --allow-missing-template-keys=f", true),
        ("kubectl label pod web a- -o jsonpath-as-json={.x} --allow-missing-template-keys=0", true),
    ] {
        let command = Command::parse(line).unwrap();
        assert_eq!(command.to_string().contains(" --allow-missing-template-keys=false"), strict, "{line}");
        assert_eq!(Command::parse(&command.to_string()).unwrap(), command, "{line}");
        let (catalog, facts) = (Catalog::builtin(), Facts::new());
        let ctx = Context {
            namespace: "x",
            now: jiff::Timestamp::UNIX_EPOCH,
            catalog: &catalog,
            facts: &facts,
            attachments: &kubechat_kubectl::Attachments::new(),
        };
        let Ok(Planned::Ready(plan)) = command.plan(&ctx) else { panic!("{line}") };
        let (Show::JsonPath(template) | Show::JsonPathAsJson(template) | Show::GoTemplate(template)) =
            plan.show
        else {
            panic!("{line}")
        };
        assert_eq!(template.strict, strict, "{line}");
    }
}
