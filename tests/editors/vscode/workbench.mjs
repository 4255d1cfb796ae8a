// Starts the real VS Code workbench (code-server) in a headless Chromium, with the extension installed.
//
// Run the tests with `node --test --test-concurrency=1 tests/editors/vscode/*.test.mjs` and these variables:
//   EDITOR_TOOLS      a folder in which code-server and playwright-core are installed
//   CHROMIUM          the browser, if it isn't /usr/bin/chromium
//   VSIX              the packaged extension
//   PREFLIGHT_PYTHON  a Python with coreml-preflight, torch and coremltools
//   SCREENSHOTS       a folder for screenshots, if they are wanted

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const HOST = "127.0.0.1";
const WAIT_MS = 30_000;

const BROWSER_FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * Opens `folder` with the extension installed; `home` takes everything the workbench writes.
 *
 * With `trust` every folder is trusted, else none is.
 */
export async function openWorkbench({ folder, home, settings = {}, trust = true }) {
  const { EDITOR_TOOLS: tools, VSIX: vsix, PREFLIGHT_PYTHON: python } = process.env;
  if (!tools || !vsix || !python) {
    throw new Error("EDITOR_TOOLS, VSIX and PREFLIGHT_PYTHON must be set");
  }
  const entry = join(tools, "node_modules/code-server/out/node/entry.js");
  const data = join(home, "data");
  // The workbench counts as a remote one: settings of a machine are read from a file of their own.
  for (const [scope, values] of Object.entries({ User: QUIET, Machine: settings })) {
    await mkdir(join(data, scope), { recursive: true });
    await writeFile(join(data, scope, "settings.json"), JSON.stringify(values));
  }
  const dirs = ["--extensions-dir", join(home, "extensions"), "--user-data-dir", data];
  const config = join(home, "config.yaml");
  const port = await freePort();
  await writeFile(config, `bind-addr: ${HOST}:${port}\nauth: none\ncert: false\n`);
  await promisify(execFile)(process.execPath, [entry, "--config", config, ...dirs, "--install-extension", vsix]);

  const args = ["--config", config, ...dirs, ...(trust ? ["--disable-workspace-trust"] : []), ...NO_EXTRAS];
  const server = spawn(process.execPath, [entry, ...args], { stdio: "ignore" });
  const { chromium } = createRequire(join(tools, "package.json"))("playwright-core");
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: BROWSER_FLAGS,
  });
  const stop = async () => {
    await browser.close();
    const exit = once(server, "exit");
    server.kill();
    await exit;
  };
  try {
    await healthy(port, server);
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    context.setDefaultTimeout(WAIT_MS);
    await context.route("**", (route) =>
      new URL(route.request().url()).hostname === HOST ? route.continue() : route.abort(),
    );
    const page = await context.newPage();
    await page.goto(`http://${HOST}:${port}/?folder=${encodeURIComponent(folder)}`);
    await page.waitForSelector(".monaco-workbench .part.statusbar");
    return { page, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

export async function openFile(page, name) {
  await page.keyboard.press("Control+P");
  const box = page.locator(".quick-input-widget input");
  await box.waitFor();
  await box.fill(name);
  await page.locator(".quick-input-list .monaco-list-row", { hasText: name }).first().waitFor();
  await page.keyboard.press("Enter");
  await page.locator(".tab.active", { hasText: name }).waitFor();
}

/** Runs a command of the palette by its whole title. */
export async function runCommand(page, title) {
  await page.keyboard.press("F1");
  await page.locator(".quick-input-widget input").fill(`>${title}`);
  await page.locator(".quick-input-list .monaco-list-row", { hasText: title }).first().waitFor();
  await page.keyboard.press("Enter");
}

export async function screenshot(page, name) {
  if (process.env.SCREENSHOTS && page) {
    await page.screenshot({ path: join(process.env.SCREENSHOTS, `${name.replace(/\W+/g, "-")}.png`) });
  }
}

const QUIET = {
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "extensions.ignoreRecommendations": true,
  "extensions.autoUpdate": false,
  "chat.disableAIFeatures": true,
  "files.autoSave": "off",
  // Text that can be read from the page.
  "terminal.integrated.gpuAcceleration": "off",
  "security.workspace.trust.startupPrompt": "never",
};

const NO_EXTRAS = [
  "--disable-telemetry",
  "--disable-update-check",
  "--disable-getting-started-override",
  "--reconnection-grace-time",
  "5",
];

async function freePort() {
  const probe = createServer().listen(0, HOST);
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  return port;
}

async function healthy(port, server) {
  for (;;) {
    if (server.exitCode !== null) {
      throw new Error(`code-server ended with ${server.exitCode}`);
    }
    const answer = await fetch(`http://${HOST}:${port}/healthz`).catch(() => undefined);
    if (answer?.ok) {
      return;
    }
    await sleep(200);
  }
}
