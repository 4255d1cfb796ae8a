"""``itertools``, where what is gone over is known."""

from __future__ import annotations

import itertools

from preflight_analyzers.meaning import arithmetic, calls, ir
from preflight_analyzers.meaning.frame import Frame
from preflight_analyzers.meaning.iteration import iterate
from preflight_analyzers.meaning.known_calls import Run, first
from preflight_analyzers.meaning.values import (
    UNKNOWN,
    Arguments,
    Known,
    Plain,
    Sequence,
    Value,
    join_all,
)

_LONGEST = 256


def _several(rows: list[list[Value]]) -> Value:
    return Sequence("iterator", [Sequence("tuple", row) for row in rows])


def _chain(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    return _chained(frame, node, list(arguments.positional) if arguments.complete else None, UNKNOWN)


def _chain_from(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    return _chained(frame, node, *iterate(frame, node, first(arguments)))


def _chained(frame: Frame, node: ir.Expr, parts: list[Value] | None, element: Value) -> Value:
    gone_over = [iterate(frame, node, part) for part in (parts if parts is not None else [element])]
    found: list[Value] = []
    for items, _ in gone_over:
        if parts is None or items is None or len(found) + len(items) > _LONGEST:
            elements = [join_all(i) if i is not None else e for i, e in gone_over if i != []]
            return Sequence("iterator", None, join_all(elements))
        found.extend(items)
    return Sequence("iterator", found)


def _repeat(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    times = arguments.get(1, "times")
    if isinstance(times, Known) and isinstance(times.value, int) and times.value <= _LONGEST:
        return Sequence("iterator", [first(arguments)] * times.value)
    return Sequence("iterator", None, first(arguments))


def _product(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    columns = [iterate(frame, node, value) for value in arguments.positional]
    known = [items for items, _ in columns if items is not None]
    repeat = arguments.keywords.get("repeat", Known(1))
    if len(known) == len(columns) and isinstance(repeat, Known) and isinstance(repeat.value, int):
        rows = list(itertools.islice(itertools.product(*known, repeat=repeat.value), _LONGEST + 1))
        if len(rows) <= _LONGEST:
            return _several([list(row) for row in rows])
    elements = [join_all(items) if items is not None else element for items, element in columns]
    return Sequence("iterator", None, Sequence("tuple", elements))


def _combinations(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    items, element = iterate(frame, node, first(arguments))
    size = arguments.get(1, "r")
    if not isinstance(size, Known) or not isinstance(size.value, int):
        return Sequence("iterator", None, Sequence("tuple", None, element))
    if items is not None:
        rows = list(itertools.islice(itertools.combinations(items, size.value), _LONGEST + 1))
        if len(rows) <= _LONGEST:
            return _several([list(row) for row in rows])
        element = join_all(items)
    return Sequence("iterator", None, Sequence("tuple", [element] * size.value))


def _pairwise(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    items, element = iterate(frame, node, first(arguments))
    if items is None:
        return Sequence("iterator", None, Sequence("tuple", [element, element]))
    return _several([list(pair) for pair in itertools.pairwise(items)])


def _accumulate(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    items, _ = iterate(frame, node, first(arguments))
    function = arguments.get(1, "func")
    if items is None:
        return Sequence("iterator", None)
    start = arguments.keywords.get("initial")
    sums: list[Value] = [] if start is None else [start]
    for item in items:
        if not sums:
            sums.append(item)
        elif function is None:
            sums.append(arithmetic.binary(frame, ir.Binary(node.at, "+", node, node), "+", sums[-1], item))
        else:
            sums.append(calls.call(frame, node, function, Arguments([sums[-1], item])))
    return Sequence("iterator", sums)


def _slice(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    items, element = iterate(frame, node, first(arguments))
    bounds = [v.value for v in arguments.positional[1:] if isinstance(v, Known)]
    if items is None or len(bounds) != len(arguments.positional) - 1:
        return Sequence("iterator", None, join_all(items) if items else element)
    numbers = [bound for bound in bounds if bound is None or isinstance(bound, int)]
    if len(numbers) != len(bounds):
        return Sequence("iterator", None, join_all(items))
    return Sequence("iterator", items[slice(*numbers)])


def _zip_longest(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    columns = [iterate(frame, node, value)[0] for value in arguments.positional]
    known = [column for column in columns if column is not None]
    if len(known) != len(columns):
        return Sequence("iterator", None, Sequence("tuple", [UNKNOWN] * len(columns)))
    filled = arguments.keywords.get("fillvalue", Known(None))
    return _several([list(row) for row in itertools.zip_longest(*known, fillvalue=filled)])


def _star_map(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    items, element = iterate(frame, node, arguments.get(1, "iterable") or UNKNOWN)
    rows = items if items is not None else [element]
    made: list[Value] = []
    for row in rows:
        inside, _ = iterate(frame, node, row)
        given = Arguments(inside or (), complete=inside is not None)
        made.append(calls.call(frame, node, first(arguments), given))
    return Sequence("iterator", made if items is not None else None, join_all(made))


def _permutations(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    items, element = iterate(frame, node, first(arguments))
    size = arguments.get(1, "r")
    if items is None or (size is not None and not (isinstance(size, Known) and isinstance(size.value, int))):
        return Sequence("iterator", None, Sequence("tuple", None, element))
    length = size.value if isinstance(size, Known) and isinstance(size.value, int) else len(items)
    rows = list(itertools.islice(itertools.permutations(items, length), _LONGEST + 1))
    if len(rows) <= _LONGEST:
        return _several([list(row) for row in rows])
    return Sequence("iterator", None, Sequence("tuple", [join_all(items)] * length))


def _count(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    return Sequence("iterator", None, Plain("int" if not arguments.positional else None))


def _cycle(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    items, element = iterate(frame, node, first(arguments))
    return Sequence("iterator", None, element if items is None else join_all(items))


FUNCTIONS: dict[str, Run] = {
    "itertools.chain": _chain,
    "itertools.chain.from_iterable": _chain_from,
    "itertools.repeat": _repeat,
    "itertools.product": _product,
    "itertools.combinations": _combinations,
    "itertools.permutations": _permutations,
    "itertools.starmap": _star_map,
    "itertools.count": _count,
    "itertools.cycle": _cycle,
    "itertools.pairwise": _pairwise,
    "itertools.accumulate": _accumulate,
    "itertools.islice": _slice,
    "itertools.zip_longest": _zip_longest,
}
