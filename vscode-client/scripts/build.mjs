// Bundles the extension; with --tests, the tests (which need no editor) too.
import { readdirSync } from "node:fs";
import { build, context } from "esbuild";

const flags = new Set(process.argv.slice(2));

const extension = {
  entryPoints: ["src/extension.ts"],
  outfile: "dist/extension.js",
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  external: ["vscode"],
  minify: flags.has("--production"),
  sourcemap: flags.has("--production") ? false : "linked",
  logLevel: "info",
};

const tests = {
  entryPoints: readdirSync("test")
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => `test/${name}`),
  outdir: "out/test",
  outExtension: { ".js": ".mjs" },
  bundle: true,
  platform: "node",
  target: "node20",
  format: "esm",
  packages: "external",
  sourcemap: "inline",
  logLevel: "warning",
};

if (flags.has("--watch")) {
  await (await context(extension)).watch();
} else if (flags.has("--tests")) {
  await build(tests);
} else {
  await build(extension);
}
