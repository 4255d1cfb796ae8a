/** The names this extension shares with package.json and the language server. */

export const SECTION = "coremlPreflight";
export const TITLE = "Core ML Preflight";

/** Commands the extension itself registers. */
export const CLIENT_COMMANDS = [
  "coremlPreflight.convertModule",
  "coremlPreflight.checkEnvironment",
  "coremlPreflight.restartServer",
  "coremlPreflight.showLog",
] as const;
export type ClientCommand = (typeof CLIENT_COMMANDS)[number];

/** Commands of the server that are known here; the language client registers them while the server runs. */
export const SERVER_COMMANDS = [
  "coremlPreflight.convert",
  "coremlPreflight.showOps",
  "coremlPreflight.restartWorker",
] as const;
export type ServerCommand = (typeof SERVER_COMMANDS)[number];

/** Set while the server answers; the palette hides what would not work without it. */
export const READY_CONTEXT = "coremlPreflight.ready";
