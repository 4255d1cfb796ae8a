/** A conversion's report as Markdown. */

import { targetName } from "./outcome";
import type { ConvertReply, Problem, Tensor } from "./protocol";

export function renderReport(reply: ConvertReply): string {
  const parts = [`# ${targetName(reply)}: ${reply.outcome ?? "no outcome"}`, summary(reply)];
  parts.push(...section("Problems", (reply.problems ?? []).map(problemItem)));
  parts.push(...section("Inputs", (reply.inputs ?? []).map(tensorItem)));
  parts.push(...section("Outputs", (reply.outputs ?? []).map(tensorItem)));
  parts.push(...section("Seconds", Object.entries(reply.seconds ?? {}).map(secondsItem)));
  parts.push(...section("Torch operators", countItems(reply.torch_ops)));
  parts.push(...section("MIL operators", countItems(reply.mil_ops)));
  if (reply.log?.trim()) {
    parts.push("## Log", fenced(reply.log.trimEnd()));
  }
  return `${parts.join("\n\n")}\n`;
}

function summary(reply: ConvertReply): string {
  const rows = [`- Target: ${code(reply.target ?? "")}`];
  if (reply.frontend) {
    rows.push(`- Frontend: ${reply.frontend}`);
  }
  if (reply.output) {
    const size = typeof reply.size === "number" ? `, ${(reply.size / 1e6).toFixed(2)} MB` : "";
    rows.push(`- Saved as: ${code(reply.output)}${size}`);
  }
  const versions = Object.entries(reply.versions ?? {}).map(([name, version]) => `${name} ${version}`);
  if (versions.length > 0) {
    rows.push(`- With: ${versions.join(", ")}`);
  }
  return rows.join("\n");
}

function section(title: string, items: string[]): string[] {
  return items.length === 0 ? [] : [`## ${title}`, items.join("\n")];
}

function problemItem(problem: Problem): string {
  const line = problem.range ? `:${problem.range.start.line}` : "";
  const place = problem.path ? ` ${code(problem.path + line)}` : "";
  const symbol = problem.symbol ? ` in ${code(problem.symbol)}` : "";
  const op = problem.op ? ` (${code(problem.op)})` : "";
  const help = problem.help ? `\n  ${indented(problem.help)}` : "";
  return `- **${problem.severity}**${place}${symbol}${op}: ${indented(problem.message)}${help}`;
}

function tensorItem(tensor: Tensor): string {
  return `- ${code(tensor.name)}: ${tensor.dtype} [${tensor.shape.join(", ")}]`;
}

function secondsItem([stage, value]: [string, number]): string {
  return `- ${stage}: ${value.toFixed(2)}`;
}

function countItems(counts: Record<string, number> | undefined): string[] {
  return Object.entries(counts ?? {})
    .sort(([left, many], [right, more]) => more - many || left.localeCompare(right))
    .map(([name, count]) => `- ${code(name)}: ${count}`);
}

function indented(text: string): string {
  return text.trim().split("\n").join("\n  ");
}

/** A code span that holds even if the text has backticks. */
function code(text: string): string {
  const fence = "`".repeat(longestRun(text) + 1);
  const pad = text.startsWith("`") || text.endsWith("`") ? " " : "";
  return fence + pad + text + pad + fence;
}

function fenced(text: string): string {
  const fence = "`".repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}text\n${text}\n${fence}`;
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}
