import { act, screen, within } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import { keys } from "@/api/keys";
import type { Query } from "@/api/types";
import { isInvestigation, turns } from "@/lib/investigation";
import { useUi } from "@/lib/ui-store";
import { query } from "@/test/fixtures";
import { show } from "@/test/render";
import { answer } from "@/test/server";
import { Turn } from "./turn";

const MODEL = {
  provider: "local",
  model: "qwen",
  input: 1000,
  output: 20,
  money: 0,
  remembered: false,
  removed: 2,
  prompt_hash: "sha256:a",
  answer_hash: "sha256:b",
};

const look = query({
  query: "look",
  parent: "q1",
  request: null,
  state: "succeeded",
  level: "safe",
  command: "kubectl get pods -n shop",
  explanation: null,
  result: { columns: [], rows: [], text: "web-1 is broken", truncated: false, sections: [], verdict: null },
});
const fix = query({ query: "fix", parent: "q1", request: null });

const inquiry = (change: Partial<Query> = {}) =>
  query({
    request: "why is it slow?",
    state: "succeeded",
    command: null,
    action: null,
    explanation: null,
    level: null,
    targets: [],
    diff: [],
    undo: null,
    approval_hash: null,
    message: "A pod is broken.",
    models: [MODEL],
    investigation: {
      steps: [
        { number: 1, query: "look", command: "kubectl get pods -n shop", problem: null },
        { number: 2, query: null, command: "curl evil", problem: "This is no kubectl line." },
      ],
      claims: [
        {
          text: "web-1 is broken.",
          supported: true,
          evidence: [
            {
              query: "look",
              command: "kubectl get pods -n shop",
              first: 3,
              last: 4,
              lines: ["web-1 Error", "web-2"],
            },
          ],
        },
        { text: "The moon is full.", supported: false, evidence: [] },
      ],
      fixes: [
        {
          why: "More is more.",
          command: "kubectl scale deployment web --replicas=5 -n shop",
          query: "fix",
          state: "awaiting_approval",
          message: null,
        },
      ],
    },
    ...change,
  });

function shown(one: Query, parts: Query[] = [look, fix]) {
  const made = show(<Turn query={one} onSay={vi.fn()} last={false} />);
  made.client.setQueryData(keys.queries("s1"), [one, ...parts]);
  return made;
}

it("stands in the conversation as one turn, with what belongs to it", () => {
  const own = query({ query: "own" });
  expect(turns([inquiry(), look, fix, own]).map((one) => one.query)).toEqual(["q1", "own"]);
  expect(isInvestigation(own)).toBe(false);
  // An undo stands by itself: what it undoes is no investigation.
  expect(turns([own, query({ query: "undo", parent: "own" })])).toHaveLength(2);
});

it("says what each finding rests on, leads to the whole answer, and marks a guess", async () => {
  const { user } = shown(inquiry());
  expect(screen.getByText("A pod is broken.")).toBeVisible();
  expect(screen.getByText("In the words of qwen")).toBeVisible();
  const findings = within(screen.getByRole("region", { name: "Findings" }));
  const [sure, guess] = findings.getAllByRole("listitem");
  expect(sure).toHaveTextContent("Rests on 1 place");
  expect(sure).toHaveTextContent("kubectl get pods -n shop, lines 3 to 4");
  expect(sure).toHaveTextContent("web-1 Error");
  expect(guess).toHaveTextContent("A guess: no line bears it out");
  await user.click(findings.getByText("kubectl get pods -n shop, lines 3 to 4"));
  await user.click(findings.getByRole("button", { name: "See the whole answer" }));
  const steps = screen.getByRole("list", { name: "What was looked at" });
  expect(steps.querySelector("details")?.open).toBe(true);
  expect(steps).toHaveTextContent("web-1 is broken");
  expect(steps).toHaveTextContent("This is no kubectl line.");
});

it("shows a proposed change as a preview of its own, without the model's words above its button", async () => {
  shown(inquiry());
  const card = within(await screen.findByRole("region", { name: "Proposed change 1" }));
  expect(card.getByRole("button", { name: "Scale to 5" })).toBeEnabled();
  expect(card.queryByText("More is more.")).not.toBeInTheDocument();
  expect(screen.getByText("More is more.")).toBeVisible();
});

it("tells the steps while it runs, and can be stopped", async () => {
  const running = inquiry({ state: "executing", investigation: null, message: null });
  const calls = answer(
    "post",
    "sessions/s1/queries/q1/cancel",
    inquiry({ state: "cancelled", message: null }),
  );
  const now = { ...look, query: "now", command: "kubectl events", state: "executing" as const };
  useUi.getState().addLook("q1", { number: 1, query: "look", command: "kubectl get pods", problem: null });
  const { user } = shown(running, [look, now]);
  await screen.findByText("kubectl events");
  const [told, runs] = within(screen.getByRole("list", { name: "What was looked at" })).getAllByRole(
    "listitem",
  );
  expect(told).toHaveTextContent("kubectl get podsDone");
  expect(runs).toHaveTextContent("kubectl eventsRunning");
  await user.click(screen.getByRole("button", { name: "Stop looking" }));
  expect(calls).toHaveLength(1);
});

it("lets the answer grow where the checked one will stand, and says that it is not checked", async () => {
  const running = inquiry({ state: "executing", investigation: null, message: null });
  shown(running, []);
  const { setWritten } = useUi.getState();
  act(() => setWritten("q1", { message: "A pod", claims: [] }));
  const answer = screen.getByText("A pod");
  const said = answer.parentElement;
  expect(said).toHaveAttribute("aria-live", "polite");
  expect(said).toHaveAttribute("aria-busy", "true");
  expect(said).toHaveTextContent("Still being written");
  act(() => setWritten("q1", { message: "A pod is broken.", claims: ["web-1 is broken.", "The moon"] }));
  expect(answer).toHaveTextContent("A pod is broken.");
  const findings = within(screen.getByRole("region", { name: "Findings" })).getAllByRole("listitem");
  expect(findings.map((one) => one.textContent)).toEqual([
    "web-1 is broken.Not checked yet",
    "The moonNot checked yet",
  ]);
  // An answer that broke off is taken back.
  act(() => setWritten("q1", null));
  expect(screen.queryByText("A pod is broken.")).not.toBeInTheDocument();
});

it("leaves nothing of what was written once it is checked", () => {
  useUi.getState().setWritten("q1", { message: "A pod is", claims: ["The moon"] });
  shown(inquiry());
  expect(screen.getByText("A pod is broken.").parentElement).toHaveAttribute("aria-busy", "false");
  expect(screen.queryByText("Not checked yet")).not.toBeInTheDocument();
  expect(screen.queryByText("The moon")).not.toBeInTheDocument();
});

it("shows the steps that are kept, and those that were told since, to whoever comes in the middle", () => {
  const step = (number: number, query: string | null, command: string) => ({
    number,
    query,
    command,
    problem: null,
  });
  const steps = [step(1, "look", "kubectl get pods"), step(2, null, "curl evil")];
  const running = inquiry({
    state: "executing",
    message: null,
    investigation: { steps, claims: [], fixes: [] },
  });
  useUi.setState({ looks: { q1: [step(2, null, "curl evil"), step(3, "next", "kubectl events")] } });
  shown(running, [look]);
  const list = within(screen.getByRole("list", { name: "What was looked at" }));
  expect(list.getAllByRole("listitem").map((one) => one.querySelector("code")?.textContent)).toEqual([
    "kubectl get pods",
    "curl evil",
    "kubectl events",
  ]);
});

it("shows to the letter what was sent, once that is asked for", async () => {
  const calls = answer("get", "sessions/s1/queries/q1/exchanges", [
    { provider: "local", model: "qwen", prompt: "[system] You look into", answer: '{"action":"look"}' },
  ]);
  const { user } = shown(inquiry());
  expect(calls).toHaveLength(0);
  await user.click(screen.getByText("What was sent to a model"));
  expect(await screen.findByText("[system] You look into")).toBeInTheDocument();
  expect(screen.getByText('{"action":"look"}')).toBeInTheDocument();
  expect(screen.getByText(/1,000 tokens read, 20 written\. 2 passages were taken out/)).toBeInTheDocument();
});

it("says why a model that was asked gave no answer", () => {
  shown(query({ models_failed: ["local: connection refused."] }));
  expect(screen.getByText("A model was asked and gave no answer")).toBeVisible();
  expect(screen.getByText("local: connection refused.")).toBeInTheDocument();
});
