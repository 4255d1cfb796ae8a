/** The convert command: from the click to the message that tells the outcome. */

import { dirname, resolve } from "node:path";
import { commands, env, Uri, window, workspace } from "vscode";
import { LSPErrorCodes, ResponseError } from "vscode-languageclient/node";
import { type AnswerMemory, type ConvertQuestions, converse } from "./dialogue";
import { showFailure } from "./failure";
import { TITLE } from "./names";
import { type OutcomeAction, type OutcomeMessage, outcomeMessage } from "./outcome";
import type { ConvertArguments, ConvertReply } from "./protocol";
import type { ReportView } from "./reportView";
import type { Status } from "./status";

export class Converter {
  private readonly running = new Set<string>();

  constructor(
    private readonly send: (args: ConvertArguments) => Promise<ConvertReply>,
    private readonly questions: ConvertQuestions,
    private readonly memory: AnswerMemory,
    private readonly status: Status,
    private readonly reports: ReportView,
  ) {}

  /** Converts what `args` names, or asks for a module of the file in the editor. */
  async run(args: ConvertArguments | undefined): Promise<ConvertReply | undefined> {
    const start = args ?? activeFile();
    if (!start) {
      void window.showInformationMessage(`${TITLE}: open the Python file first.`);
      return undefined;
    }
    if (!(await mayRunCode())) {
      return undefined;
    }
    const uri = await saved(Uri.parse(start.uri));
    if (!uri) {
      return undefined;
    }
    const key = `${uri}::${start.target ?? ""}`;
    if (this.running.has(key)) {
      void window.showInformationMessage(
        `${TITLE}: ${start.target ?? "this file"} is being converted already.`,
      );
      return undefined;
    }
    this.running.add(key);
    try {
      return await this.converse({ ...start, uri: uri.toString() });
    } catch (error) {
      if (error instanceof ResponseError && error.code === LSPErrorCodes.RequestCancelled) {
        tellCancelled();
      } else {
        void showFailure(error);
      }
      return undefined;
    } finally {
      this.running.delete(key);
    }
  }

  private async converse(start: ConvertArguments): Promise<ConvertReply | undefined> {
    const attempt = (args: ConvertArguments) =>
      this.status.whileConverting(args.target ?? "a module", () => this.send(args));
    const conclusion = await converse(start, attempt, this.questions, this.memory);
    if (conclusion.kind === "dismissed") {
      return undefined;
    }
    const { reply } = conclusion;
    const message = outcomeMessage(reply);
    if (message) {
      // Not awaited: the message may stay for as long as the window.
      void this.show(message, reply, Uri.parse(start.uri));
    } else {
      tellCancelled();
    }
    return reply;
  }

  private async show(message: OutcomeMessage, reply: ConvertReply, file: Uri): Promise<void> {
    const show = {
      info: window.showInformationMessage,
      warning: window.showWarningMessage,
      error: window.showErrorMessage,
    }[message.severity];
    const action = (await show(message.text, ...message.actions)) as OutcomeAction | undefined;
    switch (action) {
      case "Reveal":
        await reveal(resolve(dirname(file.fsPath), reply.output ?? ""));
        break;
      case "Show Problems":
        await commands.executeCommand("workbench.actions.view.problems");
        break;
      case "Open Report":
        await this.reports.open(reply);
        break;
      case "Show Log":
        await commands.executeCommand("coremlPreflight.showLog");
        break;
      case undefined:
    }
  }
}

function tellCancelled(): void {
  window.setStatusBarMessage("Conversion cancelled", 4000);
}

function activeFile(): ConvertArguments | undefined {
  const document = window.activeTextEditor?.document;
  return document?.languageId === "python" ? { uri: document.uri.toString() } : undefined;
}

async function mayRunCode(): Promise<boolean> {
  if (workspace.isTrusted) {
    return true;
  }
  const manage = "Manage Workspace Trust";
  const answer = await window.showWarningMessage(
    "Converting runs the code of this file. Trust the workspace first.",
    manage,
  );
  if (answer === manage) {
    await commands.executeCommand("workbench.trust.manage");
  }
  return false;
}

/** The file as it is on disk, where the conversion reads it; undefined if it was not saved. */
async function saved(uri: Uri): Promise<Uri | undefined> {
  const notebook = workspace.notebookDocuments.find((candidate) =>
    candidate.getCells().some((cell) => cell.document.uri.toString() === uri.toString()),
  );
  if (notebook) {
    return !notebook.isDirty || (await notebook.save()) ? uri : undefined;
  }
  const document = workspace.textDocuments.find((candidate) => candidate.uri.toString() === uri.toString());
  return document?.isDirty || document?.isUntitled ? workspace.save(uri) : uri;
}

async function reveal(path: string): Promise<void> {
  // The machine with the file has no screen of its own when the window is a remote one.
  const command = env.remoteName === undefined ? "revealFileInOS" : "revealInExplorer";
  await commands.executeCommand(command, Uri.file(path));
}
