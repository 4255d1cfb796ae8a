/** The real server, spoken to as the extension speaks to it. Runs no user code: nothing is converted. */

import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import {
  CodeActionRequest,
  CodeLensRequest,
  createProtocolConnection,
  type Diagnostic,
  DidChangeConfigurationNotification,
  DidChangeTextDocumentNotification,
  DidOpenTextDocumentNotification,
  ExecuteCommandRequest,
  ExitNotification,
  InitializedNotification,
  InitializeRequest,
  type InitializeResult,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver-protocol/node";
import { fromInterpreter, LAUNCH } from "../src/interpreter";
import { SERVER_COMMANDS } from "../src/names";
import { type OpsReply, opEntries } from "../src/ops";
import type { ConvertArguments, ConvertReply } from "../src/protocol";
import { lintSettings } from "../src/settings";
import { startingPython } from "./python";

const SOURCE = `import numpy as np
import torch
from torch import nn


class Root(nn.Module):
    def forward(self, x):
        return np.sqrt(x)


class Two(nn.Module):
    def forward(self, a, b):
        return a + b
`;

const folder = mkdtempSync(join(tmpdir(), "preflight-server-"));
const file = join(folder, "net.py");
const uri = pathToFileURL(file).toString();

let child: ChildProcess;
let connection: ProtocolConnection;
let initialized: InitializeResult;
let complaints = "";
let published: { uri: string; diagnostics: Diagnostic[] }[] = [];
let onPublished: () => void = () => undefined;
let onDeath: (why: Error) => void = () => undefined;

/** The diagnostics of the file once they are as wanted. */
async function diagnostics(wanted: (found: Diagnostic[]) => boolean): Promise<Diagnostic[]> {
  for (;;) {
    const last = published.filter((item) => item.uri === uri).at(-1);
    if (last && wanted(last.diagnostics)) {
      return last.diagnostics;
    }
    await new Promise<void>((resolve, reject) => {
      onPublished = resolve;
      onDeath = reject;
    });
  }
}

const codes = (found: Diagnostic[]) => found.map(({ code }) => String(code));

const convert = (args: ConvertArguments): Promise<ConvertReply> =>
  connection.sendRequest(ExecuteCommandRequest.type, {
    command: "coremlPreflight.convert",
    arguments: [args],
  });

before(async () => {
  const version = spawnSync(startingPython, ["-c", LAUNCH, "--version"], { encoding: "utf8" });
  assert.equal(
    version.status,
    0,
    `PREFLIGHT_PYTHON must name a Python with coreml-preflight: ${version.stderr}`,
  );
  writeFileSync(file, SOURCE);
  const { command, args } = fromInterpreter("setting", startingPython);
  child = spawn(command, [...args, "server"], { cwd: folder });
  assert.ok(child.stdin && child.stdout && child.stderr);
  child.stderr.setEncoding("utf8").on("data", (text) => {
    complaints += text;
  });
  connection = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  // Otherwise whatever waits for an answer would wait for ever.
  child.once("exit", (code) => {
    onDeath(new Error(`the server ended with ${code}: ${complaints}`));
    connection.dispose();
  });
  connection.onNotification(PublishDiagnosticsNotification.type, (params) => {
    published.push(params);
    onPublished();
  });
  connection.listen();
  const answer = connection.sendRequest(InitializeRequest.type, {
    processId: process.pid,
    rootUri: pathToFileURL(folder).toString(),
    capabilities: {
      textDocument: {
        publishDiagnostics: {},
        codeAction: {
          codeActionLiteralSupport: { codeActionKind: { valueSet: ["quickfix", "source.fixAll"] } },
        },
      },
    },
    initializationOptions: { trusted: false, interpreter: null, settings: lintSettings(() => undefined) },
  });
  initialized = await answer.catch((error) => assert.fail(`${error.message}\n${complaints}`));
  await connection.sendNotification(InitializedNotification.type, {});
  await connection.sendNotification(DidOpenTextDocumentNotification.type, {
    textDocument: { uri, languageId: "python", version: 1, text: SOURCE },
  });
});

after(async () => {
  rmSync(folder, { recursive: true });
  if (child.exitCode !== null) {
    return;
  }
  await connection.sendRequest(ShutdownRequest.type);
  const exit = once(child, "exit");
  await connection.sendNotification(ExitNotification.type);
  const [code] = await exit;
  assert.equal(code, 0, complaints);
});

test("the server announces every command that the extension knows of it", () => {
  const announced = initialized.capabilities.executeCommandProvider?.commands ?? [];
  assert.deepEqual(
    SERVER_COMMANDS.filter((command) => !announced.includes(command)),
    [],
  );
});

test("a finding arrives on its line, with a quick fix that can be applied", async () => {
  const [found] = await diagnostics((all) => all.length > 0);
  assert.ok(found);
  assert.match(String(found.code), /^CML1/);
  assert.equal(found.range.start.line, 7);
  const actions = await connection.sendRequest(CodeActionRequest.type, {
    textDocument: { uri },
    range: found.range,
    context: { diagnostics: [found] },
  });
  const edits = (actions ?? []).flatMap((action) =>
    "edit" in action && action.edit ? [JSON.stringify(action.edit)] : [],
  );
  assert.ok(
    edits.some((edit) => edit.includes("torch")),
    JSON.stringify(actions),
  );
});

test("every module has a lens with the command and arguments that the extension takes", async () => {
  const lenses = (await connection.sendRequest(CodeLensRequest.type, { textDocument: { uri } })) ?? [];
  assert.deepEqual(
    lenses.map(({ command }) => [command?.command, command?.arguments]),
    [
      ["coremlPreflight.convert", [{ uri, target: "Root" }]],
      ["coremlPreflight.convert", [{ uri, target: "Two" }]],
    ],
  );
});

test("what converts is listed in the shape that the extension shows", async () => {
  const reply: OpsReply = await connection.sendRequest(ExecuteCommandRequest.type, {
    command: "coremlPreflight.showOps",
    arguments: [{ pattern: "torch.special.bessel_j0", section: "torch" }],
  });
  const [bessel] = opEntries(reply);
  assert.equal(bessel?.name, "torch.special.bessel_j0");
  assert.equal(bessel?.verdict, "never");
  assert.match(bessel?.detail ?? "", /aten::special_bessel_j0/);
});

test("nothing is converted until the workspace is trusted", async () => {
  await assert.rejects(convert({ uri, target: "Two" }), /trust/);
});

test("with trust the server asks for what it doesn't know, in the agreed words", async () => {
  const settings = { trusted: true, interpreter: null, coremlPreflight: lintSettings(() => undefined) };
  await connection.sendNotification(DidChangeConfigurationNotification.type, { settings });
  assert.deepEqual((await convert({ uri })).needs, { target: ["Root", "Two"] });
  const { needs } = await convert({ uri, target: "Two" });
  assert.deepEqual(
    needs?.inputs?.map(({ name }) => name),
    ["a", "b"],
  );
});

test("unsaved changes are not converted behind the user's back", async () => {
  await connection.sendNotification(DidChangeTextDocumentNotification.type, {
    textDocument: { uri, version: 2 },
    contentChanges: [{ text: SOURCE.replace("np.sqrt(x)", "x") }],
  });
  await diagnostics((all) => !codes(all).some((code) => code.startsWith("CML1")));
  assert.deepEqual((await convert({ uri, target: "Two" })).needs, { save: file });
});

test("settings are heard: an ignored rule falls silent", async () => {
  await connection.sendNotification(DidChangeTextDocumentNotification.type, {
    textDocument: { uri, version: 3 },
    contentChanges: [{ text: SOURCE }],
  });
  await diagnostics((all) => codes(all).some((code) => code.startsWith("CML1")));
  published = [];
  const ignoring = { ...lintSettings(() => undefined), ignore: ["CML1"] };
  await connection.sendNotification(DidChangeConfigurationNotification.type, {
    settings: { coremlPreflight: ignoring },
  });
  assert.deepEqual(
    codes(await diagnostics((all) => !codes(all).some((code) => code.startsWith("CML1")))),
    [],
  );
});
