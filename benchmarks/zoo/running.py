"""One module in a process of its own, forked from one that has everything imported."""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import time
import traceback
from typing import Any

import torch

from .arguments import constructed
from .classes import name_of
from .inputs import runnable
from .observing import Package, observe

_SECONDS = 60
_SEARCH_SECONDS = 12
_BYTES = 10 << 30


def truth_of(cls: type, package: Package, name: str) -> dict[str, Any]:
    """What becomes of a class; "outcome" says so, or why it was never put to the test."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _run(cls, package, writing)
    os.close(writing)
    said = _read(reading, time.monotonic() + _SECONDS)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    row = {"package": name, "class": name_of(cls)}
    return {**row, **(json.loads(said) if said else {"outcome": "timeout or crash"})}


def _run(cls: type, package: Package, writing: int) -> None:
    """In the child: never returns."""
    try:
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        resource.setrlimit(resource.RLIMIT_AS, (_BYTES, _BYTES))
        torch.set_num_threads(1)
        row = _truth(cls, package)
    except BaseException:  # whatever the class does, SystemExit too
        row = {"outcome": "harness fails", "why": traceback.format_exc()[-600:]}
    left = (json.dumps(row) + "\n").encode()
    while left:
        left = left[os.write(writing, left) :]
    os._exit(0)


def _truth(cls: type, package: Package) -> dict[str, Any]:
    until = time.process_time() + _SEARCH_SECONDS
    built = False
    for module, arguments in constructed(cls):
        built = True
        found = runnable(module, until)
        if found is not None:
            seen = observe(found, package)
            shapes = [f"{'x'.join(map(str, one.shape))} {one.dtype}" for one in found.inputs]
            return {
                "outcome": seen.outcome,
                "arguments": arguments,
                "inputs": shapes,
                "failures": [one._asdict() for one in seen.failures],
                "frozen": [one._asdict() for one in seen.frozen],
                "ran": seen.ran,
            }
        if time.process_time() > until:
            break
    return {"outcome": "no inputs found" if built else "not constructed"}


def _read(reading: int, until: float) -> bytes:
    said = b""
    while not said.endswith(b"\n"):
        left = until - time.monotonic()
        if left <= 0 or not select.select([reading], [], [], left)[0]:
            said = b""
            break
        part = os.read(reading, 1 << 20)
        if not part:
            said = b""
            break
        said += part
    os.close(reading)
    return said
