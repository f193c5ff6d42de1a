//! Every verb that changes something: what takes it back, or that nothing does. A verb that is not in the table is one
//! that only reads, which is checked too, so that a new one can't be forgotten.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use kubechat_kubectl::{Command, classify};

use super::{RICH, at_rest, there_and_back};
use crate::case::Case;
use crate::differential;
use crate::world::{World, world};

/// What becomes of a change.
enum Way {
    /// The line changes the object, and its undo makes it what it was. Before, kubectl does what stands first.
    Back(&'static str, &'static [&'static str], &'static str),
    /// There is no way back, and `undo` says why: shown by the tests of this module and of `streams`, `wait`.
    None,
}

use Way::Back;

/// `$NS` stands for the namespace.
const TABLE: &[(&str, Way)] = &[
    (
        "annotate",
        Back("deployment/rich", &[], "kubectl annotate deployment rich example.com/owner=bob --overwrite"),
    ),
    ("apply", Back("configmap/written", &[], "kubectl apply -f written.yaml")),
    (
        "apply edit-last-applied",
        Back(
            "configmap/edited",
            &["apply -f edited.yaml"],
            "kubectl apply edit-last-applied configmap/edited",
        ),
    ),
    (
        "apply set-last-applied",
        Back("configmap/noted", &["apply -f noted.yaml"], "kubectl apply set-last-applied -f noted-2.yaml"),
    ),
    ("attach", Way::None),
    (
        "auth reconcile",
        Back(
            "role/reader",
            &["create role reader --verb=get --resource=pods"],
            "kubectl auth reconcile -f role.yaml",
        ),
    ),
    ("autoscale", Back("horizontalpodautoscaler/rich", &[], "kubectl autoscale deployment rich --max=3")),
    ("certificate approve", Way::None),
    ("certificate deny", Way::None),
    ("cordon", Back("node/$NS", &[], "kubectl cordon $NS")),
    ("cp", Way::None),
    ("create", Back("configmap/created", &[], "kubectl create -f created.yaml")),
    (
        "create clusterrole",
        Back("clusterrole/$NS", &[], "kubectl create clusterrole $NS --verb=get --resource=pods"),
    ),
    (
        "create clusterrolebinding",
        Back(
            "clusterrolebinding/$NS",
            &[],
            "kubectl create clusterrolebinding $NS --clusterrole=view --user=ada",
        ),
    ),
    ("create configmap", Back("configmap/made", &[], "kubectl create configmap made --from-literal=a=b")),
    (
        "create cronjob",
        Back(
            "cronjob/made",
            &[],
            "kubectl create cronjob made --image=example.test/a:1 --schedule='0 0 1 1 *'",
        ),
    ),
    (
        "create deployment",
        Back("deployment/made", &[], "kubectl create deployment made --image=example.test/a:1"),
    ),
    (
        "create ingress",
        Back("ingress/made", &[], "kubectl create ingress made --rule=example.test/x=rich:80"),
    ),
    ("create job", Back("job/made", &[], "kubectl create job made --image=example.test/a:1")),
    ("create namespace", Back("namespace/$NS-made", &[], "kubectl create namespace $NS-made")),
    (
        "create poddisruptionbudget",
        Back("pdb/made", &[], "kubectl create pdb made --selector=app=made --min-available=1"),
    ),
    ("create priorityclass", Back("priorityclass/$NS", &[], "kubectl create priorityclass $NS --value=7")),
    ("create quota", Back("quota/made", &[], "kubectl create quota made --hard=pods=50")),
    ("create role", Back("role/made", &[], "kubectl create role made --verb=get --resource=pods")),
    (
        "create rolebinding",
        Back("rolebinding/made", &[], "kubectl create rolebinding made --clusterrole=view --user=ada"),
    ),
    (
        "create secret docker-registry",
        Back(
            "secret/pull",
            &[],
            "kubectl create secret docker-registry pull --docker-username=ada --docker-password=x",
        ),
    ),
    (
        "create secret generic",
        Back("secret/made", &[], "kubectl create secret generic made --from-literal=a=b"),
    ),
    (
        "create secret tls",
        Back("secret/tls", &[], "kubectl create secret tls tls --cert=tls.crt --key=tls.key"),
    ),
    ("create service clusterip", Back("service/made", &[], "kubectl create service clusterip made --tcp=80")),
    (
        "create service externalname",
        Back(
            "service/outside",
            &[],
            "kubectl create service externalname outside --external-name=example.test",
        ),
    ),
    (
        "create service loadbalancer",
        Back("service/balanced", &[], "kubectl create service loadbalancer balanced --tcp=80"),
    ),
    ("create service nodeport", Back("service/open", &[], "kubectl create service nodeport open --tcp=80")),
    ("create serviceaccount", Back("serviceaccount/made", &[], "kubectl create serviceaccount made")),
    ("create token", Way::None),
    ("debug", Way::None),
    ("delete", Back("service/rich", &[], "kubectl delete service rich")),
    ("drain", Back("node/$NS", &[], "kubectl drain $NS")),
    ("edit", Back("deployment/rich", &[], "kubectl edit deployment rich")),
    ("exec", Way::None),
    ("expose", Back("service/exposed", &[], "kubectl expose deployment rich --name=exposed --port=80")),
    ("label", Back("deployment/rich", &[], "kubectl label deployment rich tier=back --overwrite")),
    (
        "patch",
        Back(
            "service/rich",
            &[],
            "kubectl patch service rich -p '{\"spec\":{\"sessionAffinity\":\"ClientIP\"}}'",
        ),
    ),
    ("port-forward", Way::None),
    (
        "replace",
        Back(
            "configmap/replaced",
            &["create configmap replaced --from-literal=a=old"],
            "kubectl replace -f replaced.yaml",
        ),
    ),
    ("rollout pause", Back("deployment/rich", &[], "kubectl rollout pause deployment/rich")),
    ("rollout restart", Way::None),
    (
        "rollout resume",
        Back("deployment/rich", &["rollout pause deployment/rich"], "kubectl rollout resume deployment/rich"),
    ),
    (
        "rollout undo",
        Back(
            "deployment/rich",
            &[
                "set image deployment/rich main=example.test/main:7",
                "rollout status deployment/rich --timeout=60s",
            ],
            "kubectl rollout undo deployment/rich",
        ),
    ),
    ("run", Back("pod/made", &[], "kubectl run made --image=example.test/a:1")),
    ("scale", Back("deployment/rich", &[], "kubectl scale deployment rich --replicas=3")),
    ("set env", Back("deployment/rich", &[], "kubectl set env deployment/rich A=9 B-")),
    ("set image", Back("deployment/rich", &[], "kubectl set image deployment/rich main=example.test/main:9")),
    (
        "set resources",
        Back("deployment/rich", &[], "kubectl set resources deployment rich --limits=cpu=200m"),
    ),
    ("set selector", Back("service/rich", &[], "kubectl set selector service rich app=rich,tier=front")),
    ("set serviceaccount", Back("deployment/rich", &[], "kubectl set serviceaccount deployment rich robot")),
    ("set subject", Back("rolebinding/readers", &[], "kubectl set subject rolebinding readers --user=bob")),
    ("taint", Back("node/$NS", &[], "kubectl taint nodes $NS new=1:NoSchedule")),
    ("uncordon", Back("node/$NS", &["cordon $NS"], "kubectl uncordon $NS")),
];

const WORKERS: usize = 3;

fn config_map(name: &str, value: &str) -> String {
    format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\ndata: {{a: {value}}}\n")
}

/// A case with everything that the table is about; the editor changes what it opens.
fn furnished<'w>(world: &'w World, namespace: &str) -> Case<'w> {
    let case = Case::new(world, namespace);
    let made = world.try_kubectl(&["create", "-n", namespace, "-f", "-"], RICH);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    world.apply(&format!(
        "apiVersion: v1\nkind: Node\nmetadata: {{name: {namespace}}}\nspec: {{taints: [{{key: suite, effect: NoSchedule}}]}}\n"
    ));
    let write = |name: &str, text: &str| fs::write(case.home().join(name), text).unwrap();
    for name in ["written", "edited", "noted", "created", "replaced"] {
        write(&format!("{name}.yaml"), &config_map(name, "new"));
    }
    write("noted-2.yaml", &config_map("noted", "newer"));
    write(
        "role.yaml",
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: reader}\n\
         rules: [{apiGroups: [\"\"], resources: [pods], verbs: [get, list]}]\n",
    );
    let pair = rcgen::generate_simple_self_signed(["undo.example.test".to_owned()]).unwrap();
    write("tls.crt", &pair.cert.pem());
    write("tls.key", &pair.signing_key.serialize_pem());
    write("typist", "#!/bin/sh\nsed -i 's/a: new/a: edited/; s/replicas: 1/replicas: 2/' \"$1\"\n");
    fs::set_permissions(case.home().join("typist"), fs::Permissions::from_mode(0o700)).unwrap();
    case
}

#[test]
fn every_verb_that_changes_something_is_taken_back() {
    let Some(world) = world() else { return };
    std::thread::scope(|scope| {
        for worker in 0..WORKERS {
            scope.spawn(move || {
                let namespace = format!("undo-verb-{worker}");
                let case = furnished(world, &namespace);
                for (_, way) in TABLE.iter().skip(worker).step_by(WORKERS) {
                    let Back(object, first, line) = way else { continue };
                    for line in *first {
                        let line = line.replace("$NS", &namespace);
                        let words: Vec<&str> = line.split(' ').collect();
                        let file = words.iter().find(|word| word.ends_with(".yaml"));
                        let input = file.map(|name| fs::read_to_string(case.home().join(name)).unwrap());
                        let words: Vec<&str> =
                            words.into_iter().map(|word| if word.ends_with(".yaml") { "-" } else { word }).collect();
                        let done = world.try_kubectl(
                            &[&words[..], &["-n", &namespace]].concat(),
                            &input.unwrap_or_default(),
                        );
                        assert!(done.status.success(), "{line}: {}", String::from_utf8_lossy(&done.stderr));
                    }
                    if object.starts_with("node/") {
                        at_rest(world, &namespace);
                    }
                    there_and_back(&case, &object.replace("$NS", &namespace), &line.replace("$NS", &namespace));
                }
                case.verified();
                world.kubectl(&format!("delete node {namespace} --wait=false"));
                world.kubectl(&format!(
                    "patch configmap settings -n {namespace} --type=merge -p {{\"metadata\":{{\"finalizers\":null}}}}"
                ));
            });
        }
    });
}

#[test]
fn a_verb_that_is_not_taken_back_changes_nothing() {
    let known: BTreeSet<&str> = TABLE.iter().map(|(verb, _)| *verb).collect();
    let all = differential::verbs();
    for verb in &known {
        assert!(all.iter().any(|known| known == verb), "kubectl has no verb {verb}");
    }
    for (verb, way) in TABLE {
        if let Back(_, _, line) = way {
            assert_eq!(Command::parse(&line.replace("$NS", "x")).unwrap().verb(), *verb);
        }
    }
    for line in differential::lines() {
        let Ok(command) = Command::parse(&line) else { continue };
        let judged = classify(&line);
        let changes = judged.operations.iter().any(|operation| operation.verb.mutates())
            || judged.reasons.iter().any(|reason| reason.id == "changes-state");
        assert!(
            !changes || known.contains(command.verb()),
            "`kubectl {}` changes something (`{line}`): put it into the table with what takes it back",
            command.verb()
        );
    }
}
