"""Files to text and back, as Python itself decodes them (PEP 263), with every line break kept."""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import NamedTuple

_BOM = codecs.BOM_UTF8
_LINE_BREAK = re.compile(rb"\r\n|\r|\n")
_COOKIE = re.compile(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BLANK = re.compile(rb"[ \t\f]*(?:#|\Z)")


class UnreadableSource(Exception):
    """Why a file can't be read as Python and what to do about it, in one line without the path."""


class SourceFile(NamedTuple):
    text: str
    #: A codec name, without the byte order mark ("utf-8", never "utf-8-sig").
    encoding: str = "utf-8"
    bom: bool = False

    def encode(self, text: str) -> bytes:
        """The bytes of this file with ``text`` in it.

        Raises UnreadableSource if the file's encoding lacks one of its characters.
        """
        try:
            data = text.encode(self.encoding)
        except UnicodeEncodeError as error:
            raise UnreadableSource(
                f"the encoding {self.encoding} has no {error.object[error.start]!r}; save the file as UTF-8"
            ) from None
        return _BOM + data if self.bom else data


def read_source(path: Path) -> str:
    """The text of a Python file. Raises UnreadableSource, also if the file can't be opened."""
    return read_source_file(path).text


def read_source_file(path: Path) -> SourceFile:
    """As read_source, with what is needed to write the file back."""
    return decode_file(read_bytes(path))


def decode(data: bytes) -> str:
    """The text of a Python file's bytes. Raises UnreadableSource."""
    return decode_file(data).text


def decode_file(data: bytes) -> SourceFile:
    """As decode, with what is needed to encode the text again."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise UnreadableSource("this is UTF-16, which Python does not read; save it as UTF-8")
    if b"\0" in data:
        raise UnreadableSource("this is a binary file (it holds NUL bytes), not Python source; leave it out")
    bom = data.startswith(_BOM)
    if bom:
        data = data[len(_BOM) :]
    encoding = _declared_encoding(data)
    if bom and encoding not in (None, "utf-8"):
        raise UnreadableSource(
            f"it begins with a UTF-8 byte order mark but declares {encoding}; remove one of the two"
        )
    encoding = encoding or "utf-8"
    try:
        return SourceFile(data.decode(encoding), encoding, bom)
    except UnicodeDecodeError as error:
        line = len(_LINE_BREAK.findall(data, 0, error.start)) + 1
        raise UnreadableSource(
            f"line {line} is not {encoding}; save the file as UTF-8, or declare its encoding in the first"
            " line (# -*- coding: latin-1 -*-)"
        ) from None
    except (LookupError, ValueError):
        raise UnreadableSource(
            f"the declared encoding {encoding} is no text encoding; save it as UTF-8"
        ) from None


def read_bytes(path: Path) -> bytes:
    """The bytes of a file. Raises UnreadableSource in place of OSError."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise UnreadableSource("there is no such file; check the path") from None
    except IsADirectoryError:
        raise UnreadableSource("this is a folder, not a file; give a file") from None
    except PermissionError:
        raise UnreadableSource("reading it is not permitted; check the file's permissions") from None
    except OSError as error:
        raise UnreadableSource(f"it can't be read: {error.strerror or error}") from None


def _declared_encoding(data: bytes) -> str | None:
    """The codec named in one of the first two lines, in the second only after a blank or comment."""
    for line in _LINE_BREAK.split(data[:4096], maxsplit=2)[:2]:
        if cookie := _COOKIE.match(line):
            name = cookie[1].decode("ascii")
            try:
                return codecs.lookup(name).name
            except LookupError:
                raise UnreadableSource(
                    f"it declares the encoding {name}, which Python does not know; save it as UTF-8"
                ) from None
        if not _BLANK.match(line):
            return None
    return None
