//! The patch that puts an object back, and what must still be there for it.
//!
//! Three kinds of patch, the first that can say it: a merge patch where no list is looked into, a strategic one where
//! every list on the way is merged by a key, so that what others did beside it stays, and a JSON patch of whole lists.

use serde_json::{Map, Value, json};

use crate::apply;
use crate::path::{Path, Segment};
use crate::plan::Change;

/// Maps in which others have keys of their own; the server drops them when they are empty.
const SHARED: &[&[&str]] =
    &[&["metadata", "labels"], &["metadata", "annotations"], &["data"], &["binaryData"]];

/// The way back of one object.
pub(super) struct Back {
    pub change: Change,
    /// Path and what the change left there.
    pub expect: Vec<(Path, Option<Value>)>,
}

/// Puts what is at the paths back to what it was before.
pub(super) fn back(paths: &[Path], before: &Value, after: &Value) -> Option<Back> {
    let plain = |path: &Path| path.0.iter().all(|segment| matches!(segment, Segment::Key(_)));
    let merged = |path: &Path, at: usize| is_merged(before, path, at);
    let lifted = lift(paths, before, merged);
    let says_null = lifted.iter().any(|path| path.find(before).is_some_and(has_null));
    let change = if !says_null && lifted.iter().all(plain) {
        Some(Change::MergePatch { body: body(&lifted, before, false) })
    } else if !says_null
        && lifted.iter().all(|path| lists(path).all(|at| merged(path, at)) && !merges_scalars(path))
        && paths.iter().all(|path| lists(path).all(|at| merged(path, at)))
    {
        Some(Change::StrategicPatch { body: body(&lifted, before, true) })
    } else {
        None
    };
    if let Some(change) = change {
        let expect = lifted.iter().map(|path| (path.clone(), path.find(after).cloned())).collect();
        return Some(Back { change, expect });
    }
    let whole = lift(&lift(paths, before, |_, _| false), after, |_, _| false);
    let steps: Option<Vec<Vec<Value>>> = whole.iter().map(|path| steps(path, before, after)).collect();
    let expect = whole.iter().map(|path| (path.clone(), path.find(after).cloned())).collect();
    Some(Back { change: Change::JsonPatch { body: steps?.concat().into() }, expect })
}

/// Where the lists on a path stand, of which an item is picked.
fn lists(path: &Path) -> impl Iterator<Item = usize> {
    let picks = |pair: &[Segment]| matches!(pair[1], Segment::Item(..) | Segment::Index(_));
    path.0.windows(2).enumerate().filter(move |(_, pair)| picks(pair)).map(|(at, _)| at)
}

/// Whether a strategic patch merges the list at this place by the key that picks its item, and the key is a text: what
/// picks a port by its number could be TCP or UDP.
fn is_merged(object: &Value, path: &Path, at: usize) -> bool {
    let keys = path.0[..=at].iter().filter_map(|segment| match segment {
        Segment::Key(key) => Some(key.as_str()),
        _ => None,
    });
    let Some(Segment::Item(key, _)) = path.0.get(at + 1) else { return false };
    let items = Path(path.0[..=at].to_vec()).find(object).and_then(Value::as_array);
    let texts = items.into_iter().flatten().all(|item| item.get(key).is_some_and(Value::is_string));
    texts && apply::merge_key(object, keys) == Some(key.as_str())
}

/// Finalizers are merged by a strategic patch although they have no key: it could not take one away.
fn merges_scalars(path: &Path) -> bool {
    matches!(path.0.last(), Some(Segment::Key(key)) if key == "finalizers")
}

/// Each path up to the first list that is not kept open, and no further than to what was not there: taking back the
/// first field of an object takes back the object. Without doubles.
fn lift(paths: &[Path], state: &Value, open: impl Fn(&Path, usize) -> bool) -> Vec<Path> {
    let mut found: Vec<Path> = Vec::new();
    for path in paths {
        let closed = lists(path).find(|at| !open(path, *at));
        let end = closed.map_or(path.0.len(), |at| at + 1);
        let missing = (1..end).find(|end| {
            let part = Path(path.0[..*end].to_vec());
            !is_shared(&part) && part.find(state).is_none()
        });
        let lifted = Path(path.0[..missing.unwrap_or(end)].to_vec());
        if !found.contains(&lifted) {
            found.push(lifted);
        }
    }
    let all = found.clone();
    found
        .retain(|path| !all.iter().any(|other| other.0.len() < path.0.len() && path.0.starts_with(&other.0)));
    found
}

fn is_shared(path: &Path) -> bool {
    let keys: Vec<&str> = path
        .0
        .iter()
        .map(|segment| match segment {
            Segment::Key(key) => key.as_str(),
            _ => "",
        })
        .collect();
    SHARED.contains(&keys.as_slice()) || keys == ["metadata"]
}

/// Whether a value says null somewhere: a merge patch would take that for a removal.
fn has_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(map) => map.values().any(has_null),
        Value::Array(list) => list.iter().any(has_null),
        _ => false,
    }
}

/// The body of a merge or strategic patch.
fn body(paths: &[Path], before: &Value, strategic: bool) -> Value {
    let mut body = json!({});
    for path in paths {
        let value = path.find(before);
        put(&mut body, &path.0, value.cloned().unwrap_or(Value::Null), strategic);
        // An item that comes back also gets its place back.
        if let (Some(_), [up @ .., Segment::Key(list), Segment::Item(key, _)]) = (value, path.0.as_slice()) {
            let place = Path(up.to_vec()).with(Segment::Key(list.clone()));
            let items = place.find(before).and_then(Value::as_array).into_iter().flatten();
            let order: Vec<Value> = items.map(|item| json!({key: item[key.as_str()]})).collect();
            let order_key = Segment::Key(format!("$setElementOrder/{list}"));
            put(&mut body, &Path(up.to_vec()).with(order_key).0, order.into(), strategic);
        }
    }
    body
}

fn put(body: &mut Value, path: &[Segment], value: Value, strategic: bool) {
    match path {
        [] => *body = value,
        [Segment::Key(key), rest @ ..] => {
            if !body.is_object() {
                *body = Value::Object(Map::new());
            }
            if let Some(map) = body.as_object_mut() {
                put(map.entry(key.clone()).or_insert(Value::Null), rest, value, strategic);
            }
        }
        [Segment::Item(key, name), rest @ ..] => {
            if !body.is_array() {
                *body = json!([]);
            }
            let Some(list) = body.as_array_mut() else { return };
            let at = list.iter().position(|item| item.get(key).and_then(Value::as_str) == Some(name));
            let at = at.unwrap_or_else(|| {
                list.push(json!({key: name}));
                list.len() - 1
            });
            match (rest, value) {
                ([], Value::Null) if strategic => list[at] = json!({key: name, "$patch": "delete"}),
                ([], value) => list[at] = value,
                (rest, value) => put(&mut list[at], rest, value, strategic),
            }
        }
        [Segment::Index(_), ..] => {}
    }
}

/// The steps of a JSON patch for one path, which has no lists on the way.
fn steps(path: &Path, before: &Value, after: &Value) -> Option<Vec<Value>> {
    let pointer = path.pointer(after)?;
    let (was, is) = (path.find(before), path.find(after));
    let mut steps: Vec<Value> =
        is.map(|is| json!({"op": "test", "path": pointer, "value": is})).into_iter().collect();
    steps.extend(match (was, is) {
        (Some(was), Some(_)) => Some(json!({"op": "replace", "path": pointer, "value": was})),
        (Some(was), None) => Some(json!({"op": "add", "path": pointer, "value": was})),
        (None, Some(_)) => Some(json!({"op": "remove", "path": pointer})),
        (None, None) => None,
    });
    Some(steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(paths: &[&str], before: Value, after: Value) -> Back {
        let paths: Vec<Path> = paths.iter().map(|path| Path::parse(path).unwrap()).collect();
        back(&paths, &before, &after).unwrap()
    }

    /// A pod with this spec.
    fn pod(spec: Value) -> Value {
        json!({"apiVersion": "v1", "kind": "Pod", "spec": spec})
    }

    #[test]
    fn what_was_not_there_goes_as_a_whole_but_for_maps_that_others_share() {
        let found = of(
            &["spec.a.b", "spec.a.c", "metadata.labels[\"x/y\"]"],
            json!({"metadata": {}, "spec": {}}),
            json!({"metadata": {"labels": {"x/y": "1"}}, "spec": {"a": {"b": 1, "c": 2}}}),
        );
        let Change::MergePatch { body } = found.change else { panic!("{:?}", found.change) };
        assert_eq!(body, json!({"spec": {"a": null}, "metadata": {"labels": {"x/y": null}}}));
        assert_eq!(found.expect.len(), 2);
        assert_eq!(found.expect[0].1, Some(json!({"b": 1, "c": 2})));
    }

    #[test]
    fn an_explicit_null_comes_back_as_null() {
        let found = of(&["spec.a"], json!({"spec": {"a": null}}), json!({"spec": {"a": 5}}));
        let Change::JsonPatch { body } = found.change else { panic!("{:?}", found.change) };
        assert_eq!(body[1], json!({"op": "replace", "path": "/spec/a", "value": null}));
    }

    #[test]
    fn lists_with_a_merge_key_are_put_back_item_by_item_in_their_order() {
        let (web, side) = (json!({"name": "web", "image": "a"}), json!({"name": "side", "image": "s"}));
        let found = of(
            &["spec.containers[name=web]"],
            pod(json!({"containers": [web, side]})),
            pod(json!({"containers": [side]})),
        );
        let Change::StrategicPatch { body } = found.change else { panic!("{:?}", found.change) };
        assert_eq!(body["spec"]["containers"], json!([web]));
        assert_eq!(body["spec"]["$setElementOrder/containers"], json!([{"name": "web"}, {"name": "side"}]));
    }

    #[test]
    fn other_lists_and_custom_resources_get_the_whole_list_back() {
        let before = pod(json!({"containers": [{"name": "web", "ports": [{"containerPort": 80}]}]}));
        let after = pod(
            json!({"containers": [{"name": "web", "ports": [{"containerPort": 80}, {"containerPort": 81}]}]}),
        );
        let path = &["spec.containers[name=web].ports[containerPort=81]"];
        let found = of(path, before.clone(), after.clone());
        let Change::JsonPatch { body } = found.change else { panic!("{:?}", found.change) };
        assert_eq!(body[0]["op"], "test");
        assert_eq!(
            body[1],
            json!({"op": "replace", "path": "/spec/containers", "value": before["spec"]["containers"]})
        );
        let of_a_box =
            |object: &Value| json!({"apiVersion": "example.test/v1", "kind": "Box", "spec": object["spec"]});
        let custom = of(path, of_a_box(&before), of_a_box(&after));
        let Change::MergePatch { body } = custom.change else { panic!("{:?}", custom.change) };
        assert_eq!(body, json!({"spec": before["spec"]}));
    }

    #[test]
    fn finalizers_are_put_back_exactly() {
        let state = |finalizers: &[&str], image: &str| {
            let mut pod = pod(json!({"containers": [{"name": "web", "image": image}]}));
            pod["metadata"] = json!({"finalizers": finalizers});
            pod
        };
        let paths = ["metadata.finalizers", "spec.containers[name=web].image"];
        let found = of(&paths, state(&["a/b"], "a"), state(&["a/b", "c/d"], "b"));
        assert!(matches!(found.change, Change::JsonPatch { .. }), "{:?}", found.change);
    }
}
