/** The list of what converts, to search in; the name that is picked goes to the clipboard. */

import { env, window } from "vscode";
import { type OpEntry, type OpsReply, opEntries } from "./ops";

const ICON = {
  always: "$(check)",
  sometimes: "$(warning)",
  never: "$(circle-slash)",
  untested: "$(question)",
};

export async function showOps(reply: OpsReply): Promise<void> {
  const picked = await window.showQuickPick(opEntries(reply).map(quickPickItem), {
    title: `What coremltools ${reply.coremltools} Converts`,
    placeHolder: "A part of a name; Enter copies it",
  });
  if (picked) {
    await env.clipboard.writeText(picked.name);
    window.setStatusBarMessage(`Copied ${picked.name}`, 4000);
  }
}

function quickPickItem({ name, verdict, summary, detail }: OpEntry) {
  const label = verdict === undefined ? name : `${ICON[verdict]} ${name}`;
  return { name, label, description: summary, ...(detail ? { detail } : {}) };
}
