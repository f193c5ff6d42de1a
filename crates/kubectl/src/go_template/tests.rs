use super::*;
use proptest::prelude::*;
use serde_json::json;

fn object() -> Value {
    json!({"a": {"n": null, "s": "x", "l": [1, 2.5], "big": 123456789, "m": {"k": "aGk="}}, "i": 3})
}

fn render(template: &str) -> Result<String, String> {
    GoTemplate::parse(template)?.render(&object(), true)
}

/// What Go's own text/template gives.
#[test]
fn templates_are_filled_in_as_go_does() {
    for (template, text) in [
        ("{{.zz}}|{{.zz.y}}|{{.a.l}}|{{.a.big}}|{{.i}}", "<no value>|<no value>|[1 2.5]|1.23456789e+08|3"),
        (
            r#"{{printf "%d %v %s %q %5.2f|%-5s|%05.1f|%t|%%" 3 .i .a.s .a.s 1.5 "ab" 2.25 true}}"#,
            "3 3 x \"x\"  1.50|ab   |002.2|true|%",
        ),
        (
            "{{eq .i 3.0}}{{ne 1 2}}{{lt \"a\" \"b\"}}{{ge 2 2}}{{eq .a.s \"y\" \"x\"}}",
            "truetruetruetruetrue",
        ),
        ("{{len .a.l}}{{index .a.l 1}}{{index .a \"s\"}}{{index .a \"m\" \"k\"}}", "22.5xaGk="),
        ("{{print 1 2 \"a\" \"b\" 3}}", "1 2ab3"),
        ("{{println \"a\" 1}}", "a 1\n"),
        ("{{.a.m}}", "map[k:aGk=]"),
        ("{{range $k, $v := .a.m}}{{$k}}={{$v}};{{end}}", "k=aGk=;"),
        ("{{range .zz}}x{{else}}none{{end}}", "none"),
        ("{{with .a.s}}{{.}}{{$.i}}{{end}}{{with .zz}}y{{else}}n{{end}}", "x3n"),
        ("{{if and .a.s (gt .i 2.0)}}y{{else if .zz}}z{{end}}", "y"),
        ("{{if .zz}}1{{else if .zy}}2{{else if .a}}3{{else}}4{{end}}", "3"),
        ("{{if .zz}}1{{else if .zy}}2{{else}}4{{end}}.", "4."),
        ("a  {{- \" x \" -}}   y", "a x y"),
        ("{{/* c */}}k{{- /* d */ -}} l", "kl"),
        (r#"{{.a.s | printf "%s-%s" "p"}}"#, "p-x"),
        ("{{$x := 1}}{{$x = 2}}{{$x}}", "2"),
        ("{{$x := .a}}{{$x.s}}{{(index .a \"m\").k}}", "xaGk="),
        ("{{range $i, $e := .a.l}}{{if $i}}, {{end}}{{$e}}{{end}}", "1, 2.5"),
        ("{{html \"<a>\"}}{{js \"'\"}}{{urlquery \"a b\"}}", "&lt;a&gt;\\'a+b"),
        ("{{slice .a.s 0 1}}{{not true}}{{or \"\" \"d\"}}{{and 1 0}}", "xfalsed0"),
        ("{{range 3}}{{.}}{{end}}", "012"),
        ("{{range .a.l}}{{if eq . 1.0}}{{continue}}{{end}}{{.}}{{break}}{{end}}", "2.5"),
        ("{{define \"t\"}}[{{.}}]{{end}}{{template \"t\" .i}}{{block \"b\" .i}}<{{.}}>{{end}}", "[3]<3>"),
        ("{{`raw\\n`}}{{'a'}}{{1e3}}{{0x10}}{{-5}}", "raw\\n97100016-5"),
        (
            r#"{{printf "%s" .zz}}{{printf "%v" .zz}}{{printf "%d" "a"}}{{printf "%s"}}{{printf "x" 1}}"#,
            "%!s(<nil>)<nil>%!d(string=a)%!s(MISSING)x%!(EXTRA int=1)",
        ),
        ("{{.a.m.k | base64decode}}{{exists .a \"m\" \"k\"}}{{exists .a \"q\"}}", "hitruefalse"),
        ("{{range .a.l -}}\n  {{.}}\n{{- end}}", "12.5"),
        ("no braces } {", "no braces } {"),
    ] {
        assert_eq!(render(template).as_deref(), Ok(text), "{template}");
    }
}

#[test]
fn what_is_no_template_is_refused_and_what_does_not_fit_is_said() {
    for template in [
        "{{",
        "{{.a",
        "{{end}}",
        "{{if .a}}",
        "{{range .a}}x",
        "{{nope 1}}",
        "{{\"a}}",
        "{{else}}",
        "{{if .a}}{{else}}",
        "{{.a | }}",
        "{{(.a}}",
        "{{template x}}",
        "{{/* a }}",
        "{{1.2.3}}",
        "{{$x := }}",
        "{{\"\\q\"}}",
    ] {
        assert!(GoTemplate::parse(template).is_err(), "{template}");
    }
    for (template, says) in [
        ("{{.a.s.t}}", "can't evaluate field t"),
        ("{{index .a.l 9}}", "out of range"),
        ("{{$y}}", "undefined variable"),
        ("{{lt 1 \"a\"}}", "incompatible types"),
        ("{{\"x\" | base64decode}}", "base64"),
        ("{{define \"t\"}}{{template \"t\"}}{{end}}{{template \"t\"}}", "too deep"),
        ("{{range 2000}}{{range 2000}}{{range 2000}}{{end}}{{end}}{{end}}", "more steps"),
        ("{{template \"q\"}}", "no template"),
    ] {
        assert!(
            render(template).is_err_and(|error| error.contains(says)),
            "{template}: {:?}",
            render(template)
        );
    }
    assert!(GoTemplate::parse("{{.nothing}}").unwrap().render(&object(), false).is_err());
}

proptest! {
    #[test]
    fn no_text_breaks_it(parts in proptest::collection::vec(prop_oneof![
        "\\{\\{", "\\}\\}", " ", "-", "\\.a", "\\$", "\\$x", ":=", "=", ",", "\\(", "\\)", "\\|", "if", "else", "end", "range", "with",
        "index", "printf", "\"%5d\"", "\"", "`", "3", "1.5", "é", "define", "\"t\"", "template", "break"
    ], 0..16)) {
        if let Ok(template) = GoTemplate::parse(&parts.concat()) {
            let _ = template.render(&object(), true);
        }
    }
}
