/** One conversion at the server, with a progress notification that can cancel it. */

import { randomUUID } from "node:crypto";
import { ProgressLocation, window } from "vscode";
import { ExecuteCommandRequest, type LanguageClient, WorkDoneProgress } from "vscode-languageclient/node";
import type { ServerCommand } from "./names";
import { Percentage } from "./percentage";
import type { ConvertArguments, ConvertReply } from "./protocol";

const COMMAND: ServerCommand = "coremlPreflight.convert";

export async function requestConversion(
  client: LanguageClient | undefined,
  args: ConvertArguments,
): Promise<ConvertReply> {
  if (!client?.isRunning()) {
    throw new Error("the language server is not running");
  }
  const title = `Converting ${args.target ?? "a module"}`;
  const options = { location: ProgressLocation.Notification, cancellable: true, title };
  return window.withProgress(options, async (shown, cancellation) => {
    const workDoneToken = randomUUID();
    const percentage = new Percentage();
    const listener = client.onProgress(WorkDoneProgress.type, workDoneToken, (value) => {
      if (value.kind !== "end") {
        shown.report(percentage.step(value));
      }
    });
    try {
      const params = { command: COMMAND, arguments: [args], workDoneToken };
      return await client.sendRequest(ExecuteCommandRequest.type, params, cancellation);
    } finally {
      listener.dispose();
    }
  });
}
