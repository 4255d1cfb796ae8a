/** One conversion at the server, with a progress notification that can cancel it. */

import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { CancellationTokenSource, ProgressLocation, window } from "vscode";
import { ExecuteCommandRequest, type LanguageClient, WorkDoneProgress } from "vscode-languageclient/node";
import type { ServerCommand } from "./names";
import { Percentage, type Step } from "./percentage";
import type { ConvertArguments, ConvertReply } from "./protocol";

const COMMAND: ServerCommand = "coremlPreflight.convert";

/** A reply that comes sooner is a question: a notification would only flash up before the input box. */
const NOTIFICATION_DELAY_MS = 400;

export async function requestConversion(
  client: LanguageClient | undefined,
  args: ConvertArguments,
): Promise<ConvertReply> {
  if (!client?.isRunning()) {
    throw new Error("the language server is not running");
  }
  const workDoneToken = randomUUID();
  const percentage = new Percentage();
  const cancellation = new CancellationTokenSource();
  let step: Step = { increment: 0 };
  let show = (next: Step): void => {
    step = { ...next, increment: step.increment + next.increment };
  };
  const listener = client.onProgress(WorkDoneProgress.type, workDoneToken, (value) => {
    if (value.kind !== "end") {
      show(percentage.step(value));
    }
  });
  try {
    const params = { command: COMMAND, arguments: [args], workDoneToken };
    const answer: Promise<ConvertReply> = client.sendRequest(
      ExecuteCommandRequest.type,
      params,
      cancellation.token,
    );
    const early = await Promise.race([answer, sleep(NOTIFICATION_DELAY_MS)]);
    if (early) {
      return early;
    }
    const title = `Converting ${args.target ?? "a module"}`;
    const options = { location: ProgressLocation.Notification, cancellable: true, title };
    return await window.withProgress(options, (shown, cancelled) => {
      cancelled.onCancellationRequested(() => cancellation.cancel());
      shown.report(step);
      show = (next) => shown.report(next);
      return answer;
    });
  } finally {
    listener.dispose();
    cancellation.dispose();
  }
}
