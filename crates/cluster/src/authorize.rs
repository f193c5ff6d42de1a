//! Whether the user may do what a plan does: one access review per operation, made as that user.

use kubechat_kubectl::plan::{ApiVerb, Change, Connect, Targets};
use kubechat_kubectl::{Operation, Plan};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::error::Error;
use crate::grants::Grant;
use crate::session::Session;

/// The API server's word on one operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Permission {
    /// Whether it is allowed.
    pub allowed: bool,
    /// RBAC verb.
    pub verb: String,
    /// API group; empty for the core group.
    pub group: String,
    /// Plural resource name.
    pub resource: String,
    /// Subresource.
    pub subresource: Option<String>,
    /// Namespace; absent for the whole cluster.
    pub namespace: Option<String>,
    /// One object's name, where only that was asked about.
    pub name: Option<String>,
    /// The server's reason.
    pub reason: String,
    /// How the right can be had, where it is missing.
    #[serde(default)]
    pub grant: Option<Grant>,
}

/// What a review asks about.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    pub verb: String,
    pub group: String,
    pub resource: String,
    pub subresource: Option<String>,
    pub namespace: Option<String>,
    pub name: Option<String>,
}

impl Session {
    /// Asks for every operation of the plan; where the answer is no and names are known, for each name.
    pub async fn authorize(&self, plan: &Plan) -> Result<Vec<Permission>, Error> {
        let for_filter = plan.reads_for_filter();
        let operations = plan.operations.iter().chain(&for_filter);
        let rights = operations
            .flat_map(|operation| operation.rights().into_iter().map(move |verb| (operation, verb)));
        let session = self.within(plan.request_timeout);
        let reviews = rights.map(|(operation, verb)| session.authorize_operation(operation, verb));
        let answers = futures::future::try_join_all(reviews).await?;
        let mut permissions: Vec<Permission> = Vec::new();
        for permission in answers.into_iter().flatten() {
            if !permissions.contains(&permission) {
                permissions.push(permission);
            }
        }
        self.explain_missing(&mut permissions).await;
        Ok(permissions)
    }

    async fn authorize_operation(
        &self,
        operation: &Operation,
        verb: ApiVerb,
    ) -> Result<Vec<Permission>, Error> {
        let question = Question {
            verb: verb.as_str().to_owned(),
            group: operation.resource.group.clone(),
            resource: operation.resource.plural.clone(),
            subresource: operation.subresource.clone(),
            namespace: operation.namespace.clone().filter(|_| operation.resource.namespaced),
            name: None,
        };
        let all = self.may(&question).await?;
        if let Some(Change::Connect { way: Connect::Attach { remove: true, .. } }) = &operation.change {
            let question = Question { verb: "delete".to_owned(), subresource: None, ..question };
            return Ok(vec![all, self.may(&question).await?]);
        }
        let Targets::Names(names) = &operation.targets else { return Ok(vec![all]) };
        // A right to create can't be limited to a name.
        if all.allowed || names.is_empty() || verb == ApiVerb::Create {
            return Ok(vec![all]);
        }
        let named = names.iter().map(|name| {
            let question = Question { name: Some(name.clone()), ..question.clone() };
            async move { self.may(&question).await }
        });
        futures::future::try_join_all(named).await
    }

    /// One SelfSubjectAccessReview.
    pub(crate) async fn may(&self, question: &Question) -> Result<Permission, Error> {
        let attributes = json!({
            "verb": question.verb,
            "group": question.group,
            "resource": question.resource,
            "subresource": question.subresource.as_deref().unwrap_or_default(),
            "namespace": question.namespace.as_deref().unwrap_or_default(),
            "name": question.name.as_deref().unwrap_or_default(),
        });
        let status = self.access_review(json!({"resourceAttributes": attributes})).await?;
        Ok(Permission {
            allowed: status.0,
            verb: question.verb.clone(),
            group: question.group.clone(),
            resource: question.resource.clone(),
            subresource: question.subresource.clone(),
            namespace: question.namespace.clone(),
            name: question.name.clone(),
            reason: status.1,
            grant: None,
        })
    }

    /// Allowed or not, and why.
    pub(crate) async fn access_review(&self, spec: serde_json::Value) -> Result<(bool, String), Error> {
        let body = json!({
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": spec,
        });
        let review = self.review("authorization.k8s.io", "selfsubjectaccessreviews", body).await?;
        let status = &review["status"];
        let reason = status["reason"].as_str().or(status["evaluationError"].as_str()).unwrap_or_default();
        Ok((status["allowed"].as_bool().unwrap_or(false), reason.to_owned()))
    }
}
