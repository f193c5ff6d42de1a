//! How a line is split into words, by what comes of it.

use kubechat_kubectl::command::AnyVerb;
use kubechat_kubectl::{Command, Level, classify};

/// The last word behind `--`, as the command inside the container gets it.
fn word(text: &str) -> Result<String, &'static str> {
    match Command::parse(&format!("kubectl exec web -- x {text}")) {
        Ok(Command { what: AnyVerb::Access(access), .. }) => {
            Ok(access.command.last().cloned().unwrap_or_default())
        }
        Ok(other) => panic!("{text}: {other:?}"),
        Err(refusal) => Err(refusal.id),
    }
}

#[test]
fn quotes_by_the_rules_of_a_shell() {
    for (text, wanted) in [
        ("a", "a"),
        ("'a b'", "a b"),
        ("\"a b\"", "a b"),
        ("a\\ b", "a b"),
        ("a' 'b", "a b"),
        ("'it'\\''s'", "it's"),
        ("''", ""),
        ("\"\"", ""),
        ("'a'\"b\"'1'", "ab1"),
        ("\"a\\\"b\"", "a\"b"),
        ("\"a\\\\b\"", "a\\b"),
        ("\"a\\nb\"", "a\\nb"),
        ("'a\\b'", "a\\b"),
        ("\\\\", "\\"),
        ("\\#", "#"),
        ("a#b", "a#b"),
        ("'#'", "#"),
        ("'$x'", "$x"),
        ("'`x`'", "`x`"),
        ("'a|b;c&d<e>f(g)'", "a|b;c&d<e>f(g)"),
        ("\"a|b;c&d<e>f(g)\"", "a|b;c&d<e>f(g)"),
        ("{a}", "{a}"),
        ("{.a..b}", "{.a..b}"),
        ("'{a,b}'", "{a,b}"),
        ("{}", "{}"),
        ("}", "}"),
        ("{1..}", "{1..}"),
        ("{ab..c}", "{ab..c}"),
        ("{1..2..3..4}", "{1..2..3..4}"),
        ("'\u{e9}'", "\u{e9}"),
        ("a\tb", "b"),
        ("a   b  ", "b"),
        ("{{.x}}", "{{.x}}"),
        ("'go-template={{name}}'", "go-template={{name}}"),
        ("a[0]", "a[0]"),
        ("'<1>'", "<1>"),
    ] {
        assert_eq!(word(text).as_deref(), Ok(wanted), "{text}");
    }
}

#[test]
fn what_no_word_may_hold() {
    for (text, id) in [
        ("'a", "unbalanced-quotes"),
        ("\"a", "unbalanced-quotes"),
        ("a'", "unbalanced-quotes"),
        ("\"a\\", "unbalanced-quotes"),
        ("a\\", "line-break"),
        ("$x", "shell-syntax"),
        ("\"$x\"", "shell-syntax"),
        ("\"`x`\"", "shell-syntax"),
        ("\"\\$x\"", "shell-syntax"),
        ("\"\\`x\"", "shell-syntax"),
        ("\\$x", "shell-syntax"),
        ("\\;", "shell-syntax"),
        ("\\|", "shell-syntax"),
        ("`x`", "shell-syntax"),
        ("#x", "shell-syntax"),
        ("{a,b}", "shell-syntax"),
        ("x{a,b}y", "shell-syntax"),
        ("{1..3}", "shell-syntax"),
        ("{a..c}", "shell-syntax"),
        ("{1..9..2}", "shell-syntax"),
        ("{x{a,b}}", "shell-syntax"),
        ("{a,{b}}", "shell-syntax"),
        ("\u{e9}", "look-alike"),
        ("\\\u{e9}", "look-alike"),
        ("'\u{200b}'", "invisible-character"),
        ("'\u{a0}'", "invisible-character"),
        ("'\u{1b}'", "invisible-character"),
        ("'\u{7f}'", "invisible-character"),
        ("a\nb", "line-break"),
        ("'a\rb'", "line-break"),
        ("'<name>'", "placeholder"),
        ("x='<pod name>'", "placeholder"),
        ("a/'<name>'", "placeholder"),
        ("[NAME]", "placeholder"),
        ("{{name}}", "placeholder"),
        ("{{ name }}", "placeholder"),
        ("{{name", "placeholder"),
        ("x }}", "placeholder"),
        ("n\"am\"e", "hidden-word"),
        ("na\\me", "hidden-word"),
        ("\"na\"'me'", "hidden-word"),
    ] {
        assert_eq!(word(text), Err(id), "{text}");
    }
}

#[test]
fn how_long_a_line_may_be() {
    let line = |length: usize| {
        let head = "kubectl get pods -l a=";
        format!("{head}{}", "x".repeat(length - head.len()))
    };
    let id = |line: &str| classify(line).reasons.first().map(|reason| reason.id.clone()).unwrap_or_default();
    assert_eq!(id(&line(32 * 1024 + 1)), "too-long");
    assert_ne!(id(&line(32 * 1024)), "too-long");
}

#[test]
fn what_stands_for_kubectl() {
    for (line, id) in [
        ("a | b", "shell-syntax"),
        ("a ; b", "shell-syntax"),
        ("a & b", "shell-syntax"),
        ("a > b", "shell-syntax"),
        ("(a)", "shell-syntax"),
        ("`a`", "shell-syntax"),
        ("$a", "shell-syntax"),
        ("a b", "not-kubectl"),
        ("kubectlget pods", "not-kubectl"),
        ("", "not-kubectl"),
    ] {
        assert_eq!(Command::parse(line).unwrap_err().id, id, "{line}");
    }
    for (line, told) in [
        ("kubectl get pods | cat", "A pipe"),
        ("kubectl get pods ; ls", "A second command"),
        ("kubectl get pods & ls", "A second command"),
        ("kubectl get pods > a", "Redirection"),
        ("kubectl get pods < a", "Redirection"),
        ("kubectl get pods (a)", "A subshell"),
        ("kubectl get pods )", "A subshell"),
        ("kubectl get $a", "Shell expansion"),
        ("kubectl get `a`", "Shell expansion"),
    ] {
        let message = Command::parse(line).unwrap_err().message;
        assert!(message.starts_with(told), "{line}: {message}");
    }
    for line in ["  kubectl get pods", "\tkubectl\tget\tpods\t", "kubectl  get  pods  "] {
        assert_eq!(classify(line).level, Level::Safe, "{line}");
    }
}

#[test]
fn written_words_are_read_back() {
    for value in
        ["", "a", "a b", "it's", "''", "\\", "a\\'b", "{a,b}", "$x", "#", "a=b", "\"", "<x", "\u{e9}"]
    {
        let line = format!("kubectl exec web -- x '{}'", value.replace('\'', r"'\''"));
        let command = Command::parse(&line).unwrap();
        assert_eq!(Command::parse(&command.to_string()), Ok(command), "{value}");
    }
}
