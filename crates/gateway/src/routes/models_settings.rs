//! What is configured of the language models; for administrators.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use kubechat_chat::{ConfigurationError, Error, KeySource, ModelChange, WrongField};
use kubechat_models::Settings;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::app::App;
use crate::error::{ApiError, ErrorBody};
use crate::login::LoggedIn;

/// What is configured of the language models. No key is in it.
#[derive(Serialize, ToSchema)]
pub(crate) struct ModelsSettings {
    /// Stands for what was read; a change has to name it.
    version: String,
    /// The file that it stands in.
    file: String,
    /// Why nothing can be changed there.
    read_only: Option<String>,
    /// Whether the server asks these models; else the file was changed since it read it.
    in_use: bool,
    /// The section `[models]`, defaults and environment included.
    settings: Settings,
    /// Where the key of each provider comes from.
    keys: BTreeMap<String, ModelKey>,
    /// What the environment decides, and so can't be changed here.
    environment: Vec<FromEnvironment>,
}

/// Where a key comes from; never the key.
#[derive(Serialize, ToSchema)]
pub(crate) struct ModelKey {
    /// `none`, `configuration`, `file`, `environment`.
    source: String,
    /// The file or the variable.
    name: Option<String>,
}

/// A field that the environment decides.
#[derive(Serialize, ToSchema)]
pub(crate) struct FromEnvironment {
    /// The field, such as `provider.local.endpoint`.
    field: String,
    /// The variable.
    variable: String,
}

/// What the language models are to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewModelsSettings {
    /// What it was made from.
    version: String,
    /// The whole section `[models]`, without keys.
    #[schema(value_type = Settings)]
    settings: Value,
    /// Keys that are new, by provider; `null` takes one away. The others stay as they are.
    #[serde(default)]
    keys: BTreeMap<String, Option<String>>,
}

/// Particulars of a 422.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes the details of an error, which are JSON")]
pub(crate) struct WrongSettings {
    /// Which fields, and why.
    fields: Vec<WrongField>,
}

/// Shows what is configured of the language models; for administrators.
#[utoipa::path(get, path = "/api/v1/models/settings", operation_id = "models_settings", tag = "models",
    responses((status = 200, body = ModelsSettings), (status = 403, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(crate) async fn show(
    State(app): State<App>,
    logged_in: LoggedIn,
) -> Result<Json<ModelsSettings>, ApiError> {
    administers(&logged_in)?;
    kept(&app).await
}

/// Changes what is configured of the language models, in the file and at once; for administrators. A 422 names the
/// fields that are not right in `details.fields`.
#[utoipa::path(put, path = "/api/v1/models/settings", operation_id = "models_change_settings", tag = "models",
    request_body = NewModelsSettings,
    responses((status = 200, body = ModelsSettings), (status = 403, body = ErrorBody), (status = 409, body = ErrorBody),
        (status = 422, body = ErrorBody), (status = 503, body = ErrorBody)))]
pub(crate) async fn change(
    State(app): State<App>,
    logged_in: LoggedIn,
    Json(body): Json<NewModelsSettings>,
) -> Result<Json<ModelsSettings>, ApiError> {
    administers(&logged_in)?;
    let settings: Settings = serde_path_to_error::deserialize(body.settings).map_err(|error| {
        let (field, reason) = (error.path().to_string(), error.inner().to_string());
        let message = format!("{field} is not right: {}.", reason.trim_end_matches('.'));
        Error::from(ConfigurationError::Wrong { fields: vec![WrongField { field, message }] })
    })?;
    let keys = body.keys.into_iter().map(|(name, key)| (name, key.map(SecretString::from))).collect();
    app.chain.change_models(&logged_in.person, ModelChange { version: body.version, settings, keys }).await?;
    kept(&app).await
}

fn administers(logged_in: &LoggedIn) -> Result<(), ApiError> {
    if logged_in.user.roles.admin {
        return Ok(());
    }
    let message = "Only an administrator of KubeChat may see and change how language models are configured.";
    Err(ApiError::new(StatusCode::FORBIDDEN, "forbidden", message))
}

async fn kept(app: &App) -> Result<Json<ModelsSettings>, ApiError> {
    let (kept, in_use) = app.chain.kept_models().await?;
    let environment = kept.environment.into_iter();
    Ok(Json(ModelsSettings {
        version: kept.version,
        file: kept.place,
        read_only: kept.read_only,
        in_use,
        settings: kept.settings,
        keys: kept.keys.into_iter().map(|(name, source)| (name, source.into())).collect(),
        environment: environment.map(|(field, variable)| FromEnvironment { field, variable }).collect(),
    }))
}

impl From<KeySource> for ModelKey {
    fn from(source: KeySource) -> Self {
        let (source, name) = match source {
            KeySource::None => ("none", None),
            KeySource::Configuration => ("configuration", None),
            KeySource::File(path) => ("file", Some(path.display().to_string())),
            KeySource::Environment(variable) => ("environment", Some(variable)),
        };
        Self { source: source.to_owned(), name }
    }
}
