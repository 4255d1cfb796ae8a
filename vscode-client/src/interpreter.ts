/** Which program answers as the language server. Knows no editor and starts nothing itself. */

export interface Candidate {
  /** Where it was found, for messages. */
  source: "setting" | "python-extension" | "path" | "default";
  command: string;
  /** Arguments before `server`. */
  args: readonly string[];
  /** The interpreter itself, where the candidate is one. */
  python: string | undefined;
}

export interface Sources {
  /** `coremlPreflight.interpreter`, expanded; empty if not set. */
  setting: string;
  /** The environment chosen in the Python extension. */
  pythonExtension: string | undefined;
  /** `coreml-preflight` as found on the PATH. */
  commandOnPath: string | undefined;
  /** `python3` (or `python`) as found on the PATH. */
  pythonOnPath: string | undefined;
}

export interface Attempt {
  candidate: Candidate;
  /** Why it can't be used. */
  reason: string;
}

export type Choice = { candidate: Candidate } | { attempts: Attempt[] };

/**
 * Runs the command line of an interpreter without the working folder on `sys.path`: a folder of the
 * workspace named like a module of ours (or of the standard library) must not run. `-P` would need 3.11.
 */
export const LAUNCH =
  "import sys; sys.path[:1] == [''] and sys.path.pop(0); " +
  "from preflight_server.cli.main import main; sys.argv[0] = 'coreml-preflight'; main()";

export function fromInterpreter(source: Candidate["source"], python: string): Candidate {
  return { source, command: python, args: ["-c", LAUNCH], python };
}

/** All that could be tried, best first. A set interpreter is meant: nothing else is tried instead. */
export function candidates(sources: Sources): Candidate[] {
  if (sources.setting !== "") {
    return [fromInterpreter("setting", sources.setting)];
  }
  const found: Candidate[] = [];
  if (sources.pythonExtension !== undefined) {
    found.push(fromInterpreter("python-extension", sources.pythonExtension));
  }
  if (sources.commandOnPath !== undefined) {
    found.push({ source: "path", command: sources.commandOnPath, args: [], python: undefined });
  }
  if (sources.pythonOnPath !== undefined) {
    found.push(fromInterpreter("default", sources.pythonOnPath));
  }
  return found;
}

/** The first candidate that works; `probe` gives the reason why one doesn't, undefined if it does. */
export async function choose(
  options: Candidate[],
  probe: (candidate: Candidate) => Promise<string | undefined>,
): Promise<Choice> {
  const attempts: Attempt[] = [];
  for (const candidate of options) {
    const reason = await probe(candidate);
    if (reason === undefined) {
      return { candidate };
    }
    attempts.push({ candidate, reason });
  }
  return { attempts };
}

/** The interpreter that conversions run in: it gets torch and coremltools from there. */
export function convertInterpreter(setting: string, pythonExtension: string | undefined): string | null {
  return setting || pythonExtension || null;
}
