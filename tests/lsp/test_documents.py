from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types
from pygls.workspace import PositionCodec

from preflight_server.lsp.documents import Document, client_units, code_point, split_lines

# Characters of one and of two UTF-16 units, and all that str.splitlines takes for a line break.
TEXTS = st.text(alphabet="ab\U0001f600é\r\n\f\v\x1c\x85\u2028", max_size=40)
ENCODINGS = list(types.PositionEncodingKind)


def width(text: str, encoding: types.PositionEncodingKind) -> int:
    sizes = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}
    codec, size = sizes[encoding.value]
    return len(text.encode(codec)) // size


def test_only_python_line_breaks_end_a_line() -> None:
    assert split_lines("a\fb\u2028c\nd\r\ne\rf") == ("a\fb\u2028c\n", "d\r\n", "e\r", "f")


@pytest.mark.parametrize(("text", "lines"), [("", ("",)), ("a\n", ("a\n", "")), ("\r\n", ("\r\n", ""))])
def test_a_text_ends_with_a_line_without_end(text: str, lines: tuple[str, ...]) -> None:
    assert split_lines(text) == lines


@given(TEXTS)
def test_lines_give_back_the_text(text: str) -> None:
    assert "".join(split_lines(text)) == text


@given(st.text(alphabet="ab\U0001f600é\t", max_size=20), st.data(), st.sampled_from(ENCODINGS))
def test_columns_survive_the_way_to_the_client_and_back(
    line: str, data: st.DataObject, encoding: types.PositionEncodingKind
) -> None:
    codec = PositionCodec(encoding)
    index = data.draw(st.integers(0, len(line)))
    units = client_units(line, index, codec)
    assert units == width(line[:index], encoding)
    assert code_point(line + "\r\n", units, codec) == index


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_column_past_the_line_is_its_end(encoding: types.PositionEncodingKind) -> None:
    assert code_point("\U0001f600b\n", 99, PositionCodec(encoding)) == 2


@given(TEXTS, TEXTS, st.data(), st.sampled_from(ENCODINGS))
def test_an_edit_changes_what_the_client_meant(
    text: str, new: str, data: st.DataObject, encoding: types.PositionEncodingKind
) -> None:
    document = Document("file:///a.py", text, 1, "python", position_codec=PositionCodec(encoding))
    lines = split_lines(text)

    def position() -> tuple[types.Position, int]:
        row = data.draw(st.integers(0, len(lines) - 1))
        column = data.draw(st.integers(0, len(lines[row].rstrip("\r\n"))))
        offset = sum(map(len, lines[:row])) + column
        return types.Position(row, width(lines[row][:column], encoding)), offset

    (start, first), (end, last) = sorted([position(), position()], key=lambda pair: pair[1])
    document.apply_change(types.TextDocumentContentChangePartial(types.Range(start, end), new))
    assert document.source == text[:first] + new + text[last:]


def test_an_edit_below_the_text_appends() -> None:
    document = Document("file:///a.py", "a = 1", 1, "python")
    below = types.Position(7, 3)
    document.apply_change(types.TextDocumentContentChangePartial(types.Range(below, below), "\n"))
    assert document.source == "a = 1\n"


def test_every_change_makes_a_revision_even_with_the_same_version() -> None:
    document = Document("file:///a.py", "a", 1, "python")
    document.apply_change(types.TextDocumentContentChangeWholeDocument("b"))
    document.apply_change(types.TextDocumentContentChangeWholeDocument("c"))
    assert (document.revision, document.source) == (2, "c")
