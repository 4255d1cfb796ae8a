import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import manifest from "../package.json" with { type: "json" };
import { CLIENT_COMMANDS, SECTION, SERVER_COMMANDS } from "../src/names";
import { interpreters, lintSettings } from "../src/settings";

const declared = manifest.contributes.commands.map(({ command }) => command);
const properties: Record<string, { scope?: string; default?: unknown }> =
  manifest.contributes.configuration.properties;

test("every command in the palette exists, and the extension's own are all there", () => {
  const known: string[] = [...CLIENT_COMMANDS, ...SERVER_COMMANDS];
  assert.deepEqual(
    declared.filter((command) => !known.includes(command)),
    [],
  );
  assert.deepEqual(
    CLIENT_COMMANDS.filter((command) => !declared.includes(command)),
    [],
  );
});

test("commands of the server are offered only while it runs", () => {
  const offered = manifest.contributes.commands.filter(({ command }) =>
    (SERVER_COMMANDS as readonly string[]).includes(command),
  );
  assert.ok(offered.length > 0);
  for (const { command, enablement } of offered) {
    assert.match(enablement ?? "", /coremlPreflight\.ready/, command);
  }
});

test("every setting is read, and every setting that is read is declared", () => {
  const read: string[] = [];
  const get = (key: string) => void read.push(key);
  lintSettings(get);
  interpreters(get, { workspaceFolder: undefined, home: "", env: {} });
  // The language client itself reads this one, by its id.
  read.push("trace.server");
  assert.deepEqual(read.map((key) => `${SECTION}.${key}`).sort(), Object.keys(properties).sort());
});

test("declared defaults mean the same as unset", () => {
  const get = (key: string) => properties[`${SECTION}.${key}`]?.default;
  assert.deepEqual(
    lintSettings(get),
    lintSettings(() => undefined),
  );
});

test("a workspace that isn't trusted can't name a program to run", () => {
  const { untrustedWorkspaces, virtualWorkspaces } = manifest.capabilities;
  assert.equal(untrustedWorkspaces.supported, "limited");
  assert.equal(virtualWorkspaces.supported, false);
  const programs = Object.keys(
    interpreters(() => undefined, { workspaceFolder: undefined, home: "", env: {} }),
  );
  const names = programs.map((key) => `${SECTION}.${key}`);
  assert.deepEqual([...untrustedWorkspaces.restrictedConfigurations].sort(), names.sort());
  for (const name of names) {
    assert.equal(properties[name]?.scope, "machine-overridable", name);
  }
});

test("the code names no command that nobody registers", () => {
  const source = readdirSync("src")
    .map((name) => readFileSync(`src/${name}`, "utf8"))
    .join("\n");
  const mentioned = new Set(source.match(/"coremlPreflight\.[a-zA-Z]+"/g)?.map((name) => name.slice(1, -1)));
  const known = new Set<string>([
    ...CLIENT_COMMANDS,
    ...SERVER_COMMANDS,
    "coremlPreflight.ready",
    "coremlPreflight.status",
  ]);
  assert.deepEqual(
    [...mentioned].filter((name) => !known.has(name)),
    [],
  );
});

test("what the package needs is there", () => {
  for (const file of [manifest.icon, "README.md", "CHANGELOG.md", "LICENSE"]) {
    assert.ok(existsSync(file), file);
  }
});
