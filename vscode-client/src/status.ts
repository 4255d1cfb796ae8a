/** The language status item: whether the server runs, and what it is busy with. */

import {
  commands,
  type Disposable,
  type DocumentSelector,
  type LanguageStatusItem,
  LanguageStatusSeverity,
  languages,
} from "vscode";
import { READY_CONTEXT, TITLE } from "./names";

export type ServerPhase =
  | { phase: "starting" }
  | { phase: "ready"; detail: string }
  | { phase: "failed"; reason: string };

const RESTART = { title: "Restart", command: "coremlPreflight.restartServer" };
const LOG = { title: "Log", command: "coremlPreflight.showLog" };

export class Status implements Disposable {
  private readonly item: LanguageStatusItem;
  private current: ServerPhase = { phase: "starting" };
  private readonly converting: string[] = [];

  constructor(selector: DocumentSelector) {
    this.item = languages.createLanguageStatusItem("coremlPreflight.status", selector);
    this.item.name = TITLE;
    this.render();
  }

  show(phase: ServerPhase): void {
    this.current = phase;
    void commands.executeCommand("setContext", READY_CONTEXT, phase.phase === "ready");
    this.render();
  }

  /** Shows that a conversion runs for as long as `work` does. */
  async whileConverting<T>(name: string, work: () => Promise<T>): Promise<T> {
    this.converting.push(name);
    this.render();
    try {
      return await work();
    } finally {
      this.converting.splice(this.converting.indexOf(name), 1);
      this.render();
    }
  }

  dispose(): void {
    this.item.dispose();
  }

  private render(): void {
    const { item, current } = this;
    item.severity =
      current.phase === "failed" ? LanguageStatusSeverity.Error : LanguageStatusSeverity.Information;
    item.busy = current.phase === "starting" || this.converting.length > 0;
    item.command = current.phase === "failed" ? RESTART : LOG;
    switch (current.phase) {
      case "starting":
        item.text = "Core ML: starting";
        item.detail = "";
        break;
      case "failed":
        item.text = "Core ML: not running";
        item.detail = current.reason;
        break;
      case "ready":
        item.text =
          this.converting.length > 0 ? `Core ML: converting ${this.converting.join(", ")}` : "Core ML: ready";
        item.detail = current.detail;
    }
  }
}
