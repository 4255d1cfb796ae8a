"""Messages as bytes: what no client library would send."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

#: Only guards against a test that would hang for ever.
PATIENCE = 120

INITIALIZE = {
    "id": 1,
    "method": "initialize",
    "params": {"processId": None, "rootUri": None, "capabilities": {}},
}


class Wire:
    def __init__(self) -> None:
        program = "from preflight_server.cli.main import main; main()"
        self.process = subprocess.Popen(
            [sys.executable, "-c", program, "server"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def send_bytes(self, body: bytes) -> None:
        assert self.process.stdin
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def send(self, message: Any) -> None:
        if isinstance(message, dict):
            message = {"jsonrpc": "2.0", **message}
        self.send_bytes(json.dumps(message).encode())

    def receive(self) -> Any:
        assert self.process.stdout
        length = 0
        while line := self.process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            if name == b"Content-Length":
                length = int(value)
        return json.loads(self.process.stdout.read(length))

    def answer_to(self, id: int | None) -> Any:
        while True:
            message = self.receive()
            if "method" not in message and message.get("id") == id:
                return message

    def ask(self, id: int, method: str, params: Any) -> Any:
        self.send({"id": id, "method": method, "params": params})
        return self.answer_to(id)


@pytest.fixture(scope="module")
def wire() -> Iterator[Wire]:
    wire = Wire()
    wire.send(INITIALIZE)
    assert "result" in wire.answer_to(1)
    wire.send({"method": "initialized", "params": {}})
    yield wire
    # Whatever was sent, the server still ends in good order.
    assert wire.ask(99, "shutdown", None)["result"] is None
    assert wire.ask(100, "shutdown", None)["error"]["code"] == -32600
    wire.send({"method": "exit"})
    assert wire.process.wait(PATIENCE) == 0


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"nonsense", b"[" * 100_000])
def test_what_is_no_json_gets_a_parse_error(wire: Wire, body: bytes) -> None:
    wire.send_bytes(body)
    assert wire.answer_to(None)["error"]["code"] == -32700


@pytest.mark.parametrize("message", [[], 7, {"jsonrpc": "1.0", "id": 2, "method": "shutdown"}, {"id": 2}])
def test_what_is_no_request_gets_an_error(wire: Wire, message: Any) -> None:
    wire.send(message)
    answer = wire.answer_to(2 if isinstance(message, dict) else None)
    assert answer["error"]["code"] == -32600


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("textDocument/hover", {"textDocument": {"uri": 7}, "position": "here"}),
        ("textDocument/hover", {}),
        ("textDocument/codeAction", {"textDocument": {"uri": "file:///a.py"}, "range": None, "context": 3}),
        ("workspace/executeCommand", {"command": "rm -rf", "arguments": []}),
        ("workspace/executeCommand", {"command": "coremlPreflight.convert", "arguments": {"uri": "x"}}),
        ("workspace/executeCommand", {"command": "coremlPreflight.convert"}),
    ],
)
def test_wrong_parameters_get_an_error(wire: Wire, method: str, params: Any) -> None:
    assert wire.ask(2, method, params)["error"]["code"] == -32602


def test_an_unknown_method_gets_an_error(wire: Wire) -> None:
    assert wire.ask(2, "textDocument/unheardOf", {})["error"]["code"] == -32601


def test_initializing_twice_gets_an_error(wire: Wire) -> None:
    assert wire.ask(2, "initialize", INITIALIZE["params"])["error"]["code"] == -32600


def test_wrong_notifications_are_survived(wire: Wire) -> None:
    place = {"line": 0, "character": 0}
    changes = [{"range": {"start": place, "end": place}, "text": "x"}]
    unknown = {"uri": "file:///unknown.py", "version": 2}
    wire.send(
        {"method": "textDocument/didChange", "params": {"textDocument": unknown, "contentChanges": changes}}
    )
    wire.send({"method": "textDocument/didClose", "params": {"textDocument": {"uri": "file:///unknown.py"}}})
    wire.send({"method": "textDocument/didOpen", "params": 7})
    wire.send({"method": "$/cancelRequest", "params": {"id": 12345}})
    wire.send({"method": "window/workDoneProgress/cancel", "params": {"token": "none"}})
    wire.send({"id": "never-asked", "result": {}})
    hover = {"textDocument": {"uri": "file:///unknown.py"}, "position": place}
    assert wire.ask(2, "textDocument/hover", hover)["result"] is None


def test_settings_may_hold_anything(wire: Wire) -> None:
    settings = {
        "jsonrpc": "2.0",
        "method": "exit",
        "coremlPreflight": {"select": {"jsonrpc": 1}, "severity": 7},
    }
    wire.send({"method": "workspace/didChangeConfiguration", "params": {"settings": settings}})
    logged = wire.receive()
    assert logged["method"] == "window/logMessage"
    assert "coremlPreflight.select" in logged["params"]["message"]


def test_an_older_version_does_not_stop_the_newer_text(wire: Wire) -> None:
    item = {"uri": "file:///a.py", "languageId": "python", "version": 5, "text": "x = 1\n"}
    wire.send({"method": "textDocument/didOpen", "params": {"textDocument": item}})
    for version in (4, 3):
        change = {"text": f"x = {version}\n"}
        document = {"uri": "file:///a.py", "version": version}
        wire.send(
            {
                "method": "textDocument/didChange",
                "params": {"textDocument": document, "contentChanges": [change]},
            }
        )
    while (message := wire.receive())["params"].get("version") != 3:
        assert message["method"] == "textDocument/publishDiagnostics"


def test_ends_when_the_client_is_gone() -> None:
    wire = Wire()
    wire.send(INITIALIZE)
    wire.answer_to(1)
    assert wire.process.stdin
    wire.process.stdin.close()
    assert wire.process.wait(PATIENCE) == 0
