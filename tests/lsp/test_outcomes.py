from __future__ import annotations

import pytest

from preflight_server.conversion.report import OUTCOMES, ConversionReport, Problem
from preflight_server.lsp.outcomes import describe


def test_a_conversion_tells_time_and_file() -> None:
    report = ConversionReport(
        "net.py::Net", "converted", output="/out/Net.mlpackage", seconds={"load": 0.2, "convert": 1.04}
    )
    assert describe(report) == "Converted in 1.2 s · Net.mlpackage"


def test_a_failure_counts_errors_only() -> None:
    problems = [Problem(severity, "convert", "no converter") for severity in ("error", "warning", "error")]
    report = ConversionReport("net.py::Net", "convert-failed", problems=problems)
    assert describe(report) == "Conversion failed · 2 problems"


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_every_outcome_has_words(outcome: str) -> None:
    assert describe(ConversionReport("net.py::Net", outcome))
