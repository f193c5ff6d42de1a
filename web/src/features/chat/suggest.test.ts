import { describe, expect, it } from "vitest";
import { query } from "@/test/fixtures";
import { didYouMean, suggestions } from "./suggest";

const read = (command: string, columns: string[] = [], rows: unknown[][] = []) =>
  query({
    level: "safe",
    state: "succeeded",
    command,
    result: { columns, rows, text: null, truncated: false, sections: [], verdict: null },
  });

describe("what is offered next", () => {
  it("is about the pod that does not run", () => {
    const pods = read(
      "kubectl get pods -n shop",
      ["NAME", "STATUS"],
      [
        ["web-1", "Running"],
        ["new-1", "Pending"],
        ["new-1", "Pending"],
        ["api-1", "CrashLoopBackOff"],
      ],
    );
    expect(suggestions(pods)).toEqual([
      "kubectl describe pod api-1 -n shop",
      "kubectl logs api-1 -n shop --previous --tail=100",
      "kubectl top pods -n shop",
      "kubectl events -n shop --types=Warning",
    ]);
  });

  it("follows a change, and nothing follows what is gone or has not run", () => {
    expect(suggestions(query({ state: "succeeded" }))[0]).toBe(
      "kubectl rollout status deployment/web -n shop",
    );
    expect(
      suggestions(query({ state: "succeeded", command: "kubectl delete deployment web -n shop" })),
    ).toEqual([]);
    expect(suggestions(query())).toEqual([]);
  });

  it("is never the same line again", () => {
    const nodes = read("kubectl top nodes");
    expect(suggestions(nodes)).not.toContain("kubectl top nodes");
  });
});

it("says a request again with a name that exists", () => {
  const missing = query({
    state: "failed",
    level: "safe",
    command: "kubectl get deployment webb -n shop",
    error: {
      code: "not-found",
      message: 'There is no deployments.apps "webb" in namespace shop. Did you mean web or webapp?',
    },
  });
  expect(didYouMean(missing)).toEqual([
    { name: "web", line: "kubectl get deployment web -n shop" },
    { name: "webapp", line: "kubectl get deployment webapp -n shop" },
  ]);
  expect(didYouMean(query())).toEqual([]);
});
