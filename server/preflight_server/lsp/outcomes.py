"""A conversion's outcome in one line."""

from __future__ import annotations

from pathlib import PurePath

from preflight_server.conversion.report import ConversionReport

_FAILURES = {
    "load-failed": "The file could not be loaded",
    "trace-failed": "Tracing failed",
    "convert-failed": "Conversion failed",
    "save-failed": "The model could not be saved",
    "timeout": "The conversion took too long",
    "cancelled": "Cancelled",
    "crashed": "The conversion crashed",
}


def describe(report: ConversionReport) -> str:
    """``Converted in 1.2 s · Net.mlpackage``, or what stopped it."""
    if report.converted:
        seconds = sum(report.seconds.values())
        name = PurePath(report.output).name if report.output else ""
        return " · ".join(filter(None, [f"Converted in {seconds:.1f} s", name]))
    errors = sum(problem.severity == "error" for problem in report.problems)
    problems = {0: "", 1: "1 problem"}.get(errors, f"{errors} problems")
    return " · ".join(filter(None, [_FAILURES[report.outcome], problems]))
