//! Configuration: defaults, then the file, then `KUBECHAT__SECTION__KEY`, then options. What a server may change of it
//! while it runs: [`file`].

mod file;
mod keys;
mod patch;

use std::path::{Path, PathBuf};

use kubechat_audit::WitnessKey;
use kubechat_chat::{ConfiguredMapping, Policy};
use kubechat_cluster::Identity;
use kubechat_identity::Mapped;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

pub use file::ConfigFile;

use crate::cli::Global;

/// How the variables begin that set something.
const PREFIX: &str = "KUBECHAT__";

/// Why the configuration can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file can't be read.
    #[error("The configuration {path} can't be read: {source}.")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file or a variable says something that is not known.
    #[error("The configuration {path} is not right: {reason}. Correct it and try again.")]
    Wrong {
        /// The file.
        path: PathBuf,
        /// Where and why.
        reason: String,
    },
    /// There is nowhere to keep data.
    #[error(
        "There is no folder to keep data in: HOME is not set. Give one with --data-dir or KUBECHAT_DATA_DIR."
    )]
    NoHome,
}

/// The configuration. Strict: an unknown key is an error.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The cluster and as whom it is used.
    pub cluster: ClusterSection,
    /// The command line.
    pub cli: CliSection,
    /// The audit log.
    pub audit: AuditSection,
    /// The rules.
    pub policy: Policy,
    /// The language models.
    pub models: kubechat_models::Settings,
}

/// Where the audit log is kept, and who signs for it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AuditSection {
    /// Address of a PostgreSQL database, `postgresql://…`; in files of the data folder when absent.
    pub database: Option<SecretString>,
    /// Who outside signs for the log as well.
    pub witness: Vec<WitnessSection>,
    /// Seconds from one time that a server asks them to the next.
    pub witness_seconds: u32,
}

impl Default for AuditSection {
    fn default() -> Self {
        Self { database: None, witness: Vec::new(), witness_seconds: 60 }
    }
}

/// A witness that speaks C2SP tlog-witness.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WitnessSection {
    /// Its submission prefix.
    pub url: String,
    /// Its key, `name+id+key`.
    #[serde(deserialize_with = "parsed")]
    pub key: WitnessKey,
}

fn parsed<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<WitnessKey, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
}

impl AuditSection {
    /// The address of the database.
    pub fn address(&self) -> Option<&str> {
        self.database.as_ref().map(ExposeSecret::expose_secret)
    }
}

/// As whom the cluster is used.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ClusterSection {
    /// `own`: the kubeconfig's user. `impersonate`: the person, by KubeChat's account.
    pub identity: Identity,
    /// Who a KubeChat user is in the cluster.
    pub mapping: Vec<MappingSection>,
    /// Seconds before a request to the API server is given up.
    pub timeout_seconds: u64,
    /// Seconds after which the API server carries out no request any more that it has taken (its --request-timeout, and
    /// some more).
    pub settle_seconds: u32,
}

impl Default for ClusterSection {
    fn default() -> Self {
        Self { identity: Identity::Own, mapping: Vec::new(), timeout_seconds: 30, settle_seconds: 75 }
    }
}

/// Who a KubeChat user is in the cluster.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MappingSection {
    /// KubeChat user.
    pub user: String,
    /// User name as the cluster knows it.
    pub username: String,
    /// Groups as the cluster knows them.
    #[serde(default)]
    pub groups: Vec<String>,
}

/// The command line.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CliSection {
    /// The KubeChat user at this terminal; the user of the operating system when absent.
    pub user: Option<String>,
}

impl Config {
    /// Reads the configuration that these options name.
    pub fn load(global: &Global, data_dir: &Path) -> Result<Self, ConfigError> {
        let path = Self::path(global, data_dir);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && global.config.is_none() => {
                String::new()
            }
            Err(source) => return Err(ConfigError::Read { path, source }),
        };
        Self::parse(&text, std::env::vars()).map_err(|reason| {
            // On one line, and without a stop of its own.
            let reason = reason.split_whitespace().collect::<Vec<_>>().join(" ");
            ConfigError::Wrong { path, reason: reason.trim_end_matches('.').to_owned() }
        })
    }

    /// The file that these options name.
    pub fn path(global: &Global, data_dir: &Path) -> PathBuf {
        global.config.clone().unwrap_or_else(|| data_dir.join("config.toml"))
    }

    fn parse(text: &str, variables: impl Iterator<Item = (String, String)>) -> Result<Self, String> {
        let mut table: toml::Table = text.parse().map_err(|error: toml::de::Error| error.to_string())?;
        for (name, value) in variables {
            let Some(path) = name.strip_prefix(PREFIX) else { continue };
            let path: Vec<String> = path.split("__").map(str::to_lowercase).collect();
            set(&mut table, &path, value).ok_or_else(|| format!("{name} does not name a setting."))?;
        }
        table.try_into().map_err(|error: toml::de::Error| error.to_string())
    }

    /// The mappings of the file.
    pub fn mappings(&self) -> Vec<ConfiguredMapping> {
        let entry = |section: &MappingSection| ConfiguredMapping {
            user: section.user.clone(),
            mapped: Mapped { username: section.username.clone(), groups: section.groups.clone() },
        };
        self.cluster.mapping.iter().map(entry).collect()
    }
}

fn set(table: &mut toml::Table, path: &[String], value: String) -> Option<()> {
    match path {
        [] => None,
        [key] => {
            // Numbers, booleans and lists as TOML writes them; anything else is text.
            let parsed =
                format!("v = {value}").parse::<toml::Table>().ok().and_then(|mut one| one.remove("v"));
            table.insert(key.clone(), parsed.unwrap_or(toml::Value::String(value)));
            Some(())
        }
        [section, rest @ ..] => {
            let entry =
                table.entry(section.clone()).or_insert_with(|| toml::Value::Table(toml::Table::new()));
            set(entry.as_table_mut()?, rest, value)
        }
    }
}

/// The data folder that these options name.
pub fn data_dir(global: &Global) -> Result<PathBuf, ConfigError> {
    if let Some(dir) = &global.data_dir {
        return Ok(dir.clone());
    }
    let base = std::env::var_os("XDG_DATA_HOME").filter(|dir| !dir.is_empty()).map(PathBuf::from);
    let base = base.or_else(|| std::env::home_dir().map(|home| home.join(".local").join("share")));
    base.map(|base| base.join("kubechat")).ok_or(ConfigError::NoHome)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(list: &[(&str, &str)]) -> impl Iterator<Item = (String, String)> {
        list.iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect::<Vec<_>>()
            .into_iter()
    }

    #[test]
    fn variables_win_over_the_file_and_unknown_settings_are_errors() {
        let file = "[policy]\napproval_seconds = 60\n[cli]\nuser = \"dana\"\n";
        let config = Config::parse(file, variables(&[("KUBECHAT__POLICY__APPROVAL_SECONDS", "90")])).unwrap();
        assert_eq!(config.policy.approval_seconds, 90);
        assert_eq!(config.cli.user.as_deref(), Some("dana"));
        let config = Config::parse("", variables(&[("KUBECHAT__CLUSTER__IDENTITY", "impersonate")])).unwrap();
        assert_eq!(config.cluster.identity, Identity::Impersonate);
        assert!(Config::parse("[policy]\nunknown = 1\n", variables(&[])).is_err());
        assert!(Config::parse("", variables(&[("KUBECHAT__NOSUCH__KEY", "1")])).is_err());
    }
}
