import type {
  Cluster,
  Me,
  ModelHealth,
  ModelProvider,
  Models,
  ModelsSettings,
  Permission,
  Query,
  Session,
  Target,
} from "@/api/types";

const TIME = "2026-01-01T10:00:00.000Z";

export const ME: Me = { user: "dana", admin: true, auditor: true, password_set: true, identity: "own" };

export const CLUSTER: Cluster = {
  id: "c1",
  context: "practice",
  server: "https://127.0.0.1:6443",
  version: "v1.36.1",
  practice: true,
  default_namespace: "shop",
  identity: "own",
  runs_as: "dana@shop",
};

export const NO_MODELS: Models = {
  airgap: false,
  order: [],
  models: [],
  usage: [],
  tokens_today: 0,
  money_today: 0,
  budget_renews: "2026-01-02T00:00:00.000Z",
};

export const MODEL: ModelHealth = {
  provider: "local",
  kind: "ollama",
  model: "qwen",
  endpoint: "http://127.0.0.1:11434",
  in_order: true,
  breaker: "closed",
  down_seconds: null,
  down_since: null,
  error: null,
  answers: 3,
  failures: 1,
  input: 1200,
  output: 80,
  money: 0.25,
  milliseconds: 900,
  outcomes: [
    { outcome: "answered", count: 3 },
    { outcome: "model_timeout", count: 1 },
  ],
};

const PROVIDER: ModelProvider = {
  kind: "ollama",
  endpoint: "http://127.0.0.1:11434/",
  model: "qwen",
  key_file: null,
  ca_file: null,
  proxy: null,
  api_version: null,
  answer: "schema",
  limit_field: "max_tokens",
  temperature: null,
  max_tokens: 1024,
  context_tokens: 8192,
  timeout_seconds: 60,
  silence_seconds: 20,
  price_input: 0,
  price_output: 0,
};

export const MODELS_SETTINGS: ModelsSettings = {
  version: "sha256:1",
  file: "/data/config.toml",
  read_only: null,
  in_use: true,
  settings: {
    order: ["local", "second"],
    airgap: true,
    deadline_seconds: 120,
    attempts: 2,
    breaker_failures: 3,
    breaker_seconds: 30,
    cache_hours: 24,
    sure: 0.75,
    pseudonyms: false,
    investigation: { steps: 12, tokens: 60_000, seconds: 180 },
    budget: { everybody: { tokens_per_day: null, money_per_day: null }, role: {}, user: {} },
    provider: { local: PROVIDER, second: { ...PROVIDER, model: "llama" } },
  },
  keys: {
    local: { source: "none", name: null },
    second: { source: "file", name: "/data/keys/models/second.key" },
  },
  environment: [{ field: "airgap", variable: "KUBECHAT__MODELS__AIRGAP" }],
};

export const NO_MODELS_SETTINGS: ModelsSettings = {
  ...MODELS_SETTINGS,
  settings: { ...MODELS_SETTINGS.settings, order: [], provider: {} },
  keys: {},
  environment: [],
};

export const SESSION: Session = {
  id: "s1",
  user: "dana",
  title: "Scale web",
  cluster: "c1",
  namespace: "shop",
  created_at: TIME,
  updated_at: TIME,
};

export const WEB: Target = {
  group: "apps",
  resource: "deployments",
  kind: "Deployment",
  namespace: "shop",
  name: "web",
  uid: "u1",
  resource_version: "7",
};

export const MAY_SCALE: Permission = {
  verb: "patch",
  group: "apps",
  resource: "deployments",
  subresource: "scale",
  namespace: "shop",
  name: "web",
  allowed: true,
  reason: null,
  grant: null,
};

export function query(change: Partial<Query> = {}): Query {
  return {
    query: "q1",
    session: "s1",
    parent: null,
    request: "scale web to 5",
    state: "awaiting_approval",
    command: "kubectl scale deployment web --replicas=5 -n shop",
    where: null,
    action: "Scale to 5",
    explanation: "Scale Deployment web from 2 to 5 replicas",
    level: "warning",
    reasons: [],
    steps: [],
    targets: [WEB],
    diff: [{ object: "deployment.apps/web", namespace: "shop", path: "spec.replicas", before: 2, after: 5 }],
    impact: null,
    permissions: [MAY_SCALE],
    forbidden: [],
    unconfirmed: null,
    warnings: [],
    approval_hash: "h1",
    confirm: null,
    expires_at: new Date(Date.now() + 300_000).toISOString(),
    undo: { available: true, text: "Scale back to 2" },
    conflicts: [],
    result: null,
    choices: [],
    audit: { intent: null, outcome: null },
    audit_ids: [],
    understood: [],
    provider: "builtin",
    confidence: 1,
    runs_as: "dana@shop",
    cluster: "c1",
    context: "practice",
    namespace: "shop",
    practice: true,
    created_at: TIME,
    updated_at: TIME,
    error: null,
    message: null,
    attachments: [],
    models: [],
    models_failed: [],
    investigation: null,
    ...change,
  };
}

export function deletion(change: Partial<Query> = {}): Query {
  return query({
    command: "kubectl delete deployment web -n shop",
    action: "Delete web",
    explanation: "Delete Deployment web",
    level: "dangerous",
    confirm: "web",
    ...change,
  });
}
