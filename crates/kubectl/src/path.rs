//! Paths into objects: `spec.template.spec.containers[name=web].image`, `metadata.labels["example.com/app"]`.

use std::fmt;

use serde_json::Value;

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Segment {
    /// A key of an object.
    Key(String),
    /// The item of a list whose key has this value.
    Item(String, String),
    /// The item of a list at this place.
    Index(usize),
}

/// A path as a list of steps.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Path(pub Vec<Segment>);

impl Path {
    /// The path one step further.
    pub fn with(&self, segment: Segment) -> Self {
        let mut segments = self.0.clone();
        segments.push(segment);
        Self(segments)
    }

    /// Reads what `Display` writes; nothing for any other text.
    pub fn parse(text: &str) -> Option<Self> {
        let mut segments = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            if let Some(after) = rest.strip_prefix("[\"") {
                let (key, tail) = after.split_once("\"]")?;
                segments.push(Segment::Key(key.to_owned()));
                rest = tail;
            } else if let Some(after) = rest.strip_prefix('[') {
                let (inner, tail) = after.split_once(']')?;
                segments.push(match inner.split_once('=') {
                    Some((key, value)) => Segment::Item(key.to_owned(), value.to_owned()),
                    None => Segment::Index(inner.parse().ok()?),
                });
                rest = tail;
            } else {
                let after = rest.strip_prefix('.').unwrap_or(rest);
                let end = after.find(['.', '[']).unwrap_or(after.len());
                if end == 0 {
                    return None;
                }
                segments.push(Segment::Key(after[..end].to_owned()));
                rest = &after[end..];
            }
        }
        Some(Self(segments))
    }

    /// The value there.
    pub fn find<'a>(&self, object: &'a Value) -> Option<&'a Value> {
        self.0.iter().try_fold(object, |value, segment| match segment {
            Segment::Key(key) => value.get(key),
            Segment::Index(at) => value.get(at),
            Segment::Item(key, wanted) => value.get(place(value, key, wanted)?),
        })
    }

    /// The same as a JSON pointer into this object; nothing where a listed item is not there.
    pub fn pointer(&self, object: &Value) -> Option<String> {
        let mut text = String::new();
        let mut value = Some(object);
        for segment in &self.0 {
            let step = match segment {
                Segment::Key(key) => key.replace('~', "~0").replace('/', "~1"),
                Segment::Index(at) => at.to_string(),
                Segment::Item(key, wanted) => place(value?, key, wanted)?.to_string(),
            };
            value = match segment {
                Segment::Key(key) => value.and_then(|value| value.get(key)),
                _ => value.and_then(|value| value.get(step.parse::<usize>().ok()?)),
            };
            text.push('/');
            text.push_str(&step);
        }
        Some(text)
    }
}

fn place(list: &Value, key: &str, wanted: &str) -> Option<usize> {
    list.as_array()?.iter().position(|item| item.get(key).and_then(scalar).as_deref() == Some(wanted))
}

/// A scalar as the text that stands in a path.
pub(crate) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, segment) in self.0.iter().enumerate() {
            match segment {
                Segment::Key(key)
                    if !key.is_empty()
                        && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_') =>
                {
                    if at > 0 {
                        f.write_str(".")?;
                    }
                    f.write_str(key)?;
                }
                Segment::Key(key) => write!(f, "[\"{key}\"]")?,
                Segment::Item(key, value) => write!(f, "[{key}={value}]")?,
                Segment::Index(place) => write!(f, "[{place}]")?,
            }
        }
        Ok(())
    }
}
