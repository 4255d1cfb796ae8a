/** Builds the language client for one server process. */

import type { LogOutputChannel } from "vscode";
import {
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

export function createClient(
  candidate: Candidate,
  state: ServerState,
  log: LogOutputChannel,
  onCommand: CommandMiddleware,
): LanguageClient {
  const options: LanguageClientOptions = {
    documentSelector: SELECTOR,
    initializationOptions: state,
    outputChannel: log,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    middleware: { executeCommand: (command, args, next) => onCommand(command, args, next) },
    // The server's standard error is its log, most of it no error.
    stdioOptions: {
      stdout: () => undefined,
      stderr: (stream) => {
        stream.setEncoding("utf8").on("data", (text: string) => log.info(text.trimEnd()));
      },
    },
  };
  // The id is also the section that `trace.server` is read from.
  return new LanguageClient(
    SECTION,
    TITLE,
    { command: candidate.command, args: [...candidate.args, "server"] },
    options,
  );
}
