import assert from "node:assert/strict";
import { test } from "node:test";
import { type AnswerMemory, type ConvertQuestions, converse } from "../src/dialogue";
import type { ConvertArguments, ConvertReply } from "../src/protocol";

const CONVERTED: ConvertReply = { target: "net.py::Net", outcome: "converted" };

/** A server that wants the listed things in turn, each until the request has it. */
function server(...wants: ((args: ConvertArguments) => ConvertReply | undefined)[]) {
  const requests: ConvertArguments[] = [];
  const convert = async (args: ConvertArguments): Promise<ConvertReply> => {
    requests.push(args);
    for (const want of wants) {
      const reply = want(args);
      if (reply) {
        return reply;
      }
    }
    return CONVERTED;
  };
  return { requests, convert };
}

const wantsTarget = (args: ConvertArguments) =>
  args.target ? undefined : { needs: { target: ["Net", "Encoder"] } };
const wantsInputs = (args: ConvertArguments) =>
  args.inputs
    ? undefined
    : {
        needs: {
          inputs: [
            { name: "x", guess: [1, 3, 8, 8] },
            { name: "ids", dtype: "int32" },
          ],
        },
      };
const wantsOverwrite = (args: ConvertArguments) =>
  args.overwrite ? undefined : { needs: { overwrite: "/tmp/Net.mlpackage" } };

/** A person with ready answers, who remembers what they were asked. */
function person(answers: Partial<Record<string, string | boolean>>) {
  const asked: string[] = [];
  const questions: ConvertQuestions = {
    pickTarget: async (candidates) => {
      asked.push(`target of ${candidates.join("/")}`);
      return answers.target as string | undefined;
    },
    askShape: async ({ name }, initial, step, steps) => {
      asked.push(`${name} [${initial}] ${step}/${steps}`);
      return answers[name] as string | undefined;
    },
    confirmOverwrite: async (path) => {
      asked.push(`overwrite ${path}`);
      return answers.overwrite === true;
    },
    save: async (path) => {
      asked.push(`save ${path}`);
      return answers.save === true;
    },
  };
  return { asked, questions };
}

function memory() {
  const kept = new Map<string, Record<string, string>>();
  const store: AnswerMemory = {
    recall: (key) => kept.get(key) ?? {},
    remember: (key, answers) => void kept.set(key, answers),
  };
  return { kept, store };
}

const START = { uri: "file:///net.py", target: "Net" };

test("a server that needs nothing is asked once and nobody is bothered", async () => {
  const { requests, convert } = server();
  const { asked, questions } = person({});
  const conclusion = await converse(START, convert, questions, memory().store);
  assert.deepEqual(conclusion, { kind: "replied", arguments: START, reply: CONVERTED });
  assert.deepEqual(requests, [START]);
  assert.deepEqual(asked, []);
});

test("every need is met in turn and what was answered stays in the request", async () => {
  const { requests, convert } = server(wantsTarget, wantsInputs, wantsOverwrite);
  const { asked, questions } = person({ target: "Net", x: "1,3,16,16", ids: "1,7", overwrite: true });
  const conclusion = await converse({ uri: START.uri }, convert, questions, memory().store);
  assert.equal(conclusion.kind, "replied");
  assert.deepEqual(asked, [
    "target of Net/Encoder",
    "x [1,3,8,8] 1/2",
    "ids [] 2/2",
    "overwrite /tmp/Net.mlpackage",
  ]);
  assert.deepEqual(requests.at(-1), {
    ...START,
    inputs: ["x=1,3,16,16", "ids=1,7:int32"],
    overwrite: true,
  });
  assert.equal(requests.length, 4);
});

test("the last shapes of a target are offered again, those of another target aren't", async () => {
  const { store, kept } = memory();
  const first = person({ x: "1,3,32,32", ids: "1,5" });
  await converse(START, server(wantsInputs).convert, first.questions, store);
  assert.deepEqual([...kept.keys()], ["file:///net.py::Net"]);

  const again = person({ x: "1,3,32,32", ids: "1,5" });
  await converse(START, server(wantsInputs).convert, again.questions, store);
  assert.deepEqual(again.asked, ["x [1,3,32,32] 1/2", "ids [1,5] 2/2"]);

  const other = person({ x: "1", ids: "1" });
  await converse({ ...START, target: "Encoder" }, server(wantsInputs).convert, other.questions, store);
  assert.deepEqual(other.asked, ["x [1,3,8,8] 1/2", "ids [] 2/2"]);
});

for (const [what, want, answers] of [
  ["the target", wantsTarget, {}],
  ["a shape", wantsInputs, { x: "1,3" }],
  ["overwriting", wantsOverwrite, { overwrite: false }],
] as const) {
  test(`whoever waves ${what} away is not asked again and nothing is converted`, async () => {
    const { requests, convert } = server(want);
    const { questions } = person(answers);
    const { store, kept } = memory();
    const conclusion = await converse({ uri: START.uri }, convert, questions, store);
    assert.deepEqual(conclusion, { kind: "dismissed" });
    assert.equal(requests.length, 1);
    assert.equal(kept.size, 0);
  });
}

test("a file with changes is saved once; a server that still sees changes ends the talk", async () => {
  const reply = { needs: { save: "/net.py" }, problems: [{ severity: "error", message: "not saved" }] };
  const { requests, convert } = server(() => reply);
  const { asked, questions } = person({ save: true });
  await assert.rejects(converse(START, convert, questions, memory().store), /not saved/);
  assert.deepEqual(asked, ["save /net.py"]);
  assert.equal(requests.length, 2);
});

test("a failed conversion is an answer, not an error", async () => {
  const reply = { outcome: "convert-failed", problems: [] };
  const conclusion = await converse(START, async () => reply, person({}).questions, memory().store);
  assert.deepEqual(conclusion, { kind: "replied", arguments: START, reply });
});

test("a need of a newer server ends with a message instead of a loop", async () => {
  const reply = { needs: { licence: true } } as unknown as ConvertReply;
  await assert.rejects(
    converse(START, async () => reply, person({}).questions, memory().store),
    /licence/,
  );
});
