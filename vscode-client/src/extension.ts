import { commands, type ExtensionContext, window, workspace } from "vscode";
import type { ExecuteCommandSignature } from "vscode-languageclient/node";
import { SELECTOR } from "./client";
import { Converter } from "./convert";
import { requestConversion } from "./convertRequest";
import { checkEnvironment } from "./environment";
import { offerWayOut } from "./missing";
import { CLIENT_COMMANDS, type ClientCommand, SECTION, type ServerCommand, TITLE } from "./names";
import type { ConvertArguments } from "./protocol";
import { onDidChooseInterpreter } from "./pythonExtension";
import { questions, workspaceMemory } from "./questions";
import { ReportView } from "./reportView";
import { Server } from "./server";
import { RESTARTING_SETTINGS } from "./settings";
import { Status } from "./status";

let server: Server | undefined;

export async function activate(context: ExtensionContext): Promise<void> {
  const log = window.createOutputChannel(TITLE, { log: true });
  const status = new Status(SELECTOR);
  const reports = new ReportView();
  const memory = workspaceMemory(context.workspaceState);
  const converter = new Converter(
    (args) => requestConversion(server?.client, args),
    questions,
    memory,
    status,
    reports,
  );

  const onCommand = async (command: string, args: unknown[], next: ExecuteCommandSignature) => {
    return command === ("coremlPreflight.convert" satisfies ServerCommand)
      ? converter.run(args[0] as ConvertArguments | undefined)
      : next(command, args);
  };
  const running = new Server(log, status, onCommand, (attempts) => void offerWayOut(attempts));
  server = running;

  const handlers: Record<ClientCommand, () => unknown> = {
    "coremlPreflight.convertModule": () => converter.run(undefined),
    "coremlPreflight.checkEnvironment": async () =>
      running.program
        ? checkEnvironment(running.program, (await running.state()).interpreter)
        : running.restart(),
    "coremlPreflight.restartServer": () => running.restart(),
    "coremlPreflight.showLog": () => log.show(),
  };
  context.subscriptions.push(
    log,
    status,
    reports,
    ...CLIENT_COMMANDS.map((name) => commands.registerCommand(name, handlers[name])),
    workspace.onDidChangeConfiguration(async (change) => {
      if (RESTARTING_SETTINGS.some((name) => change.affectsConfiguration(`${SECTION}.${name}`))) {
        await running.restart();
      } else if (change.affectsConfiguration(SECTION)) {
        await running.refresh();
      }
    }),
    // With trust come the workspace's own interpreters.
    workspace.onDidGrantWorkspaceTrust(() => running.restart()),
  );
  await running.restart();
  context.subscriptions.push(await onDidChooseInterpreter(() => void running.restart()));
}

export async function deactivate(): Promise<void> {
  await server?.shutdown();
}
