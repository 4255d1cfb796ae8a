/** Reads `coremlPreflight.*`. The editor's configuration comes in as a function, so tests need no editor. */

export type Get = (key: string) => unknown;

/** What the linter goes by, as the server takes it; null and empty mean "as in pyproject.toml". */
export interface LintSettings {
  select: string[];
  ignore: string[];
  severity: Record<string, string>;
  coremltools: string | null;
  frontend: string | null;
  neuralEngine: boolean;
}

export interface Interpreters {
  interpreter: string;
  convertInterpreter: string;
}

export function lintSettings(get: Get): LintSettings {
  return {
    select: strings(get("select")),
    ignore: strings(get("ignore")),
    severity: stringMap(get("severity")),
    coremltools: text(get("coremltools")),
    frontend: text(get("frontend")),
    neuralEngine: get("neuralEngine") === true,
  };
}

export function interpreters(get: Get, variables: Variables): Interpreters {
  return {
    interpreter: expand(text(get("interpreter")) ?? "", variables),
    convertInterpreter: expand(text(get("convertInterpreter")) ?? "", variables),
  };
}

export interface Variables {
  workspaceFolder: string | undefined;
  home: string;
  env: Readonly<Record<string, string | undefined>>;
}

/** Fills in `~`, `${workspaceFolder}`, `${userHome}` and `${env:NAME}`; what isn't known stays as it is. */
export function expand(path: string, variables: Variables): string {
  return path
    .trim()
    .replace(/^~(?=$|[\\/])/, () => variables.home)
    .replace(/\$\{(workspaceFolder|userHome|env:[^}]+)\}/g, (whole, name: string) => {
      if (name === "workspaceFolder") {
        return variables.workspaceFolder ?? whole;
      }
      return name === "userHome" ? variables.home : (variables.env[name.slice("env:".length)] ?? whole);
    });
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

function stringMap(value: unknown): Record<string, string> {
  if (typeof value !== "object" || value === null) {
    return {};
  }
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

function text(value: unknown): string | null {
  return typeof value === "string" && value.trim() !== "" ? value.trim() : null;
}
