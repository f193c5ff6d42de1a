//! The one place where models are configured: the section `[models]`.
//!
//! Nothing is guessed: neither a provider from a model's name, nor a key or proxy from the environment.

use std::collections::BTreeMap;
use std::path::PathBuf;

use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize, Serializer};
use url::Url;
use utoipa::ToSchema;

use crate::error::Error;

/// Which models there are and in which order they are asked. Written out, it holds no key and no password.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = ModelsSection)]
pub struct Settings {
    /// Names of providers in the order in which they are asked. Those that are left out are asked only when they are
    /// chosen by name.
    pub order: Vec<String>,
    /// Refuse endpoints outside the private address ranges, at start and at every connection.
    pub airgap: bool,
    /// Seconds that a whole request may take, over all models.
    pub deadline_seconds: u64,
    /// How often the same model is asked when it fails in a way that may pass.
    pub attempts: u32,
    /// After so many failures in a row a model is left out.
    pub breaker_failures: u32,
    /// For so many seconds; then it is tried with one question.
    pub breaker_seconds: u64,
    /// Hours for which an answer is remembered; 0 for never.
    pub cache_hours: u32,
    /// How sure the built-in engine has to be for no model to be asked, 0 to 1.
    pub sure: f64,
    /// Whether names of objects, namespaces, nodes and users are replaced before anything leaves.
    pub pseudonyms: bool,
    /// How far a question is looked into.
    pub investigation: Investigation,
    /// What people may use up.
    pub budget: Budget,
    /// The providers by name.
    pub provider: BTreeMap<String, ProviderSettings>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            order: Vec::new(),
            airgap: false,
            deadline_seconds: 120,
            attempts: 2,
            breaker_failures: 3,
            breaker_seconds: 30,
            cache_hours: 24,
            sure: 0.75,
            pseudonyms: false,
            investigation: Investigation::default(),
            budget: Budget::default(),
            provider: BTreeMap::new(),
        }
    }
}

impl Settings {
    /// What is wrong with the values by themselves.
    pub(crate) fn wrong(&self) -> Vec<Error> {
        let mut wrong = Vec::new();
        let mut section = |field: &'static str, ok: bool, reason: &str| {
            if !ok {
                wrong.push(Error::Section { field, reason: reason.to_owned() });
            }
        };
        section("sure", (0.0..=1.0).contains(&self.sure), "it is a share from 0 to 1");
        section("attempts", (1..=10).contains(&self.attempts), "it is a number from 1 to 10");
        let twice = self.order.iter().enumerate().find(|(at, name)| self.order[..*at].contains(name));
        section("order", twice.is_none(), "a provider stands in it twice");
        for (name, provider) in &self.provider {
            wrong.extend(provider.wrong(name));
        }
        wrong
    }
}

/// Whether a provider can be called that; its name stands in addresses, file names and metrics.
pub fn is_name(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    (1..=63).contains(&name.len())
        && name.chars().all(fits)
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name != "builtin"
}

/// How far a question is looked into.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = InvestigationLimits)]
pub struct Investigation {
    /// Commands.
    pub steps: usize,
    /// Tokens, read and written.
    pub tokens: u64,
    /// Seconds.
    pub seconds: u64,
}

impl Default for Investigation {
    fn default() -> Self {
        Self { steps: 12, tokens: 60_000, seconds: 180 }
    }
}

/// What people may use up.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = ModelBudgets)]
pub struct Budget {
    /// Everybody.
    pub everybody: Limits,
    /// Other limits for those who have a role.
    #[schema(value_type = BTreeMap<String, Limits>)]
    pub role: BTreeMap<PersonRole, Limits>,
    /// Other limits for some people, by user name; they go before those of roles.
    pub user: BTreeMap<String, Limits>,
}

/// Limits of one person; what is absent is not limited.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = ModelBudget)]
pub struct Limits {
    /// Tokens a day (UTC), read and written.
    pub tokens_per_day: Option<u64>,
    /// Money a day (UTC), by the configured prices.
    pub money_per_day: Option<f64>,
}

/// What somebody may do in KubeChat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = PersonRole)]
pub enum PersonRole {
    /// May administer it.
    Admin,
    /// May read the audit log.
    Auditor,
}

impl Budget {
    /// The limits of a person with these roles.
    pub fn of(&self, user: &str, roles: &[PersonRole]) -> Limits {
        let of_roles = || roles.iter().filter_map(|role| self.role.get(role).copied()).reduce(Limits::wider);
        self.user.get(user).copied().or_else(of_roles).unwrap_or(self.everybody)
    }
}

impl Limits {
    /// Of two limits the more generous one, each for itself; none is the most generous.
    fn wider(self, other: Self) -> Self {
        Self {
            tokens_per_day: self.tokens_per_day.zip(other.tokens_per_day).map(|(one, two)| one.max(two)),
            money_per_day: self.money_per_day.zip(other.money_per_day).map(|(one, two)| one.max(two)),
        }
    }
}

/// One provider.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ModelProvider)]
pub struct ProviderSettings {
    /// Which interface it speaks.
    pub kind: Kind,
    /// Where it is, for example `http://127.0.0.1:11434` or `https://api.openai.com/v1`.
    #[serde(serialize_with = "address")]
    #[schema(value_type = String)]
    pub endpoint: Url,
    /// The model, by the provider's own name for it.
    pub model: String,
    /// The key itself; better in the environment (`KUBECHAT__MODELS__PROVIDER__NAME__KEY`) than in the file.
    #[serde(default, skip_serializing)]
    #[schema(ignore)]
    pub key: Option<SecretString>,
    /// A file that holds the key, such as a mounted Secret.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub key_file: Option<PathBuf>,
    /// PEM certificates that are trusted besides the system's.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub ca_file: Option<PathBuf>,
    /// The proxy to go through; without it the connection is direct, whatever the environment says.
    #[serde(default, serialize_with = "possible_address")]
    #[schema(value_type = Option<String>)]
    pub proxy: Option<Url>,
    /// Azure: the value of `api-version`.
    #[serde(default)]
    pub api_version: Option<String>,
    /// How the answer is bound to a form.
    #[serde(default)]
    pub answer: Form,
    /// How the longest answer is said to an OpenAI-compatible server.
    #[serde(default)]
    pub limit_field: LimitField,
    /// Sent only when it is set.
    #[serde(default)]
    pub temperature: Option<f64>,
    /// Longest answer, in tokens.
    #[serde(default = "max_tokens")]
    pub max_tokens: u32,
    /// What the model can read at once, in tokens; prompts are cut to it.
    #[serde(default = "context_tokens")]
    pub context_tokens: u32,
    /// Seconds until an answer has to be complete; loading the model is part of it.
    #[serde(default = "timeout_seconds")]
    pub timeout_seconds: u64,
    /// Seconds of silence in the middle of an answer.
    #[serde(default = "silence_seconds")]
    pub silence_seconds: u64,
    /// Price of a million tokens read, in your currency.
    #[serde(default)]
    pub price_input: f64,
    /// Price of a million tokens written.
    #[serde(default)]
    pub price_output: f64,
}

impl ProviderSettings {
    /// This model there, and everything else as it is by default.
    pub fn new(kind: Kind, endpoint: Url, model: String) -> Self {
        Self {
            kind,
            endpoint,
            model,
            key: None,
            key_file: None,
            ca_file: None,
            proxy: None,
            api_version: None,
            answer: Form::default(),
            limit_field: LimitField::default(),
            temperature: None,
            max_tokens: max_tokens(),
            context_tokens: context_tokens(),
            timeout_seconds: timeout_seconds(),
            silence_seconds: silence_seconds(),
            price_input: 0.0,
            price_output: 0.0,
        }
    }

    fn wrong(&self, name: &str) -> Vec<Error> {
        let mut wrong = Vec::new();
        let mut field = |field: &'static str, ok: bool, reason: &str| {
            if !ok {
                wrong.push(Error::Settings { provider: name.to_owned(), field, reason: reason.to_owned() });
            }
        };
        let named = "its name is at most 63 letters, digits, `-`, `_` and `.`, beginning with a letter or digit, and not `builtin`";
        field("name", is_name(name), named);
        field("model", !self.model.trim().is_empty(), "it names no model");
        let amount = |number: f64| number.is_finite() && number >= 0.0;
        field("price_input", amount(self.price_input), "a price is not below 0");
        field("price_output", amount(self.price_output), "a price is not below 0");
        let temperature = self.temperature.is_none_or(|value| (0.0..=2.0).contains(&value));
        field("temperature", temperature, "a temperature is from 0 to 2");
        field("max_tokens", self.max_tokens > 0, "the longest answer has at least one token");
        field("context_tokens", self.context_tokens >= 512, "a prompt needs at least 512 tokens");
        wrong
    }

    /// Whether it is the same in everything, keys and passwords too.
    pub(crate) fn is(&self, other: &Self) -> bool {
        let key = |one: &Self| one.key.as_ref().map(|key| key.expose_secret().to_owned());
        let hidden = |one: &Self| (one.endpoint.clone(), one.proxy.clone(), key(one));
        hidden(self) == hidden(other) && serde_json::to_value(self).ok() == serde_json::to_value(other).ok()
    }
}

/// Which interface a provider speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = ModelInterface)]
pub enum Kind {
    /// Ollama's own.
    Ollama,
    /// OpenAI's chat completions, as vLLM, llama-server and many others serve it too.
    #[serde(rename = "openai")]
    OpenAi,
    /// The same at Azure: key and version are said otherwise.
    Azure,
    /// Anthropic's messages.
    Anthropic,
}

impl Kind {
    /// The name in the configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ollama => "ollama",
            Self::OpenAi => "openai",
            Self::Azure => "azure",
            Self::Anthropic => "anthropic",
        }
    }
}

/// How the answer is bound to a form.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = AnswerForm)]
pub enum Form {
    /// By a JSON schema that the server enforces.
    #[default]
    Schema,
    /// By a tool that the model has to call.
    Tool,
    /// By asking for it; for servers that know neither.
    Text,
}

/// How the longest answer is said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = LimitField)]
pub enum LimitField {
    /// What every compatible server knows.
    #[default]
    MaxTokens,
    /// What OpenAI's reasoning models want.
    MaxCompletionTokens,
}

/// An address without the name, password and parameters that it may carry.
fn address<S: Serializer>(url: &Url, to: S) -> Result<S::Ok, S::Error> {
    format!("{}{}", url.origin().ascii_serialization(), url.path()).serialize(to)
}

fn possible_address<S: Serializer>(url: &Option<Url>, to: S) -> Result<S::Ok, S::Error> {
    match url {
        Some(url) => address(url, to),
        None => to.serialize_none(),
    }
}

fn max_tokens() -> u32 {
    1024
}

fn context_tokens() -> u32 {
    8192
}

fn timeout_seconds() -> u64 {
    60
}

fn silence_seconds() -> u64 {
    20
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_out_it_holds_no_key_and_no_password() {
        let settings = "order = [\"a\"]\n[provider.a]\nkind = \"openai\"\nmodel = \"m\"\nkey = \"hunter2\"\n\
            endpoint = \"https://me:hunter2@models.example/v1?key=hunter2\"\nproxy = \"http://me:hunter2@proxy:3128\"\n";
        let written = serde_json::json!(toml::from_str::<Settings>(settings).unwrap());
        assert!(!written.to_string().contains("hunter2"), "{written}");
        let provider = &written["provider"]["a"];
        assert_eq!(provider["endpoint"], "https://models.example/v1");
        assert_eq!(provider["proxy"], "http://proxy:3128/");
    }

    #[test]
    fn a_budget_is_the_persons_own_else_the_most_generous_of_their_roles_else_everybodys() {
        let settings = "[budget]\neverybody = { tokens_per_day = 1 }\nuser.ada = { tokens_per_day = 2 }\n\
            [budget.role]\nadmin = { tokens_per_day = 30, money_per_day = 1.0 }\nauditor = { tokens_per_day = 20 }\n";
        let budget = toml::from_str::<Settings>(settings).unwrap().budget;
        let tokens = |user, roles: &[PersonRole]| budget.of(user, roles).tokens_per_day;
        let both = [PersonRole::Admin, PersonRole::Auditor];
        assert_eq!(tokens("ada", &both), Some(2));
        assert_eq!(tokens("ben", &both), Some(30));
        assert_eq!(tokens("ben", &[PersonRole::Auditor]), Some(20));
        assert_eq!(tokens("ben", &[]), Some(1));
        assert_eq!(budget.of("ben", &both).money_per_day, None, "an auditor's money is not limited");
        assert!(toml::from_str::<Settings>("[budget.role]\nadmins = {}\n").is_err());
    }
}
