"""What goes to the client's log, never to a popup."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING

from lsprotocol import types

if TYPE_CHECKING:
    from .language_server import PreflightLanguageServer


def log_info(server: PreflightLanguageServer, message: str) -> None:
    _log(server, types.MessageType.Info, message)


def log_warning(server: PreflightLanguageServer, message: str) -> None:
    _log(server, types.MessageType.Warning, message)


def log_error(server: PreflightLanguageServer, message: str, error: BaseException) -> None:
    """Log with the traceback: what a bug report needs."""
    details = "".join(traceback.format_exception(error))
    _log(server, types.MessageType.Error, f"{message}\n{details}")


def _log(server: PreflightLanguageServer, kind: types.MessageType, message: str) -> None:
    server.window_log_message(types.LogMessageParams(type=kind, message=message))
