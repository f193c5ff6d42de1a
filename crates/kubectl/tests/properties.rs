//! Laws that hold for every text and every command.

use kubechat_kubectl::path::{Path, Segment};
use kubechat_kubectl::{Command, Level, classify};
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
    ("wait pod/web", &[("for", "condition=Ready"), ("timeout", "90s")]),
    (
        "apply",
        &[
            ("filename", "web.yaml"),
            ("server-side", "true"),
            ("force-conflicts", "true"),
            ("namespace", "shop"),
        ],
    ),
    ("apply", &[("filename", "web.yaml"), ("selector", "app=web"), ("prune", "true")]),
    ("replace", &[("filename", "web.yaml"), ("force", "true"), ("grace-period", "0")]),
    ("create", &[("filename", "web.yaml"), ("edit", "true"), ("output", "json")]),
    ("diff", &[("kustomize", "overlays/prod"), ("server-side", "true")]),
    ("delete", &[("filename", "web.yaml"), ("recursive", "true"), ("ignore-not-found", "true")]),
    ("edit deployment web", &[("namespace", "shop"), ("output", "json")]),
    (
        "expose deployment web",
        &[("port", "80"), ("target-port", "http"), ("type", "NodePort"), ("name", "front")],
    ),
    ("attach web", &[("container", "app"), ("stdin", "true"), ("tty", "true")]),
    ("port-forward svc/web 8080:80", &[("address", "localhost,10.1.2.3"), ("namespace", "shop")]),
    ("cp web:/tmp/a ./a", &[("container", "app"), ("no-preserve", "true")]),
    ("create job once", &[("image", "busybox"), ("dry-run", "client")]),
    ("create ingress web", &[("rule", "web.example.com/*=web:80,tls=cert"), ("class", "nginx")]),
    ("create pdb web --selector=app=web", &[("min-available", "50%")]),
    ("create service nodeport web", &[("tcp", "80:8080"), ("node-port", "30080")]),
    (
        "create priorityclass low",
        &[("value", "10"), ("description", "for later"), ("global-default", "true")],
    ),
    ("create token bot", &[("duration", "10m"), ("audience", "vault")]),
    ("certificate approve jane", &[("force", "true")]),
    ("set subject rolebinding/edit", &[("user", "dana"), ("group", "qa"), ("dry-run", "server")]),
    ("set selector svc/web app=green", &[("dry-run", "client"), ("output", "name")]),
    ("set env deploy/web", &[("list", "true"), ("resolve", "true")]),
    ("set env deploy/web", &[("from", "secret/db"), ("prefix", "DB_")]),
    ("config view", &[("raw", "true"), ("minify", "true")]),
    ("get secret db", &[("output", "go-template={{.data.password}}")]),
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
    ("filename", 'f'),
    ("kustomize", 'k'),
    ("stdin", 'i'),
    ("tty", 't'),
];

/// Every way to act as somebody else, elsewhere, or trusting somebody else, and to write files.
const OVERRIDES: &[&str] = &[
    "as",
    "as-group",
    "as-uid",
    "as-user-extra",
    "token",
    "user",
    "username",
    "password",
    "client-certificate",
    "client-key",
    "kubeconfig",
    "kuberc",
    "context",
    "cluster",
    "server",
    "tls-server-name",
    "certificate-authority",
    "insecure-skip-tls-verify",
    "cache-dir",
    "profile",
    "profile-output",
];

/// Flags of these names mean something else to these verbs.
fn is_own(words: &str, flag: &str) -> bool {
    match flag {
        "user" => words.contains("rolebinding"),
        "profile" => words.starts_with("debug"),
        _ => false,
    }
}

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
    let arity = if words.starts_with("create service ") {
        3
    } else if words.starts_with("rollout")
        || words.starts_with("set")
        || words.starts_with("create ")
        || words.starts_with("certificate")
        || words.starts_with("config")
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

/// A thousand, or as many as `PROPTEST_CASES` says where that is more.
fn cases() -> u32 {
    ProptestConfig::default().cases.max(1000)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_panics(text in any::<String>()) {
        let _ = classify(&text);
        let _ = classify(&format!("kubectl {text}"));
    }

    #[test]
    fn no_bytes_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..200),
        (words, flags) in select(COMMANDS),
        at in any::<proptest::sample::Index>(),
        gone in 0usize..4,
    ) {
        let text = String::from_utf8_lossy(&bytes);
        let _ = classify(&text);
        // A good command with some of it gone and something else in its place.
        let mut good: Vec<char> = line(words, flags, &[1], false).chars().collect();
        let start = at.index(good.len());
        let end = (start + gone).min(good.len());
        good.splice(start..end, text.chars().take(12));
        let _ = classify(&good.into_iter().collect::<String>());
    }

    #[test]
    fn no_words_panic(words in proptest::collection::vec(select(&[
        "get", "delete", "logs", "scale", "rollout", "undo", "label", "set", "image", "create", "configmap", "pods", "deploy/web", "web",
        "a=b", "a-", "-n", "-nshop", "-l", "a=b", "--replicas=0", "--", "-", "''", "-o", "jsonpath={.a", "--all", "-Aw", "--dry-run",
        "--from-literal=a", "--since=1h", "-f", "*", "events", "--for", "=", "/", ".", "top", "explain", "auth", "taint", "nodes", "a=b:NoExecute", "patch", "-p", "{}", "exec", "cp", "can-i", "--tail=-1",
        "apply", "-k", "x.yaml", "replace", "--force", "--prune", "edit", "diff", "expose", "--port=80", "wait", "drain", "config", "view", "--raw",
        "certificate", "approve", "run", "--image=x", "-it", "--rm", "debug", "env", "--list", "--from=cm/a", "job", "service", "clusterip", "--tcp=80", "secret",
        "tls", "--cert=a", "--key=b", "subject", "--user=a", "selector", "kustomize", "attach", "port-forward", "80", "token", "--local", "--template={{.a}}",
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
    fn overrides_are_refused_in_every_spelling(
        (words, flags) in select(COMMANDS),
        flag in select(OVERRIDES),
        how in 0usize..7,
        at in 0usize..8,
        help in any::<bool>(),
    ) {
        prop_assume!(!is_own(words, flag));
        let underscored = flag.replace('-', "_");
        let value = if flag == "insecure-skip-tls-verify" { "true" } else { "https://elsewhere" };
        let spelled = match (flag, how) {
            ("server", 4) => format!("-s{value}"),
            ("server", 5) => format!("-s={value}"),
            ("server", 6) => format!("-s {value}"),
            ("insecure-skip-tls-verify", 0) => format!("--{flag}"),
            (_, 0 | 4) => format!("--{flag} {value}"),
            (_, 1 | 5) => format!("--{flag}={value}"),
            (_, 2) => format!("--{underscored}={value}"),
            _ => format!("\"--{flag}\"='{value}'"),
        };
        let whole = line(words, flags, &[1], false);
        prop_assume!(!whole.contains('\\'));
        // Between any two words: before the verb, inside it, after it, at the end. Words in quotes hold no spaces
        // here but those of values, so that the override is never put inside a value.
        let mut places: Vec<usize> = whole.match_indices(' ').map(|(at, _)| at).filter(|at| whole[..*at].matches('\'').count().is_multiple_of(2)).collect();
        places.push(whole.len());
        let place = places[at % places.len()];
        let mut told = format!("{} {spelled}{}", &whole[..place], &whole[place..]);
        if help {
            told.push_str(" --help");
        }
        prop_assert_eq!(classify(&told).level, Level::Refused, "{}", told);
    }

    #[test]
    fn clusters_hide_no_server(letters in "[Aitwpq]{0,3}", verb in select(&["get pods", "exec web", "logs web", "delete pod web", "run web --image=x"][..]), glue in select(&["", "=", " "][..])) {
        let told = format!("kubectl {verb} -{letters}s{glue}https://elsewhere");
        prop_assert_eq!(classify(&told).level, Level::Refused, "{}", told);
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
