/** Conversion reports as read-only documents, shown in the Markdown preview. */

import { commands, type Disposable, type TextDocumentContentProvider, Uri, workspace } from "vscode";
import { targetName } from "./outcome";
import type { ConvertReply } from "./protocol";
import { renderReport } from "./report";

const SCHEME = "coreml-preflight-report";

export class ReportView implements TextDocumentContentProvider, Disposable {
  private readonly texts = new Map<string, string>();
  private readonly registration = workspace.registerTextDocumentContentProvider(SCHEME, this);
  private count = 0;

  async open(reply: ConvertReply): Promise<void> {
    this.count += 1;
    const path = `/${this.count}/${targetName(reply).replace(/[^\w.-]+/g, "_")}.md`;
    const uri = Uri.from({ scheme: SCHEME, path });
    this.texts.set(uri.toString(), renderReport(reply));
    await commands.executeCommand("markdown.showPreview", uri);
  }

  provideTextDocumentContent(uri: Uri): string {
    return this.texts.get(uri.toString()) ?? "";
  }

  dispose(): void {
    this.registration.dispose();
  }
}
