//! Whatever a kustomization says, building it ends, and ends the same each time.

use kubechat_kustomize::{Files, Loads, build, named};
use proptest::prelude::*;

const POD: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: {spec: {containers: [{name: a, image: b:1}]}}}\n";

const WORDS: &[&str] = &[
    "web",
    "Deployment",
    "apps",
    "v1",
    "metadata.name",
    "spec.template.spec.containers.[name=a].image",
    "a=b",
    "$(X)",
    "[",
    "b",
    "",
];
const NAMES: &[&str] = &[
    "name",
    "kind",
    "metadata",
    "spec",
    "template",
    "containers",
    "image",
    "target",
    "patch",
    "path",
    "select",
    "source",
    "targets",
    "fieldPaths",
    "fieldPath",
    "options",
    "create",
    "pairs",
    "literals",
    "newTag",
    "count",
    "apiVersion",
    "op",
    "value",
    "$patch",
    "objref",
    "delimiter",
    "fields",
    "order",
];
const FIELDS: &[&str] = &[
    "components",
    "namespace",
    "namePrefix",
    "nameSuffix",
    "commonLabels",
    "labels",
    "commonAnnotations",
    "patches",
    "patchesStrategicMerge",
    "patchesJson6902",
    "images",
    "replacements",
    "replicas",
    "vars",
    "sortOptions",
    "configMapGenerator",
    "secretGenerator",
    "generatorOptions",
    "buildMetadata",
    "openapi",
];

fn built(kustomization: &str, resource: &str) {
    let files: Files = [("kustomization.yaml", kustomization), ("r.yaml", resource)]
        .into_iter()
        .map(|(name, text)| (name, text.as_bytes().to_vec()))
        .collect();
    let first = build(&files, "", Loads::RootOnly);
    assert_eq!(first, build(&files, "", Loads::RootOnly));
    let _ = named("kustomization.yaml", kustomization);
}

/// Values of every shape for fields of every name.
fn value() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i8>().prop_map(Into::into),
        proptest::sample::select(WORDS).prop_map(Into::into),
        Just(POD.into()),
    ];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(serde_json::Value::Array),
            proptest::collection::btree_map(proptest::sample::select(NAMES), inner, 0..5)
                .prop_map(|map| map.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()),
        ]
    })
}

fn fields() -> impl Strategy<Value = serde_json::Value> {
    proptest::collection::btree_map(proptest::sample::select(FIELDS), value(), 0..3)
        .prop_map(|map| map.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

proptest! {
    #[test]
    fn no_text_is_too_much(kustomization in ".{0,200}", resource in ".{0,200}") {
        built(&kustomization, &resource);
    }

    #[test]
    fn no_kustomization_is_too_much(mut fields in fields(), resource in value()) {
        fields["resources"] = serde_json::json!(["r.yaml"]);
        built(&fields.to_string(), POD);
        built(&fields.to_string(), &resource.to_string());
    }

    #[test]
    fn no_patch_is_too_much(patch in value()) {
        let mut whole = serde_json::json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}});
        whole["spec"] = patch;
        let fields = serde_json::json!({"resources": ["r.yaml"], "patches": [{"patch": whole.to_string()}]});
        built(&fields.to_string(), POD);
    }
}
