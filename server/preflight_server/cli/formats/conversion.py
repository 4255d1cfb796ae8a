"""The report of a conversion for people: the stages, each problem on its source line, the model."""

from __future__ import annotations

import os
import re
import tokenize
from collections.abc import Iterator, Mapping
from functools import lru_cache

from preflight_analyzers.findings import Position, Range, Severity
from preflight_server.cli.formats.snippet import snippet
from preflight_server.cli.style import Style, harmless, one_line
from preflight_server.conversion.report import ConversionReport, Feature, Problem, Span
from preflight_server.conversion.request import STAGES

_WIDTH = 120
_LABEL = 9
#: Lines of what the user's code printed.
_LOG_LINES = 12


def render(report: ConversionReport, colour: bool) -> str:
    """The whole report, ending in a line break."""
    style = Style(colour)
    parts = ["\n".join(_problem(problem, style)) for problem in report.problems]
    if not report.converted and report.log.strip():
        parts.append("\n".join(_log(report.log, style)))
    parts.append("\n".join(_summary(report, style)))
    return "\n\n".join(parts) + "\n"


def _problem(problem: Problem, style: Style) -> Iterator[str]:
    severity = Severity(problem.severity)
    place = ""
    if problem.path:
        span = problem.span
        place = f"{problem.path}:{span.line}:{span.column}: " if span else f"{problem.path}: "
    stage = "" if problem.op else f" ({problem.stage})"
    times = f" ({problem.times} times)" if problem.times > 1 else ""
    label = style.severity(severity, problem.severity)
    yield f"{style.bold(harmless(place))}{label}{stage}: {one_line(problem.message)}{times}"
    gutter = 0
    if problem.path and problem.span:
        gutter = len(str(problem.span.end_line))
        for row in snippet(_lines(problem.path), _range(problem.span), _WIDTH):
            number = f"{row.number or '':>{gutter}}"
            text = style.severity(severity, row.text) if row.is_mark else row.text
            yield f"{style.dim(f'{number} |')} {text}".rstrip()
    for label, text in _notes(problem):
        yield f"{' ' * gutter} {style.dim('=')} {style.bold(label + ':')} {one_line(text)}"


def _notes(problem: Problem) -> Iterator[tuple[str, str]]:
    here = (problem.path, problem.span.line if problem.span else None)
    for frame in problem.stack:
        if (frame.path, frame.line) != here:
            yield (
                "called from" if _before(problem, frame.path, frame.line) else "inside",
                (f"{frame.symbol} ({frame.path}:{frame.line})"),
            )
    if problem.help:
        yield "help", problem.help


def _before(problem: Problem, path: str, line: int) -> bool:
    """Whether the frame leads to the problem's place, rather than from it into a library."""
    frames = [(frame.path, frame.line) for frame in problem.stack]
    here = (problem.path or "", problem.span.line if problem.span else 0)
    return here not in frames or frames.index((path, line)) < frames.index(here)


def _log(log: str, style: Style) -> Iterator[str]:
    lines = log.rstrip().splitlines()
    yield style.bold("what it printed:")
    if len(lines) > _LOG_LINES:
        yield f"  ... {len(lines) - _LOG_LINES} lines before"
    yield from (f"  {harmless(line)}" for line in lines[-_LOG_LINES:])


def _summary(report: ConversionReport, style: Style) -> Iterator[str]:
    yield from _ladder(report, style)
    if report.converted:
        yield _row("inputs", ", ".join(map(_feature, report.inputs)) or "none")
        yield _row("outputs", ", ".join(map(_feature, report.outputs)) or "none")
        if report.torch_ops:
            yield _row("torch", _counts(report.torch_ops))
        if report.mil_ops:
            yield _row("Core ML", _counts(report.mil_ops))
        if report.layers:
            yield _row("layers", _counts(report.layers))
        size = f" ({_bytes(report.size)})" if report.size is not None else ""
        yield f"{style.good('converted')}: {harmless(report.target)} -> {harmless(report.output or '')}{size}"
        return
    errors = sum(problem.severity == "error" for problem in report.problems)
    count = f": {errors} obstacle{'s' if errors != 1 else ''}" if errors > 1 else ""
    failed = style.severity(Severity.ERROR, report.outcome)
    yield f"{failed}: {harmless(report.target)}{count}"


def _ladder(report: ConversionReport, style: Style) -> Iterator[str]:
    reached = [stage for stage in STAGES if stage in report.seconds]
    for stage in reached:
        failed = stage == reached[-1] and not report.converted
        mark = style.severity(Severity.ERROR, "failed") if failed else style.good("ok")
        how = f" ({report.frontend})" if stage == "trace" and report.frontend else ""
        yield f"{_row(stage, f'{report.seconds[stage]:7.2f} s')}  {mark}{how}"


def _row(label: str, text: str) -> str:
    return f"{label:<{_LABEL}}{text}"


def _feature(feature: Feature) -> str:
    return f"{feature.name} {' x '.join(map(str, feature.shape)) or 'scalar'} {feature.dtype}"


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} x{count}" if count > 1 else name for name, count in counts.items())


def _bytes(size: int) -> str:
    if size < 1000:
        return f"{size} bytes"
    return f"{size / 1000:.1f} kB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"


def _range(span: Span) -> Range:
    return Range(Position(span.line, span.column), Position(span.end_line, span.end_column))


@lru_cache(maxsize=16)
def _lines(path: str) -> list[str]:
    if not os.path.isfile(path):
        return []
    try:
        with tokenize.open(path) as file:
            return re.split("\r\n|\r|\n", file.read())
    except (OSError, SyntaxError, UnicodeDecodeError):
        return []
