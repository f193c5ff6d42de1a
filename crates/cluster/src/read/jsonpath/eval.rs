//! Evaluation of parsed templates.

use serde_json::Value;

use super::{Compare, Filter, Node, Operand, Step, plain};

pub(super) fn render(nodes: &[Node], current: &Value, out: &mut String) {
    for node in nodes {
        match node {
            Node::Text(text) => out.push_str(text),
            Node::Path(steps) => {
                let found: Vec<String> = find(steps, current).into_iter().map(plain).collect();
                out.push_str(&found.join(" "));
            }
            Node::Range(steps, body) => {
                for item in find(steps, current) {
                    render(body, item, out);
                }
            }
        }
    }
}

pub(super) fn find<'a>(steps: &[Step], current: &'a Value) -> Vec<&'a Value> {
    let mut found = vec![current];
    for step in steps {
        found = match step {
            // All of the first part, then all of the second.
            Step::Union(parts) => parts.iter().flat_map(|part| each(part, &found)).collect(),
            step => each(step, &found),
        };
    }
    found
}

fn each<'a>(step: &Step, values: &[&'a Value]) -> Vec<&'a Value> {
    values.iter().flat_map(|value| apply(step, value)).collect()
}

fn apply<'a>(step: &Step, value: &'a Value) -> Vec<&'a Value> {
    match step {
        Step::Field(name) => value.get(name).into_iter().collect(),
        Step::Wildcard => children(value),
        Step::Recursive => {
            let mut all = Vec::new();
            descend(value, &mut all);
            all
        }
        Step::Index(index) => {
            let list = value.as_array().map(Vec::as_slice).unwrap_or_default();
            place(*index, list.len()).and_then(|index| list.get(index)).into_iter().collect()
        }
        Step::Slice(start, end, step) => slice(value, *start, *end, *step),
        Step::Union(parts) => parts.iter().flat_map(|part| apply(part, value)).collect(),
        Step::Chain(steps) => find(steps, value),
        Step::Filter(filter) => children(value).into_iter().filter(|item| holds(filter, item)).collect(),
    }
}

fn children(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(list) => list.iter().collect(),
        Value::Object(fields) => fields.values().collect(),
        _ => Vec::new(),
    }
}

fn descend<'a>(value: &'a Value, all: &mut Vec<&'a Value>) {
    all.push(value);
    for child in children(value) {
        descend(child, all);
    }
}

fn place(index: i64, length: usize) -> Option<usize> {
    let length = i64::try_from(length).ok()?;
    usize::try_from(if index < 0 { index + length } else { index }).ok()
}

fn slice(value: &Value, start: Option<i64>, end: Option<i64>, step: i64) -> Vec<&Value> {
    let list = value.as_array().map(Vec::as_slice).unwrap_or_default();
    let bound = |at: Option<i64>, default: usize| match at {
        None => default,
        Some(at) => place(at, list.len()).unwrap_or(0).min(list.len()),
    };
    let (from, to) = (bound(start, 0), bound(end, list.len()));
    let step = usize::try_from(step.max(1)).unwrap_or(1);
    if from >= to { Vec::new() } else { list[from..to].iter().step_by(step).collect() }
}

fn holds(filter: &Filter, item: &Value) -> bool {
    let Some((compare, right)) = &filter.compare else {
        return !values(&filter.left, item).is_empty();
    };
    let (left, right) = (values(&filter.left, item), values(right, item));
    match (left.first(), right.first()) {
        (Some(left), Some(right)) => compared(*compare, left, right),
        _ => false,
    }
}

fn values<'a>(operand: &'a Operand, item: &'a Value) -> Vec<&'a Value> {
    match operand {
        Operand::Literal(value) => vec![value],
        Operand::Path(steps) => find(steps, item),
    }
}

fn compared(compare: Compare, left: &Value, right: &Value) -> bool {
    use std::cmp::Ordering::{Equal, Greater, Less};
    let order = match (left.as_f64(), right.as_f64()) {
        (Some(left), Some(right)) => left.partial_cmp(&right),
        _ => match (left, right) {
            (Value::String(left), Value::String(right)) => Some(left.cmp(right)),
            (left, right) if left == right => Some(Equal),
            _ => None,
        },
    };
    match compare {
        Compare::Equal => order == Some(Equal),
        Compare::NotEqual => order != Some(Equal),
        Compare::Less => order == Some(Less),
        Compare::LessEqual => matches!(order, Some(Less | Equal)),
        Compare::Greater => order == Some(Greater),
        Compare::GreaterEqual => matches!(order, Some(Greater | Equal)),
    }
}
