/** The talk between user and server that leads to a conversion. Knows no editor. */

import { guessText, inputArgument } from "./inputs";
import type { ConvertArguments, ConvertReply, InputRequest } from "./protocol";

/** What a person is asked. Undefined (or false) means that they don't want to go on. */
export interface ConvertQuestions {
  pickTarget(candidates: string[]): Promise<string | undefined>;
  askShape(request: InputRequest, initial: string, step: number, steps: number): Promise<string | undefined>;
  confirmOverwrite(path: string): Promise<boolean>;
  save(path: string): Promise<boolean>;
}

/** The shapes last typed for each target. */
export interface AnswerMemory {
  recall(key: string): Readonly<Record<string, string>>;
  remember(key: string, answers: Record<string, string>): void;
}

export type Conclusion =
  | { kind: "replied"; arguments: ConvertArguments; reply: ConvertReply }
  | { kind: "dismissed" };

/** Asks whatever the server needs, one need at a time, until it has really tried. */
export async function converse(
  start: ConvertArguments,
  convert: (args: ConvertArguments) => Promise<ConvertReply>,
  questions: ConvertQuestions,
  memory: AnswerMemory,
): Promise<Conclusion> {
  let args = start;
  let saved = false;
  for (;;) {
    const reply = await convert(args);
    const needs = reply.needs;
    if (!needs) {
      return { kind: "replied", arguments: args, reply };
    }
    let answered: ConvertArguments | undefined;
    if (needs.target) {
      const target = await questions.pickTarget(needs.target);
      answered = target === undefined ? undefined : { ...args, target };
    } else if (needs.inputs) {
      const inputs = await askShapes(args, needs.inputs, questions, memory);
      answered = inputs && { ...args, inputs };
    } else if (needs.overwrite !== undefined) {
      const yes = await questions.confirmOverwrite(needs.overwrite);
      answered = yes ? { ...args, overwrite: true } : undefined;
    } else if (needs.save !== undefined && !saved) {
      saved = await questions.save(needs.save);
      answered = saved ? args : undefined;
    } else {
      throw new Error(reply.problems?.[0]?.message ?? `the server needs more: ${JSON.stringify(needs)}`);
    }
    if (answered === undefined) {
      return { kind: "dismissed" };
    }
    args = answered;
  }
}

async function askShapes(
  args: ConvertArguments,
  requests: InputRequest[],
  questions: ConvertQuestions,
  memory: AnswerMemory,
): Promise<string[] | undefined> {
  const key = `${args.uri}::${args.target ?? ""}`;
  const before = memory.recall(key);
  const answers: Record<string, string> = {};
  for (const [index, request] of requests.entries()) {
    const initial = before[request.name] ?? guessText(request.guess);
    const answer = await questions.askShape(request, initial, index + 1, requests.length);
    if (answer === undefined) {
      return undefined;
    }
    answers[request.name] = answer;
  }
  memory.remember(key, answers);
  return requests.map((request) => inputArgument(request, answers[request.name] as string));
}
