/** The editor's way to ask what a conversion needs. */

import { basename } from "node:path";
import { type Memento, window, workspace } from "vscode";
import type { AnswerMemory, ConvertQuestions } from "./dialogue";
import { complaint } from "./inputs";
import type { InputRequest } from "./protocol";

export const questions: ConvertQuestions = {
  async pickTarget(candidates: string[]): Promise<string | undefined> {
    return window.showQuickPick(candidates, { title: "Convert to Core ML", placeHolder: "Which one?" });
  },

  async askShape(
    request: InputRequest,
    initial: string,
    step: number,
    steps: number,
  ): Promise<string | undefined> {
    const dtype = request.dtype ?? "float32";
    return window.showInputBox({
      title: `Shape of the input “${request.name}”${steps > 1 ? ` (${step} of ${steps})` : ""}`,
      prompt: `Sizes in order, batch first, for instance 1,3,224,224; another dtype than ${dtype} after a colon`,
      value: initial,
      placeHolder: "1,3,224,224",
      ignoreFocusOut: true,
      validateInput: complaint,
    });
  },

  async confirmOverwrite(path: string): Promise<boolean> {
    const overwrite = "Overwrite";
    const answer = await window.showWarningMessage(
      `${basename(path)} exists already. Overwrite it?`,
      { modal: true, detail: path },
      overwrite,
    );
    return answer === overwrite;
  },

  async save(path: string): Promise<boolean> {
    const document = workspace.textDocuments.find(({ uri }) => uri.scheme === "file" && uri.fsPath === path);
    return (await document?.save()) ?? false;
  },
};

/** Remembers shapes with the workspace. */
export function workspaceMemory(state: Memento): AnswerMemory {
  const stateKey = (key: string) => `shapes:${key}`;
  return {
    recall: (key) => state.get<Record<string, string>>(stateKey(key), {}),
    remember: (key, answers) => void state.update(stateKey(key), answers),
  };
}
