"""Typing, deleting and pasting anywhere in real files."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from preflight_analyzers.source.blocks import Block, cut
from preflight_analyzers.source.lexer import mask, split
from preflight_analyzers.source.parse import BrokenBlock, ParsedBlock, parse_block
from preflight_analyzers.source.recut import recut
from preflight_analyzers.source.suppressions import find_suppressions

from .real_files import real_files

TEXTS = [path.read_text(encoding="utf-8", errors="replace")[:20_000] for path in real_files(40)]

WORDS = """' \" ''' \"\"\" ( ) [ ] { } # \\ @ : ; def class async import else: f'{ 𝒳"""
SPACES = ["\n", "\r", "\r\n", "\f", "\t", " ", "    ", "\\\n", "\0", "class A:\n", "def f(", "async "]
PIECES = st.sampled_from([*WORDS.split(), *SPACES])


@st.composite
def edited(draw: st.DrawFn) -> str:
    text = draw(st.sampled_from(TEXTS))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(text)))
        until = at + draw(st.integers(0, 60))
        pasted = draw(st.one_of(PIECES, st.just(""), st.just(text[max(0, at - 200) : at])))
        text = text[:at] + pasted + text[until:]
    return text


anything = st.one_of(edited(), st.text(max_size=60), st.lists(PIECES, max_size=30).map("".join))
often = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@often
@given(anything)
def test_cutting_never_fails_and_loses_nothing(text: str) -> None:
    assert "".join(split(text)) == text
    assert len(mask(text)) == len(text)
    blocks = cut(text)
    assert "".join(block.text for block in blocks) == text
    line = 1
    for index, block in enumerate(blocks):
        assert block.text
        assert block.line == line <= block.statement_line
        line += len(block.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")) - 1
        assert (block.owner is not None) == (block.kind == "member")
        if block.owner is not None:
            assert block.owner < index
            assert blocks[block.owner].kind == "class"
    find_suppressions(text).unused()


@often
@given(anything)
def test_parsing_never_fails(text: str) -> None:
    for block in cut(text):
        parsed = parse_block(block)
        if isinstance(parsed, BrokenBlock):
            lines = block.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
            assert 1 <= parsed.line <= len(lines)
            assert 1 <= parsed.column <= len(lines[parsed.line - 1]) + 1
            assert "\n" not in parsed.message
        else:
            assert isinstance(parsed.code(), str)


@often
@given(anything)
def test_recutting_never_fails(text: str) -> None:
    blocks = recut(text)
    assert blocks is None or "".join(block.text for block in blocks) == text


@often
@given(st.data())
def test_a_keystroke_in_a_function_costs_no_other_block(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(TEXTS))
    before = cut(text)
    functions = [
        index
        for index, block in enumerate(before)
        if block.keyword == "def" and '"""' not in block.text and isinstance(parse_block(block), ParsedBlock)
    ]
    if not functions:
        return
    index = data.draw(st.sampled_from(functions))
    body = _body(before[index])
    if body is None:
        return
    typed = data.draw(
        st.sampled_from(["(", "[", "{", '"', "'", "f'{", "foo(a, ", "if ", "for x in", "x = ", ".", ":"])
    )
    edited_block = body + " " * 8 + typed + "\n"
    after = cut("".join(block.text for block in before[:index]) + edited_block + _rest(before, index))
    others = [block.text for position, block in enumerate(before) if position != index]
    kept = {block.text for block in after}
    assert [other for other in others if other not in kept] == []


def _body(block: Block) -> str | None:
    """The function without its trailing comments, if the next line could go on with it."""
    code = mask(block.text).rstrip()
    return block.text[: len(code)] + "\n" if "\n" in code and "\r" not in block.text else None


def _rest(blocks: list[Block], index: int) -> str:
    return "".join(block.text for block in blocks[index + 1 :])
