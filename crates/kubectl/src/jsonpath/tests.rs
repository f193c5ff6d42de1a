use super::*;
use proptest::prelude::*;
use serde_json::json;

fn pods() -> Value {
    json!({"kind": "List", "items": [
        {"metadata": {"name": "a", "labels": {"app.kubernetes.io/name": "web"}}, "status": {"phase": "Running", "n": 3, "ok": true}, "spec": {"containers": [{"image": "x:1"}, {"image": "y:2"}]}},
        {"metadata": {"name": "b"}, "status": {"phase": "Pending", "n": 12, "ok": false}, "spec": {"containers": [{"image": "z:3"}]}}],
        "l": [0, 1, 2, 3, 4, 5], "t": "<&>"})
}

fn render(template: &str) -> Result<String, String> {
    JsonPath::parse(template)?.render(&pods(), true)
}

#[test]
fn templates_render_as_kubectl_does() {
    for (template, text) in [
        ("{.items[*].metadata.name}", "a b"),
        ("{$.items[0].metadata.name}", "a"),
        ("{ .items[0].metadata.name }", "a"),
        ("{.items[-1:].metadata.name}", "b"),
        ("{.items[-1].metadata.name}", "b"),
        ("{.items[0:1].metadata.name}", "a"),
        ("{.l[1:5:2]}{.l[:2]}{.l[4:]}{.l[::3]}{.l[2:2]}", "1 30 14 50 3"),
        ("{.l[0,2]} {.l[-2:-1]}", "0 2 4"),
        ("{..image}", "x:1 y:2 z:3"),
        ("{.items..image}", "x:1 y:2 z:3"),
        ("{.items[?(@.status.phase==\"Running\")].metadata.name}", "a"),
        ("{.items[?(@.status.phase=='Pending')].metadata.name}", "b"),
        ("{.items[?(@.status.phase != \"Running\")].metadata.name}", "b"),
        ("{.items[?(@.status.n > 5)].metadata.name}", "b"),
        ("{.items[?(@.status.n>=3)].metadata.name}{.items[?(@.status.n<=3)].metadata.name}", "a ba"),
        ("{.items[?(@.status.n<12)].metadata.name}", "a"),
        ("{.items[?(@.status.ok==true)].metadata.name}", "a"),
        ("{.items[?(@.metadata.labels)].metadata.name}", "a"),
        ("{.items[?(@.spec.containers[0].image==\"z:3\")].metadata.name}", "b"),
        ("{.items[*]['metadata.name','status.phase']}", "a b Running Pending"),
        ("{.items[0].metadata['name']}", "a"),
        ("{.items[0].metadata.labels.app\\.kubernetes\\.io/name}", "web"),
        ("{.items[0].metadata.labels['app\\.kubernetes\\.io/name']}", "web"),
        ("names: {.items[0].metadata.name}{\"\\t\"}!", "names: a\t!"),
        ("{range .items[*]}{.metadata.name}={.status.phase}{\"\\n\"}{end}", "a=Running\nb=Pending\n"),
        (
            "{range .items[*]}{.metadata.name}:{range .spec.containers[*]}{.image},{end};{end}.",
            "a:x:1,y:2,;b:z:3,;.",
        ),
        ("{range .nothing[*]}{.x}{range .y}{.z}{end}{end}done", "done"),
        ("{range .items[*]}{.metadata.name}", "ab"),
        ("{.nothing}", ""),
        ("{.items[0].spec.containers[1]}", "{\"image\":\"y:2\"}"),
        ("{.items[0].metadata.labels}", "{\"app.kubernetes.io/name\":\"web\"}"),
        ("{.items[*].status.n}", "3 12"),
        ("{'single \"inside\"'}{\"\\u00e9\\x41\"}{3}{1.5}{true}", "single \"inside\"éA31.5true"),
        ("{.items[0].status.*}", "3 true Running"),
        ("{}{.kind}", "{\"items\":"),
    ] {
        match template {
            "{}{.kind}" => assert!(render(template).unwrap().starts_with(text)),
            _ => assert_eq!(render(template).as_deref(), Ok(text), "{template}"),
        }
    }
    assert_eq!(
        JsonPath::parse("{.items[*].status.n}{.t}").unwrap().render_json(&pods(), true).unwrap(),
        "[\n    3,\n    12\n]\n[\n    \"\\u003c\\u0026\\u003e\"\n]\n"
    );
}

#[test]
fn what_is_not_a_template_is_refused() {
    for template in [
        "",
        "{.items[",
        "{.a",
        "{end}",
        "{.items[?(@.a ~ 1)]}",
        "{.items[?(@.a =~ 1)]}",
        "{a.b}",
        "{.a[b]}",
        "{.a[1:2:3:4]}",
        "{'a}",
        "{...a....b}",
        "{.a\n}",
        "{.items[?(@.a == b)]}",
        "{\"\\q\"}",
        "{.a[]}",
        "{!}",
    ] {
        assert!(JsonPath::parse(template).is_err(), "{template}");
    }
}

#[test]
fn what_does_not_fit_the_object_is_said() {
    for (template, says) in [
        ("{.l[9]}", "out of bounds"),
        ("{.l[1:9]}", "out of bounds"),
        ("{.l[4:2]}", "behind its end"),
        ("{.l[0:4:0]}", "above zero"),
        ("{.kind[0]}", "not a list"),
        ("{.kind[?(@.a==1)]}", "can't be filtered"),
        ("{.items[?(@.status.phase>3)]}", "can't be compared"),
        ("{.items[?(@.spec.containers[*].image==\"x\")]}", "one value"),
    ] {
        assert!(render(template).unwrap_err().contains(says), "{template}: {:?}", render(template));
    }
    let strict = JsonPath::parse("{.nothing}").unwrap().render(&pods(), false);
    assert_eq!(strict, Err("nothing is not found".to_owned()));
}

#[test]
fn a_bare_path_will_do() {
    for path in [".kind", "kind", "{.kind}", "{ .kind }"] {
        assert_eq!(JsonPath::relaxed(path).unwrap().first(&pods()), Ok(Some(json!("List"))), "{path}");
    }
}

proptest! {
    #[test]
    fn no_text_breaks_it(text in "[{}\\[\\]().a-c0-2'\",:?@$*=<>! é\\\\-]{0,24}") {
        if let Ok(path) = JsonPath::parse(&text) {
            let _ = path.render(&pods(), true);
        }
    }
}
