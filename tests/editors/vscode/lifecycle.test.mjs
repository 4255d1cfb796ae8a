// The server over time: killed, restarted, and not there at all.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { openFile, openWorkbench, runCommand, screenshot } from "./workbench.mjs";

const root = mkdtempSync(join(tmpdir(), "preflight-vscode-"));
const folder = join(root, "workspace");
const machine = join(root, "home/data/Machine/settings.json");
const pids = join(root, "pids");
/** Stands in for the interpreter and leaves the id of each process: nobody else's is to be killed. */
const python = join(root, "python");

const NET = `import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return torch.special.bessel_j0(x)
`;

let page;
let stop;

before(async () => {
  mkdirSync(folder);
  writeFileSync(join(folder, "net.py"), NET);
  const note = `case "$*" in *" server") echo $$ >> '${pids}';; esac`;
  writeFileSync(python, `#!/bin/sh\n${note}\nexec '${process.env.PREFLIGHT_PYTHON}' "$@"\n`, { mode: 0o755 });
  const settings = { "coremlPreflight.interpreter": python };
  ({ page, stop } = await openWorkbench({ folder, home: join(root, "home"), settings }));
  await openFile(page, "net.py");
});

after(async () => {
  await stop?.();
  rmSync(root, { recursive: true });
});

const servers = () => execFileSync("cat", [pids], { encoding: "utf8" }).trim().split("\n");
const squiggle = () => page.locator(".monaco-editor .squiggly-error").first();
const toasts = () => page.locator(".notification-toast");

test("a killed server is started again without a word, and its findings come back", async () => {
  await squiggle().waitFor();
  process.kill(Number(servers().at(-1)), "SIGKILL");
  await squiggle().waitFor({ state: "detached" });
  await squiggle().waitFor();
  assert.equal(servers().length, 2);
  assert.equal(await toasts().count(), 0);
});

test("a restart by hand takes the old server down", async () => {
  await runCommand(page, "Core ML Preflight: Restart the Language Server");
  await squiggle().waitFor({ state: "detached" });
  await squiggle().waitFor();
  const [, old, current] = servers();
  assert.throws(() => process.kill(Number(old), 0), "the old one is gone");
  process.kill(Number(current), 0);
});

test("an interpreter without the package brings one message with ways out", async () => {
  writeFileSync(machine, JSON.stringify({ "coremlPreflight.interpreter": "/bin/false" }));
  const toast = page.locator(".notification-toast", { hasText: "/bin/false (coremlPreflight.interpreter)" });
  await toast.waitFor();
  assert.equal(await toasts().count(), 1);
  await screenshot(page, "missing");
  await toast.locator(".monaco-button", { hasText: "Install in Terminal" }).click();
  await page.locator(".notification-toast", { hasText: "When coreml-preflight is installed" }).waitFor();
  await page.locator(".xterm-rows", { hasText: "-m pip install coreml-preflight" }).waitFor();
  await screenshot(page, "install");
});
