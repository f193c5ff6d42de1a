//! Plans for the objects alone that a filter is true for.

use kubechat_kubectl::Where;

use super::*;

fn narrowed(line: &str, filter: &str) -> Result<Plan, &'static str> {
    ready(line).only_where(&Where::parse(filter).expect("a filter")).map_err(|refusal| refusal.id)
}

#[test]
fn a_filter_needs_objects_to_choose_among() {
    for line in [
        "kubectl get pods",
        "kubectl get pods -o json",
        "kubectl describe pods",
        "kubectl delete pods --all",
        "kubectl scale deploy/web --replicas=2",
    ] {
        let plan = narrowed(line, "true").expect(line);
        assert!(plan.filter.is_some(), "{line}");
    }
    for line in [
        "kubectl version",
        "kubectl version -o json",
        "kubectl api-resources",
        "kubectl cluster-info",
        "kubectl auth can-i get pods",
        "kubectl config view",
        "kubectl create ns x",
        "kubectl run x --image=y",
        "kubectl wait pod/web --for=delete",
        "kubectl cluster-info dump",
    ] {
        assert_eq!(narrowed(line, "true").map(|_| ()), Err("nothing-to-filter"), "{line}");
    }
    // A selection that matches nothing is an answer too.
    let nothing = Facts::from([(Read { chosen: true, ..fact("deployments.apps", None, None) }, Vec::new())]);
    let Ok(Planned::Ready(plan)) = plan_with("kubectl set image deployments --all a=b", &nothing) else {
        panic!("no plan")
    };
    assert_eq!(plan.operations, []);
    assert!(plan.only_where(&Where::parse("true").expect("a filter")).is_ok());
}

#[test]
fn usage_is_read_once_for_what_is_measured() {
    let metrics = "metrics.cpu > quantity('1')";
    let reads = |line: &str| -> Vec<String> {
        narrowed(line, metrics).expect(line).reads_for_filter().iter().map(told).collect()
    };
    assert_eq!(reads("kubectl get pods -l app=x"), ["list pods.metrics.k8s.io here [app=x;]"]);
    assert_eq!(reads("kubectl get pods web api"), ["list pods.metrics.k8s.io here [;]"]);
    assert_eq!(reads("kubectl get pods -w"), ["list pods.metrics.k8s.io here [;]"]);
    assert_eq!(reads("kubectl get nodes --field-selector=a=b"), ["list nodes.metrics.k8s.io * [;]"]);
    assert_eq!(reads("kubectl get pods,nodes").len(), 2);
    let plan = narrowed("kubectl get pods", metrics).expect("a plan");
    assert_eq!(plan.reads_for_filter()[0].resource.api_version(), "metrics.k8s.io/v1beta1");
    for line in ["kubectl get cm", "kubectl get pods,svc", "kubectl get deploy"] {
        assert_eq!(narrowed(line, metrics).map(|_| ()), Err("nothing-to-filter"), "{line}");
    }
    assert_eq!(narrowed("kubectl get pods", "true").expect("a plan").reads_for_filter(), []);
}
