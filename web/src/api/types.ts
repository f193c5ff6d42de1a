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
export type Kind = Schemas["Kind"];
export type Scene = Schemas["Scene"];
export type View = Schemas["View"];
export type LineView = Schemas["LineView"];
export type Row = Schemas["RowView"];
export type Survey = Schemas["SurveyView"];
export type Finding = Schemas["FindingView"];
export type Graph = Schemas["GraphView"];
export type Vertex = Schemas["VertexView"];
export type Models = Schemas["Models"];
export type ModelHealth = Schemas["ModelHealth"];
export type ModelProvider = Required<Schemas["ModelProvider"]>;
type Section = Required<Schemas["ModelsSection"]>;
/** The section `[models]`: whole, as the server sends it. */
export type ModelsSection = Omit<Section, "provider"> & { provider: Record<string, ModelProvider> };
export type ModelsSettings = Omit<Schemas["ModelsSettings"], "settings"> & { settings: ModelsSection };
export type ModelsChange = Schemas["NewModelsSettings"];
export type WrongSettings = Schemas["WrongSettings"];
export type Investigation = Schemas["InvestigationView"];
export type Look = Schemas["LookView"];
export type AnswerDraft = Schemas["DraftView"];
export type Claim = Schemas["ClaimView"];
export type Readiness = Schemas["Status"];

export type Delta = Query["diff"][number];
export type Permission = Query["permissions"][number];
export type Impact = NonNullable<Query["impact"]>;
export type Target = Query["targets"][number];
export type Result = NonNullable<Query["result"]>;

export type Level = "safe" | "warning" | "dangerous" | "refused";
