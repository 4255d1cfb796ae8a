from __future__ import annotations

import json
import socket
import subprocess
import sys

import pytest

from preflight_server.lsp.server import start

PROGRAM = [sys.executable, "-c", "from preflight_server.cli.main import main; main()", "server"]
INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"processId": None, "rootUri": None, "capabilities": {}},
}


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.7", "::", "example.org"])
def test_is_not_offered_to_other_machines(host: str) -> None:
    with pytest.raises(ValueError, match="other machines"):
        start((host, 0))


def test_the_command_line_says_so_in_one_line() -> None:
    done = subprocess.run([*PROGRAM, "--tcp", "0.0.0.0:1"], capture_output=True, text=True)
    assert done.returncode == 2
    assert "127.0.0.1" in done.stderr.splitlines()[-1]


def test_serves_over_tcp() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([*PROGRAM, "--tcp", f"127.0.0.1:{port}"])
    try:
        body = json.dumps(INITIALIZE).encode()
        with _connected(port, process) as connection, connection.makefile("rb") as answers:
            connection.sendall(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
            length = int(answers.readline().partition(b":")[2])
            while answers.readline().strip():
                pass
            assert json.loads(answers.read(length))["result"]["serverInfo"]["name"] == "coreml-preflight"
    finally:
        process.kill()
        process.wait()


def test_neither_torch_nor_coremltools_is_imported() -> None:
    code = (
        "import sys, preflight_server.lsp.server as s; s.create_server();"
        "print([name for name in ('torch', 'coremltools', 'numpy') if name in sys.modules])"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"


def _connected(port: int, process: subprocess.Popen[bytes]) -> socket.socket:
    while process.poll() is None:
        try:
            return socket.create_connection(("127.0.0.1", port))
        except ConnectionRefusedError:
            continue
    raise AssertionError(f"the server has ended with {process.returncode}")
