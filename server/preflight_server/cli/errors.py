"""What goes wrong in commands."""

from __future__ import annotations

from typing import IO, Any

import click


class CannotRun(click.ClickException):
    """A mistake of the user's, told in one line on standard error; the exit code is 2."""

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(f"error: {self.format_message()}", file=file, err=file is None)


class BrokenFix(Exception):
    """A fix would have left a file that can't be parsed; the text says which."""
