/** How a conversion's result is put to the user. */

import { basename } from "node:path";
import type { ConvertReply, Problem } from "./protocol";

export type OutcomeAction = "Reveal" | "Show Problems" | "Open Report" | "Show Log";

export interface OutcomeMessage {
  severity: "info" | "warning" | "error";
  text: string;
  actions: OutcomeAction[];
}

const FAILURE: Record<string, string> = {
  "load-failed": "loading failed",
  "trace-failed": "tracing failed",
  "convert-failed": "converting failed",
  "save-failed": "saving failed",
  timeout: "it took too long and was stopped",
  crashed: "the process crashed",
};

/** The message to show, or undefined when there is nothing to tell (cancelled). */
export function outcomeMessage(reply: ConvertReply): OutcomeMessage | undefined {
  const name = targetName(reply);
  const problems = reply.problems ?? [];
  if (reply.outcome === "cancelled") {
    return undefined;
  }
  if (reply.outcome === "converted") {
    const saved = reply.output ? ` to ${basename(reply.output)}` : "";
    const text = `${name} converted${saved} in ${seconds(reply)}.`;
    return problems.length === 0
      ? { severity: "info", text, actions: ["Reveal", "Open Report"] }
      : {
          severity: "warning",
          text: `${text} ${counted(problems)} on the way.`,
          actions: ["Show Problems", "Reveal", "Open Report"],
        };
  }
  const errors = problems.filter((problem) => problem.severity === "error");
  const failure = FAILURE[reply.outcome ?? ""] ?? `the outcome is “${reply.outcome}”`;
  const first = errors[0] ? `: ${oneLine(errors[0].message)}` : ".";
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : "";
  const placed = problems.some((problem) => problem.range);
  return {
    severity: "error",
    text: `${name}: ${failure}${first}${more}`,
    actions: placed ? ["Show Problems", "Open Report"] : ["Open Report", "Show Log"],
  };
}

/** `Net` of `net.py::Net`. */
export function targetName(reply: ConvertReply): string {
  const target = reply.target ?? "The module";
  return target.includes("::") ? target.slice(target.indexOf("::") + 2) : basename(target);
}

function counted(problems: Problem[]): string {
  const noun = problems.every((problem) => problem.severity === "warning") ? "warning" : "problem";
  return `${problems.length} ${noun}${problems.length === 1 ? "" : "s"}`;
}

function seconds(reply: ConvertReply): string {
  const total = Object.values(reply.seconds ?? {}).reduce((sum, value) => sum + value, 0);
  return `${total.toFixed(1)} s`;
}

/** The first line of a message, cut where a notification would hide the buttons. */
function oneLine(message: string): string {
  const line = message.split("\n", 1)[0] ?? "";
  return line.length <= 200 ? line : `${line.slice(0, 199)}…`;
}
