//! Changes values in a TOML document and nothing else: comments, order and what was not touched stay.

use serde_json::{Map, Value};
use toml_edit::{Array, Item, Table, TableLike};

/// Makes what is `now` there into what is to be `then`. What is the same is left alone, also where it stands nowhere and
/// is a default.
pub fn patch(section: &mut dyn TableLike, now: &Map<String, Value>, then: &Map<String, Value>) {
    for gone in now.keys().filter(|key| !then.contains_key(*key)) {
        section.remove(gone);
    }
    for (key, wanted) in then {
        match (now.get(key).unwrap_or(&Value::Null), wanted) {
            (before, wanted) if before == wanted => {}
            (before, Value::Object(wanted)) => {
                let (none, holds_tables) =
                    (Map::new(), !wanted.is_empty() && wanted.values().all(Value::is_object));
                if let Some(table) = below(section, key, holds_tables) {
                    patch(table, before.as_object().unwrap_or(&none), wanted);
                }
            }
            (_, wanted) => put(section, key, wanted),
        }
    }
}

/// The table of that name, made where there is none; its own header is left out where it holds nothing but tables.
pub fn below<'t>(
    section: &'t mut dyn TableLike,
    key: &str,
    holds_tables: bool,
) -> Option<&'t mut dyn TableLike> {
    if section.get(key).is_none_or(|item| !item.is_table_like()) {
        let mut table = Table::new();
        table.set_implicit(holds_tables);
        table.set_dotted(section.is_dotted());
        table.decor_mut().set_prefix("\n");
        section.insert(key, Item::Table(table));
    }
    section.get_mut(key)?.as_table_like_mut()
}

/// Sets a value, with the comment that stands behind it.
fn put(section: &mut dyn TableLike, key: &str, wanted: &Value) {
    let Some(mut value) = value(wanted) else {
        section.remove(key);
        return;
    };
    if let Some(before) = section.get(key).and_then(Item::as_value) {
        value.decor_mut().clone_from(before.decor());
    }
    match section.get_mut(key) {
        Some(item) => *item = Item::Value(value),
        None => {
            section.insert(key, Item::Value(value));
        }
    }
}

/// As TOML writes it; nothing for what is to be absent.
fn value(of: &Value) -> Option<toml_edit::Value> {
    Some(match of {
        Value::Null | Value::Object(_) => return None,
        Value::Bool(yes) => (*yes).into(),
        Value::String(text) => text.as_str().into(),
        Value::Array(all) => all.iter().filter_map(value).collect::<Array>().into(),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => whole.into(),
            None => number.as_f64()?.into(),
        },
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use toml_edit::DocumentMut;

    use super::*;

    #[track_caller]
    fn patched(text: &str, now: Value, then: Value) -> String {
        let mut document: DocumentMut = text.parse().unwrap();
        patch(document.as_table_mut(), now.as_object().unwrap(), then.as_object().unwrap());
        let written = document.to_string();
        written.parse::<toml::Table>().unwrap_or_else(|error| panic!("{error}\n{written}"));
        written
    }

    #[test]
    fn comments_and_order_stay_and_what_is_the_same_is_not_written() {
        let text = "# first\nb = 1 # of b\n\n# of a\na = \"x\" # behind\n[t] # table\nk = [\"p\", \"q\"]\n";
        let now = json!({ "a": "x", "b": 1, "d": 5, "t": { "k": ["p", "q"], "f": 0.5 } });
        let then = json!({ "a": "y", "b": 1, "d": 5, "t": { "k": ["q"], "f": 1.0 } });
        assert_eq!(
            patched(text, now.clone(), then),
            "# first\nb = 1 # of b\n\n# of a\na = \"y\" # behind\n[t] # table\nk = [\"q\"]\nf = 1.0\n"
        );
        assert_eq!(patched(text, now.clone(), now), text);
    }

    #[test]
    fn tables_are_made_and_taken_away_whole_however_they_are_written() {
        let now = json!({ "p": { "one": { "m": "x", "n": null } } });
        let two = json!({ "p": { "one": { "m": "x", "n": null }, "two": { "m": "y", "n": null } } });
        let none = json!({ "p": {} });
        for text in ["[p.one]\nm = \"x\"\n", "p = { one = { m = \"x\" } }\n", "p.one.m = \"x\"\n"] {
            let both = patched(text, now.clone(), two.clone());
            let read: toml::Table = both.parse().unwrap();
            assert_eq!(read["p"]["two"]["m"].as_str(), Some("y"), "{both}");
            assert_eq!(read["p"]["one"]["m"].as_str(), Some("x"), "{both}");
            let gone = patched(&both, two.clone(), none.clone());
            assert!(!gone.contains("m ="), "{gone}");
        }
        assert_eq!(patched("", json!({}), two.clone()), "\n[p.one]\nm = \"x\"\n\n[p.two]\nm = \"y\"\n");
        let empty = patched("", json!({}), json!({ "role": { "admin": { "most": null } } }));
        assert_eq!(empty.trim(), "[role.admin]");
    }
}
