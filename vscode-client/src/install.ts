/** The command that installs the package, as a shell takes it. */

export function installCommand(python: string, platform: NodeJS.Platform): string {
  return `${quoted(python, platform)} -m pip install coreml-preflight`;
}

function quoted(path: string, platform: NodeJS.Platform): string {
  if (/^[\w./:\\+-]+$/.test(path)) {
    return path;
  }
  // PowerShell, the usual shell there, runs a quoted path only behind an ampersand.
  return platform === "win32" ? `& "${path}"` : `'${path.replaceAll("'", "'\\''")}'`;
}
