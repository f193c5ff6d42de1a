import { QueryCache, QueryClient } from "@tanstack/react-query";
import { ApiError } from "@/api/errors";
import { navigate } from "@/lib/router";

const RETRIES = 2;

/** Only what may pass by itself is tried again: no answer, 429 and what the server calls its own fault. */
export function shouldRetry(failures: number, error: unknown): boolean {
  if (failures >= RETRIES || !(error instanceof ApiError)) return false;
  return error.status === 0 || error.status === 429 || error.status >= 502;
}

function toLogin(error: unknown): void {
  if (!(error instanceof ApiError) || error.status !== 401 || location.pathname === "/login") return;
  const next = location.pathname + location.search;
  navigate(next === "/" || next === "/chat" ? "/login" : `/login?next=${encodeURIComponent(next)}`, {
    replace: true,
  });
}

export function createQueryClient(): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({ onError: toLogin }),
    defaultOptions: { queries: { retry: shouldRetry, staleTime: 5000 } },
  });
}
