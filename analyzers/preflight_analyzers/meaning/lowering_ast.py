"""CPython's own trees to the facts of ``meaning/ir.py``, ten times faster than by way of libcst.

``lowering.py`` makes the same facts of libcst's trees, for what the running Python doesn't read; a test holds
both against each other.
"""

from __future__ import annotations

import ast
from array import array
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from preflight_analyzers.meaning import ir

_BINARY: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.MatMult: "@",
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.BitXor: "^",
    ast.LShift: "<<",
    ast.RShift: ">>",
}
_UNARY: dict[type[ast.unaryop], str] = {ast.USub: "-", ast.UAdd: "+", ast.Invert: "~", ast.Not: "not"}
_COMPARE: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.In: "in",
    ast.NotIn: "not in",
    ast.Is: "is",
    ast.IsNot: "is not",
}
LONGEST_STRING = 4096


class Facts(NamedTuple):
    """What a block means, and where its nodes stand."""

    body: ir.Body
    #: Four numbers a node: first line (of the block, from 1), first byte in it (from 0), last line, byte
    #: after the last. None where they are to be looked up in libcst's tree.
    places: array[int] | None
    #: The nodes that are statements, in order.
    statements: array[int] | None


def lower_tree(statements: Iterable[ast.stmt], before: int, *, head_only: bool = False) -> Facts:
    """Lower the statements of one block, which stand ``before`` lines down in what was parsed.

    ``head_only``: of a class, without its body.
    """
    lowerer = _Lowerer(before)
    body = tuple(map(lowerer.class_head, statements)) if head_only else lowerer.body(statements)
    return Facts(body, lowerer.places, lowerer.statements)


class _Lowerer:
    def __init__(self, before: int) -> None:
        self.before = before
        self.places = array("L")
        self.statements = array("L")
        self.count = 0

    def number(self, first: Any, last: Any = None) -> int:
        """A number for a node that reaches from one of CPython's to another."""
        last = last or first
        before = self.before
        self.places.extend(
            (first.lineno - before, first.col_offset, last.end_lineno - before, last.end_col_offset)
        )
        self.count += 1
        return self.count - 1

    # --- statements ---

    def body(self, statements: Iterable[ast.stmt]) -> ir.Body:
        lowered: list[ir.Stmt] = []
        for node in statements:
            lower_one = _STATEMENTS.get(type(node))
            if lower_one is not None:
                at = self.number(node)
                self.statements.append(at)
                lowered.append(lower_one(self, at, node))
        return tuple(lowered)

    def _assign(self, at: int, node: ast.Assign) -> ir.Stmt:
        value = self.expr(node.value)
        return ir.Assign(at, tuple(self.expr(target) for target in node.targets), value)

    def _aug_assign(self, at: int, node: ast.AugAssign) -> ir.Stmt:
        operator = _BINARY[type(node.op)]
        return ir.AugmentedAssign(at, self.expr(node.target), operator, self.expr(node.value))

    def _ann_assign(self, at: int, node: ast.AnnAssign) -> ir.Stmt:
        value = self.optional(node.value)
        return ir.AnnotatedAssign(at, self.expr(node.target), self.expr(node.annotation), value)

    def _expression(self, at: int, node: ast.Expr) -> ir.Stmt:
        return ir.Evaluate(at, self.expr(node.value))

    def _return(self, at: int, node: ast.Return) -> ir.Stmt:
        return ir.Return(at, self.optional(node.value))

    def _if(self, at: int, node: ast.If) -> ir.Stmt:
        return ir.If(at, self.expr(node.test), self.body(node.body), self.body(node.orelse))

    def _while(self, at: int, node: ast.While) -> ir.Stmt:
        return ir.While(at, self.expr(node.test), self.body(node.body), self.body(node.orelse))

    def _for(self, at: int, node: ast.For | ast.AsyncFor) -> ir.Stmt:
        iterable = self.expr(node.iter)
        return ir.For(at, self.expr(node.target), iterable, self.body(node.body), self.body(node.orelse))

    def _with(self, at: int, node: ast.With | ast.AsyncWith) -> ir.Stmt:
        items = tuple((self.expr(i.context_expr), self.optional(i.optional_vars)) for i in node.items)
        return ir.With(at, items, self.body(node.body))

    def _try(self, at: int, node: Any) -> ir.Stmt:
        handlers = tuple(self.body(handler.body) for handler in node.handlers)
        return ir.Try(at, self.body(node.body), handlers, self.body(node.orelse), self.body(node.finalbody))

    def _assert(self, at: int, node: ast.Assert) -> ir.Stmt:
        return ir.Assert(at, self.expr(node.test))

    def _raise(self, at: int, node: ast.Raise) -> ir.Stmt:
        return ir.Raise(at)

    def _break(self, at: int, node: ast.Break) -> ir.Stmt:
        return ir.Jump(at, "break")

    def _continue(self, at: int, node: ast.Continue) -> ir.Stmt:
        return ir.Jump(at, "continue")

    def _delete(self, at: int, node: ast.Delete) -> ir.Stmt:
        return ir.Delete(at, tuple(self.expr(target) for target in node.targets))

    def _import(self, at: int, node: ast.Import) -> ir.Stmt:
        return ir.Import(at, tuple((alias.name, alias.asname) for alias in node.names))

    def _import_from(self, at: int, node: ast.ImportFrom) -> ir.Stmt:
        names = tuple((alias.name, alias.asname) for alias in node.names)
        return ir.ImportFrom(at, node.module or "", node.level, names)

    def _function(self, at: int, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ir.Stmt:
        decorators = tuple(self.expr(decorator) for decorator in node.decorator_list)
        parameters = self.parameters(node.args)
        return ir.FunctionDef(at, node.name, parameters, self.body(node.body), decorators)

    def _class(self, at: int, node: ast.ClassDef, *, head_only: bool = False) -> ir.Stmt:
        decorators = tuple(self.expr(decorator) for decorator in node.decorator_list)
        bases = tuple(self.expr(b.value if isinstance(b, ast.Starred) else b) for b in node.bases)
        return ir.ClassDef(at, node.name, bases, () if head_only else self.body(node.body), decorators)

    def class_head(self, node: ast.stmt) -> ir.Stmt:
        assert isinstance(node, ast.ClassDef)
        at = self.number(node)
        self.statements.append(at)
        return self._class(at, node, head_only=True)

    def _match(self, at: int, node: ast.Match) -> ir.Stmt:
        subject = self.expr(node.subject)
        cases = tuple(
            ir.Case(
                self.values(case.pattern),
                _captures(case.pattern),
                self.optional(case.guard),
                self.body(case.body),
            )
            for case in node.cases
        )
        return ir.Match(at, subject, cases)

    def values(self, pattern: ast.pattern) -> tuple[ir.Expr, ...] | None:
        """What the subject of a ``match`` is compared with; none for ``case _``."""
        if isinstance(pattern, ast.MatchValue):
            return (self.expr(pattern.value),)
        if isinstance(pattern, ast.MatchSingleton):
            return (ir.Const(self.number(pattern), pattern.value),)
        if isinstance(pattern, ast.MatchAs):
            return () if pattern.pattern is None else self.values(pattern.pattern)
        if isinstance(pattern, ast.MatchOr):
            found = [self.values(one) for one in pattern.patterns]
            return None if None in found or () in found else tuple(v for one in found for v in one or ())
        return None

    # --- expressions ---

    def expr(self, node: ast.expr) -> ir.Expr:
        lower_one = _EXPRESSIONS.get(type(node))
        at = self.number(node)
        return ir.Opaque(at, ()) if lower_one is None else lower_one(self, at, node)

    def optional(self, node: ast.expr | None) -> ir.Expr | None:
        return self.expr(node) if node is not None else None

    def _name(self, at: int, node: ast.Name) -> ir.Expr:
        return ir.Name(at, node.id)

    def _constant(self, at: int, node: ast.Constant) -> ir.Expr:
        if isinstance(node.value, str | bytes) and len(node.value) > LONGEST_STRING:
            return ir.Opaque(at, ())
        return ir.Const(at, node.value)

    def _formatted(self, at: int, node: ast.JoinedStr) -> ir.Expr:
        parts: list[str | ir.Formatted] = []
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                conversion = chr(part.conversion) if part.conversion >= 0 else ""
                specification = _specification(part.format_spec)
                parts.append(ir.Formatted(self.expr(part.value), conversion, specification))
            elif isinstance(part, ast.Constant):
                parts.append(str(part.value))
        return ir.FormattedText(at, tuple(parts))

    def _attribute(self, at: int, node: ast.Attribute) -> ir.Expr:
        return ir.Attribute(at, self.expr(node.value), node.attr)

    def _call(self, at: int, node: ast.Call) -> ir.Expr:
        function = self.expr(node.func)
        given: Sequence[ast.expr | ast.keyword] = node.args
        if node.keywords:
            # As written: ``f(a=1, *rest)``.
            given = sorted([*node.args, *node.keywords], key=lambda one: (one.lineno, one.col_offset))
        return ir.Call(at, function, tuple(self.argument(one) for one in given))

    def argument(self, node: ast.expr | ast.keyword) -> ir.Argument:
        at = self.number(node)
        if isinstance(node, ast.keyword):
            return ir.Argument(at, self.expr(node.value), node.arg, "" if node.arg else "**")
        if isinstance(node, ast.Starred):
            return ir.Argument(at, self.expr(node.value), None, "*")
        return ir.Argument(at, self.expr(node), None, "")

    def _subscript(self, at: int, node: ast.Subscript) -> ir.Expr:
        return ir.Subscript(at, self.expr(node.value), self.expr(node.slice))

    def _slice(self, at: int, node: ast.Slice) -> ir.Expr:
        return ir.Slice(at, self.optional(node.lower), self.optional(node.upper), self.optional(node.step))

    def _binary(self, at: int, node: ast.BinOp) -> ir.Expr:
        return ir.Binary(at, _BINARY[type(node.op)], self.expr(node.left), self.expr(node.right))

    def _unary(self, at: int, node: ast.UnaryOp) -> ir.Expr:
        operator = _UNARY[type(node.op)]
        operand = self.expr(node.operand)
        if (
            operator == "-"
            and isinstance(operand, ir.Const)
            and isinstance(operand.value, int | float | complex)
        ):
            return ir.Const(at, -operand.value)
        return ir.Unary(at, operator, operand)

    def _comparison(self, at: int, node: ast.Compare) -> ir.Expr:
        left = self.expr(node.left)
        operators = tuple(_COMPARE[type(operator)] for operator in node.ops)
        return ir.Compare(at, left, operators, tuple(self.expr(one) for one in node.comparators))

    def _boolean(self, at: int, node: ast.BoolOp) -> ir.Expr:
        """``a and b and c`` is ``(a and b) and c``."""
        operator = "and" if isinstance(node.op, ast.And) else "or"
        first, *rest = node.values
        left = self.expr(first)
        for value in rest:
            inner = at if value is rest[-1] else self.number(first, value)
            left = ir.Boolean(inner, operator, left, self.expr(value))
        return left

    def _conditional(self, at: int, node: ast.IfExp) -> ir.Expr:
        test = self.expr(node.test)
        return ir.Conditional(at, test, self.expr(node.body), self.expr(node.orelse))

    def _tuple(self, at: int, node: ast.Tuple) -> ir.Expr:
        return ir.Display(at, "tuple", tuple(self.expr(one) for one in node.elts))

    def _list(self, at: int, node: ast.List) -> ir.Expr:
        return ir.Display(at, "list", tuple(self.expr(one) for one in node.elts))

    def _set(self, at: int, node: ast.Set) -> ir.Expr:
        return ir.Display(at, "set", tuple(self.expr(one) for one in node.elts))

    def _starred(self, at: int, node: ast.Starred) -> ir.Expr:
        return ir.Starred(at, self.expr(node.value))

    def _dict(self, at: int, node: ast.Dict) -> ir.Expr:
        keys: list[ir.Expr | None] = []
        values: list[ir.Expr] = []
        for key, value in zip(node.keys, node.values, strict=True):
            keys.append(self.optional(key))
            values.append(self.expr(value))
        return ir.DictDisplay(at, tuple(keys), tuple(values))

    def generators(self, nodes: Iterable[ast.comprehension]) -> tuple[ir.Generator, ...]:
        found: list[ir.Generator] = []
        for node in nodes:
            iterable = self.expr(node.iter)
            found.append(ir.Generator(self.expr(node.target), iterable, tuple(map(self.expr, node.ifs))))
        return tuple(found)

    def comprehension(self, at: int, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> ir.Expr:
        generators = self.generators(node.generators)
        return ir.Comprehension(at, _KINDS[type(node)], self.expr(node.elt), None, generators)

    def _dict_comp(self, at: int, node: ast.DictComp) -> ir.Expr:
        generators = self.generators(node.generators)
        return ir.Comprehension(at, "dict", self.expr(node.key), self.expr(node.value), generators)

    def parameters(self, node: ast.arguments) -> tuple[ir.Parameter, ...]:
        def one(param: ast.arg, kind: str, default: ast.expr | None = None) -> ir.Parameter:
            annotation = self.optional(param.annotation)
            return ir.Parameter(param.arg, self.optional(default), annotation, kind)

        positional = [*node.posonlyargs, *node.args]
        without = len(positional) - len(node.defaults)
        defaults = [None] * without + node.defaults
        found = [one(p, "positional", default) for p, default in zip(positional, defaults, strict=True)]
        if node.vararg is not None:
            found.append(one(node.vararg, "*"))
        found.extend(
            one(p, "keyword", default) for p, default in zip(node.kwonlyargs, node.kw_defaults, strict=True)
        )
        if node.kwarg is not None:
            found.append(one(node.kwarg, "**"))
        return tuple(found)

    def _lambda(self, at: int, node: ast.Lambda) -> ir.Expr:
        return ir.Lambda(at, self.parameters(node.args), self.expr(node.body))

    def _walrus(self, at: int, node: ast.NamedExpr) -> ir.Expr:
        return ir.Walrus(at, self.expr(node.target), self.expr(node.value))

    def _await(self, at: int, node: ast.Await) -> ir.Expr:
        return ir.Opaque(at, (self.expr(node.value),))

    def _yield(self, at: int, node: ast.Yield) -> ir.Expr:
        return ir.Yield(at, self.optional(node.value), False)

    def _yield_from(self, at: int, node: ast.YieldFrom) -> ir.Expr:
        return ir.Yield(at, self.expr(node.value), True)


_KINDS: dict[type, str] = {ast.ListComp: "list", ast.SetComp: "set", ast.GeneratorExp: "generator"}


def _specification(node: ast.expr | None) -> str | None:
    """``>10`` of ``{value:>10}``; None where it is worked out."""
    if node is None:
        return ""
    parts = node.values if isinstance(node, ast.JoinedStr) else []
    texts = [part.value for part in parts if isinstance(part, ast.Constant)]
    return "".join(map(str, texts)) if len(texts) == len(parts) else None


def _captures(pattern: ast.pattern) -> tuple[str, ...]:
    """The names that a ``case`` pattern binds."""
    found: list[str] = []
    for node in ast.walk(pattern):
        if isinstance(node, ast.MatchAs | ast.MatchStar) and node.name is not None:
            found.append(node.name)
        if isinstance(node, ast.MatchMapping) and node.rest is not None:
            found.append(node.rest)
    return tuple(sorted(found))


_STATEMENTS: dict[type, Callable[[_Lowerer, int, Any], ir.Stmt]] = {
    ast.Assign: _Lowerer._assign,
    ast.AugAssign: _Lowerer._aug_assign,
    ast.AnnAssign: _Lowerer._ann_assign,
    ast.Expr: _Lowerer._expression,
    ast.Return: _Lowerer._return,
    ast.If: _Lowerer._if,
    ast.While: _Lowerer._while,
    ast.For: _Lowerer._for,
    ast.AsyncFor: _Lowerer._for,
    ast.With: _Lowerer._with,
    ast.AsyncWith: _Lowerer._with,
    ast.Try: _Lowerer._try,
    ast.Assert: _Lowerer._assert,
    ast.Raise: _Lowerer._raise,
    ast.Break: _Lowerer._break,
    ast.Continue: _Lowerer._continue,
    ast.Delete: _Lowerer._delete,
    ast.Import: _Lowerer._import,
    ast.ImportFrom: _Lowerer._import_from,
    ast.FunctionDef: _Lowerer._function,
    ast.AsyncFunctionDef: _Lowerer._function,
    ast.ClassDef: _Lowerer._class,
    ast.Match: _Lowerer._match,
}
if hasattr(ast, "TryStar"):
    _STATEMENTS[ast.TryStar] = _Lowerer._try
_EXPRESSIONS: dict[type, Callable[[_Lowerer, int, Any], ir.Expr]] = {
    ast.Name: _Lowerer._name,
    ast.Constant: _Lowerer._constant,
    ast.JoinedStr: _Lowerer._formatted,
    ast.Attribute: _Lowerer._attribute,
    ast.Call: _Lowerer._call,
    ast.Subscript: _Lowerer._subscript,
    ast.Slice: _Lowerer._slice,
    ast.BinOp: _Lowerer._binary,
    ast.UnaryOp: _Lowerer._unary,
    ast.Compare: _Lowerer._comparison,
    ast.BoolOp: _Lowerer._boolean,
    ast.IfExp: _Lowerer._conditional,
    ast.Tuple: _Lowerer._tuple,
    ast.List: _Lowerer._list,
    ast.Set: _Lowerer._set,
    ast.Starred: _Lowerer._starred,
    ast.Dict: _Lowerer._dict,
    ast.ListComp: _Lowerer.comprehension,
    ast.SetComp: _Lowerer.comprehension,
    ast.GeneratorExp: _Lowerer.comprehension,
    ast.DictComp: _Lowerer._dict_comp,
    ast.Lambda: _Lowerer._lambda,
    ast.NamedExpr: _Lowerer._walrus,
    ast.Await: _Lowerer._await,
    ast.Yield: _Lowerer._yield,
    ast.YieldFrom: _Lowerer._yield_from,
}
