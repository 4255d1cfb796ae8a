/** The environment chosen in the Python extension, if that is installed. */

import { PVSC_EXTENSION_ID, PythonExtension } from "@vscode/python-extension";
import { Disposable, extensions, workspace } from "vscode";

async function api(): Promise<PythonExtension | undefined> {
  return extensions.getExtension(PVSC_EXTENSION_ID) && (await PythonExtension.api());
}

/**
 * The interpreter of the chosen environment. Undefined without the extension, and in a workspace that
 * isn't trusted: the chosen environment may lie in it.
 */
export async function chosenInterpreter(): Promise<string | undefined> {
  if (!workspace.isTrusted) {
    return undefined;
  }
  const python = await api();
  if (!python) {
    return undefined;
  }
  const folder = workspace.workspaceFolders?.[0];
  const chosen = python.environments.getActiveEnvironmentPath(folder?.uri);
  const environment = await python.environments.resolveEnvironment(chosen);
  return environment?.executable.uri?.fsPath;
}

/** Without the Python extension, or if it doesn't start, nothing is ever chosen. */
export async function onDidChooseInterpreter(listener: () => void): Promise<Disposable> {
  const python = await api().catch(() => undefined);
  return python?.environments.onDidChangeActiveEnvironmentPath(listener) ?? new Disposable(() => undefined);
}

export function hasPythonExtension(): boolean {
  return extensions.getExtension(PVSC_EXTENSION_ID) !== undefined;
}
