/** Runs `coreml-preflight doctor` in a terminal. */

import { ProcessExecution, Task, TaskScope, tasks } from "vscode";
import type { Candidate } from "./interpreter";
import { TITLE } from "./names";

export async function checkEnvironment(program: Candidate, convertInterpreter: string | null): Promise<void> {
  const python = convertInterpreter === null ? [] : ["--python", convertInterpreter];
  const execution = new ProcessExecution(program.command, [...program.args, "doctor", ...python]);
  const task = new Task(
    { type: "coremlPreflight" },
    TaskScope.Workspace,
    "Check the environment",
    TITLE,
    execution,
  );
  task.presentationOptions = { clear: true, echo: false };
  await tasks.executeTask(task);
}
