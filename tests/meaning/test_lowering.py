from __future__ import annotations

import pickle
import textwrap

import libcst as cst
import pytest

from preflight_analyzers.meaning import ir
from preflight_analyzers.meaning.lowering import Lowered, lower


def lowered(text: str) -> Lowered:
    return lower(cst.parse_module(textwrap.dedent(text)).body)


EVERYTHING = '''
    import a.b as c, d
    from ..e import (f as g, h)
    from i import *
    @dec(1)
    class K(Base, metaclass=M):
        """Doc."""
        x: int = 3
        async def m(self, a, /, b=1, *args, c: int = 2, **kw) -> None:
            async with open(a) as f, g:
                await f
            for i, (j, *k) in enumerate(z): continue
            else: pass
            while True:
                break
            try:
                raise E from e
            except* (V, W) as err:
                pass
            else: ...
            finally: del a, b[0]
            global q
            return lambda *p, r=0: (yield p)
    n = m = {**u, "k": [1, 2.5, 3j, -4], 'l': {5, *v}}
    n[1:2, ..., None] @= w if x and not y or z else ~o
    t = f"{n!r:>{width}} text" "more" 'and'
    s = [a for b in c if d for e in f if g]; {h: i for j in k}; (l for m in n); {o for p in q}
    assert 1 < 2 <= 3 is not None in t not in u, "message"
    if (w := x) != y: pass
    elif z: pass
    match command:
        case {"k": v, **rest} if v: go(*v, key=1, **rest)
        case [Point(x=0) as p, *others]: pass
        case _: pass
    def gen(): yield from other
'''


def test_everything_python_has_is_lowered_and_pickles() -> None:
    facts = lowered(EVERYTHING)
    assert pickle.loads(pickle.dumps(facts.body)) == facts.body


def test_numbers_lead_back_to_the_nodes_they_came_from() -> None:
    facts = lowered("x = len(items) + 1")
    assign = facts.body[0]
    assert isinstance(assign, ir.Assign)
    assert isinstance(assign.value, ir.Binary)
    call = assign.value.left
    assert cst.Module([]).code_for_node(facts.nodes[call.at]) == "len(items)"
    assert isinstance(facts.nodes[assign.at], cst.Assign)


def test_lowering_again_gives_the_same_numbers() -> None:
    first, second = lowered(EVERYTHING), lowered(EVERYTHING)
    assert first.body == second.body
    assert [type(n) for n in first.nodes] == [type(n) for n in second.nodes]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0x_ff", 255),
        ("1_000.5e3", 1_000_500.0),
        ("-3", -3),
        ("2j", 2j),
        ("b'a\\x00'", b"a\0"),
        ("'a' \"b\"", "ab"),
        ("None", None),
        ("...", ...),
    ],
)
def test_literals_have_their_values(text: str, value: object) -> None:
    statement = lowered(text).body[0]
    assert isinstance(statement, ir.Evaluate)
    assert isinstance(statement.value, ir.Const)
    assert statement.value.value == value
    assert type(statement.value.value) is type(value)
