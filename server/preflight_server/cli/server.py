"""``coreml-preflight server``: the language server, over stdio or TCP."""

from __future__ import annotations

import click

from preflight_server.cli.errors import CannotRun


def _address(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[str, int] | None:
    if value is None:
        return None
    host, colon, port = value.rpartition(":")
    if not colon or not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise click.BadParameter(f"{value!r} is not HOST:PORT, like 127.0.0.1:2087.")
    return host.removeprefix("[").removesuffix("]") or "127.0.0.1", int(port)


@click.command()
@click.option("--stdio", is_flag=True, help="Speak over standard input and output (the default).")
@click.option("--tcp", callback=_address, metavar="HOST:PORT", help="Listen on this address instead.")
def server(stdio: bool, tcp: tuple[str, int] | None) -> None:
    """Start the language server."""
    if stdio and tcp:
        raise click.UsageError("--stdio and --tcp exclude each other.")
    from preflight_server.lsp.server import start

    try:
        start(tcp)
    except ValueError as error:
        raise click.UsageError(f"--tcp: {error}") from None
    except OSError as error:
        raise CannotRun(f"can't listen there: {error.strerror or error}") from None
