"""Strings: known ones, and templates of which a part isn't known (``layer{}``)."""

from __future__ import annotations

import operator

from preflight_analyzers.meaning.values import (
    UNKNOWN,
    Arguments,
    Known,
    Plain,
    Sequence,
    Value,
)

#: Stands in a template for what isn't known. A template is the ``value`` of a ``Plain`` of kind "str".
BLANK = "{}"
_LONGEST = 4096
_METHODS = frozenset(
    """
    capitalize casefold count encode endswith expandtabs find format index isalnum isalpha isdecimal isdigit
    isidentifier islower isnumeric isspace istitle isupper ljust lower lstrip partition removeprefix
    removesuffix replace rfind rindex rjust rpartition rsplit rstrip split splitlines startswith strip
    swapcase title upper zfill
    """.split()
)


def formatted(value: Value, conversion: str, specification: str | None) -> str | None:
    """``{value!r:>10}``, where it is known."""
    if not isinstance(value, Known) or not isinstance(value.value, int | float | str | type(None)):
        return None
    if specification is None:
        return None
    shown: object = value.value
    if conversion:
        shown = ascii(shown) if conversion == "a" else repr(shown) if conversion == "r" else str(shown)
    try:
        return format(shown, specification)
    except (ValueError, TypeError):
        return None


def template_of(value: Value) -> str | None:
    """The text or template that names something: ``layer3``, ``layer{}``."""
    if isinstance(value, Known | Plain) and isinstance(value.value, str):
        return value.value
    return None


def matches(template: str, name: str) -> bool:
    """Whether a template may stand for a name."""
    start, blank, end = template.partition(BLANK)
    end = end.rpartition(BLANK)[2]
    return bool(blank) and bool(start) and name.startswith(start) and name.endswith(end)


def text_method(text: str, name: str, arguments: Arguments) -> Value:
    """A method of a known string."""
    if name == "join":
        return _joined(text, arguments)
    values = [*arguments.positional, *arguments.keywords.values()]
    known = [v.value for v in values if isinstance(v, Known)]
    if name not in _METHODS:
        return UNKNOWN
    if len(known) != len(values) or not arguments.complete:
        return Plain("str") if name in ("format", "replace", "removeprefix", "removesuffix") else UNKNOWN
    keywords = dict(zip(arguments.keywords, known[len(arguments.positional) :], strict=True))
    try:
        result = operator.methodcaller(name, *known[: len(arguments.positional)], **keywords)(text)
    except Exception:
        return UNKNOWN
    return known_value(result)


def _joined(text: str, arguments: Arguments) -> Value:
    parts = arguments.positional[0] if arguments.positional else UNKNOWN
    items = parts.items if isinstance(parts, Sequence) else None
    if items is None or not all(isinstance(item, Known) and isinstance(item.value, str) for item in items):
        return Plain("str")
    return known_value(text.join(str(item.value) for item in items if isinstance(item, Known)))


def number_method(number: float, name: str, arguments: Arguments) -> Value:
    """``n.bit_length()``, ``x.is_integer()``."""
    if arguments.positional or name not in ("bit_length", "is_integer", "conjugate", "bit_count"):
        return UNKNOWN
    try:
        return Known(operator.methodcaller(name)(number))
    except AttributeError:
        return UNKNOWN


def known_value(result: object) -> Value:
    """What Python worked out, as an abstract value."""
    if isinstance(result, list | tuple):
        return Sequence(type(result).__name__, [known_value(item) for item in result])
    if isinstance(result, str | bytes) and len(result) > _LONGEST:
        return Plain(type(result).__name__)
    return Known(result)
