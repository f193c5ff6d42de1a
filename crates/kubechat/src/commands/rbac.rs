//! `rbac`: what KubeChat's own account needs, and no more.

use crate::exit::{self, Exit};

/// The two roles, to be applied by a cluster administrator.
const ROLES: &str = "\
# What KubeChat's own account needs to act as other people. It may read nothing but discovery and the uid of kube-system
# (the cluster's id), and can't do anything that the person behind a request may not do. KubeChat never impersonates a
# user or group whose name begins with \"system:\".
#
# Kubernetes before 1.36, or with constrained impersonation switched off: bind kubechat-impersonator.
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: kubechat-impersonator
rules:
  - apiGroups: [\"\"]
    resources: [users, groups]
    verbs: [impersonate]
  - apiGroups: [\"\"]
    resources: [namespaces]
    resourceNames: [kube-system]
    verbs: [get]
---
# Kubernetes 1.36 and later: bind this one instead. KubeChat may impersonate only for the verbs it acts on.
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: kubechat-constrained-impersonator
rules:
  - apiGroups: [authentication.k8s.io]
    resources: [users, groups]
    verbs: [\"impersonate:user-info\"]
  - apiGroups: [authorization.k8s.io]
    resources: [selfsubjectaccessreviews, selfsubjectrulesreviews]
    verbs: [\"impersonate-on:user-info:create\"]
  - apiGroups: [authentication.k8s.io]
    resources: [selfsubjectreviews]
    verbs: [\"impersonate-on:user-info:create\"]
  - apiGroups: [\"*\"]
    resources: [\"*\"]
    verbs:
      - impersonate-on:user-info:get
      - impersonate-on:user-info:list
      - impersonate-on:user-info:watch
      - impersonate-on:user-info:create
      - impersonate-on:user-info:update
      - impersonate-on:user-info:patch
      - impersonate-on:user-info:delete
  - apiGroups: [\"\"]
    resources: [namespaces]
    resourceNames: [kube-system]
    verbs: [get]
";

/// Prints them.
pub fn print() -> Exit {
    print!("{ROLES}");
    exit::DONE
}
