import { HttpResponse, http } from "msw";
import { describe, expect, it } from "vitest";
import { answer, problem, server } from "@/test/server";
import { api, take } from "./client";
import { ApiError, nextStep } from "./errors";

const me = () => take(api.GET("/api/v1/auth/me"));
const caught = async (call: Promise<unknown>) => {
  const error = await call.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ApiError);
  return error as ApiError;
};

describe("a failed call", () => {
  it("carries the server's words, code and request id", async () => {
    answer("get", "auth/me", problem("internal", "The database is locked."), 500);
    const error = await caught(me());
    expect(error).toMatchObject({
      status: 500,
      code: "internal",
      message: "The database is locked.",
      requestId: "req-1",
    });
    expect(nextStep(error)).toMatch(/server's log/);
  });

  it("is said even when the answer is not JSON", async () => {
    server.use(http.get("*/api/v1/auth/me", () => new HttpResponse("<html>", { status: 502 })));
    expect(await caught(me())).toMatchObject({ status: 502, code: "http_502" });
  });

  it("is told from no answer at all", async () => {
    server.use(http.get("*/api/v1/auth/me", () => HttpResponse.error()));
    expect(await caught(me())).toMatchObject({ status: 0, code: "unreachable" });
  });
});

it("marks everything but reads against forgery", async () => {
  const reads = answer("get", "auth/me", {});
  const writes = answer("post", "auth/login", {});
  await me();
  await take(api.POST("/api/v1/auth/login", { body: { username: "a", password: "b" } }));
  expect(reads[0]?.headers.has("X-KubeChat")).toBe(false);
  expect(writes[0]?.headers.get("X-KubeChat")).toBe("1");
});
