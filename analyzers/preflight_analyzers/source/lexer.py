"""A light lexer: strings, comments and line continuations, found with one regular expression.

It never fails. What it calls a string in broken code is a guess that aims to lose as little as possible.
"""

from __future__ import annotations

import re

# Nothing but quotes, comments and backslashes can hide brackets and line breaks. The prefix of a string
# stays outside of the token: raw or not, a backslash keeps the next quote from ending it.
# Every alternative begins with a literal, which lets the search skip other characters quickly, and every
# repetition is unrolled, so that none can backtrack for long.
_PLAIN = r"""{q}[^{q}\\\r\n]*(?:\\(?:\r\n|[\s\S]|\Z)[^{q}\\\r\n]*)*{q}?"""
_TRIPLE = r"""{q}{q}{q}[^{q}\\]*(?:(?:\\[\s\S]|{q}(?!{q}{q}))[^{q}\\]*)*(?:{q}{q}{q}|\\?\Z)"""
# Since PEP 701 a replacement field may hold the quote of its own f-string. Two levels of braces and
# strings are enough for what people write.
_IS_FORMATTED = r"""(?:(?<=\b[fFtT]{q})|(?<=\b[fFtT][rR]{q})|(?<=\b[rR][fFtT]{q}))"""
_INNER = r"""(?:"[^"\\\r\n{}]*"|'[^'\\\r\n{}]*')"""
_DEEP = rf"""\{{(?:[^{{}}"'\r\n]|{_INNER})*\}}"""
_NESTED = rf"""(?:"(?:[^"\\\r\n{{}}]|{_DEEP})*"|'(?:[^'\\\r\n{{}}]|{_DEEP})*')"""
_FIELD = rf"""\{{(?:[^{{}}"']|{_NESTED}|{_DEEP})*\}}"""


def _formatted(quote: str) -> str:
    is_formatted = _IS_FORMATTED.replace("{q}", quote)
    text = rf"[^{quote}\\\r\n{{}}]"
    return rf"{quote}{is_formatted}(?:{text}|\{{\{{|\}}\}}|\\(?:\r\n|[^{{}}])|{_FIELD})*{quote}"


def _quoted(quote: str) -> list[str]:
    return [_TRIPLE.replace("{q}", quote), _formatted(quote), _PLAIN.replace("{q}", quote)]


_TOKEN = re.compile("(" + "|".join([r"#[^\r\n]*", r"\\(?:\r\n|[\r\n])?", *_quoted('"'), *_quoted("'")]) + ")")

_CLOSED_TRIPLE = re.compile(
    "|".join(_TRIPLE.replace("{q}", q).replace(r"|\\?\Z)", ")") + r"\Z" for q in ('"', "'"))
)

# Lines that hardly ever stand in a string at the indentation of its own opening line or left of it, and
# lines that hardly ever stand left of it; each with the blank lines, comments and decorators before.
_LINE_BREAK = r"(?:\r\n|\r|\n)"
_CODE_LINE = re.compile(
    rf"{_LINE_BREAK}(?:[ \t]*(?:[@\#][^\r\n]*)?{_LINE_BREAK})*"
    r"([ \t]*)(?:(?:async[ \t]+)?def[ \t]+\w+[ \t]*[(\[]|class[ \t]+\w+[ \t]*[(:\[]|if[ \t]+__name__\b"
    r"|(?P<weak>[A-Za-z_][\w.]*(?:\[[^\]\r\n]*\])?(?:[ \t]*=|\()))"
)
# A name right after a string; in valid code that is an operator or the prefix of the next string.
_WORD_AFTER_STRING = re.compile(
    r"[ \t]*(?!(?:if|else|in|is|not|and|or|for|as|async|import|from)\b|[rbfutRBFUT]{1,2}\Z)\w"
)
_TRIPLE_QUOTES = ('"""', "'''")
_MOST_GUESSES = 8


def split(text: str) -> list[str]:
    """Cuts ``text`` into code and tokens (strings without prefix, comments, line continuations), in turn.

    Code stands at even places, tokens at odd ones; joined they are ``text``.
    """
    parts = _TOKEN.split(text)
    return _end_runaway(parts) if _inside_out(parts) else parts


def mask(text: str, *, keep_form_feeds: bool = False) -> str:
    """``text`` with everything that could be mistaken for structure made harmless, character for character.

    Strings become double quotes, comments and line continuations spaces, all brackets round ones, all line
    breaks ``\\n``. Form feeds at the start of a line, which reset its indentation, become line breaks too.
    """
    parts = split(text)
    parts[1::2] = [('"' if token[0] in "\"'" else " ") * len(token) for token in parts[1::2]]
    masked = "".join(parts)
    masked = masked.replace("[", "(").replace("{", "(").replace("]", ")").replace("}", ")")
    masked = normalise_newlines(masked)
    if "\f" in masked and not keep_form_feeds:
        masked = re.sub(r"(?m)^[ \t\f]*\f", lambda found: "\n" * len(found[0]), masked)
    return masked


def normalise_newlines(text: str) -> str:
    """``text`` with ``\\n`` as its only line break and no character moved."""
    if "\r" in text:
        return text.replace("\r\n", " \n").replace("\r", "\n")
    return text


def _inside_out(parts: list[str]) -> int:
    """How many signs there are that a triple quote was opened and never closed.

    Such a quote turns all strings after it inside out: the words of a docstring follow what now is the end
    of a string, and the last string may run to the end of the file. Valid code shows no sign.
    """
    signs = 0
    for index in range(1, len(parts), 2):
        if parts[index].startswith(_TRIPLE_QUOTES):
            if _WORD_AFTER_STRING.match(parts[index + 1]):
                signs += 1
            if index == len(parts) - 2 and not parts[-1] and not _CLOSED_TRIPLE.match(parts[index]):
                signs += 1
    return signs


def _end_runaway(parts: list[str]) -> list[str]:
    """Finds the triple quote that was opened and never closed, and ends its string before the next code.

    Of the strings that seem to hold code, the guilty one is that whose end leaves least code in strings.
    """
    text = "".join(parts)
    guesses = [cut for cut in _swallowed_code(parts) if cut is not None]
    if len(guesses) > _MOST_GUESSES:
        guesses = guesses[: _MOST_GUESSES // 2] + guesses[-_MOST_GUESSES // 2 :]
    best, least = parts, _inside_out(parts) + len(_swallowed_code(parts))
    for index, inside in guesses:
        head = [*parts[:index], parts[index][:inside]]
        done = sum(map(len, head))
        candidate = head + _TOKEN.split(text[done:])
        left = _inside_out(candidate) + len(_swallowed_code(candidate))
        if left < least:
            best, least = candidate, left
    return best


def _swallowed_code(parts: list[str]) -> list[tuple[int, int] | None]:
    """Every line in a triple-quoted string that looks like code; a place to cut for the first of each string.

    A place is the index of the string and the offset in it.
    """
    found: list[tuple[int, int] | None] = []
    line = ""  # what stands before the token on its line, as far as needed for the indentation
    for index, part in enumerate(parts):
        if index % 2 and part.startswith(_TRIPLE_QUOTES):
            width = indent_width(line)
            hits = [
                hit
                for hit in _CODE_LINE.finditer(part)
                if indent_width(hit[1]) + (hit["weak"] is not None) <= width
            ]
            found += [(index, hit.start()) if hit is hits[0] else None for hit in hits]
        cut = max(part.rfind("\n"), part.rfind("\r")) + 1
        line = part[cut:] if cut else line + part
    return found


def indent_width(line: str) -> int:
    """How far the line is indented, as Python counts tabs."""
    return len(line[: len(line) - len(line.lstrip(" \t"))].expandtabs(8))
