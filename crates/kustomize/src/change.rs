//! What a kustomization does to all of its objects, one kind of change after the other.

pub(crate) mod images;
pub(crate) mod meta;
pub(crate) mod patches;
pub(crate) mod replacements;
pub(crate) mod select;
pub(crate) mod vars;

use serde_json::Value;

use crate::error::{Error, Result};
use crate::fields::{Fault, FieldSpec, Make, each};
use crate::resource::Resource;

/// Changes every field that the specifications lead to.
fn all(
    place: &str,
    resource: &mut Resource,
    specs: &[FieldSpec],
    make: Make,
    set: &mut dyn FnMut(&mut Value) -> std::result::Result<(), Fault>,
) -> Result<()> {
    for spec in specs {
        if let Err(fault) = each(&mut resource.object, spec, make, set) {
            let whose = resource.id().phrase();
            return Err(Error::wrong(
                place,
                format!("in the {whose}, {fault}. Correct the object or the kustomization."),
            ));
        }
    }
    Ok(())
}
