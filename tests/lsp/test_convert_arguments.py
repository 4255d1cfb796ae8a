from __future__ import annotations

from typing import Any

import pytest
from pygls.exceptions import JsonRpcInvalidParams

from preflight_server.conversion.inputs import InputSpec
from preflight_server.lsp.convert_arguments import ConvertArguments, read_arguments


def test_a_file_is_enough() -> None:
    assert read_arguments([{"uri": "file:///net.py"}]) == ConvertArguments("file:///net.py")


@pytest.mark.parametrize("target", ["Net", "net.py::Net"])
def test_reads_everything(target: str) -> None:
    given = {
        "uri": "file:///net.py",
        "target": target,
        "inputs": ["x=1,3,8,8", {"name": "ids", "shape": [1, 16], "dtype": "int32"}, {"shape": [2]}],
        "output": "out.mlpackage",
        "frontend": "export",
        "overwrite": True,
    }
    inputs = (InputSpec("x", (1, 3, 8, 8)), InputSpec("ids", (1, 16), "int32"), InputSpec(None, (2,)))
    expected = ConvertArguments("file:///net.py", "Net", inputs, "out.mlpackage", "export", True)
    assert read_arguments([given]) == expected


def test_nulls_are_as_if_left_out() -> None:
    given = dict.fromkeys(ConvertArguments._fields) | {"uri": "file:///net.py"}
    assert read_arguments([given]) == ConvertArguments("file:///net.py")


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ([], "one object"),
        (["file:///net.py"], "one object"),
        ([{"uri": "file:///a.py"}, {}], "one object"),
        ([{}], "uri"),
        ([{"uri": 3}], "uri"),
        ([{"uri": "file:///a.py", "shape": "1,2"}], "shape"),
        ([{"uri": "file:///a.py", "frontend": "onnx"}], "frontend"),
        ([{"uri": "file:///a.py", "inputs": "x=1"}], "inputs"),
        ([{"uri": "file:///a.py", "inputs": ["x=a"]}], "whole numbers"),
        ([{"uri": "file:///a.py", "inputs": [{"name": "x"}]}], "shape"),
        ([{"uri": "file:///a.py", "inputs": [7]}], "input"),
        ([{"uri": "file:///a.py", "overwrite": "yes"}], "overwrite"),
    ],
)
def test_says_what_is_wrong(arguments: list[Any], word: str) -> None:
    with pytest.raises(JsonRpcInvalidParams, match=word):
        read_arguments(arguments)
