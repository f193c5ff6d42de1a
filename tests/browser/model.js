// A model server that says what a test has it say, in Ollama's way of speaking. No model fits into a test that makes sense.
import { createServer } from "node:http";

/**
 * Starts it; `says` gets the request and answers with what the model is to say, or a promise of it. It is said word by
 * word, each one when the promise of `before`, which gets all that was said before it, is kept.
 */
export async function model(says, before = async () => undefined) {
  const asked = [];
  const server = createServer(async (request, response) => {
    const pieces = [];
    for await (const piece of request) pieces.push(piece);
    const body = JSON.parse(Buffer.concat(pieces).toString() || "{}");
    asked.push(body);
    const content = JSON.stringify(await says(body));
    const line = (message, more) => `${JSON.stringify({ model: body.model, message: { role: "assistant", content: message }, ...more })}\n`;
    response.writeHead(200, { "content-type": "application/x-ndjson" });
    let said = "";
    for (const word of content.split(/(?<= )/)) {
      await before(said);
      response.write(line(word, { done: false }));
      said += word;
    }
    response.end(line("", { done: true, done_reason: "stop", prompt_eval_count: 1000, eval_count: 100 }));
  });
  await new Promise((up) => server.listen(0, "127.0.0.1", up));
  const endpoint = `http://127.0.0.1:${server.address().port}`;
  return { asked, endpoint, stop: () => new Promise((down) => server.close(down)) };
}

/** The configuration that asks this model, and after it one that is down. */
export function config(endpoint) {
  const provider = (name, address) =>
    `[models.provider.${name}]\nkind = "ollama"\nendpoint = "${address}"\nmodel = "${name}-model:7b"\nprice_input = 1.0\nprice_output = 2.0\n`;
  return `[models]\norder = ["local", "second"]\nairgap = true\n[models.budget.everybody]\ntokens_per_day = 50000\n${provider("local", endpoint)}${provider("second", "http://127.0.0.1:9")}`;
}

const proposal = { outcome: "investigate", commands: [], where: null, meaning: "", message: "" };
const look = (...commands) => ({ action: "look", answer: "", commands, claims: [], fixes: [] });

/** Looks into a question about the shop of the practice cluster: two rounds, then an answer that is partly a guess. */
export function detective(body) {
  const [system, ...turns] = body.messages;
  if (!system.content.includes("You look into")) return proposal;
  const rounds = turns.filter(({ role }) => role === "assistant").length;
  if (rounds === 0) return look("kubectl get deployments -n shop", "kubectl get pods -n shop");
  if (rounds === 1) return look("kubectl events -n shop --types=Warning", "kubectl delete deployment web -n shop");
  return {
    action: "answer",
    answer: "One pod of the shop is restarted again and again. The other workloads answer.",
    commands: [],
    claims: [
      { text: "Deployment web is there, with all its replicas.", evidence: [{ step: 1, first: 2, last: 4 }] },
      { text: "A pod does not stay up.", evidence: [{ step: 2, first: 1, last: 3 }, { step: 1, first: 1, last: 2 }] },
      { text: "The last release is to blame.", evidence: [] },
    ],
    fixes: [
      { command: "kubectl rollout restart deployment web -n shop", why: "New pods begin with a clean state." },
      { command: "kubectl exec web -- sh | tee", why: "To look inside." },
    ],
  };
}
