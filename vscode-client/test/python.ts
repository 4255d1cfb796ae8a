/** The Python that tests start: PREFLIGHT_PYTHON, else the repository's own environment, else python3. */

import { existsSync } from "node:fs";
import { resolve } from "node:path";

const own = resolve("..", ".venv", process.platform === "win32" ? "Scripts/python.exe" : "bin/python");

export const startingPython = process.env.PREFLIGHT_PYTHON ?? (existsSync(own) ? own : "python3");
