"""Examines an environment: what it has, whether that fits together, and whether it converts."""

from __future__ import annotations

import asyncio
import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from .errors import UnfitInterpreter
from .inputs import InputSpec
from .interpreter import find_interpreter
from .request import ConversionRequest
from .runner import Workers

_MODEL = """\
import torch


class Tiny(torch.nn.Module):
    def forward(self, x):
        return torch.relu(x) + 1
"""

#: Finds the versions without importing anything big.
_PROBE = """\
import json, platform, sys
from importlib import metadata
found = {"python": platform.python_version(), "system": platform.system() + " " + platform.machine()}
for name in ("torch", "coremltools", "numpy"):
    try:
        found[name] = metadata.version(name)
    except metadata.PackageNotFoundError:
        found[name] = None
print("\\n" + json.dumps(found))
"""
_PROBE_SECONDS = 60
_PYTHONS = ((3, 10), (3, 13))
_INSTALL = 'pip install "coreml-preflight[convert]"'


class Check(NamedTuple):
    name: str
    ok: bool
    #: What was found, and where it is not right, what to do.
    detail: str


async def examine(python: str | None) -> list[Check]:
    """One check after the other; the last really converts. Raises UnfitInterpreter if it is no Python."""
    path = find_interpreter(python, Path.cwd())
    found = await asyncio.to_thread(_probe, path)
    checks = [_python(found["python"], path)]
    for name in ("torch", "coremltools", "numpy"):
        version = found[name]
        detail = version or f"not installed: {_INSTALL}"
        if name == "numpy" and version and _numbers(version) >= (2, 4):
            checks.append(Check(name, False, f'{version} breaks coremltools: pip install "numpy<2.4"'))
        else:
            checks.append(Check(name, version is not None, detail))
    checks.append(await _conversion(path))
    return checks


def _probe(path: str) -> dict[str, Any]:
    try:
        run = subprocess.run(
            [path, "-c", _PROBE],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_PROBE_SECONDS,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        return dict(json.loads(run.stdout.strip().splitlines()[-1]))
    except (OSError, subprocess.TimeoutExpired, ValueError, IndexError) as error:
        raise UnfitInterpreter(f"{path} is not a Python interpreter") from error


def _python(version: str, path: str) -> Check:
    oldest, newest = _PYTHONS
    ok = oldest <= _numbers(version) <= newest
    wanted = f"{oldest[0]}.{oldest[1]} to {newest[0]}.{newest[1]}"
    return Check("python", ok, f"{version} ({path})" if ok else f"{version} ({path}): use {wanted}")


async def _conversion(path: str) -> Check:
    name = "conversion"
    with tempfile.TemporaryDirectory(prefix="coreml-preflight-doctor-") as folder:
        Path(folder, "tiny.py").write_text(_MODEL, encoding="utf-8")
        request = ConversionRequest(
            "tiny.py::Tiny", (InputSpec("x", (1, 3)),), python=path, folder=Path(folder)
        )
        async with Workers() as workers:
            try:
                report = await workers.convert(request)
            except UnfitInterpreter as error:
                return Check(name, False, str(error).removeprefix(f"{path}: "))
    if report.converted:
        seconds = sum(report.seconds.values())
        return Check(name, True, f"a tiny model was converted and saved in {seconds:.1f} s")
    reason = report.problems[0].message if report.problems else report.outcome
    return Check(name, False, f"a tiny model could not be converted: {reason}")


def _numbers(version: str) -> tuple[int, int]:
    major, minor = version.split(".")[:2]
    return int(major), int(minor)
