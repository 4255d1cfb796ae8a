"""Reads ``[tool.coreml-preflight]`` of the nearest pyproject.toml."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from preflight_analyzers.findings import Severity

_TABLE = "tool.coreml-preflight"
#: Our name as part of a key or the name of a table, not in a list of dependencies.
_OUR_KEY = re.compile(rb"""coreml-preflight["']?[ \t]*[.=\]]""")
FRONTENDS = ("trace", "export")


class InvalidSettings(ValueError):
    """A pyproject.toml that can't be used; the text is one line naming the file and the key."""


class Settings(NamedTuple):
    """One ``[tool.coreml-preflight]`` table. Selectors are as the user wrote them."""

    #: The folder of the pyproject.toml, to which its patterns are relative; None: no such file.
    root: Path | None = None
    #: None: not set.
    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    #: Selector to severity; None stands for "off".
    severity: Mapping[str, Severity | None] = {}
    fail_on: Severity = Severity.WARNING
    coremltools: str | None = None
    frontend: str = "trace"
    #: Instead of the usual folders that are skipped; None: those.
    exclude: tuple[str, ...] | None = None
    extend_exclude: tuple[str, ...] = ()
    #: Pattern to selectors.
    per_file_ignores: Mapping[str, tuple[str, ...]] = {}
    #: ``FILE.py::EXPR`` to what ``convert`` takes for it.
    targets: Mapping[str, Mapping[str, Any]] = {}
    #: Whether every Neural Engine hint is wanted, not only those with a certain cause.
    neural_engine: bool = False


class SettingsFinder:
    """The settings that hold in a folder; reads each pyproject.toml once."""

    def __init__(self) -> None:
        self._by_folder: dict[str, Settings] = {}

    def of(self, folder: str | os.PathLike[str]) -> Settings:
        """Settings of the nearest pyproject.toml with our table, at or above ``folder``.

        Raises InvalidSettings.
        """
        here = os.path.abspath(folder)
        settings = self._by_folder.get(here)
        if settings is None:
            above = os.path.dirname(here)
            settings = read_settings(os.path.join(here, "pyproject.toml"))
            if settings is None:
                settings = self.of(above) if above != here else Settings()
            self._by_folder[here] = settings
        return settings


def read_settings(pyproject: str | os.PathLike[str]) -> Settings | None:
    """The settings in one pyproject.toml; None if there is no such file, or no table of ours in it.

    Raises InvalidSettings.
    """
    if not os.path.exists(pyproject):  # as usual; three times faster than to catch what opening it raises
        return None
    try:
        with open(pyproject, "rb") as file:
            content = file.read()
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        return None
    except OSError as error:
        raise InvalidSettings(f"{pyproject}: can't be read ({error.strerror})") from None
    # Most runs are spared the import of a TOML parser; a broken file that isn't about us, its complaint.
    if not _OUR_KEY.search(content):
        return None
    tool = _parse(pyproject, content).get("tool", {})
    table = tool.get("coreml-preflight") if isinstance(tool, dict) else None
    if table is None:
        return None
    return _Reader(os.fspath(pyproject), table).settings()


def _parse(pyproject: str | os.PathLike[str], content: bytes) -> dict[str, Any]:
    import sys

    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        parsed: dict[str, Any] = tomllib.loads(content.decode("utf-8"))
    except UnicodeDecodeError:
        raise InvalidSettings(f"{pyproject}: is not UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise InvalidSettings(f"{pyproject}: is not valid TOML: {error}") from None
    return parsed


class _Reader:
    """Checks the types of one table."""

    def __init__(self, pyproject: str, table: object) -> None:
        self._pyproject = pyproject
        if not isinstance(table, dict):
            raise InvalidSettings(f"{pyproject}: {_TABLE}: expected a table, found {_kind(table)}")
        self._table: dict[str, Any] = table

    def settings(self) -> Settings:
        readers: dict[str, Callable[[str, object], object]] = {
            "select": self._strings,
            "extend-select": self._strings,
            "ignore": self._strings,
            "severity": self._severities,
            "fail-on": self._severity,
            "coremltools": self._string,
            "frontend": self._frontend,
            "exclude": self._strings,
            "extend-exclude": self._strings,
            "per-file-ignores": self._lists,
            "targets": self._tables,
            "neural-engine": self._flag,
        }
        read: dict[str, Any] = {}
        for key, value in self._table.items():
            if key not in readers:
                from difflib import get_close_matches

                near = get_close_matches(key, readers, 1)
                hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(readers)}"
                raise InvalidSettings(f"{self._pyproject}: {_TABLE}.{key}: unknown setting; {hint}")
            read[key.replace("-", "_")] = readers[key](key, value)
        return Settings(root=Path(os.path.abspath(self._pyproject)).parent, **read)

    def _wrong(self, key: str, expected: str, found: str) -> InvalidSettings:
        return InvalidSettings(f"{self._pyproject}: {_TABLE}.{key}: expected {expected}, found {found}")

    def _string(self, key: str, value: object) -> str:
        if not isinstance(value, str):
            raise self._wrong(key, "a string", _kind(value))
        return value

    def _flag(self, key: str, value: object) -> bool:
        if not isinstance(value, bool):
            raise self._wrong(key, "true or false", _kind(value))
        return value

    def _strings(self, key: str, value: object) -> tuple[str, ...]:
        if not isinstance(value, list):
            raise self._wrong(key, "a list of strings", _kind(value))
        for item in value:
            if not isinstance(item, str):
                raise self._wrong(key, "a list of strings", f"{_kind(item)} in it")
        return tuple(value)

    def _severity(self, key: str, value: object) -> Severity:
        try:
            return Severity(self._string(key, value))
        except ValueError:
            raise self._wrong(key, "error, warning or info", repr(value)) from None

    def _severities(self, key: str, value: object) -> dict[str, Severity | None]:
        levels: dict[str, Severity | None] = {}
        for selector, level in self._items(key, value):
            try:
                levels[selector] = None if level == "off" else Severity(level)
            except ValueError:
                raise self._wrong(f"{key}.{selector}", "error, warning, info or off", repr(level)) from None
        return levels

    def _frontend(self, key: str, value: object) -> str:
        if value not in FRONTENDS:
            raise self._wrong(key, " or ".join(FRONTENDS), repr(value))
        return str(value)

    def _lists(self, key: str, value: object) -> dict[str, tuple[str, ...]]:
        return {name: self._strings(f"{key}.{name}", item) for name, item in self._items(key, value)}

    def _tables(self, key: str, value: object) -> dict[str, dict[str, Any]]:
        return {name: dict(self._items(f"{key}.{name}", item)) for name, item in self._items(key, value)}

    def _items(self, key: str, value: object) -> list[tuple[str, Any]]:
        if not isinstance(value, dict):
            raise self._wrong(key, "a table", _kind(value))
        return list(value.items())


def _kind(value: object) -> str:
    """What a TOML value is, in words."""
    kinds = {
        bool: "a boolean",
        int: "an integer",
        float: "a number",
        str: "a string",
        list: "a list",
        dict: "a table",
    }
    return kinds.get(type(value), "a date or time")
