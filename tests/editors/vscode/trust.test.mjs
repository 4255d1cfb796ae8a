// A folder that isn't trusted: it is checked, but nothing of it runs until it is.

import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { openFile, openWorkbench, screenshot } from "./workbench.mjs";

const root = mkdtempSync(join(tmpdir(), "preflight-vscode-"));
const folder = join(root, "workspace");
const ran = join(folder, "ran");

const NET = `import torch
from pathlib import Path
from torch import nn

Path(__file__).with_name("ran").touch()


class Net(nn.Module):
    def forward(self, x):
        return torch.special.bessel_j0(x)


net = Net()
example = torch.rand(1, 4)
`;

let page;
let stop;

before(async () => {
  mkdirSync(join(folder, ".vscode"), { recursive: true });
  writeFileSync(join(folder, "net.py"), NET);
  // A folder may not choose the program that runs when it is opened.
  const planted = join(folder, "planted.sh");
  writeFileSync(planted, `#!/bin/sh\ntouch '${ran}'\n`, { mode: 0o755 });
  writeFileSync(
    join(folder, ".vscode/settings.json"),
    JSON.stringify({ "coremlPreflight.interpreter": planted, "coremlPreflight.convertInterpreter": planted }),
  );
  const settings = { "coremlPreflight.interpreter": process.env.PREFLIGHT_PYTHON };
  ({ page, stop } = await openWorkbench({ folder, home: join(root, "home"), settings, trust: false }));
  await openFile(page, "net.py");
});

after(async () => {
  await stop?.();
  rmSync(root, { recursive: true });
});

test("findings are there without trust, and nothing of the folder ran", async () => {
  await page.locator(".monaco-editor .squiggly-error").first().waitFor();
  assert.ok(!existsSync(ran));
});

test("converting asks for trust first", async () => {
  await page.locator(".monaco-editor .codelens-decoration a").first().click();
  const toast = page.locator(".notification-toast", { hasText: "Trust the workspace first" });
  await toast.waitFor();
  await screenshot(page, "untrusted");
  assert.ok(!existsSync(ran));
  await toast.locator(".monaco-button", { hasText: "Manage Workspace Trust" }).click();
  await page.locator(".workspace-trust-editor").waitFor();
  await screenshot(page, "trust-editor");
});

test("with trust the interpreter that the folder names counts", async () => {
  await page.locator(".workspace-trust-editor .monaco-button", { hasText: "Trust" }).first().click();
  await page.locator(".notification-toast", { hasText: "planted.sh" }).waitFor();
  await screenshot(page, "trusted");
  assert.ok(existsSync(ran));
});
