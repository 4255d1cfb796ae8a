/** A command that failed: its reason, and the way to the log. */

import { commands, window } from "vscode";
import { TITLE } from "./names";

export async function showFailure(error: unknown): Promise<void> {
  const text = error instanceof Error ? error.message : String(error);
  if ((await window.showErrorMessage(`${TITLE}: ${text}`, "Show Log")) === "Show Log") {
    await commands.executeCommand("coremlPreflight.showLog");
  }
}
