// What a person does in VS Code: see the finding, fix it, convert the module.

import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, test } from "node:test";
import { openFile, openWorkbench, runCommand, screenshot } from "./workbench.mjs";

const NET = `import numpy as np
import torch
from torch import nn


class Root(nn.Module):
    def forward(self, x):
        return np.sqrt(x)


class Bessel(nn.Module):
    def forward(self, x):
        y = torch.special.bessel_j0(x)
        return torch.special.bessel_y0(y)


class Slow(nn.Module):
    def __init__(self):
        super().__init__()
        while True:
            pass

    def forward(self, x):
        return x
`;

/** The imports in one cell, the rest in another. */
function notebook(source) {
  const split = source.indexOf("class");
  const cells = [source.slice(0, split), source.slice(split)].map((text) => ({
    cell_type: "code",
    execution_count: null,
    metadata: {},
    outputs: [],
    source: text,
  }));
  const metadata = { kernelspec: { name: "python3", display_name: "Python 3", language: "python" } };
  return { nbformat: 4, nbformat_minor: 5, metadata, cells };
}

const root = mkdtempSync(join(tmpdir(), "preflight-vscode-"));
const folder = join(root, "workspace");
const file = join(folder, "net.py");
const model = join(folder, "Root.mlpackage");

let page;
let stop;

before(async () => {
  mkdirSync(folder);
  writeFileSync(file, NET);
  writeFileSync(join(folder, "net.ipynb"), JSON.stringify(notebook(NET)));
  const python = process.env.PREFLIGHT_PYTHON;
  const settings = { "coremlPreflight.interpreter": python, "coremlPreflight.convertInterpreter": python };
  ({ page, stop } = await openWorkbench({ folder, home: join(root, "home"), settings }));
  await openFile(page, "net.py");
});

after(async () => {
  await stop?.();
  rmSync(root, { recursive: true });
});

afterEach((context) => screenshot(page, context.name));

const toast = (text) => page.locator(".notification-toast", { hasText: text });
const lens = (index) => page.locator(".monaco-editor .codelens-decoration a").nth(index);
const inputBox = () => page.locator(".quick-input-widget input");
const problems = () => page.locator(".markers-panel .monaco-list-row");

/** Types the shape that is asked for; gives what the box held before. */
async function answerShape(answer) {
  await page.locator(".quick-input-widget", { hasText: "Shape of the input “x”" }).waitFor();
  const initial = await inputBox().inputValue();
  await inputBox().fill(answer);
  await page.keyboard.press("Enter");
  return initial;
}

async function dismissToasts() {
  for (const button of await page.locator(".notification-toast .codicon-notifications-clear").all()) {
    await button.click();
  }
}

test("the finding is underlined and listed", async () => {
  await page.locator(".monaco-editor .squiggly-error, .monaco-editor .squiggly-warning").first().waitFor();
  await page.keyboard.press("Control+Shift+M");
  await problems().filter({ hasText: "np.sqrt" }).waitFor();
});

test("the quick fix rewrites the call and the finding goes", async () => {
  await page.locator(".view-line", { hasText: "np.sqrt" }).click();
  await page.keyboard.press("Control+.");
  await page.locator(".action-widget .monaco-list-row", { hasText: "torch.sqrt" }).first().click();
  await page.locator(".view-line", { hasText: "torch.sqrt(x)" }).waitFor();
  await problems().filter({ hasText: "np.sqrt" }).waitFor({ state: "detached" });
});

test("the lens asks for the shape, refuses nonsense, and converts what was just edited", async () => {
  await lens(0).click();
  await page.locator(".quick-input-widget", { hasText: "Shape of the input “x”" }).waitFor();
  await inputBox().fill("1,3,many");
  await page.locator(".quick-input-message", { hasText: "“many” is not a size" }).waitFor();
  await inputBox().fill("1,3,8,8");
  await page.keyboard.press("Enter");
  await toast("Root converted to Root.mlpackage").waitFor({ timeout: 120_000 });
  assert.ok(existsSync(join(model, "Manifest.json")));
  assert.match(readFileSync(file, "utf8"), /torch\.sqrt/, "the edit was saved first");
});

test("the report can be opened", async () => {
  await toast("Root converted").locator(".monaco-button", { hasText: "Open Report" }).click();
  await page.locator(".tab", { hasText: "Root" }).waitFor();
  await page.locator(".tab", { hasText: "net.py" }).click();
  await page.locator(".view-line", { hasText: "torch.sqrt(x)" }).waitFor();
});

test("the second time the shape is remembered and overwriting is asked for", async () => {
  const before = statSync(join(model, "Manifest.json")).mtimeMs;
  await lens(0).click();
  assert.equal(await answerShape("1,3,16,16"), "1,3,8,8");
  const dialog = page.locator(".monaco-dialog-box", { hasText: "Root.mlpackage exists already" });
  await dialog.waitFor();
  assert.equal(statSync(join(model, "Manifest.json")).mtimeMs, before, "not before the answer");
  await dialog.locator(".monaco-button", { hasText: "Overwrite" }).click();
  await toast("Root converted to Root.mlpackage").waitFor({ timeout: 120_000 });
  assert.ok(statSync(join(model, "Manifest.json")).mtimeMs > before);
  await dismissToasts();
});

test("every operator that stops a conversion is listed on its line", async () => {
  await lens(1).click();
  await answerShape("1,4");
  await toast("Bessel: converting failed").waitFor({ timeout: 120_000 });
  await screenshot(page, "failed");
  const converted = problems().filter({ hasText: "(convert)" });
  await converted.filter({ hasText: "bessel_j0" }).waitFor();
  await converted.filter({ hasText: "bessel_y0" }).waitFor();
  await dismissToasts();
});

test("a module can be picked from the palette", async () => {
  await runCommand(page, "Core ML Preflight: Convert a Module of This File");
  await page.locator(".quick-input-list .monaco-list-row", { hasText: "Bessel" }).waitFor();
  await page.locator(".quick-input-list .monaco-list-row", { hasText: "Root" }).click();
  assert.equal(await answerShape("1,3,8,8"), "1,3,16,16");
  await page.locator(".monaco-dialog-box .monaco-button", { hasText: "Cancel" }).click();
});

test("what converts can be looked up", async () => {
  await runCommand(page, "Core ML Preflight: Show the Operators That Convert");
  await page.locator(".quick-input-widget", { hasText: "What coremltools" }).waitFor();
  await inputBox().fill("special.bessel_j0");
  await page.locator(".quick-input-list .monaco-list-row", { hasText: "no converter for" }).first().waitFor();
  await screenshot(page, "ops");
  await page.keyboard.press("Escape");
});

test("a conversion that hangs can be cancelled", async () => {
  await lens(2).click();
  await answerShape("1,4");
  const progress = toast("Converting Slow");
  await progress.waitFor();
  await screenshot(page, "converting");
  await progress.locator(".monaco-button", { hasText: "Cancel" }).click();
  await page.locator(".statusbar-item", { hasText: "Conversion cancelled" }).waitFor();
  await progress.waitFor({ state: "detached" });
});

test("cells of a notebook are checked", async () => {
  await openFile(page, "net.ipynb");
  await page.locator(".notebookOverlay .squiggly-error, .notebookOverlay .squiggly-warning").first().waitFor();
});
