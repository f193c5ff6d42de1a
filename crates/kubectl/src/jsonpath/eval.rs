//! Evaluation of parsed templates.

use std::cmp::Ordering;

use serde_json::Value;

use super::{Compare, Filter, Part, Step};

type Values<'a> = Vec<&'a Value>;

/// Values that one template may look at: nested ranges end, too.
const MOST: usize = 5_000_000;

/// How a template is filled in, and how much it may still look at.
pub(super) struct Run {
    allow_missing: bool,
    left: usize,
}

impl Run {
    pub fn new(allow_missing: bool) -> Self {
        Self { allow_missing, left: MOST }
    }

    fn look_at(&mut self, values: usize) -> Result<(), String> {
        self.left = self.left.checked_sub(values + 1).ok_or("it looks at more values than it may")?;
        Ok(())
    }
}

pub(super) fn parts<'a>(
    parts_: &'a [Part],
    current: &'a Value,
    run: &mut Run,
    out: &mut Vec<Values<'a>>,
) -> Result<(), String> {
    for part in parts_ {
        match part {
            Part::Text(text) => out.push(vec![text]),
            Part::Path(steps) => out.push(find(steps, vec![current], run)?),
            Part::Range(steps, body) => {
                for item in find(steps, vec![current], run)? {
                    parts(body, item, run, out)?;
                }
            }
        }
    }
    Ok(())
}

fn find<'a>(steps: &'a [Step], from: Values<'a>, run: &mut Run) -> Result<Values<'a>, String> {
    let mut found = from;
    for step in steps {
        found = match step {
            Step::Literal(value) => found.iter().map(|_| value).collect(),
            Step::Field(name) => field(name, &found, run)?,
            Step::Wildcard => found.into_iter().flat_map(children).collect(),
            Step::Recursive => {
                let mut all = Vec::new();
                found.into_iter().for_each(|value| descend(value, run.left, &mut all));
                all
            }
            Step::Slice { start, end, step, single } => {
                let mut all = Vec::new();
                for value in found.into_iter().filter(|value| !value.is_null()) {
                    all.extend(slice(value, *start, *end, *step, *single)?);
                }
                all
            }
            Step::Union(members) => {
                let mut all = Vec::new();
                for member in members {
                    all.extend(find(member, found.clone(), run)?);
                }
                all
            }
            Step::Filter(filter) => {
                let mut all = Vec::new();
                for value in found {
                    let Value::Array(items) = value else {
                        return Err(format!("{} is not a list and can't be filtered", kind(value)));
                    };
                    for item in items {
                        if holds(filter, item, run)? {
                            all.push(item);
                        }
                    }
                }
                all
            }
        };
        run.look_at(found.len())?;
    }
    Ok(found)
}

fn field<'a>(name: &str, values: &[&'a Value], run: &mut Run) -> Result<Values<'a>, String> {
    let found: Values<'a> = values.iter().filter_map(|value| value.as_object()?.get(name)).collect();
    if found.is_empty() && !values.is_empty() && !run.allow_missing {
        return Err(format!("{name} is not found"));
    }
    Ok(found)
}

fn children(value: &Value) -> Values<'_> {
    match value {
        Value::Array(list) => list.iter().collect(),
        Value::Object(fields) => fields.values().collect(),
        _ => Vec::new(),
    }
}

/// Everything that holds something, from the outside in.
fn descend<'a>(value: &'a Value, most: usize, all: &mut Values<'a>) {
    let inside = children(value);
    if !inside.is_empty() && all.len() <= most {
        all.push(value);
        inside.into_iter().for_each(|child| descend(child, most, all));
    }
}

fn slice(
    value: &Value,
    start: Option<i64>,
    end: Option<i64>,
    step: Option<i64>,
    single: bool,
) -> Result<Vec<&Value>, String> {
    let Value::Array(list) = value else { return Err(format!("{} is not a list", kind(value))) };
    let length = i64::try_from(list.len()).unwrap_or(i64::MAX);
    let from = start.map_or(0, |at| if at < 0 { at + length } else { at });
    let to = match end {
        None => length,
        // `[-1]` ends where the list does.
        Some(at) if at < 0 || (at == 0 && single) => at + length,
        Some(at) => at,
    };
    if from == to {
        return Ok(Vec::new());
    }
    if from >= length || from < 0 {
        return Err(format!("index {from} is out of bounds, the list has {length}"));
    }
    if to > length || to < 0 {
        return Err(format!("index {} is out of bounds, the list has {length}", to - 1));
    }
    if from > to {
        return Err(format!("the slice begins at {from}, behind its end {to}"));
    }
    let step = step.unwrap_or(1);
    let step =
        usize::try_from(step).ok().filter(|step| *step > 0).ok_or("the step of a slice is above zero")?;
    let place = |at: i64| usize::try_from(at).unwrap_or(0);
    Ok(list[place(from)..place(to)].iter().step_by(step).collect())
}

fn holds(filter: &Filter, item: &Value, run: &mut Run) -> Result<bool, String> {
    let left = find_in(&filter.left, item, run);
    let Some((compare, right)) = &filter.compare else {
        return Ok(left.is_ok_and(|found| !found.is_empty()));
    };
    let one = |values: Vec<Value>| match values.len() {
        0 | 1 => Ok(values.into_iter().next()),
        _ => Err("a filter compares one value with one".to_owned()),
    };
    let Some(left) = one(left?)? else { return Ok(false) };
    let Some(right) = one(find_in(right, item, run)?)? else { return Ok(false) };
    compared(*compare, &left, &right)
}

fn find_in(steps: &[Step], item: &Value, run: &mut Run) -> Result<Vec<Value>, String> {
    // What the filter holds lives shorter than what it is asked about, so these few values are copied.
    Ok(find(steps, vec![item], run)?.into_iter().cloned().collect())
}

fn compared(compare: Compare, left: &Value, right: &Value) -> Result<bool, String> {
    let order = match (left, right) {
        (Value::Number(one), Value::Number(other)) => match (one.as_i64(), other.as_i64()) {
            (Some(one), Some(other)) => Some(one.cmp(&other)),
            _ => one.as_f64().partial_cmp(&other.as_f64()),
        },
        (Value::String(one), Value::String(other)) => Some(one.cmp(other)),
        (Value::Bool(one), Value::Bool(other)) if matches!(compare, Compare::Equal | Compare::NotEqual) => {
            Some(one.cmp(other))
        }
        _ => None,
    };
    let Some(order) = order else {
        return Err(format!("{} can't be compared with {}", kind(left), kind(right)));
    };
    Ok(match compare {
        Compare::Equal => order == Ordering::Equal,
        Compare::NotEqual => order != Ordering::Equal,
        Compare::Less => order == Ordering::Less,
        Compare::LessEqual => order != Ordering::Greater,
        Compare::Greater => order == Ordering::Greater,
        Compare::GreaterEqual => order != Ordering::Less,
    })
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a map",
    }
}
