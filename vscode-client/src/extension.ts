import { commands, type ExtensionContext, window, workspace } from "vscode";
import type { ExecuteCommandSignature } from "vscode-languageclient/node";
import { type CommandMiddleware, SELECTOR } from "./client";
import { Converter } from "./convert";
import { requestConversion } from "./convertRequest";
import { checkEnvironment } from "./environment";
import { showFailure } from "./failure";
import { CLIENT_COMMANDS, type ClientCommand, SECTION, type ServerCommand, TITLE } from "./names";
import { showOps } from "./opsList";
import type { ConvertArguments } from "./protocol";
import { onDidChooseInterpreter } from "./pythonExtension";
import { questions, workspaceMemory } from "./questions";
import { ReportView } from "./reportView";
import { Server } from "./server";
import { Status } from "./status";
import { offerInstallation, offerRestart } from "./trouble";

let server: Server | undefined;

export function activate(context: ExtensionContext): void {
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

  const answerTo = async (command: string, args: unknown[], next: ExecuteCommandSignature) => {
    switch (command as ServerCommand) {
      case "coremlPreflight.convert":
        return converter.run(args[0] as ConvertArguments | undefined);
      case "coremlPreflight.showOps":
        return showOps(await next(command, args));
      case "coremlPreflight.restartWorker":
        await next(command, args);
        window.setStatusBarMessage("Conversion worker restarted", 4000);
        return undefined;
      default:
        return next(command, args);
    }
  };
  const onCommand: CommandMiddleware = (command, args, next) =>
    answerTo(command, args, next).catch((error) => void showFailure(error));
  const running = new Server(
    log,
    status,
    onCommand,
    (attempts) => void offerInstallation(attempts),
    (reason) => void offerRestart(reason),
  );
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
    workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(SECTION)) {
        void running.update();
      }
    }),
    workspace.onDidGrantWorkspaceTrust(() => void running.update()),
  );
  // Not awaited: finding and starting the server may take seconds, the commands are there at once.
  void running.restart();
  void onDidChooseInterpreter(() => void running.update()).then((choice) =>
    context.subscriptions.push(choice),
  );
}

export async function deactivate(): Promise<void> {
  await server?.shutdown();
}
