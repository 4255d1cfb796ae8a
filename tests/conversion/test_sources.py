from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from preflight_server.worker.sources import (
    Project,
    Step,
    import_root,
    line_binding,
    statement_span,
    steps_of_source_range,
    steps_of_traceback,
    symbol_at,
)

SOURCE = """class Net:
    def forward(self, x):
        for one in x:
            y = "é" + missing(
                one)
        return y
net = Net()
"""


@pytest.fixture
def net(write: Callable[..., Path]) -> str:
    return str(write("net.py", SOURCE) / "net.py")


def test_a_symbol_is_the_function_around_a_line(net: str) -> None:
    assert symbol_at(net, 4) == "Net.forward"
    assert symbol_at(net, 1) == "Net"
    assert symbol_at(net, 7) is None


def test_a_statement_is_underlined_whole_and_of_a_block_only_the_head(net: str) -> None:
    assert statement_span(net, 5) == (4, 13, 5, 21)
    assert statement_span(net, 3) == (3, 9, 3, 22)


def test_a_name_is_found_where_it_is_bound(net: str) -> None:
    assert line_binding(net, "net") == 7
    assert line_binding(net, "Net") == 1
    assert line_binding(net, "y") is None


def test_an_exception_is_placed_on_the_innermost_line_of_the_project(net: str) -> None:
    namespace: dict[str, object] = {}
    exec(compile(SOURCE, net, "exec"), namespace)
    try:
        namespace["net"].forward([1])  # type: ignore[attr-defined]
    except NameError as error:
        place = Project(net).place(steps_of_traceback(error.__traceback__))
    assert place is not None
    assert (place.path, place.symbol, place.span.line) == (net, "Net.forward", 4)
    if sys.version_info >= (3, 11):
        # Columns are code points: the accented letter before it counts once.
        assert place.span == (4, 23, 4, 30)


def test_a_failure_inside_a_library_is_placed_on_the_call_into_it(net: str) -> None:
    library = json_file()
    place = Project(net).place([Step(net, 4), Step(library, 10)])
    assert place is not None
    assert place.span.line == 4
    assert [path for path, _, _ in place.stack] == [net, library]


def json_file() -> str:
    import json

    return json.__file__


def test_source_ranges_are_read_outermost_first() -> None:
    assert steps_of_source_range("/a b.py(3): f\n/c.py(5): g\n") == [Step("/c.py", 5), Step("/a b.py", 3)]


def test_a_file_of_a_package_is_imported_from_above_it(write: Callable[..., Path]) -> None:
    folder = write("pk/__init__.py", "")
    write("pk/sub/__init__.py", "")
    write("pk/sub/net.py", "")
    assert import_root(str(folder / "pk" / "sub" / "net.py")) == str(folder)
