/** The settings of the open workspace, and what the server is told of them. */

import { homedir } from "node:os";
import { workspace } from "vscode";
import { convertInterpreter } from "./interpreter";
import { SECTION } from "./names";
import { type Interpreters, interpreters, type LintSettings, lintSettings } from "./settings";

/** The initialization options; sent again, whole, whenever something in it changes. */
export interface ServerState {
  trusted: boolean;
  /** Where conversions run; null: where the server runs. */
  interpreter: string | null;
  settings: LintSettings;
}

export function serverState(chosenInterpreter: string | undefined): ServerState {
  const configuration = workspace.getConfiguration(SECTION);
  return {
    trusted: workspace.isTrusted,
    interpreter: convertInterpreter(interpreterSettings().convertInterpreter, chosenInterpreter),
    settings: lintSettings((key) => configuration.get(key)),
  };
}

export function interpreterSettings(): Interpreters {
  const configuration = workspace.getConfiguration(SECTION);
  return interpreters((key) => configuration.get(key), {
    workspaceFolder: workspace.workspaceFolders?.[0]?.uri.fsPath,
    home: homedir(),
    env: process.env,
  });
}
