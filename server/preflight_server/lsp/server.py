"""Puts the language server together and starts it."""

from __future__ import annotations

import os
import sys
import warnings
from ipaddress import ip_address

from preflight_analyzers.garbage import collect_less

from . import (
    code_actions,
    code_lens,
    configuration,
    convert,
    diagnostics,
    hover,
    lifecycle,
    restart_worker,
    show_ops,
)
from .language_server import PreflightLanguageServer

#: Objects more before Python looks for garbage.
_GARBAGE = 50_000

FEATURES = (
    lifecycle,
    configuration,
    diagnostics,
    code_actions,
    code_lens,
    hover,
    convert,
    show_ops,
    restart_worker,
)


def create_server() -> PreflightLanguageServer:
    server = PreflightLanguageServer()
    for feature in FEATURES:
        feature.register(server)
    return server


def start(tcp: tuple[str, int] | None = None) -> None:
    """Serve one client over stdio, or over TCP at ``(host, port)``, until it leaves.

    Raises ValueError for a host that other machines can reach: whoever connects can run code.
    """
    # Python's remarks about the code that is read, such as odd escapes in strings, are not for our log.
    warnings.simplefilter("ignore", SyntaxWarning)
    server = create_server()
    collect_less(_GARBAGE)
    if tcp is None:
        _serve_stdio(server)
    elif not _is_loopback(tcp[0]):
        raise ValueError(f"{tcp[0]} can be reached by other machines; use 127.0.0.1")
    else:
        server.start_tcp(*tcp)


def _serve_stdio(server: PreflightLanguageServer) -> None:
    """Keep the protocol's streams for ourselves: what else is printed goes to standard error."""
    reader = os.fdopen(os.dup(sys.stdin.fileno()), "rb")
    writer = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    sys.stdout.flush()
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, sys.stdin.fileno())
    os.close(nothing)
    server.start_io(reader, writer)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
