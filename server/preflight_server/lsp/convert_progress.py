"""A conversion's progress in the client, with a button to cancel it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import uuid4

from lsprotocol import types
from pygls.capabilities import get_capability

from preflight_server.conversion.request import Progress

from .protocol import client_progress_token

if TYPE_CHECKING:
    from .language_server import PreflightLanguageServer


class ConversionProgress:
    """Reports to the token that came with the request, else to one of our own where the client shows it."""

    def __init__(self, server: PreflightLanguageServer, title: str) -> None:
        self._server = server
        self._title = title
        self._token: types.ProgressToken | None = None
        self._percentage = 0

    async def begin(self) -> None:
        progress = self._server.work_done_progress
        token = client_progress_token.get()
        if token is None and get_capability(
            self._server.client_capabilities, "window.work_done_progress", False
        ):
            token = str(uuid4())
            await progress.create_async(token)
        if token is None:
            return
        self._token = token
        progress.begin(token, types.WorkDoneProgressBegin(title=self._title, cancellable=True, percentage=0))

    def on_cancel(self, cancel: Callable[[], object]) -> None:
        """Call ``cancel`` when the user presses the button, or at once if that is done."""
        if self._token is not None:
            pressed = self._server.work_done_progress.tokens[self._token]
            pressed.add_done_callback(lambda _: cancel())

    def report(self, progress: Progress) -> None:
        if self._token is None:
            return
        # A percentage must never go down.
        self._percentage = max(self._percentage, min(100, int(progress.fraction * 100)))
        self._server.work_done_progress.report(
            self._token,
            types.WorkDoneProgressReport(
                message=progress.message or progress.stage, percentage=self._percentage, cancellable=True
            ),
        )

    def end(self, message: str) -> None:
        if self._token is not None:
            self._server.work_done_progress.tokens.pop(self._token, None)
            self._server.work_done_progress.end(self._token, types.WorkDoneProgressEnd(message=message))
            self._token = None
        else:
            # Otherwise nobody would see how it ended.
            self._server.window_show_message(
                types.ShowMessageParams(type=types.MessageType.Info, message=message)
            )
