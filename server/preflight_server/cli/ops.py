"""``coreml-preflight ops``: what coremltools can convert."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import click

from preflight_server.cli.errors import CannotRun

if TYPE_CHECKING:
    from preflight_analyzers.knowledge.reader import Knowledge


@click.command()
@click.argument("pattern", required=False, metavar="[PATTERN]")
@click.option("--torch", "section", flag_value="torch", help="Only torch APIs and registered torch ops.")
@click.option("--mil", "section", flag_value="mil", help="Only MIL ops (mb.*), per opset.")
@click.option("--nn", "section", flag_value="nn", help="Only NeuralNetworkBuilder layers.")
@click.option(
    "--coremltools", "version", metavar="VERSION", help="Which coremltools; the newest known by default."
)
@click.option("--output-format", type=click.Choice(["full", "json"]), default="full", show_default=True)
def ops(pattern: str | None, section: str | None, version: str | None, output_format: str) -> None:
    """List what coremltools can convert.

    PATTERN is a part of a name, or a name with * and ? in it: bessel, "torch.fft.*", "add_*".
    """
    from preflight_analyzers.knowledge.reader import load
    from preflight_analyzers.knowledge.search import SECTIONS, search
    from preflight_analyzers.knowledge.versions import UnknownVersion

    try:
        knowledge = load(version)
    except UnknownVersion as error:
        raise CannotRun(str(error)) from None
    found = search(knowledge, pattern, [section] if section else SECTIONS)
    if output_format == "json":
        import json

        click.echo(json.dumps({"version": 1, "coremltools": knowledge.version, **found}, indent=2))
    else:
        _print(knowledge, found, everything=pattern is None)
    if not any(found.values()):
        click.echo(f"nothing in coremltools {knowledge.version} matches {pattern!r}", err=True)
        raise click.exceptions.Exit(1)


def _print(knowledge: Knowledge, found: dict[str, list[Any]], *, everything: bool) -> None:
    from preflight_analyzers.knowledge.describe import builder_line, mil_lines, verdict

    def heading(text: str) -> None:
        click.echo(f"{text} (coremltools {knowledge.version})")

    if found.get("torch_apis"):
        heading("torch APIs, by trace")
        width = min(60, max(len(api["name"]) for api in found["torch_apis"]))
        for api in found["torch_apis"]:
            status = knowledge.api(api["name"])
            assert status is not None
            line = verdict(status, api["converts_from"])
            click.echo(f"  {api['name']:<{width}}  {line}")
            for line in api["limits"]:
                click.echo(f"  {'':<{width}}  {line}")
    if found.get("torch_ops"):
        heading("torch ops with a converter")
        for name in found["torch_ops"]:
            click.echo(f"  {name}")
    if found.get("composites") and not everything:
        heading("converters of one's own, where there is none")
        for composite in found["composites"]:
            click.echo("\n" + textwrap.indent(composite["source"], "  "))
    if found.get("mil_ops"):
        heading("MIL ops, per opset")
        for entry in found["mil_ops"]:
            op = knowledge.mil_ops[entry["name"]]
            for line in mil_lines(op):
                click.echo(f"  {line}{'  (dialect)' * op.dialect}")
    if found.get("nn_layers"):
        heading("NeuralNetworkBuilder layers")
        for entry in found["nn_layers"]:
            click.echo(f"  {builder_line(knowledge.builder_methods[entry['name']])}")
    if everything and "torch_apis" in found:
        tried = [api for api in found["torch_apis"] if api["trace"] != "untested"]
        converting = sum(api["trace"] == "always" for api in tried)
        click.echo(f"{converting} of {len(tried)} torch APIs convert in every way that was tried")
