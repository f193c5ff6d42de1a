//! Laws that hold for every text and every command.

use kubechat_kubectl::path::{Path, Segment};
use kubechat_kubectl::{Command, classify};
use proptest::prelude::*;
use proptest::sample::select;

/// Commands in plain spelling, as words before and flags that may stand anywhere.
const COMMANDS: &[(&str, &[(&str, &str)])] = &[
    (
        "get pods",
        &[("namespace", "shop"), ("selector", "app=web"), ("output", "wide"), ("show-labels", "true")],
    ),
    ("get deploy/web svc/web", &[("namespace", "shop"), ("output", "jsonpath={.items[*].metadata.name}")]),
    (
        "get pods",
        &[
            ("all-namespaces", "true"),
            ("field-selector", "status.phase!=Running"),
            ("sort-by", ".metadata.name"),
            ("no-headers", "true"),
        ],
    ),
    ("describe node n1", &[]),
    (
        "logs web",
        &[
            ("container", "app"),
            ("tail", "20"),
            ("since", "90m"),
            ("timestamps", "true"),
            ("namespace", "shop"),
        ],
    ),
    ("logs", &[("selector", "app=web"), ("follow", "true"), ("prefix", "true")]),
    ("top pod", &[("sort-by", "memory"), ("containers", "true"), ("all-namespaces", "true")]),
    ("events", &[("for", "pod/web"), ("types", "Warning"), ("watch", "true")]),
    ("explain deployment.spec.strategy", &[("recursive", "true")]),
    ("auth can-i delete pods", &[("namespace", "shop"), ("subresource", "log")]),
    (
        "scale deployment web api",
        &[("replicas", "0"), ("current-replicas", "3"), ("dry-run", "server"), ("namespace", "shop")],
    ),
    ("rollout undo ds/agent", &[("to-revision", "2"), ("output", "name")]),
    ("rollout status deploy/web", &[("watch", "false")]),
    ("set image deploy/web app=nginx:1.27 *=x", &[("namespace", "shop")]),
    ("label pods web tier=front old-", &[("overwrite", "true")]),
    ("annotate pods example.com/a=b", &[("all", "true"), ("namespace", "shop")]),
    ("create deployment web", &[("image", "nginx"), ("replicas", "3"), ("port", "80")]),
    ("create configmap app", &[("from-literal", "a=it's {x}"), ("dry-run", "client"), ("output", "yaml")]),
    ("delete pods,svc", &[("selector", "app in (a,b)"), ("grace-period", "5"), ("cascade", "foreground")]),
    ("cordon n1 n2", &[("dry-run", "client")]),
    (
        "patch deploy web",
        &[("patch", "{\"spec\":{\"paused\":true}}"), ("type", "merge"), ("namespace", "shop")],
    ),
    ("taint nodes n1 a=b:NoSchedule c-", &[("overwrite", "true")]),
    ("create rolebinding edit", &[("clusterrole", "edit"), ("user", "dana"), ("namespace", "shop")]),
    ("create secret generic db", &[("from-literal", "a=b"), ("output", "name")]),
    ("drain n1", &[("ignore-daemonsets", "true"), ("grace-period", "5"), ("dry-run", "server")]),
    ("wait pod/web", &[("for", "condition=Ready"), ("timeout", "30s")]),
    (
        "run web",
        &[
            ("image", "nginx"),
            ("env", "A=b c"),
            ("labels", "a=b"),
            ("restart", "Never"),
            ("namespace", "shop"),
        ],
    ),
    ("autoscale deploy/web", &[("min", "2"), ("max", "5"), ("cpu-percent", "70")]),
    (
        "set resources deploy/web",
        &[("limits", "cpu=500m,memory=1Gi"), ("requests", "cpu=1"), ("namespace", "shop")],
    ),
    ("set env deploy/web A=b C-", &[("dry-run", "server")]),
    ("debug pod/web", &[("image", "busybox"), ("profile", "sysadmin"), ("namespace", "shop")]),
];

const SHORT: &[(&str, char)] = &[
    ("namespace", 'n'),
    ("selector", 'l'),
    ("output", 'o'),
    ("all-namespaces", 'A'),
    ("watch", 'w'),
    ("container", 'c'),
];

fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// One of the spellings that pflag takes for the same flag.
fn spelled(flag: &str, value: &str, how: usize) -> String {
    let off = value == "false";
    let short = SHORT.iter().find(|(long, _)| *long == flag).map(|(_, short)| *short).filter(|_| how >= 4);
    let switch = value == "true";
    let attached = quoted(value);
    match (short, switch, how % 4) {
        (Some(short), true, _) => format!("-{short}"),
        (Some(short), false, 0) if !off => format!("-{short} {attached}"),
        (Some(short), false, how) if how == 1 || off => format!("-{short}={attached}"),
        (Some(short), false, _) => format!("-{short}{attached}"),
        (None, true, 0 | 1) => format!("--{flag}"),
        (None, true, 2) => format!("--{}=T", flag.replace('-', "_")),
        (None, false, 0) if flag != "dry-run" && flag != "cascade" && value != "false" => {
            format!("--{flag} {attached}")
        }
        (None, false, 1) => format!("--{}={attached}", flag.replace('-', "_")),
        _ => format!("--{flag}={attached}"),
    }
}

fn line(words: &str, flags: &[(&str, &str)], hows: &[usize], front: bool) -> String {
    let flags: Vec<String> = flags
        .iter()
        .zip(hows.iter().cycle())
        .map(|((flag, value), how)| spelled(flag, value, *how))
        .collect();
    let arity = if words.starts_with("rollout")
        || words.starts_with("set")
        || words.starts_with("create")
        || words.starts_with("top")
        || words.starts_with("auth")
    {
        2
    } else {
        1
    };
    let words: Vec<&str> = words.split(' ').collect();
    let (verb, rest) = words.split_at(arity);
    let rest: Vec<String> = rest.iter().map(|word| quoted(word)).collect();
    if front {
        format!("kubectl {} {} {}", verb.join(" "), flags.join(" "), rest.join(" "))
    } else {
        format!("kubectl {} {} {}", verb.join(" "), rest.join(" "), flags.join(" "))
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_panics(text in any::<String>()) {
        let _ = classify(&text);
        let _ = classify(&format!("kubectl {text}"));
    }

    #[test]
    fn no_words_panic(words in proptest::collection::vec(select(&[
        "get", "delete", "logs", "scale", "rollout", "undo", "label", "set", "image", "create", "configmap", "pods", "deploy/web", "web",
        "a=b", "a-", "-n", "-nshop", "-l", "a=b", "--replicas=0", "--", "-", "''", "-o", "jsonpath={.a", "--all", "-Aw", "--dry-run",
        "--from-literal=a", "--since=1h", "-f", "*", "events", "--for", "=", "/", ".", "top", "explain", "auth", "taint", "nodes", "a=b:NoExecute", "patch", "-p", "{}", "exec", "cp", "can-i", "--tail=-1",
    ][..]), 0..9)) {
        let line = format!("kubectl {}", words.join(" "));
        if let Ok(command) = Command::parse(&line) {
            let canonical = command.to_string();
            prop_assert_eq!(Command::parse(&canonical), Ok(command.clone()), "{} → {}", line, canonical);
            prop_assert!(!command.explain().is_empty() && !command.action().is_empty());
        }
        let _ = classify(&line);
    }

    #[test]
    fn paths_are_read_back(steps in proptest::collection::vec(prop_oneof![
        "[A-Za-z0-9_./-]{1,12}".prop_map(Segment::Key),
        ("[a-zA-Z]{1,8}", "[A-Za-z0-9_./:-]{0,12}").prop_map(|(key, value)| Segment::Item(key, value)),
        (0usize..100).prop_map(Segment::Index),
    ], 0..6)) {
        let path = Path(steps);
        prop_assert_eq!(Path::parse(&path.to_string()), Some(path.clone()), "{}", path);
    }

    #[test]
    fn spellings_are_equal((words, flags) in select(COMMANDS), hows in proptest::collection::vec(0usize..8, 6), front in any::<bool>(), reverse in any::<bool>()) {
        let plain = line(words, flags, &[1], false);
        let mut flags = flags.to_vec();
        if reverse {
            flags.reverse();
        }
        let other = line(words, &flags, &hows, front);
        let command = Command::parse(&plain);
        prop_assert!(command.is_ok(), "{}: {:?}", plain, command);
        prop_assert_eq!(Command::parse(&other), command.clone(), "{} and {}", plain, other);
        let canonical = command.map(|command| command.to_string()).unwrap_or_default();
        prop_assert_eq!(Command::parse(&canonical), Command::parse(&plain), "{}", canonical);
        prop_assert_eq!(classify(&other), classify(&plain));
    }
}
