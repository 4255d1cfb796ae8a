/** The language client for one server process. */

import type { LogOutputChannel } from "vscode";
import {
  CloseAction,
  type ExecuteCommandSignature,
  LanguageClient,
  type LanguageClientOptions,
  RevealOutputChannelOn,
} from "vscode-languageclient/node";
import type { ServerState } from "./configuration";
import type { Candidate } from "./interpreter";
import { SECTION, TITLE } from "./names";

/** Python wherever the server can read it: files, unsaved ones and notebook cells. */
export const SELECTOR = [
  { language: "python", scheme: "file" },
  { language: "python", scheme: "untitled" },
  { language: "python", scheme: "vscode-notebook-cell" },
];

export type CommandMiddleware = (command: string, args: unknown[], next: ExecuteCommandSignature) => unknown;

/** Writes its troubles to the log alone: a dying server would bring one notification for each of them. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

export function createClient(
  candidate: Candidate,
  state: ServerState,
  log: LogOutputChannel,
  onCommand: CommandMiddleware,
  onGone: () => void,
): LanguageClient {
  const options: LanguageClientOptions = {
    documentSelector: SELECTOR,
    initializationOptions: state,
    outputChannel: log,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    initializationFailedHandler: () => false,
    errorHandler: {
      error: (error, message, count) => usual.error(error, message, count),
      // A server that has worked is started again, a few times; one that never came up won't the next time.
      closed: async () => {
        const result = client.initializeResult ? await usual.closed() : { action: CloseAction.DoNotRestart };
        if (result.action === CloseAction.DoNotRestart) {
          onGone();
        }
        return result;
      },
    },
    middleware: { executeCommand: (command, args, next) => onCommand(command, args, next) },
    // The server's standard error is its log, most of it no error.
    stdioOptions: {
      stdout: () => undefined,
      stderr: (stream) => {
        stream.setEncoding("utf8").on("data", (text: string) => log.info(text.trimEnd()));
      },
    },
  };
  const program = { command: candidate.command, args: [...candidate.args, "server"] };
  // The id is also the section that `trace.server` is read from.
  const client = new QuietClient(SECTION, TITLE, program, options);
  const usual = client.createDefaultErrorHandler();
  return client;
}
