//! What language models cost, per person and day.

use jiff::{SignedDuration, Timestamp};
use kubechat_models::config::Limits;
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

/// What a person may use up in a day, and what of it is used.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Allowance {
    /// What they may use up.
    pub limits: Limits,
    /// Tokens that are used up today, read and written.
    pub tokens: u64,
    /// Money that is used up today.
    pub money: f64,
    /// When the day ends (UTC).
    pub renews: Timestamp,
}

impl Allowance {
    /// A sentence when it is used up.
    pub fn used_up(&self) -> Option<String> {
        let Limits { tokens_per_day, money_per_day } = self.limits;
        let tokens = tokens_per_day.filter(|limit| self.tokens >= *limit);
        let money = money_per_day.filter(|limit| self.money >= *limit);
        let used = match (tokens, money) {
            (Some(limit), _) => format!("{} of {limit} tokens", self.tokens),
            (None, Some(limit)) => format!("{:.2} of {limit:.2} in money", self.money),
            (None, None) => return None,
        };
        Some(format!(
            "Your budget for language models is used up for today: {used}. The built-in engine goes on, and there is a \
             new one from {}; an administrator can raise [models.budget].",
            self.renews.strftime("%Y-%m-%d %H:%M UTC")
        ))
    }
}

/// The table of uses.
#[derive(Debug, Clone)]
pub(crate) struct Usage(Pool);

fn today() -> String {
    Timestamp::now().strftime("%Y-%m-%d").to_string()
}

/// The next midnight (UTC).
fn tomorrow(now: Timestamp) -> Timestamp {
    const DAY: i64 = 24 * 3600;
    let into_it = SignedDuration::from_nanos(i64::from(now.subsec_nanosecond()));
    now - into_it + SignedDuration::from_secs(DAY - now.as_second().rem_euclid(DAY))
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

    /// What this person has of these limits.
    pub(crate) async fn allowance(&self, user: &str, limits: Limits) -> Result<Allowance, Error> {
        let (tokens, money): (i64, f64) = sqlx::query_as(
            "SELECT COALESCE(SUM(input + output), 0), COALESCE(SUM(money), 0.0) FROM model_usage
             WHERE day = $1 AND user_name = $2",
        )
        .bind(today())
        .bind(user)
        .fetch_one(&self.0)
        .await?;
        let tokens = u64::try_from(tokens).unwrap_or_default();
        Ok(Allowance { limits, tokens, money, renews: tomorrow(Timestamp::now()) })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_that_is_used_up_says_which_and_until_when() {
        let now: Timestamp = "2026-11-21T16:30:05.917Z".parse().unwrap();
        let allowance = |tokens_per_day, money_per_day| Allowance {
            limits: Limits { tokens_per_day, money_per_day },
            tokens: 900,
            money: 1.5,
            renews: tomorrow(now),
        };
        assert_eq!(tomorrow(now).to_string(), "2026-11-22T00:00:00Z");
        assert_eq!(allowance(None, None).used_up(), None);
        assert_eq!(allowance(Some(901), Some(1.51)).used_up(), None);
        let tokens = allowance(Some(900), None).used_up().unwrap();
        assert!(tokens.contains("900 of 900 tokens") && tokens.contains("2026-11-22 00:00 UTC"), "{tokens}");
        let money = allowance(Some(901), Some(1.0)).used_up().unwrap();
        assert!(money.contains("1.50 of 1.00 in money"), "{money}");
    }
}
