"""What a process that died leaves behind: the line that was running."""

from __future__ import annotations

import re
import signal
from pathlib import Path

from ..worker.sources import statement_span, symbol_at
from .report import Problem, Span, StackFrame

_WORKER = str(Path(__file__).parent.parent / "worker")
_LIBRARY = re.compile(r"[/\\](site|dist)-packages[/\\]")
_DOING = {
    "start": "starting",
    "load": "loading the file",
    "trace": "tracing",
    "convert": "converting",
    "save": "saving",
}


def crash_problem(status: int, stage: str, where: str, root: Path) -> Problem:
    """The problem for a process that ended by itself with ``status`` (negative: a signal)."""
    doing = _DOING.get(stage, stage)
    if status == -9:
        message = f"the process was killed while {doing}, most likely for want of memory"
    elif status < 0:
        message = f"the process died of {_signal_name(-status)} while {doing}"
    else:
        message = f"the process ended itself (os._exit, status {status}) while {doing}"
    return located(Problem("error", stage, message), where, root)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def located(problem: Problem, where: str, root: Path) -> Problem:
    """The problem on the innermost line of the project in what faulthandler wrote, if there is one."""
    last = where.rpartition("(most recent call first):")[2]
    frames = [
        StackFrame(path, int(line), symbol_at(path, int(line)) or symbol)
        for path, line, symbol in re.findall(r'^\s+File "(.+)", line (\d+) in (.+)$', last, re.MULTILINE)
        if not path.startswith(_WORKER) and Path(path).is_relative_to(root)
    ]
    own = [frame for frame in frames if not _LIBRARY.search(frame.path[len(str(root)) :])]
    if not own:
        return problem
    frame = own[0]
    return problem._replace(
        path=frame.path,
        span=Span(*statement_span(frame.path, frame.line)),
        symbol=frame.symbol,
        stack=tuple(reversed(own)),
    )
