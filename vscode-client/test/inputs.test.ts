import assert from "node:assert/strict";
import { test } from "node:test";
import { complaint, guessText, inputArgument, parseShape } from "../src/inputs";

const SHAPES: [string, number[], string | undefined][] = [
  ["1,3,224,224", [1, 3, 224, 224], undefined],
  [" 1, 3, 224, 224 ", [1, 3, 224, 224], undefined],
  ["1,16:int32", [1, 16], "int32"],
  ["1,16 : torch.int64", [1, 16], "int64"],
  ["1x3x8x8", [1, 3, 8, 8], undefined],
  ["(1, 3, 8, 8)", [1, 3, 8, 8], undefined],
  ["[10, 20]", [10, 20], undefined],
  ["(5,)", [5], undefined],
  ["1 3 8 8", [1, 3, 8, 8], undefined],
  ["7", [7], undefined],
  ["()", [], undefined],
];

for (const [text, shape, dtype] of SHAPES) {
  test(`“${text}” is a shape`, () => {
    assert.deepEqual(parseShape(text), { shape, dtype });
    assert.equal(complaint(text), undefined);
  });
}

const COMPLAINTS: [string, RegExp][] = [
  ["", /missing/],
  ["  ", /missing/],
  [":int32", /missing/],
  ["1,,3", /“” is not a size/],
  ["1,0,3", /“0” is not a size/],
  ["-1,3", /“-1” is not a size/],
  ["1.5,3", /“1\.5” is not a size/],
  ["n,3", /“n” is not a size/],
  ["1,3:float33", /No such dtype.*float32/],
  ["1,3:", /No such dtype/],
  ["1:int32:int32", /One colon/],
  ["99999999999999999999", /not a size/],
];

for (const [text, expected] of COMPLAINTS) {
  test(`“${text}” is refused`, () => assert.match(complaint(text) ?? "", expected));
}

test("what is sent is normalised and carries a dtype only where it isn't float32", () => {
  assert.equal(inputArgument({ name: "x" }, "(1, 3, 8, 8)"), "x=1,3,8,8");
  assert.equal(inputArgument({ name: "x", dtype: "float32" }, "1,3"), "x=1,3");
  assert.equal(inputArgument({ name: "ids", dtype: "int32" }, "1,16"), "ids=1,16:int32");
  assert.equal(inputArgument({ name: "ids", dtype: "int32" }, "1,16:int64"), "ids=1,16:int64");
  assert.equal(inputArgument({ name: "t" }, "()"), "t=()");
});

test("a guess comes as text or as sizes, or not at all", () => {
  assert.equal(guessText("1,3"), "1,3");
  assert.equal(guessText([1, 3]), "1,3");
  assert.equal(guessText(null), "");
  assert.equal(guessText(undefined), "");
});
