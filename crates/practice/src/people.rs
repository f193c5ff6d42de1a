//! Who can log in: the token file, and the kubeconfig that people use.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use uuid::Uuid;

use crate::pki::write_private;
use crate::{Error, User, seed};

/// The built-in accounts: name, group, and the namespace of their context.
const BUILT_IN: [(&str, &str, &str); 4] = [
    (seed::ADMIN, seed::ADMIN_GROUP, seed::SHOP),
    (seed::OPERATOR, seed::OPERATOR_GROUP, seed::SHOP),
    (seed::VIEWER, seed::VIEWER_GROUP, seed::SHOP),
    (seed::KUBECHAT, seed::KUBECHAT_GROUP, seed::SHOP),
];

/// Everyone's tokens. The built-in accounts' are random, made once per data folder.
pub(crate) fn open(dir: &Path, extra: &[User]) -> Result<Vec<User>, Error> {
    let file = dir.join("people.json");
    let known: BTreeMap<String, String> =
        fs::read(&file).ok().and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default();
    let mut tokens = BTreeMap::new();
    let mut people = Vec::new();
    for (name, group, _) in BUILT_IN {
        let random = || format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
        let token = known.get(name).cloned().unwrap_or_else(random);
        tokens.insert(name, token.clone());
        people.push(User { name: name.into(), groups: vec![group.into()], token });
    }
    write_private(&file, &serde_json::to_string_pretty(&tokens).unwrap_or_default())?;
    people.extend_from_slice(extra);
    write_private(&dir.join("tokens.csv"), &csv(&people))?;
    Ok(people)
}

fn csv(people: &[User]) -> String {
    let quote = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let mut text = String::new();
    for User { name, groups, token } in people {
        let _ =
            writeln!(text, "{},{},{},{}", quote(token), quote(name), quote(name), quote(&groups.join(",")));
    }
    text
}

/// Writes the kubeconfig with one context per built-in account; the administrator's is the current one.
pub(crate) fn write_kubeconfig(
    file: &Path,
    people: &[User],
    server: &str,
    ca_pem: &str,
) -> Result<(), Error> {
    let mut text = format!(
        "apiVersion: v1\nkind: Config\ncurrent-context: {admin}\n\
         clusters:\n- name: {cluster}\n  cluster:\n    server: {server}\n    certificate-authority-data: {ca}\nusers:\n",
        admin = seed::ADMIN,
        cluster = seed::CLUSTER,
        ca = STANDARD.encode(ca_pem),
    );
    let built_in = || people.iter().zip(BUILT_IN);
    for (user, (name, _, _)) in built_in() {
        let _ = write!(text, "- name: {name}\n  user:\n    token: {}\n", user.token);
    }
    text.push_str("contexts:\n");
    for (_, (name, _, namespace)) in built_in() {
        let context = seed::context(name);
        let _ = write!(
            text,
            "- name: {context}\n  context:\n    cluster: {}\n    user: {name}\n    namespace: {namespace}\n",
            seed::CLUSTER
        );
    }
    write_private(file, &text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_quotes_and_commas_stay_one_field() {
        let user = User { name: "a\"b,c".into(), groups: vec!["x".into(), "y".into()], token: "t".into() };
        assert_eq!(csv(&[user]), "\"t\",\"a\"\"b,c\",\"a\"\"b,c\",\"x,y\"\n");
    }

    #[test]
    fn tokens_are_random_and_kept_with_the_folder() -> Result<(), Error> {
        let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let first = open(one.path(), &[])?;
        assert_eq!(first, open(one.path(), &[])?);
        assert_ne!(first[0].token, open(other.path(), &[])?[0].token);
        assert_ne!(first[0].token, first[1].token);
        Ok(())
    }
}
