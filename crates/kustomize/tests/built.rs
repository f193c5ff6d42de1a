//! What is built here beside what the real kubectl printed: `tests/data/README.md` says how to add more.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

use kubechat_kustomize::{Error, Files, Loads, NAMES, Named, build, join, named};
use kubechat_yaml::{Dialect, documents};
use serde_json::Value;

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data")
}

fn read(folder: &Path, name: &str, files: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = join(name, entry.file_name().to_str().unwrap());
        if entry.path().is_dir() {
            read(&entry.path(), &name, files);
        } else {
            files.push((name, fs::read(entry.path()).unwrap()));
        }
    }
}

fn files() -> Files {
    let mut files = Vec::new();
    read(&data(), "", &mut files);
    files.into_iter().collect()
}

fn of(texts: &[(&str, &str)]) -> Files {
    texts.iter().map(|(name, text)| (*name, text.as_bytes().to_vec())).collect()
}

#[test]
fn kubectl_builds_the_same() {
    let files = files();
    let mut folders: Vec<PathBuf> =
        fs::read_dir(data()).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.retain(|folder| folder.join("expected.yaml").exists());
    folders.sort();
    assert!(folders.len() > 20, "{folders:?}");
    let mut wrong = Vec::new();
    for folder in folders {
        let name = folder.file_name().unwrap().to_str().unwrap();
        let text = fs::read_to_string(folder.join("expected.yaml")).unwrap();
        let expected: Vec<Value> =
            documents(&text, Dialect::Words).unwrap().into_iter().map(|(_, value)| value).collect();
        match build(&files, name, Loads::RootOnly) {
            Ok(built) => {
                wrong.extend(differences(name, &built, &expected));
                let written = built.iter().map(kubechat_yaml::write).collect::<Vec<_>>().join("---\n");
                let mut lines = written.lines().zip(text.lines()).enumerate();
                if let Some((at, (ours, theirs))) = lines.find(|(_, (ours, theirs))| ours != theirs) {
                    wrong.push(format!("{name}, line {}:\n{ours}\n  and not\n{theirs}", at + 1));
                }
                assert!(!wrong.is_empty() || written == text, "{name} ends otherwise");
            }
            Err(error) => wrong.push(format!("{name}: {error}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn differences(name: &str, built: &[Value], expected: &[Value]) -> Vec<String> {
    let title = |value: &Value| format!("{} {}", value["kind"], value["metadata"]["name"]);
    let titles = |list: &[Value]| list.iter().map(title).collect::<Vec<_>>();
    if titles(built) != titles(expected) {
        return vec![format!("{name}: {:?}\n  and not {:?}", titles(built), titles(expected))];
    }
    let pairs = built.iter().zip(expected).filter(|(built, expected)| built != expected);
    pairs
        .map(|(built, expected)| format!("{name}, {}:\n  {built}\n  and not\n  {expected}", title(built)))
        .collect()
}

#[test]
fn building_twice_gives_the_same() {
    let files = files();
    for name in ["patches", "generators", "diamond", "components"] {
        assert_eq!(build(&files, name, Loads::RootOnly), build(&files, name, Loads::RootOnly), "{name}");
    }
}

/// What a kustomization names is all that building it needs.
#[test]
fn what_is_named_suffices() {
    let all = files();
    for folder in
        ["diamond", "components", "generators", "patches", "old_patches", "replacements", "configurations"]
    {
        let (mut wanted, mut found) = (vec![folder.to_owned()], Vec::new());
        while let Some(folder) = wanted.pop() {
            let Some(name) =
                NAMES.iter().map(|name| join(&folder, name)).find(|name| all.get(name).is_some())
            else {
                continue;
            };
            let bytes = all.get(&name).unwrap().to_vec();
            for one in named(&name, std::str::from_utf8(&bytes).unwrap()).unwrap() {
                let path = join(&folder, one.path());
                match (&one, all.get(&path)) {
                    (Named::File(_) | Named::FileOrFolder(_), Some(bytes)) => {
                        found.push((path, bytes.to_vec()))
                    }
                    _ => wanted.push(path),
                }
            }
            found.push((name, bytes));
        }
        let found: Files = found.into_iter().collect();
        assert_eq!(build(&found, folder, Loads::RootOnly), build(&all, folder, Loads::RootOnly), "{folder}");
    }
}

#[test]
fn files_outside_are_for_those_who_allow_them() {
    let files = of(&[
        ("a/kustomization.yaml", "resources: [../shared.yaml]"),
        ("shared.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: shared}"),
    ]);
    assert!(
        matches!(build(&files, "a", Loads::RootOnly), Err(Error::Outside { wanted, .. }) if wanted == "shared.yaml")
    );
    assert_eq!(build(&files, "a", Loads::Anywhere).unwrap().len(), 1);
}

#[test]
fn what_can_not_be_built_is_told_by_file_and_field() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\n";
    for (text, wanted) in [
        (
            "resources: [none.yaml]",
            "k/kustomization.yaml, `resources`: there is no k/none.yaml. Attach it under this name, or correct the path.",
        ),
        ("resources: [https://example.com/x.yaml]", "is remote, and nothing is fetched"),
        ("resources: [github.com/org/repo]", "is remote"),
        (
            "helmCharts: [{name: x}]",
            "`helmCharts`: charts are rendered by Helm, and no programs are run here.",
        ),
        ("transformers: [x.yaml]", "`transformers`: plugins are programs of their own"),
        ("resourcez: []", "`resourcez` is no field of a kustomization. Correct it, or take it out."),
        ("namePrefix: 1", "`namePrefix`: invalid type: integer `1`, expected a string. Correct it."),
        ("images: [{nam: x}]", "`images`: unknown field `nam`"),
        ("", "k/kustomization.yaml: it is empty."),
        ("kind: Other", "`kind`: it is `Kustomization` or `Component`."),
        ("resources: [.]", "leads back to where it is used"),
        ("resources: [p.yaml, p.yaml]", "k/p.yaml: there is a Pod p already."),
        (
            "resources: [p.yaml]\npatches: [{patch: '[]'}]",
            "`patches[0]`: a patch by steps says nothing of its object.",
        ),
        (
            "resources: [p.yaml]\npatches: [{patch: 'kind: Pod'}]",
            "`patches[0]`: the Pod has no `metadata.name`. Give it one.",
        ),
        ("resources: [p.yaml]\npatches: [{path: x, patch: z}]", "can't be combined"),
        ("resources: [p.yaml]\nreplicas: [{name: x, count: 1}]", "there is no workload called x."),
        ("resources: [p.yaml]\nsortOptions: {order: up}", "`order` is `legacy` or `fifo`."),
        ("configMapGenerator: [{name: x, literals: [word]}]", "the literal `word` is not KEY=VALUE."),
        (
            "configMapGenerator: [{name: x, behavior: merge}]",
            "there is no ConfigMap x to merge with or to replace.",
        ),
        ("crds: [x.yaml]", "`crds`: definitions of your own kinds are not read here."),
        ("openapi: {path: x.json}", "`openapi`: only the built-in types"),
    ] {
        let files = of(&[("k/kustomization.yaml", text), ("k/p.yaml", pod)]);
        let error = build(&files, "k", Loads::RootOnly).expect_err(text).to_string();
        assert!(error.contains(wanted), "{text}: {error}");
        assert!(error.ends_with('.'), "{error}");
    }
    let both = of(&[("kustomization.yaml", "{}"), ("Kustomization", "{}")]);
    assert!(
        build(&both, ".", Loads::RootOnly)
            .unwrap_err()
            .to_string()
            .contains("both kustomization.yaml and Kustomization")
    );
}

/// A few lines must not become more than a machine can hold.
#[test]
fn what_grows_out_of_proportion_ends() {
    let long = "x".repeat(10_000);
    let pod = format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: p, annotations: {{a: b}}}}\nspec: {{x: {long}}}\n"
    );
    let steps =
        "- {op: copy, from: /spec, path: /spec/a}\n- {op: copy, from: /spec, path: /spec/b}\n".repeat(40);
    let copies = format!(
        "patches:\n- target: {{kind: Pod}}\n  patch: |\n{}",
        steps.lines().map(|line| format!("    {line}\n")).collect::<String>()
    );
    let replaces = "- {source: {kind: Pod, fieldPath: spec}, targets: [{select: {kind: Pod}, fieldPaths: [spec.a, spec.b], options: {create: true}}]}\n";
    let replaced = format!("replacements:\n{}", replaces.repeat(60));
    let files = format!(
        "configMapGenerator: [{{name: c, files: [{}]}}]\n",
        (0..4000).map(|at| format!("k{at}=big")).collect::<Vec<_>>().join(", ")
    );
    let vars = format!(
        "vars: [{{name: X, objref: {{apiVersion: v1, kind: Pod, name: p}}, fieldref: {{fieldPath: metadata.annotations.long}}}}]\npatches: [{{target: {{kind: Pod}}, patch: '{}'}}]\n",
        format_args!(
            r#"[{{"op": "add", "path": "/metadata/annotations/long", "value": "{}"}}, {{"op": "add", "path": "/metadata/labels", "value": {{"l": "{}"}}}}]"#,
            "x".repeat(50_000),
            "$(X)".repeat(50_000)
        )
    );
    let prefix = format!("namePrefix: {}\n", "x".repeat(2_000));
    for text in [copies, replaced, files, vars, prefix] {
        let kustomization = format!("resources: [p.yaml]\n{text}");
        let big = "x".repeat(100_000);
        let files = of(&[("kustomization.yaml", &kustomization), ("p.yaml", &pod), ("big", &big)]);
        let error = build(&files, "", Loads::RootOnly).expect_err(&text[..40]).to_string();
        assert!(
            ["proportion", "MiB", "longer", "can be held"].iter().any(|word| error.contains(word)),
            "{error:.300}"
        );
    }
}
