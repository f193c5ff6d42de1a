//! The language models: how they do, what they cost, and what was sent to them.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use kubechat_chat::ModelUse;
use kubechat_chat::view::rfc3339;
use kubechat_models::Health;
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
    /// Tokens that this person has used up today (UTC).
    tokens_today: u64,
    /// Money that this person has used up today.
    money_today: f64,
    /// A sentence when this person's budget is used up; no model is asked for them then.
    over_budget: Option<String>,
    /// When the next day's budget begins, RFC 3339.
    budget_renews: String,
}

/// How a model does.
#[derive(Serialize, ToSchema)]
pub(crate) struct ModelHealth {
    /// The provider's name in the configuration.
    provider: String,
    /// Which interface it speaks: `ollama`, `openai`, `azure`, `anthropic`.
    kind: String,
    /// Whether it is asked by itself; else only when it is chosen by name.
    in_order: bool,
    /// Its model.
    model: String,
    /// Where it is.
    endpoint: String,
    /// `closed` (asked), `open` (left out), `half_open` (tried with one question).
    breaker: String,
    /// For how many seconds it has been failing.
    down_seconds: Option<u64>,
    /// Since when it has been failing, RFC 3339.
    down_since: Option<String>,
    /// Why it failed last.
    error: Option<String>,
    /// Answers since the start.
    answers: u64,
    /// Attempts without an answer since the start.
    failures: u64,
    /// How often it was asked since the start, by what came of it: `answered`, `remembered` (nothing was sent),
    /// `given_up` (nobody waited any more), or the code of a failure such as `model_timeout`.
    outcomes: Vec<Outcomes>,
    /// Tokens read since the start.
    input: u64,
    /// Tokens written since the start.
    output: u64,
    /// Money since the start.
    money: f64,
    /// Milliseconds of an answer on average.
    milliseconds: Option<u64>,
}

/// How often something came of asking a model.
#[derive(Serialize, ToSchema)]
pub(crate) struct Outcomes {
    /// What came of it.
    outcome: String,
    /// How often.
    count: u64,
}

/// A model that a provider's server has.
#[derive(Serialize, ToSchema)]
pub(crate) struct ServedModel {
    /// Its name.
    name: String,
    /// Bytes, where the server says so.
    size: Option<u64>,
    /// `7.6B`, where the server says so.
    parameters: Option<String>,
    /// `Q4_K_M`, where the server says so.
    quantization: Option<String>,
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
    let allowance = app.chain.allowance(person).await?;
    let now = Timestamp::now();
    Ok(Json(Models {
        airgap: models.settings.airgap,
        order: models.settings.order.clone(),
        models: models.router.health().into_iter().map(|one| ModelHealth::of(one, now)).collect(),
        usage: app.chain.model_use(whose).await?,
        tokens_per_day: allowance.limits.tokens_per_day,
        money_per_day: allowance.limits.money_per_day,
        tokens_today: allowance.tokens,
        money_today: allowance.money,
        over_budget: allowance.used_up(),
        budget_renews: rfc3339(allowance.renews),
    }))
}

impl ModelHealth {
    fn of(one: Health, now: Timestamp) -> Self {
        let since = |seconds| now - SignedDuration::from_secs(i64::try_from(seconds).unwrap_or_default());
        Self {
            provider: one.provider,
            kind: one.kind.as_str().to_owned(),
            in_order: one.in_order,
            model: one.model,
            endpoint: one.endpoint,
            breaker: one.breaker.as_str().to_owned(),
            down_seconds: one.down_seconds,
            down_since: one.down_seconds.map(|seconds| rfc3339(since(seconds))),
            error: one.error,
            answers: one.spent.answers(),
            failures: one.spent.failures(),
            input: one.spent.usage.input,
            output: one.spent.usage.output,
            money: one.spent.money,
            milliseconds: one.spent.milliseconds.checked_div(one.spent.answers()),
            outcomes: one
                .spent
                .outcomes
                .into_iter()
                .map(|(outcome, count)| Outcomes { outcome: outcome.to_owned(), count })
                .collect(),
        }
    }
}

/// Asks a provider's server which models it has; for administrators.
#[utoipa::path(get, path = "/api/v1/models/{provider}/served", operation_id = "models_served", tag = "models",
    responses((status = 200, body = Vec<ServedModel>), (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody), (status = 502, body = ErrorBody)))]
pub(crate) async fn served(
    State(app): State<App>,
    logged_in: LoggedIn,
    Path(provider): Path<String>,
) -> Result<Json<Vec<ServedModel>>, ApiError> {
    if !logged_in.user.roles.admin {
        let message = "Only an administrator of KubeChat may ask a provider which models it has.";
        return Err(ApiError::new(StatusCode::FORBIDDEN, "forbidden", message));
    }
    let failed = |error: kubechat_models::Error| {
        ApiError::new(StatusCode::BAD_GATEWAY, error.code(), error.to_string())
    };
    let found = app.chain.served(&logged_in.person, &provider).await?.map_err(failed)?;
    let served = found.into_iter().map(|one| ServedModel {
        name: one.name,
        size: one.size,
        parameters: one.parameters,
        quantization: one.quantization,
    });
    Ok(Json(served.collect()))
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
