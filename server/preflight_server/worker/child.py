"""What the process of one conversion does, however it was started."""

from __future__ import annotations

import faulthandler
import json
import os
import signal
import sys
import tempfile
from typing import Any

from .capture import flush_output, redirect_output
from .job import Job
from .protocol import Channel


def run(request: dict[str, Any], messages: int, output: int) -> None:
    """Carry out one request in this process and end it.

    ``messages`` and ``output`` are descriptors for the protocol and for what user code prints.
    The result is left in a file of the request's scratch folder as well as sent: user code can close
    descriptors.
    """
    redirect_output(output)
    scratch = request["scratch"]
    tempfile.tempdir = scratch
    os.environ["TMPDIR"] = os.environ["TEMP"] = os.environ["TMP"] = scratch
    _tell_where(os.path.join(scratch, "where"))
    _bound(request.get("memory"))
    os.chdir(request["folder"])
    # The user's folder is left as it was.
    sys.dont_write_bytecode = True
    channel = Channel(messages)
    result = Job(request, channel).run()
    text = json.dumps(result, default=str)
    path = os.path.join(scratch, "result.json")
    os.makedirs(scratch, exist_ok=True)
    with open(path + ".part", "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(path + ".part", path)
    channel.send("done")
    flush_output()
    # Threads and exit handlers of user code have no say any more.
    os._exit(0)


def _tell_where(path: str) -> None:
    """After a crash, or when asked by signal, the file says which line was running."""
    file = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    faulthandler.enable(file, all_threads=False)
    if hasattr(faulthandler, "register"):
        faulthandler.register(signal.SIGUSR1, file, all_threads=False)


def _bound(memory: Any) -> None:
    """Limit the bytes of data this process may hold, and leave no core file behind."""
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform.startswith("linux"):
        limit = memory or os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
