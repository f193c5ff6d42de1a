import { plural } from "./plural";

/** Looking into a question: what is looked at, what was found, what would mend it. */
export const investigation = {
  reading: "Reading your words.",
  title: "Looking into it",
  ended: "What was found",
  stopped: "You stopped it. What was looked at is below.",
  running: "A model names commands; KubeChat runs those that only read, as you. Nothing is changed.",
  notChecked: "Still being written, and checked against what was seen when it is complete.",
  findingsWritten: "Each will name the lines that it rests on, or be marked as a guess.",
  unchecked: "Not checked yet",
  inTheWords: (model: string) => `In the words of ${model}`,
  findings: "Findings",
  restsOn: (n: number) => plural(n, { one: "Rests on # place", other: "Rests on # places" }),
  guess: "A guess: no line bears it out",
  readThem: "The lines were there; whether the model read them rightly is yours to see.",
  evidence: (command: string, first: number, last: number) =>
    first === last ? `${command}, line ${first}` : `${command}, lines ${first} to ${last}`,
  linesOf: (command: string) => `Lines of ${command}`,
  wholeAnswer: "See the whole answer",
  steps: "What was looked at",
  noSteps: "Nothing yet.",
  runs: "Running",
  notRun: "Not run",
  brought: (n: number) => plural(n, { one: "# line", other: "# lines" }),
  result: (number: number) => `Answer of step ${number}`,
  fixes: "Proposed changes",
  fixesAbout: "Each is previewed below and waits for your yes, like any other change.",
  fix: (n: number) => `Proposed change ${n}`,
  noModel: "A model was asked and gave no answer",
  stop: "Stop looking",
};
