/** The server process over the life of the window: found, started, told of changes, restarted. */

import { isDeepStrictEqual } from "node:util";
import type { LogOutputChannel } from "vscode";
import { DidChangeConfigurationNotification, type LanguageClient, State } from "vscode-languageclient/node";
import { type CommandMiddleware, createClient } from "./client";
import { interpreterSettings, type ServerState, serverState } from "./configuration";
import { type Attempt, type Candidate, candidates, choose } from "./interpreter";
import { SECTION } from "./names";
import { findOnPath, probe } from "./probe";
import { chosenInterpreter } from "./pythonExtension";
import type { Status } from "./status";

const NOT_STARTED = "The language server did not start.";

export class Server {
  private current: LanguageClient | undefined;
  private failed = false;
  private chosen: Candidate | undefined;
  /** What the choice was made from. */
  private options: Candidate[] = [];
  /** Starts and stops come one after the other. */
  private queue: Promise<void> = Promise.resolve();

  constructor(
    private readonly log: LogOutputChannel,
    private readonly status: Status,
    private readonly onCommand: CommandMiddleware,
    private readonly onMissing: (attempts: Attempt[]) => void,
    private readonly onFailed: (reason: string) => void,
  ) {}

  get client(): LanguageClient | undefined {
    return this.current;
  }

  /** The program that serves, or was last tried. */
  get program(): Candidate | undefined {
    return this.chosen;
  }

  restart(): Promise<void> {
    return this.enqueue(async () => {
      await this.stop();
      await this.start();
    });
  }

  /** Takes in changed settings, trust or environments; starts anew only where another program may serve. */
  update(): Promise<void> {
    return this.enqueue(async () => {
      if (!isDeepStrictEqual(await this.findOptions(), this.options)) {
        await this.stop();
        await this.start();
      } else if (this.current?.isRunning()) {
        const { settings, ...rest } = await this.state();
        const params = { settings: { [SECTION]: settings, ...rest } };
        await this.current.sendNotification(DidChangeConfigurationNotification.type, params);
      }
    });
  }

  async state(): Promise<ServerState> {
    return serverState(await this.environment());
  }

  shutdown(): Promise<void> {
    return this.enqueue(() => this.stop());
  }

  private enqueue(work: () => Promise<void>): Promise<void> {
    this.queue = this.queue.then(work).catch((error) => {
      this.log.error(error);
      this.fail(NOT_STARTED);
    });
    return this.queue;
  }

  private async start(): Promise<void> {
    this.failed = false;
    this.status.show({ phase: "starting" });
    this.options = await this.findOptions();
    const choice = await choose(this.options, probe);
    if ("attempts" in choice) {
      for (const { candidate, reason } of choice.attempts) {
        this.log.warn(`${candidate.command} (${candidate.source}): ${reason}`);
      }
      this.status.show({ phase: "failed", reason: "coreml-preflight is not installed" });
      this.onMissing(choice.attempts);
      return;
    }
    this.chosen = choice.candidate;
    this.log.info(`Starting ${choice.candidate.command} (${choice.candidate.source})`);
    const onGone = () => this.fail(client.initializeResult ? "The language server stopped." : NOT_STARTED);
    const client = createClient(choice.candidate, await this.state(), this.log, this.onCommand, onGone);
    this.current = client;
    client.onDidChangeState(({ newState }) => this.follow(client, newState));
    await client.start();
  }

  private async stop(): Promise<void> {
    const client = this.current;
    this.current = undefined;
    // A client that never came up can't be stopped in good order.
    await client?.dispose().catch((error) => this.log.debug(String(error)));
  }

  private follow(client: LanguageClient, state: State): void {
    if (this.current !== client) {
      return;
    }
    if (state === State.Running) {
      const version = client.initializeResult?.serverInfo?.version;
      const detail = [version, this.chosen?.command].filter(Boolean).join(" · ");
      this.status.show({ phase: "ready", detail });
    } else if (state === State.Starting) {
      this.failed = false;
      this.status.show({ phase: "starting" });
    } else if (state === State.StartFailed) {
      this.fail(NOT_STARTED);
    }
  }

  /** A failed start is heard of more than once: from the connection, the state and the promise. */
  private fail(reason: string): void {
    if (this.failed) {
      return;
    }
    this.failed = true;
    this.status.show({ phase: "failed", reason });
    this.onFailed(reason);
  }

  private environment(): Promise<string | undefined> {
    return chosenInterpreter().catch((error) => {
      this.log.warn(`The Python extension gives no environment: ${error}`);
      return undefined;
    });
  }

  private async findOptions(): Promise<Candidate[]> {
    return candidates({
      setting: interpreterSettings().interpreter,
      pythonExtension: await this.environment(),
      commandOnPath: await findOnPath("coreml-preflight"),
      pythonOnPath: (await findOnPath("python3")) ?? (await findOnPath("python")),
    });
  }
}
