//! Flags that more than one verb has: kubectl's global ones, selection, output, dry run.

use crate::flags::{Flag, Takes, duration, free, list, switch, text};

const IDENTITY: &str = "KubeChat acts as you, with the identity that is configured for you.";
const ENDPOINT: &str = "the cluster is the one of the session; choose another with KubeChat's own options.";
const TRUST: &str = "how the cluster is trusted is configured, not part of a command.";
const FILES: &str = "a command writes no files on this machine.";

/// Flags that every kubectl command has.
pub(crate) const GLOBAL: &[Flag] = &[
    text("namespace").short('n'),
    REQUEST_TIMEOUT,
    MATCH_SERVER_VERSION,
    WARNINGS_AS_ERRORS,
    text("v").short('v'),
    text("vmodule"),
    duration("log-flush-frequency"),
    switch("disable-compression"),
    switch("help").short('h'),
    free("as").refuse("identity-override", IDENTITY),
    free("as-group").refuse("identity-override", IDENTITY),
    free("as-uid").refuse("identity-override", IDENTITY),
    free("as-user-extra").refuse("identity-override", IDENTITY),
    free("token").refuse("identity-override", IDENTITY),
    free("user").refuse("identity-override", IDENTITY),
    free("username").refuse("identity-override", IDENTITY),
    free("password").refuse("identity-override", IDENTITY),
    free("client-certificate").refuse("identity-override", IDENTITY),
    free("client-key").refuse("identity-override", IDENTITY),
    free("kubeconfig").refuse("identity-override", IDENTITY),
    free("kuberc").refuse("identity-override", IDENTITY),
    free("context").refuse("endpoint-override", ENDPOINT),
    free("cluster").refuse("endpoint-override", ENDPOINT),
    free("server").short('s').refuse("endpoint-override", ENDPOINT),
    free("tls-server-name").refuse("trust-override", TRUST),
    free("certificate-authority").refuse("trust-override", TRUST),
    switch("insecure-skip-tls-verify").refuse("trust-override", TRUST),
    free("cache-dir").refuse("writes-files", FILES),
    free("profile").refuse("writes-files", FILES),
    free("profile-output").refuse("writes-files", FILES),
    free("log-file").refuse("writes-files", FILES),
    free("log-dir").refuse("writes-files", FILES),
];

/// How long one request may take; kubectl's `0` is for as long as it likes.
const REQUEST_TIMEOUT: Flag = Flag::new("request-timeout", Takes::Timeout);
const MATCH_SERVER_VERSION: Flag = switch("match-server-version");
const WARNINGS_AS_ERRORS: Flag = switch("warnings-as-errors");

pub(crate) const SHOW_MANAGED_FIELDS: Flag = switch("show-managed-fields");

/// Flags that mean the same for every verb that has them.
pub(crate) const COMMON: &[Flag] =
    &[REQUEST_TIMEOUT, MATCH_SERVER_VERSION, WARNINGS_AS_ERRORS, SHOW_MANAGED_FIELDS];

/// Flags that name a manifest.
pub(crate) const FILE: &[Flag] =
    &[list("filename").short('f'), text("kustomize").short('k'), switch("recursive").short('R')];
/// The same for verbs that take no kustomization.
pub(crate) const FILENAME: &[Flag] = &[list("filename").short('f'), switch("recursive").short('R')];

/// Which objects.
pub(crate) const SELECT: &[Flag] = &[text("selector").short('l')];
/// Which objects, by fields.
pub(crate) const FIELDS: &[Flag] = &[text("field-selector")];
/// Every object there.
pub(crate) const ALL: &[Flag] = &[switch("all")];
/// Every namespace.
pub(crate) const ALL_NAMESPACES: &[Flag] = &[switch("all-namespaces").short('A')];

/// How the answer looks.
pub(crate) const OUTPUT: &[Flag] = &[
    free("output").short('o'),
    free("template"),
    switch("allow-missing-template-keys").default("true"),
    SHOW_MANAGED_FIELDS,
];

/// What changing verbs share.
pub(crate) const CHANGING: &[Flag] = &[
    Flag::new("dry-run", Takes::Optional("client")),
    text("field-manager"),
    Flag::new("validate", Takes::Optional("strict")),
    switch("save-config"),
    switch("record"),
];

/// Nothing is stored.
pub(crate) const DRY_RUN: &[Flag] = &[Flag::new("dry-run", Takes::Optional("client"))];
/// Whose the changed fields are.
pub(crate) const MANAGER: &[Flag] = &[text("field-manager")];
/// How strictly the object is checked.
pub(crate) const VALIDATE: &[Flag] = &[Flag::new("validate", Takes::Optional("strict"))];
/// What later `apply`s compare with.
pub(crate) const SAVE: &[Flag] = &[switch("save-config")];
/// kubectl's deprecated note of the command in an annotation.
pub(crate) const RECORD: &[Flag] = &[switch("record")];

/// Nothing is asked of the cluster.
pub(crate) const LOCAL: &[Flag] = &[switch("local")];

/// Which container of a workload.
pub(crate) const CONTAINER: &[Flag] = &[text("container").short('c')];

/// The parts of an object that have an address of their own. The others (`proxy`, `exec`, `token`, `approval`, …) are no
/// parts but doors, and have verbs of their own or none.
pub(crate) const SUBRESOURCE: Flag =
    text("subresource").only(&["status", "scale", "resize", "ephemeralcontainers"]);

/// Waiting, where it makes no difference to what is done.
pub(crate) const WAITING: &[Flag] = &[switch("wait"), duration("timeout")];
