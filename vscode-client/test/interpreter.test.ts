import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { installCommand } from "../src/install";
import { candidates, choose, convertInterpreter, LAUNCH } from "../src/interpreter";
import { findOnPath, probe } from "../src/probe";
import { startingPython } from "./python";

const NOTHING = {
  setting: "",
  pythonExtension: undefined,
  commandOnPath: undefined,
  pythonOnPath: undefined,
};
const ALL = {
  setting: "",
  pythonExtension: "/venv/bin/python",
  commandOnPath: "/usr/bin/coreml-preflight",
  pythonOnPath: "/usr/bin/python3",
};

const folder = mkdtempSync(join(tmpdir(), "preflight-"));
after(() => rmSync(folder, { recursive: true }));

test("the environment of the Python extension comes before the PATH", () => {
  assert.deepEqual(
    candidates(ALL).map(({ source, command }) => [source, command]),
    [
      ["python-extension", "/venv/bin/python"],
      ["path", "/usr/bin/coreml-preflight"],
      ["default", "/usr/bin/python3"],
    ],
  );
});

test("a set interpreter is the only one that counts", () => {
  assert.deepEqual(
    candidates({ ...ALL, setting: "/mine/python" }).map(({ command }) => command),
    ["/mine/python"],
  );
});

test("nothing found leaves nothing to try", () => {
  assert.deepEqual(candidates(NOTHING), []);
});

test("the first candidate that works is taken and the rest are left alone", async () => {
  const probed: string[] = [];
  const choice = await choose(candidates(ALL), async ({ command }) => {
    probed.push(command);
    return command === "/venv/bin/python" ? "No module named preflight_server" : undefined;
  });
  assert.equal("candidate" in choice && choice.candidate.source, "path");
  assert.deepEqual(probed, ["/venv/bin/python", "/usr/bin/coreml-preflight"]);
});

test("if none works, each comes with its reason", async () => {
  const choice = await choose(candidates(ALL), async ({ source }) => `no ${source}`);
  assert.deepEqual("attempts" in choice && choice.attempts.map(({ reason }) => reason), [
    "no python-extension",
    "no path",
    "no default",
  ]);
});

test("conversions run in the set interpreter, else the chosen environment, else the server's own", () => {
  assert.equal(convertInterpreter("/torch/python", "/venv/bin/python"), "/torch/python");
  assert.equal(convertInterpreter("", "/venv/bin/python"), "/venv/bin/python");
  assert.equal(convertInterpreter("", undefined), null);
});

test("a program that isn't there is refused with a reason", async () => {
  const missing = {
    source: "setting",
    command: join(folder, "nowhere"),
    args: [],
    python: undefined,
  } as const;
  assert.equal(await probe(missing), "there is no such program");
});

test("a program that answers something else is refused", async () => {
  const other = {
    source: "setting",
    command: process.execPath,
    args: ["-e", "0"],
    python: undefined,
  } as const;
  assert.equal(await probe(other), "it is another program");
});

test("a Python without the package is refused with Python's own reason", async () => {
  const bare = {
    source: "default",
    command: startingPython,
    args: ["-I", "-c", LAUNCH.replace("preflight_server", "no_such_package")],
    python: startingPython,
  } as const;
  assert.match((await probe(bare)) ?? "", /ModuleNotFoundError.*no_such_package/);
});

test("modules lying in the working folder don't run when the server is started", () => {
  const workspace = join(folder, "workspace");
  mkdirSync(join(workspace, "preflight_server"), { recursive: true });
  writeFileSync(join(workspace, "preflight_server", "__init__.py"), "print('PLANTED')\n");
  writeFileSync(join(workspace, "click.py"), "print('PLANTED')\n");
  const run = spawnSync(startingPython, ["-c", LAUNCH, "--version"], { cwd: workspace, encoding: "utf8" });
  assert.doesNotMatch(run.stdout + run.stderr, /PLANTED/);
  // The test can see a planted module at all:
  const careless = spawnSync(startingPython, ["-c", "import preflight_server"], {
    cwd: workspace,
    encoding: "utf8",
  });
  assert.match(careless.stdout, /PLANTED/);
});

test("programs are looked up on the PATH, but never in the open folder", {
  skip: process.platform === "win32" && "needs the executable bit",
}, async () => {
  const program = join(folder, "coreml-preflight");
  writeFileSync(program, "#!/bin/sh\n");
  assert.equal(await findOnPath("coreml-preflight", { PATH: folder }), undefined, "not executable");
  chmodSync(program, 0o755);
  assert.equal(await findOnPath("coreml-preflight", { PATH: `/nowhere:${folder}` }), program);
  const before = process.cwd();
  process.chdir(folder);
  try {
    assert.equal(await findOnPath("coreml-preflight", { PATH: ".:" }), undefined);
  } finally {
    process.chdir(before);
  }
});

test("the install command survives spaces and quotes in the path", () => {
  assert.equal(
    installCommand("/venv/bin/python", "linux"),
    "/venv/bin/python -m pip install coreml-preflight",
  );
  assert.equal(
    installCommand("/my env/o'neil/python", "darwin"),
    "'/my env/o'\\''neil/python' -m pip install coreml-preflight",
  );
  assert.equal(
    installCommand("C:\\Program Files\\python.exe", "win32"),
    '& "C:\\Program Files\\python.exe" -m pip install coreml-preflight',
  );
});
