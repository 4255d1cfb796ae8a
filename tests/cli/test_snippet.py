"""Underlined source lines, in terminal columns."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from preflight_analyzers.findings import Position, Range
from preflight_server.cli.formats.snippet import cells, snippet


def drawn(source: str, start: tuple[int, int], end: tuple[int, int], width: int = 80) -> str:
    rows = snippet(source.split("\n"), Range(Position(*start), Position(*end)), width)
    return "\n".join(f"{row.number or ' '}|{row.text}" for row in rows)


def test_one_line() -> None:
    assert drawn("y = np.sqrt(x)", (1, 5), (1, 15)) == "1|y = np.sqrt(x)\n |    ^^^^^^^^^^"


def test_tabs_are_four_columns() -> None:
    assert drawn("\ty\t= f(x)", (1, 6), (1, 10)) == "1|    y    = f(x)\n |           ^^^^"
    assert drawn("a\tb", (1, 2), (1, 3)) == "1|a    b\n | ^^^^"


def test_wide_signs_are_two_columns() -> None:
    assert drawn("s = '漢字'; f(x)", (1, 11), (1, 15)) == "1|s = '漢字'; f(x)\n |            ^^^^"
    assert drawn("f('漢')", (1, 3), (1, 6)) == "1|f('漢')\n |  ^^^^"


def test_non_bmp_signs_count_once_in_columns_of_the_source() -> None:
    assert drawn("s = '\U0001f600'; f(x)", (1, 10), (1, 14)) == "1|s = '\U0001f600'; f(x)\n |          ^^^^"


def test_combining_marks_take_no_column() -> None:
    assert drawn("s = 'e\u0301'; f(x)", (1, 11), (1, 15)) == "1|s = 'e\u0301'; f(x)\n |         ^^^^"


def test_an_empty_span_is_one_caret() -> None:
    assert drawn("f()", (1, 3), (1, 3)) == "1|f()\n |  ^"
    assert drawn("f()", (1, 4), (1, 4)) == "1|f()\n |   ^"


def test_a_span_up_to_the_next_line_is_its_own_line() -> None:
    assert drawn("import os\nx", (1, 1), (2, 1)) == "1|import os\n |^^^^^^^^^"


def test_several_lines_from_the_first_sign_on() -> None:
    assert drawn("    return f(\n        x,\n    )", (1, 5), (3, 6)) == (
        "1|/     return f(\n2||         x,\n3||     )\n ||_____^"
    )


def test_several_lines_from_within_the_first() -> None:
    assert drawn("    y = f(\n        x)", (1, 9), (2, 11)) == (
        "1|      y = f(\n | _________^\n2||         x)\n ||__________^"
    )


def test_of_many_lines_the_first_and_last_are_shown() -> None:
    source = "\n".join(f"line {number}" for number in range(1, 21))
    assert drawn(source, (1, 1), (20, 8)) == (
        "1|/ line 1\n2|| line 2\n3|| line 3\n4|| line 4\n || ...\n19|| line 19\n20|| line 20\n ||_______^"
    )


def test_a_long_line_is_cut_around_the_span() -> None:
    line = "a" * 100 + "HERE" + "b" * 100
    assert drawn(line, (1, 101), (1, 105), width=40) == (
        "1|..." + "a" * 15 + "HERE" + "b" * 15 + "...\n |   " + " " * 15 + "^^^^"
    )
    assert drawn("HERE" + "b" * 100, (1, 1), (1, 5), width=40) == "1|HERE" + "b" * 30 + "...\n |^^^^"
    assert drawn("a" * 100 + "HERE", (1, 101), (1, 105), width=40) == (
        "1|..." + "a" * 30 + "HERE\n |   " + " " * 30 + "^^^^"
    )


def test_a_span_longer_than_the_window_is_cut_too() -> None:
    text, marks = drawn("x" * 200, (1, 51), (1, 201), width=40).split("\n")
    assert len(text) <= 42
    assert len(marks) <= 42


def test_lines_that_are_gone_are_not_shown() -> None:
    assert drawn("a", (2, 1), (2, 2)) == ""
    assert drawn("a", (1, 1), (3, 2)) == ""


@given(st.text(alphabet="ab\t漢\u0301\U0001f600\x1b", max_size=120), st.integers(20, 60), st.data())
def test_the_marks_always_stand_under_the_span(line: str, width: int, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(line)))
    end = data.draw(st.integers(start, len(line)))
    rows = snippet([line], Range(Position(1, start + 1), Position(1, end + 1)), width)
    source, marks = rows[0].text, rows[1].text
    assert cells(source) <= max(width, 26)
    assert len(marks) <= max(width, 26) + 1
    if cells(line) <= width:
        assert len(marks) - len(marks.lstrip()) == cells(line[:start])
        assert marks.count("^") == max(1, cells(line[start:end]))
