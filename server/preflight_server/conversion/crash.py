"""What a process that died leaves behind: the line that was running."""

from __future__ import annotations

import re
import signal
import tokenize
from pathlib import Path

from .report import Problem, Span, StackFrame

_WORKER = str(Path(__file__).parent.parent / "worker")


def crash_problem(status: int, stage: str, where: str, root: Path) -> Problem:
    """The problem for a process that ended by itself with ``status`` (negative: a signal)."""
    doing = _DOING.get(stage, stage)
    if status < 0:
        name = signal.Signals(-status).name if -status in list(signal.Signals) else str(-status)
        message = f"the process died of {name} while {doing}"
        if name == "SIGKILL":
            message = f"the process was killed while {doing}, most likely for want of memory"
    else:
        message = f"the process ended itself (os._exit, status {status}) while {doing}"
    return located(Problem("error", stage, message), where, root)


def located(problem: Problem, where: str, root: Path) -> Problem:
    """The problem on the innermost line of the project in what faulthandler wrote, if there is one."""
    last = where.rpartition("(most recent call first):")[2]
    frames = [
        StackFrame(path, int(line), symbol)
        for path, line, symbol in re.findall(r'^\s+File "(.+)", line (\d+) in (.+)$', last, re.MULTILINE)
        if not path.startswith((_WORKER, "<"))
    ]
    for index, frame in enumerate(frames):
        if Path(frame.path).is_relative_to(root) and not re.search(
            r"[/\\](site|dist)-packages[/\\]", frame.path[len(str(root)) :]
        ):
            stack = tuple(reversed([one for one in frames[index:] if Path(one.path).is_relative_to(root)]))
            return problem._replace(
                path=frame.path, span=_line_span(frame.path, frame.line), symbol=frame.symbol, stack=stack
            )
    return problem


def _line_span(path: str, line: int) -> Span:
    try:
        with tokenize.open(path) as file:
            text = file.read().split("\n")[line - 1].rstrip()
    except (OSError, SyntaxError, UnicodeDecodeError, IndexError):
        text = ""
    return Span(line, len(text) - len(text.lstrip()) + 1, line, max(len(text), 1) + 1)


_DOING = {
    "start": "starting",
    "load": "loading the file",
    "trace": "tracing",
    "convert": "converting",
    "save": "saving",
}
