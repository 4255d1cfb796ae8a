/** Finds programs and sees whether they are the server's. */

import { execFile } from "node:child_process";
import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";
import type { Candidate } from "./interpreter";

/** A first start may read hundreds of files from a cold or remote disk. */
const PROBE_TIMEOUT_MS = 30_000;

/** Why the candidate can't serve, in one line; undefined if it can. */
export function probe(candidate: Candidate): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(
      candidate.command,
      [...candidate.args, "--version"],
      { timeout: PROBE_TIMEOUT_MS, windowsHide: true },
      (error, stdout, stderr) => {
        const other = stdout.includes("coreml-preflight") ? undefined : "it is another program";
        resolve(error ? reason(error, stderr) : other);
      },
    );
  });
}

function reason(error: Error & { code?: unknown; killed?: boolean }, stderr: string): string {
  if (error.killed) {
    return "it did not answer";
  }
  if (error.code === "ENOENT" || error.code === "EACCES") {
    return error.code === "ENOENT" ? "there is no such program" : "it may not be run";
  }
  const lines = stderr.trim().split(/\r?\n/);
  return lines[lines.length - 1] || error.message;
}

/**
 * The full path of a program on the PATH. Relative entries are passed over: they would mean the
 * folder that happens to be open.
 */
export async function findOnPath(name: string, env = process.env): Promise<string | undefined> {
  const file = process.platform === "win32" ? `${name}.exe` : name;
  for (const folder of (env.PATH ?? env.Path ?? "").split(delimiter)) {
    const path = join(folder, file);
    if (isAbsolute(folder) && (await isProgram(path))) {
      return path;
    }
  }
  return undefined;
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
