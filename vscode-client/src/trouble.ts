/** The ways out when the server can't be found, or doesn't run. */

import { ConfigurationTarget, commands, window, workspace } from "vscode";
import { installCommand } from "./install";
import type { Attempt } from "./interpreter";
import { SECTION, TITLE } from "./names";
import { hasPythonExtension } from "./pythonExtension";

const INSTALL = "Install in Terminal";
const CHOOSE = "Choose Interpreter";
const LOG = "Show Log";
const RESTART = "Restart Server";

export async function offerRestart(reason: string): Promise<void> {
  switch (await window.showErrorMessage(`${TITLE}: ${reason}`, LOG, RESTART)) {
    case LOG:
      await commands.executeCommand("coremlPreflight.showLog");
      break;
    case RESTART:
      await commands.executeCommand("coremlPreflight.restartServer");
  }
}

export async function offerInstallation(attempts: Attempt[]): Promise<void> {
  const python = attempts.find(({ candidate }) => candidate.python !== undefined)?.candidate.python;
  const set = attempts[0]?.candidate.source === "setting";
  const text = python
    ? `${TITLE} can't start: ${python}${set ? ` (${SECTION}.interpreter)` : ""} has no working coreml-preflight.`
    : `${TITLE} can't start: no Python was found.`;
  const ways = python ? [INSTALL, CHOOSE, LOG] : [CHOOSE, LOG];
  switch (await window.showErrorMessage(text, ...ways)) {
    case INSTALL:
      await install(python as string);
      break;
    case CHOOSE:
      await chooseInterpreter(set);
      break;
    case LOG:
      await commands.executeCommand("coremlPreflight.showLog");
  }
}

/** Types the command into a terminal and leaves it to the user to run it. */
async function install(python: string): Promise<void> {
  const terminal = window.createTerminal(TITLE);
  terminal.show();
  terminal.sendText(installCommand(python, process.platform), false);
  const answer = await window.showInformationMessage("When coreml-preflight is installed:", RESTART);
  if (answer === RESTART) {
    await commands.executeCommand("coremlPreflight.restartServer");
  }
}

async function chooseInterpreter(settingIsUsed: boolean): Promise<void> {
  if (hasPythonExtension() && !settingIsUsed) {
    await commands.executeCommand("python.setInterpreter");
    return;
  }
  const [file] = (await window.showOpenDialog({ title: "The Python that has coreml-preflight" })) ?? [];
  if (file) {
    const configuration = workspace.getConfiguration(SECTION);
    const inWorkspace = configuration.inspect("interpreter")?.workspaceValue !== undefined;
    const target = inWorkspace ? ConfigurationTarget.Workspace : ConfigurationTarget.Global;
    await configuration.update("interpreter", file.fsPath, target);
  }
}
