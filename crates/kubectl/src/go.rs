//! Values as Go prints them, since kubectl's outputs are Go's.

use std::fmt::Write as _;

pub use kubechat_yaml::float;
use serde::Serialize as _;
use serde_json::Value;

/// Go's `fmt.Sprint`: `map[app:web]`, `[a b]`, `<nil>`.
pub fn sprint(value: &Value) -> String {
    match value {
        Value::Null => "<nil>".to_owned(),
        Value::String(text) => text.clone(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => whole.to_string(),
            None => float(number.as_f64().unwrap_or(f64::NAN)),
        },
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(sprint).collect();
            format!("[{}]", items.join(" "))
        }
        Value::Object(fields) => {
            let mut fields: Vec<(&String, &Value)> = fields.iter().collect();
            fields.sort_by_key(|(key, _)| *key);
            let fields: Vec<String> =
                fields.into_iter().map(|(key, value)| format!("{key}:{}", sprint(value))).collect();
            format!("map[{}]", fields.join(" "))
        }
    }
}

/// Go's `json.Marshal`, indented by four spaces or on one line: `<`, `>` and `&` are escaped.
pub fn json(value: &Value, indented: bool) -> String {
    let text = if indented {
        let mut out = Vec::new();
        let formatter = serde_json::ser::PrettyFormatter::with_indent(b"    ");
        // Writing a value that was read from JSON into memory can't fail.
        let written = value.serialize(&mut serde_json::Serializer::with_formatter(&mut out, formatter));
        written.map(|()| String::from_utf8_lossy(&out).into_owned()).unwrap_or_default()
    } else {
        value.to_string()
    };
    text.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

/// Kubernetes' KYAML: YAML that is written with braces and quotes, so that nothing depends on indentation.
pub fn kyaml(value: &Value) -> String {
    let mut out = "---\n".to_owned();
    write_kyaml(value, 0, &mut out);
    out.push('\n');
    out
}

fn write_kyaml(value: &Value, level: usize, out: &mut String) {
    match value {
        Value::Object(fields) if fields.is_empty() => out.push_str("{}"),
        Value::Object(fields) => {
            out.push_str("{\n");
            for (key, value) in fields {
                indent(level + 1, out);
                if needs_quotes(key) {
                    quoted(key, out)
                } else {
                    out.push_str(key)
                };
                out.push_str(": ");
                write_kyaml(value, level + 1, out);
                out.push_str(",\n");
            }
            indent(level, out);
            out.push('}');
        }
        Value::Array(items) if items.is_empty() => out.push_str("[]"),
        Value::Array(items) if items.iter().all(|item| item.is_object() || item.is_array()) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                out.push_str(if at > 0 { ", " } else { "" });
                write_kyaml(item, level, out);
            }
            out.push(']');
        }
        Value::Array(items) => {
            out.push_str("[\n");
            for item in items {
                indent(level + 1, out);
                write_kyaml(item, level + 1, out);
                out.push_str(",\n");
            }
            indent(level, out);
            out.push(']');
        }
        Value::String(text) if text.contains('\n') => folded(text, level + 1, out),
        Value::String(text) => quoted(text, out),
        Value::Null => out.push_str("null"),
        other => out.push_str(&sprint(other)),
    }
}

fn indent(level: usize, out: &mut String) {
    out.push_str(&"  ".repeat(level));
}

fn quoted(text: &str, out: &mut String) {
    out.push('"');
    text.chars().for_each(|c| escape(c, out));
    out.push('"');
}

/// Several lines, each on a line of its own.
fn folded(text: &str, level: usize, out: &mut String) {
    out.push_str("\"\\\n");
    let ends = text.ends_with('\n');
    let lines: Vec<&str> = text.strip_suffix('\n').unwrap_or(text).split('\n').collect();
    for (at, line) in lines.iter().enumerate() {
        indent(level, out);
        out.push(if line.starts_with(char::is_whitespace) { '\\' } else { ' ' });
        line.chars().for_each(|c| escape(c, out));
        if at + 1 < lines.len() || ends {
            out.push_str("\\n");
        }
        out.push_str("\\\n");
    }
    indent(level, out);
    out.push('"');
}

fn escape(c: char, out: &mut String) {
    match c {
        '"' | '\\' => out.extend(['\\', c]),
        '\t' => out.push('\t'),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\u{7}' => out.push_str("\\a"),
        '\u{8}' => out.push_str("\\b"),
        '\u{b}' => out.push_str("\\v"),
        '\u{c}' => out.push_str("\\f"),
        '\0' => out.push_str("\\0"),
        '\u{1b}' => out.push_str("\\e"),
        '\u{85}' => out.push_str("\\N"),
        '\u{a0}' => out.push_str("\\_"),
        '\u{2028}' => out.push_str("\\L"),
        '\u{2029}' => out.push_str("\\P"),
        c if c < ' ' || c == '\u{7f}' => {
            // Writing to a String can't fail.
            let _ = write!(out, "\\x{:02x}", u32::from(c));
        }
        c if c.is_control() => {
            let _ = write!(out, "\\u{:04x}", u32::from(c));
        }
        c => out.push(c),
    }
}

/// Whether a bare key could be read as something else than text.
fn needs_quotes(key: &str) -> bool {
    let last = key.chars().count().saturating_sub(1);
    let plain = key.chars().enumerate().all(|(at, c)| {
        c.is_alphanumeric() || c == '_' || (at > 0 && at < last && matches!(c, '-' | '.' | '/'))
    });
    let lower = key.to_lowercase();
    let word = matches!(
        lower.as_str(),
        "" | "null"
            | "true"
            | "false"
            | "t"
            | "f"
            | "y"
            | "yes"
            | "on"
            | "n"
            | "no"
            | "off"
            | "inf"
            | "infinity"
            | "nan"
    );
    let bare: String = key.chars().filter(|c| *c != '_').collect();
    let number = bare.parse::<f64>().is_ok()
        || ["0x", "0b", "0o"].iter().any(|prefix| bare.to_lowercase().starts_with(prefix));
    let date =
        key.len() >= 8 && key.as_bytes()[..4].iter().all(u8::is_ascii_digit) && key.as_bytes()[4] == b'-';
    !plain || word || number || date
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json as j;

    #[test]
    fn values_are_printed_as_go_prints_them() {
        assert_eq!(sprint(&j!({"b": [1, "x", null], "a": {"c": true}})), "map[a:map[c:true] b:[1 x <nil>]]");
        for (number, text) in [
            (1.0, "1"),
            (0.5, "0.5"),
            (1e6, "1e+06"),
            (0.00001, "1e-05"),
            (123456789.0, "1.23456789e+08"),
            (100000.0, "100000"),
        ] {
            assert_eq!(float(number), text);
        }
        assert_eq!(json(&j!({"a": "<&>"}), false), r#"{"a":"\u003c\u0026\u003e"}"#);
    }

    #[test]
    fn kyaml_quotes_texts_and_only_doubtful_keys() {
        let value = j!({"apiVersion": "v1", "data": {"on": "a\n  b\n", "x-y": "\"", "1": ""}, "count": 3, "l": [{"a": []}, {}], "m": ["x", null]});
        let text = kyaml(&value);
        let expected = [
            "---",
            "{",
            "  apiVersion: \"v1\",",
            "  count: 3,",
            "  data: {",
            "    \"1\": \"\",",
            "    \"on\": \"\\",
            "       a\\n\\",
            "      \\  b\\n\\",
            "      \",",
            "    x-y: \"\\\"\",",
            "  },",
            "  l: [{",
            "    a: [],",
            "  }, {}],",
            "  m: [",
            "    \"x\",",
            "    null,",
            "  ],",
            "}",
            "",
        ];
        assert_eq!(text, expected.join("\n"), "{text}");
    }
}
