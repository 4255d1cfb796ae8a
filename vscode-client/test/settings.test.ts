import assert from "node:assert/strict";
import { test } from "node:test";
import { expand, interpreters, lintSettings } from "../src/settings";

const VARIABLES = { workspaceFolder: "/ws", home: "/home/me", env: { VENV: "/venvs/a" } };

test("unset settings leave everything to pyproject.toml", () => {
  assert.deepEqual(
    lintSettings(() => undefined),
    {
      select: [],
      ignore: [],
      severity: {},
      coremltools: null,
      frontend: null,
      neuralEngine: false,
    },
  );
});

test("set settings are passed on", () => {
  const values: Record<string, unknown> = {
    select: ["CML2"],
    ignore: ["CML304"],
    severity: { CML201: "warning" },
    coremltools: "9.0",
    frontend: "export",
    neuralEngine: true,
  };
  assert.deepEqual(
    lintSettings((key) => values[key]),
    values,
  );
});

test("settings of the wrong type are as good as unset", () => {
  const wrong = lintSettings(
    (key) => ({ select: "CML2", ignore: [1, "CML3"], severity: { a: 1 }, frontend: " " })[key],
  );
  assert.deepEqual([wrong.select, wrong.ignore, wrong.severity, wrong.frontend], [[], ["CML3"], {}, null]);
});

test("interpreter paths are expanded", () => {
  const values: Record<string, string> = {
    interpreter: "~/py",
    convertInterpreter: " ${workspaceFolder}/.venv/bin/python ",
  };
  assert.deepEqual(
    interpreters((key) => values[key], VARIABLES),
    {
      interpreter: "/home/me/py",
      convertInterpreter: "/ws/.venv/bin/python",
    },
  );
});

test("variables that aren't known stay visible", () => {
  assert.equal(expand("${env:VENV}/bin/python", VARIABLES), "/venvs/a/bin/python");
  assert.equal(expand("${env:NOPE}/python", VARIABLES), "${env:NOPE}/python");
  assert.equal(
    expand("${workspaceFolder}/p", { ...VARIABLES, workspaceFolder: undefined }),
    "${workspaceFolder}/p",
  );
  assert.equal(expand("${userHome}/p", VARIABLES), "/home/me/p");
  assert.equal(expand("~other/p", VARIABLES), "~other/p");
});
