"""What a finding, or a rule code in a suppression, means."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lsprotocol import types
from pygls.capabilities import get_capability

from preflight_analyzers.findings import Consequence, Finding, Position, Range
from preflight_analyzers.rules.registry import RuleInfo, find_rule

from .checks import Checked
from .diagnostics import own_findings

if TYPE_CHECKING:
    from .language_server import PreflightLanguageServer

CONSEQUENCES = {
    Consequence.TRACE_FAILS: "tracing the model fails",
    Consequence.CONVERT_FAILS: "the conversion fails",
    Consequence.WRONG_RESULT: "the model converts and computes something else",
    Consequence.FROZEN: "a value that depends on the input becomes a constant",
    Consequence.NEURAL_ENGINE: "the model likely doesn't run on the Neural Engine",
    Consequence.REDUNDANT: "nothing: it has no effect on the model",
    Consequence.ENVIRONMENT: "the tools themselves fail",
}

_CODE = re.compile(r"\bCML\d{3}\b")


def explain_finding(finding: Finding) -> str:
    """Markdown for a finding: what, with which consequence, what helps, and the rule behind it."""
    rule = find_rule(finding.code)
    title = f"**{finding.code} {finding.name}**"
    paragraphs = [
        f"{title} · if ignored: {CONSEQUENCES[finding.consequence]}",
        finding.message,
        finding.help or "",
    ]
    if finding.op:
        emitted = f"`{finding.api}` becomes `{finding.op}`" if finding.api else f"`{finding.op}`"
        paragraphs.append(emitted)
    if rule:
        paragraphs += ["---", rule.explanation]
    if finding.url:
        paragraphs.append(f"[About this rule]({finding.url})")
    return "\n\n".join(filter(None, paragraphs))


def explain_rule(rule: RuleInfo) -> str:
    consequence = CONSEQUENCES[rule.consequence]
    title = f"**{rule.code} {rule.name}** · if ignored: {consequence}"
    return "\n\n".join([title, rule.summary, "---", rule.explanation])


def code_at(line: str, index: int) -> re.Match[str] | None:
    """The rule code at an index of the line, if it stands in a comment."""
    for match in _CODE.finditer(line):
        if match.start() <= index <= match.end() and "#" in line[: match.start()]:
            return match
    return None


def register(server: PreflightLanguageServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def hover(params: types.HoverParams) -> types.Hover | None:
        checked = await server.checks.latest(params.text_document.uri)
        part = checked and checked.program.part_of(params.text_document.uri)
        if not checked or not part:
            return None
        found = _explanation(checked, checked.program.from_client(part, params.position))
        if found is None:
            return None
        text, place = found
        formats = get_capability(
            server.client_capabilities, "text_document.hover.content_format", [types.MarkupKind.Markdown]
        )
        kind = (
            types.MarkupKind.Markdown if types.MarkupKind.Markdown in formats else types.MarkupKind.PlainText
        )
        return types.Hover(types.MarkupContent(kind, text), place)


def _explanation(checked: Checked, position: Position) -> tuple[str, types.Range] | None:
    program = checked.program
    match = code_at(program.line(position.line), position.column - 1)
    rule = find_rule(match[0]) if match else None
    if match and rule:
        start = Position(position.line, match.start() + 1)
        end = Position(position.line, match.end() + 1)
        return explain_rule(rule), program.to_client(Range(start, end))
    here = [
        finding for finding in own_findings(checked) if finding.range.start <= position <= finding.range.end
    ]
    if not here:
        return None
    innermost = max(here, key=lambda finding: finding.range.start)
    return "\n\n---\n\n".join(map(explain_finding, here)), program.to_client(innermost.range)
