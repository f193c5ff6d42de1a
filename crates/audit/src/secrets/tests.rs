use super::*;
use crate::event::EventKind;
use crate::record::Actor;
use serde_json::json;

fn masker() -> Masker {
    Masker::new([7; 32])
}

/// The text with `*` where a secret was taken for one.
fn masked(text: &str) -> String {
    let out = masker().text(text);
    let mut parts = out.split(MARK);
    let mut shown = parts.next().unwrap().to_string();
    for part in parts {
        shown.push('*');
        shown.push_str(&part[32..]);
    }
    shown
}

#[test]
fn secrets_on_command_lines_and_in_words_are_found() {
    for (text, shown) in [
        (
            "kubectl set env deploy/web DB_PASSWORD=hunter2 MODE=fast",
            "kubectl set env deploy/web DB_PASSWORD=* MODE=fast",
        ),
        (
            "kubectl create secret generic db --from-literal=user=ada",
            "kubectl create secret generic db --from-literal=user=*",
        ),
        (
            "kubectl create secret docker-registry r --docker-password s3cr --docker-username ada",
            "kubectl create secret docker-registry r --docker-password * --docker-username ada",
        ),
        ("curl -H 'Authorization: Bearer abcdefgh12'", "curl -H 'Authorization: Bearer *'"),
        ("postgres://ada:pa55word@db:5432/x", "postgres://ada:*@db:5432/x"),
        (
            r#"kubectl patch cm x -p {"data":{"apiKey":"k1-xyz"}}"#,
            r#"kubectl patch cm x -p {"data":{"apiKey":"*"}}"#,
        ),
        ("set the password to hunter2 please", "set the password to * please"),
        ("use ghp_0123456789abcdefghijABCDEFGHIJ", "use *"),
        ("key AKIAIOSFODNN7EXAMPLE", "key *"),
        ("wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY1", "*"),
        ("-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY----- end", "* end"),
        (
            r#"[{"name":"DB_PASSWORD","value":"hunter2-and-more"},{"name":"MODE","value":"fast"}]"#,
            r#"[{"name":"DB_PASSWORD","value":"*"},{"name":"MODE","value":"fast"}]"#,
        ),
        (r#"[{"name":"A_TOKEN","value":"cut of…"#, r#"[{"name":"A_TOKEN","value":"*"#),
        (r#"{"apiKey":"cut o…"#, r#"{"apiKey":"*"#),
        (
            "- name: API_KEY\n  value: abc\n- name: MODE\n  value: fast",
            "- name: API_KEY\n  value: *\n- name: MODE\n  value: fast",
        ),
        (
            "set env deploy/web DB_PASSWORD=hunter2-and-more MODE=fast",
            "set env deploy/web DB_PASSWORD=* MODE=fast",
        ),
        ("client_secret: 'a b c'", "client_secret: '*'"),
    ] {
        assert_eq!(masked(text), shown);
    }
}

#[test]
fn what_evidence_needs_stays() {
    for text in [
        "kubectl get secret db-credentials -n shop -o yaml",
        "show me the secret and the token of the service account",
        "kubectl create token builder",
        "a91d3f0e5b6c7d8e9fa0b1c2d3e4f5061728394a5b6c7d8e9fa0b1c2d3e4f506",
        "0192f5c1-7f3e-7abc-8def-0123456789ab",
        "web-7d4b9c6f5d-x2x9z registry.example/shop/web@sha256:a91d3f0e5b6c7d8e9fa0b1c2d3e4f506",
        "automountServiceAccountToken: false",
        "kubectl rollout restart deployment/web-frontend-production-canary",
        "secretName: tls-cert",
        "token: true",
    ] {
        assert_eq!(masked(text), text);
    }
}

#[test]
fn fields_are_masked_by_their_name_and_by_the_path_they_tell_of() {
    let mut value = json!({
        "password": "x1y2z3", "pin": {"secret": ["abc", {"a": "def"}]}, "approval_hash": "a91d3f0e",
        "diff": [{"path": "spec.template.spec.containers[web].env[DB_TOKEN].value", "before": "old1", "after": "new1"},
                 {"path": "spec.replicas", "before": "2", "after": "5"}],
        "env": [{"name": "API_KEY", "value": "k-k-k"}, {"name": "MODE", "value": "fast"}],
    });
    masker().value(&mut value);
    let mask = |text| masker().mask(text);
    assert_eq!(value["password"], mask("x1y2z3"));
    assert_eq!(value["pin"]["secret"], json!([mask("abc"), {"a": mask("def")}]));
    assert_eq!(value["diff"][0]["before"], mask("old1"));
    assert_eq!(value["diff"][0]["after"], mask("new1"));
    assert_eq!(value["diff"][1]["after"], "5");
    assert_eq!(value["env"][0]["value"], mask("k-k-k"));
    assert_eq!(value["env"][1]["value"], "fast");
    assert_eq!(value["approval_hash"], "a91d3f0e");
}

#[test]
fn a_mask_is_the_same_for_the_same_value_and_key_and_is_not_masked_again() {
    let mask = masker().mask("hunter2");
    assert_eq!(mask.len(), MARK.len() + 32);
    assert_eq!(masker().mask("hunter2"), mask);
    assert_ne!(masker().mask("hunter3"), mask);
    assert_ne!(Masker::new([8; 32]).mask("hunter2"), mask);
    let once = masker().text("PASSWORD=hunter2");
    assert_eq!(masker().text(&once), once);
}

#[test]
fn no_planted_secret_is_in_the_bytes_of_a_record() {
    let alphabet = b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";
    // Drawn as programs draw them, and always the same.
    let mut drawn = (1_u64..).map(|n| {
        n.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 33
    });
    for n in 0..10_000_u32 {
        let secret: String =
            drawn.by_ref().take(32).map(|n| alphabet[n as usize % alphabet.len()] as char).collect();
        let short = format!("pw{n}x");
        let mut record = Record::new(EventKind::QueryIntent, Actor::new("ada", "cli"));
        let (request, command) = match n % 5 {
            0 => (format!("store {secret} in the secret"), format!("kubectl set env deploy/x TOKEN={short}")),
            1 => (format!("set the password to {short}"), format!("kubectl annotate pod x note={secret}")),
            2 => (
                format!("my apikey={short}"),
                format!("kubectl create secret generic x --from-literal=a={short}"),
            ),
            3 => {
                (format!("https://u:{short}@host/"), format!("kubectl run x --image=x --env=DB_PASS={short}"))
            }
            _ => (format!("bearer {secret}"), format!("kubectl patch x -p '{{\"token\":\"{short}\"}}'")),
        };
        record.command = Some(command);
        record.data = json!({"request": request, "env": [{"name": "A_TOKEN", "value": short}]});
        let bytes = String::from_utf8(masker().encode(&record).unwrap()).unwrap();
        assert!(!bytes.contains(&secret) && !bytes.contains(&format!("{short}\"")), "{bytes}");
        assert!(!bytes.contains(&format!("={short}")) && !bytes.contains(&format!(":{short}")), "{bytes}");
    }
}
