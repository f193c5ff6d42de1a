import { HttpResponse, http, type JsonBodyType } from "msw";
import { setupServer } from "msw/node";
import { CLUSTER, ME, NO_MODELS, NO_MODELS_SETTINGS, SESSION } from "./fixtures";

const BASE = `${location.origin}/api/v1`;

/** What every page asks for; a test puts its own answers in front. */
export const server = setupServer(
  http.get(`${BASE}/auth/me`, () => HttpResponse.json(ME)),
  http.get(`${BASE}/clusters`, () => HttpResponse.json([CLUSTER])),
  http.get(`${BASE}/clusters/:cluster/health`, () =>
    HttpResponse.json({ ready: true, version: "v1.36.1", latency_ms: 2, message: null }),
  ),
  http.get(`${BASE}/clusters/:cluster/namespaces`, () => HttpResponse.json({ names: ["default", "shop"] })),
  http.get(`${BASE}/models`, () => HttpResponse.json(NO_MODELS)),
  http.get(`${BASE}/models/settings`, () => HttpResponse.json(NO_MODELS_SETTINGS)),
  http.get(`${BASE}/sessions`, () => HttpResponse.json([SESSION])),
  http.get(`${BASE}/sessions/:session/queries`, () => HttpResponse.json([])),
);

type Method = "get" | "post" | "patch" | "put";

/** Answers one call, and returns the bodies and headers it was made with. */
export function answer(method: Method, path: string, body: JsonBodyType, status = 200) {
  const calls: { body: unknown; headers: Headers; url: URL }[] = [];
  server.use(
    http[method](`${BASE}/${path}`, async ({ request }) => {
      const text = await request.text();
      calls.push({
        body: text ? JSON.parse(text) : null,
        headers: request.headers,
        url: new URL(request.url),
      });
      return HttpResponse.json(body, { status });
    }),
  );
  return calls;
}

export function problem(code: string, message: string) {
  return { error: { code, message, details: null, timestamp: "2026-01-01T00:00:00Z", request_id: "req-1" } };
}
