//! The models that are asked now. They can be exchanged while others ask: who has begun ends with those that it began
//! with.

use std::sync::{Arc, PoisonError, RwLock};

use crate::Models;

/// The present models, shared; cheap to clone.
#[derive(Debug, Clone)]
pub struct Current(Arc<RwLock<Arc<Models>>>);

impl Current {
    /// These, until others take their place.
    pub fn new(models: Arc<Models>) -> Self {
        Self(Arc::new(RwLock::new(models)))
    }

    /// The present ones: taken once for a request, and kept until its end.
    pub fn get(&self) -> Arc<Models> {
        // Only ever exchanged whole: a panic elsewhere leaves it right.
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// From now on these are asked. Providers that stay as they are go on counting, and are down if they were.
    pub fn set(&self, models: Models) {
        let mut current = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let router = models.router.going_on_from(&current.router);
        *current = Arc::new(Models { router, settings: models.settings });
    }
}
