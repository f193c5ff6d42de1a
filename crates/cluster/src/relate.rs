//! What belongs together: who owns whom, who selects whom, where requests come in.
//!
//! Pure: computed from objects that were read as the user.

use std::collections::{BTreeSet, HashMap, VecDeque};

use kubechat_kubectl::ObjectRef;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::impact::{map_matches, matches};
use crate::survey::{backends, pod_state, reference, wanted_and_ready};

/// Objects and what holds between them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Graph {
    /// The objects; the one that was asked about comes first.
    pub objects: Vec<Vertex>,
    /// What holds between them.
    pub edges: Vec<Edge>,
    /// How many more there are that are not among the objects.
    pub more: usize,
}

/// One object of a graph.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Vertex {
    /// Which object.
    pub object: ObjectRef,
    /// How it is, in a few words; empty where there is nothing to say.
    pub state: String,
    /// Whether that is as it should be.
    pub good: bool,
}

/// What holds between two objects, as indexes into the objects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edge {
    /// From this one.
    pub from: usize,
    /// To that one.
    pub to: usize,
    /// `owns`, `selects`, `routes`, `scales`, `guards` or `uses`.
    pub how: String,
}

/// More objects than this say nothing in a picture.
const MOST: usize = 60;

/// The objects that belong to the one of this kind and name.
pub fn relate(kind: &str, namespace: Option<&str>, name: &str, objects: &[Value]) -> Graph {
    let centre = objects.iter().position(|object| {
        object["kind"] == kind
            && object["metadata"]["name"] == name
            && object["metadata"]["namespace"].as_str() == namespace
    });
    let Some(centre) = centre else { return Graph::default() };
    let edges = edges(objects);
    let reached = reach(centre, objects, &edges);
    let kept: Vec<usize> = reached.iter().copied().take(MOST).collect();
    let place: HashMap<usize, usize> = kept.iter().enumerate().map(|(at, index)| (*index, at)).collect();
    let kept_edges = edges.iter().filter_map(|(from, to, how)| {
        Some(Edge { from: *place.get(from)?, to: *place.get(to)?, how: (*how).to_owned() })
    });
    Graph {
        edges: kept_edges.collect(),
        more: reached.len() - kept.len(),
        objects: kept.into_iter().map(|index| vertex(&objects[index])).collect(),
    }
}

type Link = (usize, usize, &'static str);

fn edges(objects: &[Value]) -> Vec<Link> {
    let uid = |object: &Value| object["metadata"]["uid"].as_str().map(str::to_owned);
    let by_uid: HashMap<String, usize> =
        objects.iter().enumerate().filter_map(|(at, object)| Some((uid(object)?, at))).collect();
    let mut links: Vec<Link> = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        let owners = object["metadata"]["ownerReferences"].as_array().into_iter().flatten();
        let owners = owners.filter_map(|owner| by_uid.get(owner["uid"].as_str()?));
        links.extend(owners.map(|owner| (*owner, at, "owns")));
        let others = || objects.iter().enumerate().filter(|(_, other)| same_namespace(object, other));
        let spec = &object["spec"];
        match object["kind"].as_str().unwrap_or_default() {
            "Service" => links.extend(
                others()
                    .filter(|(_, other)| {
                        other["kind"] == "Pod" && map_matches(&spec["selector"], &other["metadata"]["labels"])
                    })
                    .map(|(other, _)| (at, other, "selects")),
            ),
            "PodDisruptionBudget" => links.extend(
                others()
                    .filter(|(_, other)| {
                        other["kind"] == "Pod" && matches(&spec["selector"], &other["metadata"]["labels"])
                    })
                    .map(|(other, _)| (at, other, "guards")),
            ),
            "Ingress" => {
                let names = backends(object);
                links.extend(
                    others()
                        .filter(|(_, other)| {
                            other["kind"] == "Service"
                                && other["metadata"]["name"]
                                    .as_str()
                                    .is_some_and(|name| names.contains(&name))
                        })
                        .map(|(other, _)| (at, other, "routes")),
                );
            }
            "HorizontalPodAutoscaler" => {
                let target = &spec["scaleTargetRef"];
                links.extend(
                    others()
                        .filter(|(_, other)| {
                            other["kind"] == target["kind"] && other["metadata"]["name"] == target["name"]
                        })
                        .map(|(other, _)| (at, other, "scales")),
                );
            }
            "Pod" => {
                let volumes = spec["volumes"].as_array().into_iter().flatten();
                let claims: Vec<&str> = volumes
                    .filter_map(|volume| volume["persistentVolumeClaim"]["claimName"].as_str())
                    .collect();
                links.extend(
                    others()
                        .filter(|(_, other)| {
                            other["kind"] == "PersistentVolumeClaim"
                                && other["metadata"]["name"]
                                    .as_str()
                                    .is_some_and(|name| claims.contains(&name))
                        })
                        .map(|(other, _)| (at, other, "uses")),
                );
            }
            _ => {}
        }
    }
    links
}

fn same_namespace(one: &Value, other: &Value) -> bool {
    one["metadata"]["namespace"] == other["metadata"]["namespace"]
}

/// What is connected with the centre, the nearest first. An old ReplicaSet without pods belongs to no picture.
fn reach(centre: usize, objects: &[Value], links: &[Link]) -> Vec<usize> {
    let idle = |at: usize| {
        objects[at]["kind"] == "ReplicaSet" && objects[at]["spec"]["replicas"] == 0 && at != centre
    };
    let mut seen = BTreeSet::from([centre]);
    let mut order = vec![centre];
    let mut queue = VecDeque::from([centre]);
    while let Some(at) = queue.pop_front() {
        for (from, to, _) in links {
            let next = match (*from == at, *to == at) {
                (true, _) => *to,
                (_, true) => *from,
                _ => continue,
            };
            if !idle(next) && seen.insert(next) {
                order.push(next);
                queue.push_back(next);
            }
        }
    }
    order
}

fn vertex(object: &Value) -> Vertex {
    let reference = reference(object);
    let (state, good) = match reference.kind.as_str() {
        "Pod" => pod_state(object),
        "PersistentVolumeClaim" => {
            let phase = object["status"]["phase"].as_str().unwrap_or_default().to_owned();
            let good = phase == "Bound";
            (phase, good)
        }
        _ => match wanted_and_ready(object) {
            Some((wanted, ready)) => (format!("{ready}/{wanted} ready"), ready >= wanted),
            None => (String::new(), true),
        },
    };
    Vertex { object: reference, state, good }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn object(kind: &str, name: &str, owner: Option<&str>, rest: Value) -> Value {
        let mut object = json!({"kind": kind, "metadata": {"name": name, "namespace": "shop", "uid": format!("uid-{name}"),
            "ownerReferences": owner.map(|owner| vec![json!({"uid": format!("uid-{owner}")})]).unwrap_or_default(),
            "labels": {"app": "web"}}});
        for (key, value) in rest.as_object().into_iter().flatten() {
            object[key] = value.clone();
        }
        object
    }

    fn shop() -> Vec<Value> {
        vec![
            object(
                "Deployment",
                "web",
                None,
                json!({"spec": {"replicas": 2}, "status": {"readyReplicas": 1}}),
            ),
            object("ReplicaSet", "web-a", Some("web"), json!({"spec": {"replicas": 2}})),
            object("ReplicaSet", "web-old", Some("web"), json!({"spec": {"replicas": 0}})),
            object("Pod", "web-a-1", Some("web-a"), json!({"status": {"phase": "Pending"}})),
            object("Service", "front", None, json!({"spec": {"selector": {"app": "web"}}})),
            object(
                "Ingress",
                "door",
                None,
                json!({"spec": {"rules": [{"http": {"paths": [{"backend": {"service": {"name": "front"}}}]}}]}}),
            ),
            object(
                "HorizontalPodAutoscaler",
                "grow",
                None,
                json!({"spec": {"scaleTargetRef": {"kind": "Deployment", "name": "web"}}}),
            ),
            object("Deployment", "other", None, json!({})),
        ]
    }

    #[test]
    fn a_workload_is_seen_from_the_ingress_to_its_pods() {
        let graph = relate("Deployment", Some("shop"), "web", &shop());
        let names: BTreeSet<&str> = graph.objects.iter().map(|vertex| vertex.object.name.as_str()).collect();
        assert_eq!(names, BTreeSet::from(["web", "web-a", "web-a-1", "front", "door", "grow"]));
        assert_eq!((graph.objects[0].state.as_str(), graph.objects[0].good), ("1/2 ready", false));
        let holds = |from: &str, how: &str, to: &str| {
            let name = |at: usize| graph.objects[at].object.name.as_str();
            graph
                .edges
                .iter()
                .any(|edge| (name(edge.from), edge.how.as_str(), name(edge.to)) == (from, how, to))
        };
        assert!(holds("web", "owns", "web-a") && holds("web-a", "owns", "web-a-1"));
        assert!(holds("front", "selects", "web-a-1") && holds("door", "routes", "front"));
        assert!(holds("grow", "scales", "web"));
    }

    #[test]
    fn the_same_picture_is_had_from_a_pod_and_nothing_from_what_is_not_there() {
        assert_eq!(relate("Pod", Some("shop"), "web-a-1", &shop()).objects.len(), 6);
        assert!(relate("Pod", Some("shop"), "gone", &shop()).objects.is_empty());
    }
}
