"""How a command says that it can't do what it was asked to."""

from __future__ import annotations

from typing import IO, Any

import click


class CannotRun(click.ClickException):
    """A mistake of the user's, told in one line on standard error; the exit code is 2."""

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(f"error: {self.format_message()}", file=file, err=file is None)
