//! What single values mean, in whichever patch language they are written.

use super::*;

fn reasons(line: &str) -> Vec<String> {
    classify(line).reasons.into_iter().map(|reason| reason.id).collect()
}

/// Whether a patch of this type is dangerous for this reason.
#[track_caller]
fn patches(kind: &str, language: &str, rows: &[(&str, Option<&str>)]) {
    for (patch, id) in rows {
        let line = format!("kubectl patch {kind} x --type={language} -p '{patch}'");
        let (level, found) = (classify(&line).level, reasons(&line));
        match id {
            Some(id) => {
                assert!(level == Level::Dangerous && found.contains(&(*id).to_owned()), "{line}: {found:?}")
            }
            None => assert_eq!((level, found), (Level::Warning, vec!["changes-state".to_owned()]), "{line}"),
        }
    }
}

#[test]
fn steps_of_a_json_patch_are_judged_by_what_they_leave() {
    const GONE: Option<&str> = Some("removes-finalizer");
    const ZERO: Option<&str> = Some("scales-to-zero");
    patches(
        "deploy",
        "json",
        &[
            (r#"[{"op":"test","path":"/spec/replicas","value":0}]"#, None),
            (
                r#"[{"op":"test","path":"/spec/replicas","value":0},{"op":"add","path":"/spec/replicas","value":0}]"#,
                ZERO,
            ),
            (r#"[{"op":"replace","path":"/spec/replicas","value":1}]"#, None),
            (r#"[{"op":"remove","path":"/spec/paused"}]"#, None),
            (r#"[{"op":"remove","path":"/metadata/finalizers/0"}]"#, GONE),
            (r#"[{"op":"replace","path":"/metadata/finalizers","value":[]}]"#, GONE),
            (r#"[{"op":"replace","path":"/metadata/finalizers","value":null}]"#, GONE),
            (r#"[{"op":"replace","path":"/metadata/finalizers","value":["a"]}]"#, None),
            (r#"[{"op":"add","path":"/metadata/finalizers/-","value":"a"}]"#, None),
            (r#"[{"op":"copy","from":"/metadata/finalizers","path":"/metadata/x"}]"#, None),
            (r#"[{"op":"copy","from":"/metadata/x","path":"/metadata/finalizers"}]"#, None),
            (r#"[{"op":"move","from":"/metadata/finalizers/0","path":"/metadata/x"}]"#, GONE),
            (r#"[{"op":"move","from":"/metadata","path":"/x"}]"#, GONE),
            (r#"[{"op":"copy","from":"/metadata","path":"/x"}]"#, None),
            (r#"[{"op":"remove","path":"/metadata"}]"#, GONE),
            (r#"[{"op":"replace","path":"/metadata","value":{"name":"x"}}]"#, GONE),
            (r#"[{"op":"replace","path":"/metadata","value":{"finalizers":["a"]}}]"#, None),
            (r#"[{"op":"copy","from":"/spec/x","path":"/spec/replicas"}]"#, ZERO),
            (r#"[{"op":"move","from":"/spec/x","path":"/spec/replicas"}]"#, ZERO),
            (
                r#"[{"op":"copy","from":"/spec/x","path":"/spec/template/spec/hostPID"}]"#,
                Some("privileged-pod"),
            ),
            (r#"[{"op":"remove","path":"/spec/template/spec/hostPID"}]"#, None),
            (
                r#"[{"op":"add","path":"/spec/template/spec/containers/0/securityContext/privileged","value":true}]"#,
                Some("privileged-pod"),
            ),
            (
                r#"[{"op":"add","path":"/spec/template/spec/volumes/-","value":{"name":"a","hostPath":{"path":"/"}}}]"#,
                Some("privileged-pod"),
            ),
        ],
    );
}

#[test]
fn what_a_merge_takes_away_or_brings() {
    const GONE: Option<&str> = Some("removes-finalizer");
    const OPEN: Option<&str> = Some("privileged-pod");
    let pod = |inside: &str| format!(r#"{{"spec":{{"template":{{"spec":{inside}}}}}}}"#);
    let container =
        |inside: &str| pod(&format!(r#"{{"containers":[{{"name":"a","securityContext":{inside}}}]}}"#));
    let rows = [
        (r#"{"metadata":{"finalizers":null}}"#.to_owned(), GONE),
        (r#"{"metadata":{"finalizers":[]}}"#.to_owned(), GONE),
        (r#"{"metadata":{"finalizers":["a"]}}"#.to_owned(), None),
        (r#"{"spec":{"finalizers":[]}}"#.to_owned(), GONE),
        (r#"{"metadata":null}"#.to_owned(), GONE),
        (r#"{"metadata":{"labels":null}}"#.to_owned(), None),
        (r#"{"metadata":{"$patch":"replace"}}"#.to_owned(), GONE),
        (r#"{"metadata":{"$retainKeys":["name"]}}"#.to_owned(), GONE),
        (r#"{"$patch":"replace"}"#.to_owned(), GONE),
        (r#"{"metadata":{"$deleteFromPrimitiveList/finalizers":["a"]}}"#.to_owned(), GONE),
        (r#"{"spec":{"$deleteFromPrimitiveList/finalizers":["a"]}}"#.to_owned(), GONE),
        (r#"{"spec":{"$patch":"replace"}}"#.to_owned(), None),
        (r#"{"spec":{"replicas":0}}"#.to_owned(), Some("scales-to-zero")),
        (r#"{"spec":{"replicas":null}}"#.to_owned(), None),
        (pod(r#"{"hostNetwork":true}"#), OPEN),
        (pod(r#"{"hostNetwork":false}"#), None),
        (pod(r#"{"hostIPC":true}"#), OPEN),
        (pod(r#"{"volumes":[{"name":"a","hostPath":{"path":"/"}}]}"#), OPEN),
        (pod(r#"{"volumes":[{"name":"a","hostPath":null}]}"#), None),
        (container(r#"{"privileged":true}"#), OPEN),
        (container(r#"{"privileged":"true"}"#), None),
        (container(r#"{"allowPrivilegeEscalation":true}"#), OPEN),
        (container(r#"{"windowsOptions":{"hostProcess":true}}"#), OPEN),
        (container(r#"{"procMount":"Unmasked"}"#), OPEN),
        (container(r#"{"procMount":"Default"}"#), None),
        (container(r#"{"capabilities":{"add":["NET_ADMIN"]}}"#), OPEN),
        (container(r#"{"capabilities":{"add":["CHOWN","KILL"]}}"#), None),
        (container(r#"{"capabilities":{"drop":["NET_ADMIN"]}}"#), None),
        (r#"{"metadata":{"annotations":{"privileged":true}}}"#.to_owned(), None),
        (r#"{"metadata":{"labels":{"hostPID":true}}}"#.to_owned(), None),
        (r#"{"data":{"privileged":true}}"#.to_owned(), None),
    ];
    let rows: Vec<(&str, Option<&str>)> = rows.iter().map(|(patch, id)| (patch.as_str(), *id)).collect();
    patches("deploy", "merge", &rows);
    patches("deploy", "strategic", &rows);
}

#[test]
fn some_values_mean_something_for_one_type_only() {
    let judged = |kind: &str, patch: &str| reasons(&format!("kubectl patch {kind} x -p '{patch}'"));
    for (kind, other, patch, id) in [
        (
            "ns",
            "deploy",
            r#"{"metadata":{"labels":{"pod-security.kubernetes.io/enforce":"privileged"}}}"#,
            "changes-pod-security",
        ),
        ("pv", "pvc", r#"{"spec":{"persistentVolumeReclaimPolicy":"Delete"}}"#, "deletes-data"),
        ("priorityclass", "cm", r#"{"globalDefault":true}"#, "cluster-wide"),
        ("node", "deploy", r#"{"spec":{"taints":[{"key":"a","effect":"NoExecute"}]}}"#, "no-execute-taint"),
    ] {
        assert!(judged(kind, patch).contains(&id.to_owned()), "{kind} {patch}");
        assert!(!judged(other, patch).contains(&id.to_owned()), "{other} {patch}");
    }
    for (kind, patch, id) in [
        ("ns", r#"{"metadata":{"labels":{"team":"a"}}}"#, "changes-pod-security"),
        ("pv", r#"{"spec":{"persistentVolumeReclaimPolicy":"Retain"}}"#, "deletes-data"),
        ("priorityclass", r#"{"globalDefault":false}"#, "cluster-wide"),
        ("node", r#"{"spec":{"taints":[{"key":"a","effect":"NoSchedule"}]}}"#, "no-execute-taint"),
        ("node", r#"{"spec":{"unschedulable":true}}"#, "no-execute-taint"),
    ] {
        assert!(!judged(kind, patch).contains(&id.to_owned()), "{kind} {patch}");
    }
}

#[test]
fn a_patch_of_objects_that_nobody_has_seen_is_judged_as_of_any_type() {
    let rights = |patch: &str, language: &str| {
        reasons(&format!("kubectl patch -f unseen.yaml --type={language} -p '{patch}'"))
            .contains(&"writes-rbac".to_owned())
    };
    for field in ["rules", "subjects", "roleRef", "aggregationRule"] {
        assert!(rights(&format!(r#"{{"{field}":[]}}"#), "merge"), "{field}");
        assert!(rights(&format!(r#"[{{"op":"add","path":"/{field}/0","value":1}}]"#), "json"), "{field}");
    }
    assert!(rights(r#"[{"op":"replace","path":"","value":{}}]"#, "json"));
    assert!(!rights(r#"{"spec":{"rules":[]}}"#, "merge"));
    assert!(!rights(r#"[{"op":"add","path":"/spec/rules","value":[]}]"#, "json"));
    let line = "kubectl patch -f unseen.yaml -p '{\"spec\":{\"replicas\":0}}'";
    assert!(reasons(line).contains(&"scales-to-zero".to_owned()));
    let line = "kubectl patch -f unseen.yaml --type=json -p '[{\"op\":\"remove\",\"path\":\"/metadata/finalizers\"}]'";
    assert!(reasons(line).contains(&"removes-finalizer".to_owned()));
}

#[test]
fn overrides_of_a_pod_are_judged_in_each_of_their_languages() {
    let opens = |kind: &str, overrides: &str| {
        reasons(&format!("kubectl run a --image=b --override-type={kind} --overrides='{overrides}'"))
            .contains(&"privileged-pod".to_owned())
    };
    assert!(opens("merge", r#"{"spec":{"hostPID":true}}"#));
    assert!(opens("strategic", r#"{"spec":{"hostPID":true}}"#));
    assert!(opens("json", r#"[{"op":"add","path":"/spec/hostPID","value":true}]"#));
    assert!(!opens("json", r#"[{"op":"add","path":"/spec/hostPID","value":false}]"#));
    assert!(!opens("merge", r#"{"spec":{"nodeName":"n1"}}"#));
    // Also where there is no plan that would show it: `--rm` alone can't be carried out.
    assert!(opens("merge --rm", r#"{"spec":{"hostPID":true}}"#));
    assert!(opens("json --rm", r#"[{"op":"add","path":"/spec/hostPID","value":true}]"#));
    assert!(!opens("merge --rm", r#"{"spec":{"nodeName":"n1"}}"#));
}
