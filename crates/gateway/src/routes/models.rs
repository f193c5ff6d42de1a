//! The language models: how they do, what they cost, and what was sent to them.

use axum::Json;
use axum::extract::{Path, State};
use kubechat_chat::ModelUse;
use serde::Serialize;
use utoipa::ToSchema;

use super::queries::Ids;
use crate::app::App;
use crate::error::{ApiError, ErrorBody};
use crate::login::LoggedIn;

/// The language models of this installation.
#[derive(Serialize, ToSchema)]
pub(crate) struct Models {
    /// Whether endpoints outside the private address ranges are refused.
    airgap: bool,
    /// Names in the order in which they are asked; empty where none is asked by itself.
    order: Vec<String>,
    /// How they do.
    models: Vec<ModelHealth>,
    /// What they cost, the newest day first: for administrators of everybody, else of this person.
    usage: Vec<ModelUse>,
    /// Tokens that this person may use up in a day.
    tokens_per_day: Option<u64>,
    /// Money that this person may use up in a day.
    money_per_day: Option<f64>,
}

/// How a model does.
#[derive(Serialize, ToSchema)]
pub(crate) struct ModelHealth {
    /// The provider's name in the configuration.
    provider: String,
    /// Its model.
    model: String,
    /// Where it is.
    endpoint: String,
    /// `closed` (asked), `open` (left out), `half_open` (tried with one question).
    breaker: String,
    /// For how many seconds it has been failing.
    down_seconds: Option<u64>,
    /// Why it failed last.
    error: Option<String>,
    /// Answers since the start.
    answers: u64,
    /// Attempts without an answer since the start.
    failures: u64,
    /// Tokens read since the start.
    input: u64,
    /// Tokens written since the start.
    output: u64,
    /// Money since the start.
    money: f64,
    /// Milliseconds of an answer on average.
    milliseconds: Option<u64>,
}

/// What was sent to a model and what came back, to the letter.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExchangeBody {
    /// The provider's name in the configuration.
    provider: String,
    /// Its model.
    model: String,
    /// What was sent.
    prompt: String,
    /// What came back.
    answer: String,
}

/// Lists the language models.
#[utoipa::path(get, path = "/api/v1/models", operation_id = "models_list", tag = "models",
    responses((status = 200, body = Models)))]
pub(crate) async fn list(State(app): State<App>, logged_in: LoggedIn) -> Result<Json<Models>, ApiError> {
    let models = app.chain.models();
    let person = &logged_in.person;
    let whose = (!logged_in.user.roles.admin).then_some(person.user.as_str());
    let limits = models.settings.budget.of(&person.user);
    let health = models.router.health().into_iter().map(|one| ModelHealth {
        breaker: serde_json::to_value(one.breaker)
            .ok()
            .and_then(|name| Some(name.as_str()?.to_owned()))
            .unwrap_or_default(),
        provider: one.provider,
        model: one.model,
        endpoint: one.endpoint,
        down_seconds: one.down_seconds,
        error: one.error,
        answers: one.spent.answers,
        failures: one.spent.failures,
        input: one.spent.usage.input,
        output: one.spent.usage.output,
        money: one.spent.money,
        milliseconds: one.spent.milliseconds.checked_div(one.spent.answers),
    });
    Ok(Json(Models {
        airgap: models.settings.airgap,
        order: models.settings.order.clone(),
        models: health.collect(),
        usage: app.chain.model_use(whose).await?,
        tokens_per_day: limits.tokens_per_day,
        money_per_day: limits.money_per_day,
    }))
}

/// Shows what was sent to language models for a query, and what came back.
#[utoipa::path(get, path = "/api/v1/sessions/{session}/queries/{query}/exchanges", operation_id = "queries_exchanges",
    tag = "queries", params(Ids), responses((status = 200, body = Vec<ExchangeBody>), (status = 404, body = ErrorBody)))]
pub(crate) async fn exchanges(
    State(app): State<App>,
    logged_in: LoggedIn,
    Path(ids): Path<Ids>,
) -> Result<Json<Vec<ExchangeBody>>, ApiError> {
    let exchanges = app.chain.exchanges(&logged_in.person, ids.query).await?;
    let body = exchanges.into_iter().map(|one| ExchangeBody {
        provider: one.provider,
        model: one.model,
        prompt: one.prompt,
        answer: one.answer,
    });
    Ok(Json(body.collect()))
}
