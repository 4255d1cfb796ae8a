import assert from "node:assert/strict";
import { test } from "node:test";
import { outcomeMessage, targetName } from "../src/outcome";
import { Percentage } from "../src/percentage";
import type { Problem } from "../src/protocol";
import { renderReport } from "../src/report";

const RANGE = { start: { line: 12, column: 5 }, end: { line: 12, column: 9 } };
const ERROR: Problem = {
  severity: "error",
  message: "no converter for `aten::foo`\nmore",
  range: RANGE,
  path: "net.py",
  op: "aten::foo",
  symbol: "Net.forward",
  help: "use bar",
};
const WARNING: Problem = { severity: "warning", message: "frozen", range: RANGE };

test("a model that was saved can be revealed", () => {
  assert.deepEqual(
    outcomeMessage({
      target: "net.py::Net",
      outcome: "converted",
      output: "/a/Net.mlpackage",
      seconds: { load: 1, convert: 0.55 },
    }),
    {
      severity: "info",
      text: "Net converted to Net.mlpackage in 1.6 s.",
      actions: ["Reveal", "Open Report"],
    },
  );
});

test("warnings of a conversion that worked are counted", () => {
  const message = outcomeMessage({
    target: "net.py::Net",
    outcome: "converted",
    output: "N",
    problems: [WARNING],
  });
  assert.equal(message?.severity, "warning");
  assert.match(message?.text ?? "", /1 warning on the way/);
  assert.equal(message?.actions[0], "Show Problems");
});

test("a failure tells its stage, the first error and how many more there are", () => {
  const message = outcomeMessage({
    target: "net.py::Net",
    outcome: "convert-failed",
    problems: [WARNING, ERROR, ERROR],
  });
  assert.deepEqual(message, {
    severity: "error",
    text: "Net: converting failed: no converter for `aten::foo` (and 1 more)",
    actions: ["Show Problems", "Open Report"],
  });
});

test("without a place in the code there are no problems to show", () => {
  const message = outcomeMessage({
    target: "net.py::Net",
    outcome: "crashed",
    problems: [{ severity: "error", message: "signal 11" }],
  });
  assert.deepEqual(message?.actions, ["Open Report", "Show Log"]);
  assert.match(message?.text ?? "", /crashed: signal 11/);
});

test("a long message leaves room for the buttons", () => {
  const problems = [{ severity: "error", message: "x".repeat(1000) }];
  assert.ok((outcomeMessage({ outcome: "load-failed", problems })?.text.length ?? 999) < 300);
});

test("who cancelled need not be told", () => {
  assert.equal(outcomeMessage({ outcome: "cancelled" }), undefined);
});

test("an outcome of a newer server is shown as it is", () => {
  assert.match(outcomeMessage({ outcome: "verify-failed" })?.text ?? "", /verify-failed/);
});

test("names of targets", () => {
  assert.equal(targetName({ target: "a/net.py::Net(width=8)" }), "Net(width=8)");
  assert.equal(targetName({ target: "a/net.py" }), "net.py");
});

test("the report holds every part that the reply has, and no empty one", () => {
  const text = renderReport({
    target: "net.py::Net",
    outcome: "convert-failed",
    frontend: "trace",
    output: "Net.mlpackage",
    size: 2_345_678,
    versions: { coremltools: "9.0", torch: "2.13.0" },
    inputs: [{ name: "x", shape: [1, 3], dtype: "float32" }],
    seconds: { load: 0.123 },
    torch_ops: { "aten::add": 1, "aten::mul": 3 },
    problems: [ERROR],
    log: "print ```here```\n",
  });
  assert.match(text, /^# Net: convert-failed\n/);
  assert.match(text, /- \*\*error\*\* `net.py:12` in `Net.forward` \(`aten::foo`\): no converter/);
  assert.match(text, /\n {2}use bar\n/);
  assert.match(text, /`Net.mlpackage`, 2\.35 MB\n- With: coremltools 9\.0, torch 2\.13\.0\n/);
  assert.ok(text.indexOf("`aten::mul`: 3") < text.indexOf("`aten::add`: 1"), "the most frequent first");
  assert.match(text, /````text\nprint ```here```\n````/, "a fence longer than any in the log");
  assert.doesNotMatch(text, /Outputs|MIL operators/);
});

test("percentages become increments that never go back", () => {
  const percentage = new Percentage();
  assert.deepEqual(percentage.step({ message: "load", percentage: 10 }), { message: "load", increment: 10 });
  assert.deepEqual(percentage.step({ percentage: 35 }), { increment: 25 });
  assert.deepEqual(percentage.step({ percentage: 20 }), { increment: 0 });
  assert.deepEqual(percentage.step({ message: "save" }), { message: "save", increment: 0 });
  assert.deepEqual(percentage.step({ percentage: 250 }), { increment: 65 });
});
