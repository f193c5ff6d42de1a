import createClient from "openapi-fetch";
import { fromResponse, unreachable } from "./errors";
import type { paths } from "./schema";

export const api = createClient<paths>({
  baseUrl: location.origin,
  // Looked up at each call, so that tests can put their own in place.
  fetch: (request) => globalThis.fetch(request),
});

api.use({
  onRequest({ request }) {
    // A header that no foreign form can send; the server asks for it on everything but reads.
    if (request.method !== "GET") request.headers.set("X-KubeChat", "1");
    return request;
  },
});

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The body of a good answer; throws ApiError for everything else. */
export async function take<T>(call: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await call;
  } catch {
    throw unreachable();
  }
  if (!answer.response.ok) throw fromResponse(answer.response.status, answer.error);
  return answer.data as T;
}
