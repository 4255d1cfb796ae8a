"""JUnit XML: each file a suite, each finding a failed case, as most CI servers show it."""

from __future__ import annotations

from itertools import groupby
from xml.etree import ElementTree

from preflight_analyzers.findings import Finding
from preflight_server.cli.results import Results, View, place
from preflight_server.cli.style import harmless


def render(results: Results, view: View) -> str:
    total = str(len(results.findings))
    root = ElementTree.Element("testsuites", name="coreml-preflight", tests=total, failures=total)
    for path, findings in groupby(results.findings, key=lambda finding: finding.path):
        here = list(findings)
        number = str(len(here))
        suite = ElementTree.SubElement(
            root, "testsuite", name=_clean(path), tests=number, failures=number, errors="0", skipped="0"
        )
        for finding in here:
            _add_case(suite, finding)
    if not results.findings:
        # Some servers take a report without a single case for a failure.
        suite = ElementTree.SubElement(root, "testsuite", name="coreml-preflight", tests="1", failures="0")
        ElementTree.SubElement(suite, "testcase", name="no findings", classname="coreml-preflight")
        root.set("tests", "1")
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def _add_case(suite: ElementTree.Element, finding: Finding) -> None:
    line, column = finding.range.start
    case = ElementTree.SubElement(
        suite,
        "testcase",
        name=f"{finding.code} {finding.name}",
        classname=_clean(finding.path),
        line=str(line),
        column=str(column),
    )
    message = _clean(finding.message)
    failure = ElementTree.SubElement(case, "failure", message=message, type=finding.severity.value)
    failure.text = _clean(f"{place(finding)}: {finding.message}")


def _clean(text: str) -> str:
    """Without what XML can't hold: control characters, noncharacters and halves of surrogate pairs."""
    encodable = harmless(text, keep="\n\t").encode("utf-8", "replace").decode()
    return encodable.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")
