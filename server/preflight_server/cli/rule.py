"""``coreml-preflight rule``: what a rule finds, why it matters, and what to write instead."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from preflight_server.cli.errors import CannotRun
from preflight_server.cli.style import wants_colour

if TYPE_CHECKING:
    from preflight_analyzers.rules.registry import RuleInfo


@click.command()
@click.argument("rule", required=False, metavar="[CODE|NAME]")
@click.option("--output-format", type=click.Choice(["full", "json"]), default="full", show_default=True)
def rule(rule: str | None, output_format: str) -> None:
    """Explain a rule, or list them all."""
    from preflight_analyzers.rules.registry import all_rules

    chosen = [_find(rule)] if rule else list(all_rules())
    if output_format == "json":
        import json

        documents = [_as_dict(info) for info in chosen]
        click.echo(json.dumps(documents[0] if rule else documents, indent=2))
    elif rule:
        from preflight_analyzers.rules.page import page

        _print_markdown(page(chosen[0]))
    else:
        _print_table(chosen)


def _find(code_or_name: str) -> RuleInfo:
    from preflight_analyzers.rules.registry import find_rule
    from preflight_analyzers.selection import UnknownRule, parse_selectors

    try:
        (selector,) = parse_selectors([code_or_name])
    except UnknownRule as error:
        raise CannotRun(str(error)) from None
    except ValueError:
        raise CannotRun(f"{code_or_name!r} names more or less than one rule") from None
    info = find_rule(selector)
    if info is None:
        raise CannotRun(f"{code_or_name!r} is a family of rules; `coreml-preflight rule` lists them")
    return info


def _print_markdown(text: str) -> None:
    if not sys.stdout.isatty():
        click.echo(text, nl=False)
        return
    from rich.console import Console
    from rich.markdown import Markdown

    Console(no_color=not wants_colour(sys.stdout)).print(Markdown(text))


def _print_table(rules: list[RuleInfo]) -> None:
    if not sys.stdout.isatty():
        width = max(len(info.name) for info in rules)
        for info in rules:
            click.echo(f"{info.code}  {info.name:<{width}}  {info.consequence.value:<13}  {info.summary}")
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("Code", "Name", "Consequence", "What it finds", box=None, pad_edge=False)
    for info in rules:
        notes = ("fix",) * info.fixable + ("on request",) * info.opt_in
        remark = f" ({', '.join(notes)})" if notes else ""
        table.add_row(info.code, info.name, info.consequence.value, info.summary + remark)
    Console(no_color=not wants_colour(sys.stdout)).print(table)


def _as_dict(info: RuleInfo) -> dict[str, object]:
    return {
        "code": info.code,
        "name": info.name,
        "consequence": info.consequence.value,
        "severity": info.consequence.default_severity.value,
        "summary": info.summary,
        "explanation": info.explanation,
        "opt_in": info.opt_in,
        "fixable": info.fixable,
        "bad": info.bad,
        "good": info.good,
    }
