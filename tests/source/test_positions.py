"""Places are exact in the file, whatever the lines are made of."""

from __future__ import annotations

import libcst as cst
import libcst.matchers as m
import pytest

from preflight_analyzers.findings import Position, Range
from preflight_analyzers.source.blocks import cut
from preflight_analyzers.source.parse import ParsedBlock, parse_block
from preflight_analyzers.source.positions import locate, to_file

SOURCE = '''\
"""Doc
string."""
x = here(1)

@here(2)
class A(Base,
    key=here(3)):
\t"""Doc
string."""
\ty = "𝒳é" + here(4)

\t@property
\tdef f(self):
\t\ts = """two
lines""" + here(5)
\t\treturn a + \\
here(6)

\tasync def g(self, x=here(7)): return f"{here(8)}"
# 𝒳
if here(9):
    (here)(
        10)
'''


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("form_feed", ["", "\f", "\f\f"])
def test_every_call_stands_where_its_text_stands(line_break: str, form_feed: str) -> None:
    # A form feed counts as a column of its own, also where libcst forgets it.
    text = SOURCE.replace("@here(2)", f"{form_feed}@here(2)").replace("\t\treturn", f"{form_feed}\t\treturn")
    lines = text.split("\n")
    found: dict[str, Range] = {}
    for block in cut(text.replace("\n", line_break)):
        parsed = parse_block(block)
        assert isinstance(parsed, ParsedBlock)
        for call in m.findall(parsed.module, m.Call()):
            place = to_file(locate(parsed, call), block)
            name = call.args[0].value
            assert isinstance(name, cst.Integer)
            found[name.value] = place
    assert sorted(found, key=int) == [str(number) for number in range(1, 11)]
    for number, (start, end) in found.items():
        if number == "10":
            assert lines[start.line - 1][start.column - 1 :] == "(here)("
            assert (end.line, end.column) == (start.line + 1, len("        10)") + 1)
        else:
            assert start.line == end.line
            assert lines[start.line - 1][start.column - 1 : end.column - 1] == f"here({number})"


def test_a_multi_line_string() -> None:
    block = cut('class A:\n    x = """a\n  𝒳""", 1\n')[1]
    parsed = parse_block(block)
    assert isinstance(parsed, ParsedBlock)
    (string,) = m.findall(parsed.module, m.SimpleString())
    assert locate(parsed, string) == Range(Position(1, 9), Position(2, 7))
    assert to_file(locate(parsed, string), block) == Range(Position(2, 9), Position(3, 7))


def test_a_class_head_ends_with_its_colon() -> None:
    block = cut("\n@a\nclass A(\n  B):  # c\n    x = 1\n")[0]
    parsed = parse_block(block)
    assert isinstance(parsed, ParsedBlock)
    assert locate(parsed, parsed.statements[0]) == Range(Position(3, 1), Position(4, 6))


def test_a_node_of_another_tree_has_no_place() -> None:
    parsed = parse_block(cut("x = 1\n")[0])
    assert isinstance(parsed, ParsedBlock)
    with pytest.raises(KeyError):
        locate(parsed, cst.Name("x"))
