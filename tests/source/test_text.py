"""Bytes to text as Python reads them, and back."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from preflight_analyzers.source.text import UnreadableSource, decode, decode_file, read_source


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        ("ä = '𝒳'\n".encode(), "ä = '𝒳'\n"),
        (b"a\r\nb\rc\n\fd\x0be", "a\r\nb\rc\n\fd\x0be"),
        (b"\xef\xbb\xbfx = 1\r\n", "x = 1\r\n"),
        (b"# -*- coding: latin-1 -*-\nx = '\xe4'\n", "# -*- coding: latin-1 -*-\nx = 'ä'\n"),
        (
            b"#!python\r# vim: set fileencoding=cp1252 :\r'\x80'\r",
            "#!python\r# vim: set fileencoding=cp1252 :\r'€'\r",
        ),
        (b"\f \t\n#coding=utf8\n'\xc3\xa4'", "\f \t\n#coding=utf8\n'ä'"),
        (b"x = 1\n# coding: latin-1\n'\xc3\xa4'", "x = 1\n# coding: latin-1\n'ä'"),
        (b"\n\n# coding: latin-1\n'\xc3\xa4'", "\n\n# coding: latin-1\n'ä'"),
        (b"\xef\xbb\xbf# coding: utf-8\n", "# coding: utf-8\n"),
    ],
)
def test_decode(data: bytes, text: str) -> None:
    assert decode(data) == text
    file = decode_file(data)
    assert file.encode(file.text) == data
    if b"\r" not in data and b"\f" not in data:
        assert ast.dump(ast.parse(data)) == ast.dump(ast.parse(text))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x7fELF\0\0", "this is a binary file"),
        ("x = 1".encode("utf-16"), "this is UTF-16"),
        (b"x = 1\r\n'\xff'", "line 2 is not utf-8"),
        (b"# coding: nonsense\n", "it declares the encoding nonsense, which Python does not know"),
        (b"# coding: hex\n00", "the declared encoding hex is no text encoding"),
        (b"\xef\xbb\xbf# coding: latin-1\n", "it begins with a UTF-8 byte order mark but declares iso8859-1"),
    ],
)
def test_what_is_no_source(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableSource) as caught:
        decode(data)
    message = str(caught.value)
    assert message.startswith(reason)
    assert "\n" not in message


def test_a_character_that_the_encoding_lacks() -> None:
    file = decode_file(b"# coding: latin-1\n")
    with pytest.raises(UnreadableSource, match="iso8859-1 has no '€'"):
        file.encode("€")


def test_read_source(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"x = 1\r\n")
    assert read_source(path) == "x = 1\r\n"
    with pytest.raises(UnreadableSource, match="there is no such file"):
        read_source(tmp_path / "b.py")
    with pytest.raises(UnreadableSource, match="this is a folder"):
        read_source(tmp_path)
