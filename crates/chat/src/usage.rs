//! What language models cost, per person and day.

use jiff::Timestamp;
use kubechat_models::config::Budget;
use kubechat_models::words::Exchange;
use kubechat_store::Pool;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Error;

/// What one person asked of one provider on one day (UTC).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema, sqlx::FromRow)]
pub struct ModelUse {
    /// The day, `2026-11-21`.
    pub day: String,
    /// Whose.
    pub user_name: String,
    /// The provider's name.
    pub provider: String,
    /// Answers.
    pub answers: i64,
    /// Tokens read.
    pub input: i64,
    /// Tokens written.
    pub output: i64,
    /// Money, by the configured prices.
    pub money: f64,
}

/// The table of uses.
#[derive(Debug, Clone)]
pub(crate) struct Usage(Pool);

fn today() -> String {
    Timestamp::now().strftime("%Y-%m-%d").to_string()
}

impl Usage {
    pub(crate) fn new(pool: Pool) -> Self {
        Self(pool)
    }

    /// Counts an answer; a remembered one cost nothing.
    pub(crate) async fn add(&self, user: &str, exchange: &Exchange) -> Result<(), Error> {
        let tokens = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        sqlx::query(
            "INSERT INTO model_usage (day, user_name, provider, answers, input, output, money)
             VALUES ($1, $2, $3, 1, $4, $5, $6)
             ON CONFLICT (day, user_name, provider) DO UPDATE SET
               answers = answers + 1, input = input + $4, output = output + $5, money = money + $6",
        )
        .bind(today())
        .bind(user)
        .bind(&exchange.provider)
        .bind(tokens(exchange.input))
        .bind(tokens(exchange.output))
        .bind(exchange.money)
        .execute(&self.0)
        .await?;
        Ok(())
    }

    /// A sentence when this person has used up the day's budget.
    pub(crate) async fn over_budget(&self, user: &str, budget: &Budget) -> Result<Option<String>, Error> {
        let limits = budget.of(user);
        if limits.tokens_per_day.is_none() && limits.money_per_day.is_none() {
            return Ok(None);
        }
        let (tokens, money): (i64, f64) = sqlx::query_as(
            "SELECT COALESCE(SUM(input + output), 0), COALESCE(SUM(money), 0.0) FROM model_usage
             WHERE day = $1 AND user_name = $2",
        )
        .bind(today())
        .bind(user)
        .fetch_one(&self.0)
        .await?;
        let used = u64::try_from(tokens).unwrap_or_default();
        let over = limits.tokens_per_day.is_some_and(|limit| used >= limit)
            || limits.money_per_day.is_some_and(|limit| money >= limit);
        Ok(over.then(|| {
            format!(
                "Your budget for language models is used up for today (UTC): {used} tokens, {money:.2} in money. \
                 The built-in engine goes on; an administrator can raise [models.budget]."
            )
        }))
    }

    /// The uses of the last days, the newest first; of everybody, or of one person.
    pub(crate) async fn list(&self, user: Option<&str>) -> Result<Vec<ModelUse>, Error> {
        Ok(sqlx::query_as(
            "SELECT day, user_name, provider, answers, input, output, money FROM model_usage
             WHERE $1 IS NULL OR user_name = $1 ORDER BY day DESC, user_name, provider LIMIT 1000",
        )
        .bind(user)
        .fetch_all(&self.0)
        .await?)
    }
}
