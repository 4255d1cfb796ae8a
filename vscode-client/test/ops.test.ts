import assert from "node:assert/strict";
import { test } from "node:test";
import { opEntries } from "../src/ops";

const API = { name: "torch.x", missing: [], error: null, alternative: null, limits: [] };

test("torch APIs say whether they convert, and why not", () => {
  const entries = opEntries({
    coremltools: "9.0",
    torch_apis: [
      { ...API, trace: "always" },
      { ...API, trace: "never", missing: ["aten::x"], error: "RuntimeError: long", alternative: "torch.y" },
      { ...API, trace: "sometimes", limits: ["alpha must be 1"] },
      { ...API, trace: "never", error: "RuntimeError: why" },
    ],
  });
  assert.deepEqual(
    entries.map(({ summary, detail }) => [summary, detail]),
    [
      ["converts", ""],
      ["can't be converted", "no converter for aten::x; instead: torch.y"],
      ["depends on how it is called", "alpha must be 1"],
      ["can't be converted", "RuntimeError: why"],
    ],
  );
});

test("MIL operators and layers are named as they are written", () => {
  const x = { name: "x", optional: false };
  const entries = opEntries({
    coremltools: "9.0",
    mil_ops: [
      {
        name: "topk",
        variants: [
          { opset: "iOS15", parameters: [x] },
          { opset: "iOS16", parameters: [x, { name: "k", optional: true }] },
        ],
      },
    ],
    nn_layers: [{ name: "add_unary", parameters: [{ name: "name" }, { name: "mode" }] }],
  });
  assert.deepEqual(entries, [
    { name: "mb.topk", verdict: undefined, summary: "MIL, iOS15, iOS16", detail: "x, k?" },
    {
      name: "NeuralNetworkBuilder.add_unary",
      verdict: undefined,
      summary: "neural network layer",
      detail: "name, mode",
    },
  ]);
});
