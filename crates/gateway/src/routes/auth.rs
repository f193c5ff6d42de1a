//! Logging in and out.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use kubechat_audit::{EventKind, Record};
use kubechat_chat::Person;
use kubechat_cluster::Identity;
use kubechat_identity::{Accounts, User};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::app::App;
use crate::error::{ApiError, ErrorBody};
use crate::login::{COOKIE, LoggedIn, Origin};

/// Name and password.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Login {
    username: String,
    password: String,
}

/// A one-time code.
#[derive(Deserialize, ToSchema)]
pub(crate) struct OneTime {
    code: String,
}

/// A new password.
#[derive(Deserialize, ToSchema)]
pub(crate) struct NewPassword {
    password: String,
}

/// Who is logged in.
#[derive(Serialize, ToSchema)]
pub(crate) struct Me {
    /// Login name.
    user: String,
    /// May administer KubeChat.
    admin: bool,
    /// May read the audit log.
    auditor: bool,
    /// Whether a password is set.
    password_set: bool,
    /// `own` or `impersonate`.
    identity: String,
}

fn describe(app: &App, user: &User) -> Me {
    let identity = app.chain.clusters().all().first().map(|connected| connected.identity);
    Me {
        user: user.name.clone(),
        admin: user.roles.admin,
        auditor: user.roles.auditor,
        password_set: user.password_set,
        identity: if identity == Some(Identity::Impersonate) { "impersonate" } else { "own" }.to_owned(),
    }
}

async fn open(
    app: &App,
    jar: CookieJar,
    person: &Person,
    user: &User,
) -> Result<(CookieJar, Json<Me>), ApiError> {
    app.chain.record(Record::new(EventKind::AuthLogin, person.actor())).await?;
    let token = app.accounts.open_login(user).await?;
    let cookie = Cookie::build((COOKIE, token))
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(app.secure)
        .path("/")
        .build();
    Ok((jar.add(cookie), Json(describe(app, user))))
}

async fn failed(app: &App, mut person: Person, tried: &str, error: kubechat_identity::Error) -> ApiError {
    if matches!(error, kubechat_identity::Error::Denied) {
        person.user = tried.chars().take(64).collect();
        let record = Record::new(EventKind::AuthLoginFailed, person.actor());
        if let Err(error) = app.chain.record(record).await {
            return error.into();
        }
    }
    error.into()
}

/// Logs in with name and password.
#[utoipa::path(post, path = "/api/v1/auth/login", operation_id = "auth_login", request_body = Login, tag = "auth",
    responses((status = 200, body = Me), (status = 401, body = ErrorBody)))]
pub(crate) async fn login(
    State(app): State<App>,
    origin: Origin,
    jar: CookieJar,
    Json(body): Json<Login>,
) -> Result<(CookieJar, Json<Me>), ApiError> {
    let person = origin.person(&body.username, "password");
    match app.accounts.check_password(&body.username, &body.password).await {
        Ok(user) => open(&app, jar, &person, &user).await,
        Err(error) => Err(failed(&app, person, &body.username, error).await),
    }
}

/// Logs in with the code that the server prints on its first start; it works once.
#[utoipa::path(post, path = "/api/v1/auth/one-time", operation_id = "auth_one_time", request_body = OneTime, tag = "auth",
    responses((status = 200, body = Me), (status = 401, body = ErrorBody)))]
pub(crate) async fn one_time(
    State(app): State<App>,
    origin: Origin,
    jar: CookieJar,
    Json(body): Json<OneTime>,
) -> Result<(CookieJar, Json<Me>), ApiError> {
    let mut person = origin.person("", "one_time_code");
    match app.accounts.redeem_one_time_code(body.code.trim()).await {
        Ok(user) => {
            person.user.clone_from(&user.name);
            open(&app, jar, &person, &user).await
        }
        Err(error) => Err(failed(&app, person, "", error).await),
    }
}

/// Ends the login.
#[utoipa::path(post, path = "/api/v1/auth/logout", operation_id = "auth_logout", tag = "auth", responses((status = 204), (status = 401, body = ErrorBody)))]
pub(crate) async fn logout(
    State(app): State<App>,
    logged_in: LoggedIn,
    jar: CookieJar,
) -> Result<(CookieJar, StatusCode), ApiError> {
    app.chain.record(Record::new(EventKind::AuthLogout, logged_in.person.actor())).await?;
    app.accounts.close_login(&logged_in.token).await?;
    Ok((jar.remove(Cookie::build(COOKIE).path("/")), StatusCode::NO_CONTENT))
}

/// Sets one's own password.
#[utoipa::path(post, path = "/api/v1/auth/password", operation_id = "auth_set_password", request_body = NewPassword, tag = "auth",
    responses((status = 200, body = Me), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody)))]
pub(crate) async fn set_password(
    State(app): State<App>,
    logged_in: LoggedIn,
    Json(body): Json<NewPassword>,
) -> Result<Json<Me>, ApiError> {
    Accounts::check_new_password(&body.password)?;
    let mut record = Record::new(EventKind::UserChanged, logged_in.person.actor());
    record.data = json!({ "user": logged_in.user.name, "changed": "password" });
    let index = app.chain.record(record).await?;
    app.accounts.set_password(&logged_in.user.name, &body.password, index).await?;
    Ok(Json(describe(&app, &User { password_set: true, ..logged_in.user })))
}

/// Who is logged in.
#[utoipa::path(get, path = "/api/v1/auth/me", operation_id = "auth_me", tag = "auth", responses((status = 200, body = Me), (status = 401, body = ErrorBody)))]
pub(crate) async fn me(State(app): State<App>, logged_in: LoggedIn) -> Json<Me> {
    Json(describe(&app, &logged_in.user))
}
