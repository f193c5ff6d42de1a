//! `create token`: a token that acts as a service account.

use serde_json::{Map, Value, json};

use crate::command::{Spec, Verb, held};
use crate::flags::{Flag, Parsed, array, duration, text};
use crate::globals::OUTPUT;
use crate::kinds::lookup;
use crate::line::Line;
use crate::output::Changing;
use crate::plan::{ApiVerb, Change, Context, Operation, Plan, Planned, Targets};
use crate::refusal::Refusal;
use crate::select::{Scope, changing, check_name};

/// `kubectl create token`.
#[derive(Debug, Clone, PartialEq)]
pub struct Token {
    /// Where.
    pub scope: Scope,
    /// The service account.
    pub account: String,
    /// How long it is to be good, in seconds; the server's default when absent.
    pub seconds: Option<i64>,
    /// Whom it is for; the API server when empty.
    pub audiences: Vec<String>,
    /// Kind, name and uid of the object that it is to end with.
    pub bound: Option<(String, String, Option<String>)>,
    /// Output.
    pub changing: Changing,
}

const FLAGS: &[Flag] = &[
    duration("duration").default("0s"),
    array("audience"),
    text("bound-object-kind"),
    text("bound-object-name"),
    text("bound-object-uid"),
];
const KINDS: [&str; 3] = ["Pod", "Secret", "Node"];

impl Verb for Token {
    const SPECS: &'static [Spec] = &[Spec { name: "create token", flags: &[FLAGS, OUTPUT], free: false }];

    fn read(_: &'static str, words: &Parsed) -> Result<Self, Refusal> {
        let [name] = words.args.as_slice() else {
            return Err(Refusal::new(
                "missing-name",
                "`kubectl create token` needs exactly one service account.",
            ));
        };
        let account =
            name.strip_prefix("serviceaccount/").or_else(|| name.strip_prefix("sa/")).unwrap_or(name);
        check_name(account)?;
        let seconds = words.seconds("duration").filter(|seconds| *seconds != 0);
        let fraction = words.text("duration").is_some_and(|text| {
            text.contains('.') || ["ms", "us", "ns"].iter().any(|unit| text.contains(unit))
        });
        if seconds.is_some_and(|seconds| seconds < 0) || fraction {
            return Err(Refusal::new(
                "bad-value",
                "`--duration` takes whole seconds, such as `10m` or `90s`.",
            ));
        }
        let audiences = words.list("audience");
        if audiences.iter().any(String::is_empty) {
            return Err(Refusal::new("bad-value", "`--audience` needs a value."));
        }
        Ok(Self {
            scope: Scope::read(words)?,
            account: account.to_owned(),
            seconds,
            audiences,
            bound: bound(words)?,
            changing: Changing::read(words)?,
        })
    }

    held!(scope);

    fn normalise(&mut self, _: &crate::Catalog) {
        self.audiences.sort();
    }

    fn plan(&self, ctx: &Context<'_>) -> Result<Planned, Refusal> {
        let resource = lookup(ctx.catalog, "serviceaccounts")?.clone();
        let namespace = self.scope.of(&resource, ctx);
        let targets = Targets::Names(vec![self.account.clone()]);
        let change = Change::Token { body: self.body() };
        let operation = changing(ApiVerb::Create, resource, namespace, targets, change);
        let operation = Operation { subresource: Some("token".to_owned()), ..operation };
        Ok(Planned::Ready(Plan::changes(vec![operation], self.changing.show("token created"), false)))
    }

    fn explain(&self) -> String {
        let bound = match &self.bound {
            Some((kind, name, _)) => format!(" It ends with {kind} {name}."),
            None => String::new(),
        };
        format!("Make and show a token of ServiceAccount {}{}.{bound}", self.account, self.scope.phrase())
    }

    fn action(&self) -> String {
        "Make token".to_owned()
    }

    fn write(&self, line: &mut Line) {
        line.word(&self.account);
        self.scope.write(line);
        line.value("--duration", self.seconds.map(|seconds| format!("{seconds}s")));
        for audience in &self.audiences {
            line.value("--audience", Some(audience));
        }
        if let Some((kind, name, uid)) = &self.bound {
            line.value("--bound-object-kind", Some(kind))
                .value("--bound-object-name", Some(name))
                .value("--bound-object-uid", uid.as_ref());
        }
        self.changing.write(line);
    }

    held!(changing);

    fn discloses(&self) -> bool {
        true
    }
}

impl Token {
    fn body(&self) -> Value {
        let mut spec = Map::new();
        if !self.audiences.is_empty() {
            spec.insert("audiences".to_owned(), json!(self.audiences));
        }
        if let Some(seconds) = self.seconds {
            spec.insert("expirationSeconds".to_owned(), json!(seconds));
        }
        if let Some((kind, name, uid)) = &self.bound {
            let mut reference = json!({"kind": kind, "apiVersion": "v1", "name": name});
            if let Some(uid) = uid {
                reference["uid"] = json!(uid);
            }
            spec.insert("boundObjectRef".to_owned(), reference);
        }
        json!({"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": spec})
    }
}

fn bound(words: &Parsed) -> Result<Option<(String, String, Option<String>)>, Refusal> {
    let given = |flag: &str| words.text(flag).filter(|value| !value.is_empty());
    let (name, uid) = (given("bound-object-name"), given("bound-object-uid"));
    match (given("bound-object-kind"), name, uid) {
        (None, None, None) => Ok(None),
        (Some(kind), Some(name), uid) if KINDS.contains(&kind.as_str()) => {
            check_name(&name)?;
            Ok(Some((kind, name, uid)))
        }
        _ => Err(Refusal::new(
            "bad-value",
            "A token is bound with `--bound-object-kind` (Pod, Secret or Node) and `--bound-object-name`.",
        )),
    }
}
