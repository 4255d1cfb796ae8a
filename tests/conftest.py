from __future__ import annotations

import signal


def pytest_configure() -> None:
    # Started in the background of a script, pytest inherits an ignored SIGINT and hands it on to whatever it
    # starts; tests that interrupt a process would wait in vain.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
