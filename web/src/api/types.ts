import type { components } from "./schema";

type Schemas = components["schemas"];

export type Query = Schemas["Query"];
export type Session = Schemas["Session"];
export type Cluster = Schemas["Cluster"];
export type Me = Schemas["Me"];
export type AuditEvent = Schemas["AuditEvent"];
export type AuditPage = Schemas["AuditPage"];
export type Checkpoint = Schemas["Checkpoint"];
export type Proof = Schemas["Proof"];
export type VerifyReport = Schemas["VerifyReport"];
export type ErrorBody = Schemas["ErrorBody"];

export type Delta = Query["diff"][number];
export type Permission = Query["permissions"][number];
export type Impact = NonNullable<Query["impact"]>;
export type Target = Query["targets"][number];
export type Result = NonNullable<Query["result"]>;

export type Level = "safe" | "warning" | "dangerous" | "refused";
