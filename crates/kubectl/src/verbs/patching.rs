//! Patches of what a command selects: the same for all of it, or one for each object, made from what it is now.

use serde_json::Value;

use crate::catalog::Resource;
use crate::facts::{self, name_of};
use crate::plan::{ApiVerb, Change, Context, Operation, Read, Targets};
use crate::refusal::Refusal;
use crate::select::{Scope, changing};

/// One patch for everything of a type that is found.
pub(crate) fn alike(
    ctx: &Context<'_>,
    found: Vec<(Resource, Targets)>,
    scope: &Scope,
    change: impl Fn(&Resource) -> Result<Change, Refusal>,
) -> Result<Vec<Operation>, Refusal> {
    let patch = |(resource, targets): (Resource, Targets)| {
        let (change, namespace) = (change(&resource)?, scope.of(&resource, ctx));
        Ok(changing(ApiVerb::Patch, resource, namespace, targets, change))
    };
    found.into_iter().map(patch).collect()
}

/// A patch of its own for each object that is found, or the reads that are missing for it.
pub(crate) fn each(
    ctx: &Context<'_>,
    found: &[(Resource, Targets)],
    scope: &Scope,
    change: impl Fn(&Resource, &Value) -> Result<Change, Refusal>,
) -> Result<Result<Vec<Operation>, Vec<Read>>, Refusal> {
    let objects = match facts::chosen(ctx, found, scope)? {
        Ok(objects) => objects,
        Err(missing) => return Ok(Err(missing)),
    };
    let mut operations = Vec::new();
    for (resource, values) in objects {
        for object in &values {
            let (change, namespace) = (change(&resource, object)?, scope.of(&resource, ctx));
            let targets = Targets::Names(vec![name_of(object).to_owned()]);
            operations.push(changing(ApiVerb::Patch, resource.clone(), namespace, targets, change));
        }
    }
    Ok(Ok(operations))
}
