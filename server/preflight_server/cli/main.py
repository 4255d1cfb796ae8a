"""The command ``coreml-preflight``. Each subcommand is imported only when it runs."""

from __future__ import annotations

import contextlib
import os
import sys
from importlib import import_module
from typing import NamedTuple

import click

from preflight_server import __version__


class _Command(NamedTuple):
    module: str
    summary: str
    hidden: bool = False


#: The function in the module is called as the command.
_COMMANDS = {
    "check": _Command(
        "preflight_server.cli.check", "Say what Core ML will make of Python files and notebooks."
    ),
    "convert": _Command("preflight_server.cli.convert", "Trace and convert a model, and say where it fails."),
    "ops": _Command("preflight_server.cli.ops", "List what coremltools can convert."),
    "rule": _Command("preflight_server.cli.rule", "Explain a rule, or list them all."),
    "server": _Command("preflight_server.cli.server", "Start the language server."),
    "doctor": _Command("preflight_server.cli.doctor", "Say whether this environment can convert at all."),
    "knowledge": _Command("preflight_server.cli.knowledge", "Build the knowledge data.", hidden=True),
}


class _LazyGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = getattr(import_module(_COMMANDS[cmd_name].module), cmd_name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in _COMMANDS and not name.startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(name, _COMMANDS, 1)
            if near:
                hint = f"did you mean `{near[0]}`?"
            elif os.path.exists(name):
                hint = f"to check it, run `coreml-preflight check {name}`"
            else:
                hint = "`coreml-preflight --help` lists them"
            raise click.UsageError(f"no such command {name!r}; {hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        # Click's own imports every command to ask for its summary.
        rows = [(name, command.summary) for name, command in _COMMANDS.items() if not command.hidden]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="coreml-preflight", message="%(prog)s %(version)s")
def cli() -> None:
    """Says on the line what Core ML will make of your PyTorch code."""


def main() -> None:
    """Run the command line and leave the process with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        # What the terminal's encoding lacks is shown escaped, not raised about.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    code = _run()
    try:
        sys.stdout.flush()
    except OSError as error:
        code = _lost_output(error)
    if sys.argv[1:2] == ["check"] and not sys.flags.interactive:
        # Taking the syntax trees and their classes apart would take as long as a small check.
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


def _run() -> int:
    try:
        return int(cli.main(standalone_mode=False) or 0)
    except (click.exceptions.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return 130
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except OSError as error:
        if error.filename is not None:
            raise
        return _lost_output(error)


def _lost_output(error: OSError) -> int:
    # The interpreter must not complain once more when it flushes at exit.
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if isinstance(error, BrokenPipeError):
        # The reader has seen enough.
        return 1
    click.echo(f"error: the output can't be written ({error.strerror})", err=True)
    return 2
