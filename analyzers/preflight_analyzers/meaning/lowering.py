"""libcst trees to the facts of ``meaning/ir.py``.

The lowerer numbers nodes in the order it meets them, so lowering a block again gives the same
numbers: ``nodes[at]`` is the libcst node that a fact came from.
"""

from __future__ import annotations

from ast import literal_eval
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import libcst as cst

from preflight_analyzers.meaning import ir
from preflight_analyzers.meaning.lowering_ast import LONGEST_STRING

_BINARY = {
    "Add": "+",
    "Subtract": "-",
    "Multiply": "*",
    "Divide": "/",
    "FloorDivide": "//",
    "Modulo": "%",
    "Power": "**",
    "MatrixMultiply": "@",
    "BitAnd": "&",
    "BitOr": "|",
    "BitXor": "^",
    "LeftShift": "<<",
    "RightShift": ">>",
}
_UNARY = {"Minus": "-", "Plus": "+", "BitInvert": "~", "Not": "not"}
_COMPARE = {
    "Equal": "==",
    "NotEqual": "!=",
    "LessThan": "<",
    "LessThanEqual": "<=",
    "GreaterThan": ">",
    "GreaterThanEqual": ">=",
    "In": "in",
    "NotIn": "not in",
    "Is": "is",
    "IsNot": "is not",
}
_CONSTANT_NAMES = {"None": None, "True": True, "False": False}


class Lowered(NamedTuple):
    body: ir.Body
    nodes: list[cst.CSTNode]


def lower(statements: Iterable[cst.CSTNode]) -> Lowered:
    """Lower the statements of one block."""
    lowerer = _Lowerer()
    body = lowerer.body(statements)
    return Lowered(body, lowerer.nodes)


class _Lowerer:
    def __init__(self) -> None:
        self.nodes: list[cst.CSTNode] = []

    def number(self, node: cst.CSTNode) -> int:
        self.nodes.append(node)
        return len(self.nodes) - 1

    # --- statements ---

    def body(self, statements: Iterable[cst.CSTNode]) -> ir.Body:
        lowered: list[ir.Stmt] = []
        for statement in statements:
            if isinstance(statement, cst.SimpleStatementLine):
                small: Sequence[cst.CSTNode] = statement.body
            else:
                small = (statement,)
            for node in small:
                lower_one = _STATEMENTS.get(type(node).__name__)
                if lower_one is not None:
                    lowered.append(lower_one(self, node))
        return tuple(lowered)

    def suite(self, node: cst.BaseSuite) -> ir.Body:
        if isinstance(node, cst.SimpleStatementSuite):
            lowered: list[ir.Stmt] = []
            for small in node.body:
                lower_one = _STATEMENTS.get(type(small).__name__)
                if lower_one is not None:
                    lowered.append(lower_one(self, small))
            return tuple(lowered)
        return self.body(node.body)

    def _assign(self, node: cst.Assign) -> ir.Stmt:
        at = self.number(node)
        value = self.expr(node.value)
        return ir.Assign(at, tuple(self.expr(t.target) for t in node.targets), value)

    def _aug_assign(self, node: cst.AugAssign) -> ir.Stmt:
        at = self.number(node)
        operator = _BINARY.get(type(node.operator).__name__.removesuffix("Assign"), "?")
        return ir.AugmentedAssign(at, self.expr(node.target), operator, self.expr(node.value))

    def _ann_assign(self, node: cst.AnnAssign) -> ir.Stmt:
        at = self.number(node)
        value = self.expr(node.value) if node.value is not None else None
        return ir.AnnotatedAssign(at, self.expr(node.target), self.expr(node.annotation.annotation), value)

    def _expression(self, node: cst.Expr) -> ir.Stmt:
        return ir.Evaluate(self.number(node), self.expr(node.value))

    def _return(self, node: cst.Return) -> ir.Stmt:
        return ir.Return(self.number(node), self.optional(node.value))

    def _if(self, node: cst.If) -> ir.Stmt:
        at = self.number(node)
        test, body = self.expr(node.test), self.suite(node.body)
        orelse: ir.Body = ()
        if isinstance(node.orelse, cst.If):
            orelse = (self._if(node.orelse),)
        elif node.orelse is not None:
            orelse = self.suite(node.orelse.body)
        return ir.If(at, test, body, orelse)

    def _while(self, node: cst.While) -> ir.Stmt:
        at = self.number(node)
        return ir.While(at, self.expr(node.test), self.suite(node.body), self.orelse(node.orelse))

    def _for(self, node: cst.For) -> ir.Stmt:
        at = self.number(node)
        iterable = self.expr(node.iter)
        target = self.expr(node.target)
        return ir.For(at, target, iterable, self.suite(node.body), self.orelse(node.orelse))

    def orelse(self, node: cst.Else | None) -> ir.Body:
        return self.suite(node.body) if node is not None else ()

    def _with(self, node: cst.With) -> ir.Stmt:
        at = self.number(node)
        items = tuple(
            (self.expr(i.item), self.expr(i.asname.name) if i.asname is not None else None)
            for i in node.items
        )
        return ir.With(at, items, self.suite(node.body))

    def _try(self, node: cst.Try | cst.TryStar) -> ir.Stmt:
        at = self.number(node)
        return ir.Try(
            at,
            self.suite(node.body),
            tuple(self.suite(h.body) for h in node.handlers),
            self.orelse(node.orelse),
            self.suite(node.finalbody.body) if node.finalbody is not None else (),
        )

    def _assert(self, node: cst.Assert) -> ir.Stmt:
        return ir.Assert(self.number(node), self.expr(node.test))

    def _raise(self, node: cst.Raise) -> ir.Stmt:
        return ir.Raise(self.number(node))

    def _break(self, node: cst.Break) -> ir.Stmt:
        return ir.Jump(self.number(node), "break")

    def _continue(self, node: cst.Continue) -> ir.Stmt:
        return ir.Jump(self.number(node), "continue")

    def _delete(self, node: cst.Del) -> ir.Stmt:
        return ir.Delete(self.number(node), (self.expr(node.target),))

    def _import(self, node: cst.Import) -> ir.Stmt:
        names = tuple((_dotted(n.name), _asname(n)) for n in node.names)
        return ir.Import(self.number(node), names)

    def _import_from(self, node: cst.ImportFrom) -> ir.Stmt:
        at = self.number(node)
        module = _dotted(node.module) if node.module is not None else ""
        names: tuple[tuple[str, str | None], ...]
        if isinstance(node.names, cst.ImportStar):
            names = (("*", None),)
        else:
            names = tuple((_dotted(n.name), _asname(n)) for n in node.names)
        return ir.ImportFrom(at, module, len(node.relative), names)

    def _function(self, node: cst.FunctionDef) -> ir.Stmt:
        at = self.number(node)
        decorators = tuple(self.expr(d.decorator) for d in node.decorators)
        parameters = self.parameters(node.params)
        return ir.FunctionDef(at, node.name.value, parameters, self.suite(node.body), decorators)

    def _class(self, node: cst.ClassDef) -> ir.Stmt:
        at = self.number(node)
        decorators = tuple(self.expr(d.decorator) for d in node.decorators)
        bases = tuple(self.expr(b.value) for b in node.bases)
        return ir.ClassDef(at, node.name.value, bases, self.suite(node.body), decorators)

    def _match(self, node: cst.Match) -> ir.Stmt:
        at = self.number(node)
        subject = self.expr(node.subject)
        cases = tuple(
            ir.Case(
                self.values(case.pattern),
                _captures(case.pattern),
                self.optional(case.guard),
                self.suite(case.body),
            )
            for case in node.cases
        )
        return ir.Match(at, subject, cases)

    def values(self, pattern: cst.MatchPattern) -> tuple[ir.Expr, ...] | None:
        """What the subject of a ``match`` is compared with; none for ``case _``."""
        if isinstance(pattern, cst.MatchValue):
            return (self.expr(pattern.value),)
        if isinstance(pattern, cst.MatchSingleton):
            return (self.expr(pattern.value),)
        if isinstance(pattern, cst.MatchAs):
            return () if pattern.pattern is None else self.values(pattern.pattern)
        if isinstance(pattern, cst.MatchOr):
            found = [self.values(one.pattern) for one in pattern.patterns]
            return None if None in found or () in found else tuple(v for one in found for v in one or ())
        return None

    # --- expressions ---

    def expr(self, node: cst.CSTNode) -> ir.Expr:
        lower_one = _EXPRESSIONS.get(type(node).__name__)
        if lower_one is None:
            return ir.Opaque(self.number(node), ())
        return lower_one(self, node)

    def optional(self, node: cst.BaseExpression | None) -> ir.Expr | None:
        return self.expr(node) if node is not None else None

    def _name(self, node: cst.Name) -> ir.Expr:
        at = self.number(node)
        if node.value in _CONSTANT_NAMES:
            return ir.Const(at, _CONSTANT_NAMES[node.value])
        return ir.Name(at, node.value)

    def _integer(self, node: cst.Integer) -> ir.Expr:
        return ir.Const(self.number(node), int(node.value.replace("_", ""), 0))

    def _float(self, node: cst.Float) -> ir.Expr:
        return ir.Const(self.number(node), float(node.value.replace("_", "")))

    def _imaginary(self, node: cst.Imaginary) -> ir.Expr:
        return ir.Const(self.number(node), complex(node.value.replace("_", "")))

    def _string(self, node: cst.SimpleString) -> ir.Expr:
        at = self.number(node)
        try:
            return _text(at, node.evaluated_value)
        except (SyntaxError, ValueError):  # a null byte
            return ir.Opaque(at, ())

    def _concatenated(self, node: cst.ConcatenatedString) -> ir.Expr:
        at = self.number(node)
        left, right = self.expr(node.left), self.expr(node.right)
        if (
            isinstance(left, ir.Const)
            and isinstance(right, ir.Const)
            and isinstance(left.value, str | bytes)
            and type(left.value) is type(right.value)
        ):
            return _text(at, left.value + right.value)  # type: ignore[operator]
        return ir.FormattedText(at, _merged([*_parts(left), *_parts(right)]))

    def _formatted(self, node: cst.FormattedString) -> ir.Expr:
        at = self.number(node)
        parts: list[str | ir.Formatted] = []
        for part in node.parts:
            if isinstance(part, cst.FormattedStringExpression):
                shown = _shown(part)
                specification = _specification(node, part)
                conversion = part.conversion or ("r" if shown and specification == "" else "")
                parts += [shown, ir.Formatted(self.expr(part.expression), conversion, specification)]
            elif isinstance(part, cst.FormattedStringText):
                parts.append(_literal(node, part))
        return ir.FormattedText(at, _merged(parts))

    def _ellipsis(self, node: cst.Ellipsis) -> ir.Expr:
        return ir.Const(self.number(node), ...)

    def _attribute(self, node: cst.Attribute) -> ir.Expr:
        return ir.Attribute(self.number(node), self.expr(node.value), node.attr.value)

    def _call(self, node: cst.Call) -> ir.Expr:
        at = self.number(node)
        function = self.expr(node.func)
        arguments = tuple(
            ir.Argument(
                self.number(a),
                self.expr(a.value),
                a.keyword.value if a.keyword is not None else None,
                a.star,
            )
            for a in node.args
        )
        return ir.Call(at, function, arguments)

    def _subscript(self, node: cst.Subscript) -> ir.Expr:
        at = self.number(node)
        value = self.expr(node.value)
        parts = tuple(self.subscript_element(e.slice) for e in node.slice)
        if len(parts) == 1 and not isinstance(node.slice[0].comma, cst.Comma):
            return ir.Subscript(at, value, parts[0])
        return ir.Subscript(at, value, ir.Display(at, "tuple", parts))

    def subscript_element(self, node: cst.BaseSlice) -> ir.Expr:
        if isinstance(node, cst.Slice):
            at = self.number(node)
            return ir.Slice(
                at, self.optional(node.lower), self.optional(node.upper), self.optional(node.step)
            )
        assert isinstance(node, cst.Index)
        return self.expr(node.value)

    def _binary(self, node: cst.BinaryOperation) -> ir.Expr:
        at = self.number(node)
        operator = _BINARY[type(node.operator).__name__]
        return ir.Binary(at, operator, self.expr(node.left), self.expr(node.right))

    def _unary(self, node: cst.UnaryOperation) -> ir.Expr:
        at = self.number(node)
        operator = _UNARY[type(node.operator).__name__]
        operand = self.expr(node.expression)
        if (
            operator == "-"
            and isinstance(operand, ir.Const)
            and isinstance(operand.value, int | float | complex)
        ):
            return ir.Const(at, -operand.value)
        return ir.Unary(at, operator, operand)

    def _comparison(self, node: cst.Comparison) -> ir.Expr:
        at = self.number(node)
        left = self.expr(node.left)
        operators = tuple(_COMPARE[type(c.operator).__name__] for c in node.comparisons)
        return ir.Compare(at, left, operators, tuple(self.expr(c.comparator) for c in node.comparisons))

    def _boolean(self, node: cst.BooleanOperation) -> ir.Expr:
        at = self.number(node)
        operator = "and" if isinstance(node.operator, cst.And) else "or"
        return ir.Boolean(at, operator, self.expr(node.left), self.expr(node.right))

    def _conditional(self, node: cst.IfExp) -> ir.Expr:
        at = self.number(node)
        test = self.expr(node.test)
        return ir.Conditional(at, test, self.expr(node.body), self.expr(node.orelse))

    def display(self, node: cst.CSTNode, kind: str, elements: Iterable[cst.BaseElement]) -> ir.Expr:
        at = self.number(node)
        items: list[ir.Expr] = []
        for element in elements:
            if isinstance(element, cst.StarredElement):
                items.append(ir.Starred(self.number(element), self.expr(element.value)))
            else:
                items.append(self.expr(element.value))
        return ir.Display(at, kind, tuple(items))

    def _tuple(self, node: cst.Tuple) -> ir.Expr:
        return self.display(node, "tuple", node.elements)

    def _list(self, node: cst.List) -> ir.Expr:
        return self.display(node, "list", node.elements)

    def _set(self, node: cst.Set) -> ir.Expr:
        return self.display(node, "set", node.elements)

    def _starred(self, node: cst.StarredElement) -> ir.Expr:
        return ir.Starred(self.number(node), self.expr(node.value))

    def _dict(self, node: cst.Dict) -> ir.Expr:
        at = self.number(node)
        keys: list[ir.Expr | None] = []
        values: list[ir.Expr] = []
        for element in node.elements:
            keys.append(self.expr(element.key) if isinstance(element, cst.DictElement) else None)
            values.append(self.expr(element.value))
        return ir.DictDisplay(at, tuple(keys), tuple(values))

    def generators(self, node: cst.CompFor) -> tuple[ir.Generator, ...]:
        iterable = self.expr(node.iter)
        own = ir.Generator(self.expr(node.target), iterable, tuple(self.expr(test.test) for test in node.ifs))
        inner = self.generators(node.inner_for_in) if node.inner_for_in is not None else ()
        return (own, *inner)

    def comprehension(self, node: cst.ListComp | cst.SetComp | cst.GeneratorExp, kind: str) -> ir.Expr:
        at = self.number(node)
        generators = self.generators(node.for_in)
        return ir.Comprehension(at, kind, self.expr(node.elt), None, generators)

    def _list_comp(self, node: cst.ListComp) -> ir.Expr:
        return self.comprehension(node, "list")

    def _set_comp(self, node: cst.SetComp) -> ir.Expr:
        return self.comprehension(node, "set")

    def _generator(self, node: cst.GeneratorExp) -> ir.Expr:
        return self.comprehension(node, "generator")

    def _dict_comp(self, node: cst.DictComp) -> ir.Expr:
        at = self.number(node)
        generators = self.generators(node.for_in)
        return ir.Comprehension(at, "dict", self.expr(node.key), self.expr(node.value), generators)

    def parameters(self, node: cst.Parameters) -> tuple[ir.Parameter, ...]:
        def one(param: cst.Param, kind: str) -> ir.Parameter:
            annotation = self.expr(param.annotation.annotation) if param.annotation else None
            return ir.Parameter(param.name.value, self.optional(param.default), annotation, kind)

        found = [one(p, "positional") for p in (*node.posonly_params, *node.params)]
        if isinstance(node.star_arg, cst.Param):
            found.append(one(node.star_arg, "*"))
        found.extend(one(p, "keyword") for p in node.kwonly_params)
        if node.star_kwarg is not None:
            found.append(one(node.star_kwarg, "**"))
        return tuple(found)

    def _lambda(self, node: cst.Lambda) -> ir.Expr:
        at = self.number(node)
        return ir.Lambda(at, self.parameters(node.params), self.expr(node.body))

    def _walrus(self, node: cst.NamedExpr) -> ir.Expr:
        return ir.Walrus(self.number(node), self.expr(node.target), self.expr(node.value))

    def _await(self, node: cst.Await) -> ir.Expr:
        return ir.Opaque(self.number(node), (self.expr(node.expression),))

    def _yield(self, node: cst.Yield) -> ir.Expr:
        at = self.number(node)
        if isinstance(node.value, cst.From):
            return ir.Yield(at, self.expr(node.value.item), True)
        return ir.Yield(at, self.optional(node.value), False)


def _text(at: int, value: str | bytes) -> ir.Expr:
    return ir.Const(at, value) if len(value) <= LONGEST_STRING else ir.Opaque(at, ())


def _parts(text: ir.Expr) -> tuple[str | ir.Formatted, ...]:
    if isinstance(text, ir.Const):
        return (str(text.value),)
    return text.parts if isinstance(text, ir.FormattedText) else ()


def _merged(parts: list[str | ir.Formatted]) -> tuple[str | ir.Formatted, ...]:
    """The parts with neighbouring texts put together, as CPython does."""
    found: list[str | ir.Formatted] = []
    for part in parts:
        if isinstance(part, str) and found and isinstance(found[-1], str):
            found[-1] += part
        elif part != "":
            found.append(part)
    return tuple(found)


def _literal(text: cst.FormattedString, part: cst.FormattedStringText) -> str:
    """What a part says: escapes are written as in the whole."""
    prefix = text.start.rstrip("\"'").lower().replace("f", "")
    braces = part.value.replace("{{", "{").replace("}}", "}")
    try:
        return str(literal_eval(f"{prefix}{text.end}{braces}{text.end}"))
    except (SyntaxError, ValueError):
        return braces


def _shown(part: cst.FormattedStringExpression) -> str:
    """``width=`` of ``{width=}``."""
    if part.equal is None:
        return ""
    module = cst.Module([])
    before, after = module.code_for_node(part.whitespace_before_expression), module.code_for_node(part.equal)
    return before + module.code_for_node(part.expression) + after


def _specification(text: cst.FormattedString, part: cst.FormattedStringExpression) -> str | None:
    """``>10`` of ``{value:>10}``; None where it is worked out."""
    given = part.format_spec or ()
    texts = [_literal(text, one) for one in given if isinstance(one, cst.FormattedStringText)]
    return "".join(texts) if len(texts) == len(given) else None


def _dotted(node: cst.CSTNode) -> str:
    if isinstance(node, cst.Attribute):
        return f"{_dotted(node.value)}.{node.attr.value}"
    assert isinstance(node, cst.Name)
    return node.value


def _asname(alias: cst.ImportAlias) -> str | None:
    if alias.asname is None:
        return None
    name = alias.asname.name
    assert isinstance(name, cst.Name)
    return name.value


def _captures(pattern: cst.CSTNode) -> tuple[str, ...]:
    """The names that a ``case`` pattern binds."""
    found: list[str] = []
    pending = [pattern]
    while pending:
        node = pending.pop()
        if isinstance(node, cst.MatchAs | cst.MatchStar) and node.name is not None:
            found.append(node.name.value)
        if isinstance(node, cst.MatchMapping) and node.rest is not None:
            found.append(node.rest.value)
        pending.extend(node.children)
    return tuple(sorted(found))


_STATEMENTS: dict[str, Callable[[_Lowerer, Any], ir.Stmt]] = {
    "Assign": _Lowerer._assign,
    "AugAssign": _Lowerer._aug_assign,
    "AnnAssign": _Lowerer._ann_assign,
    "Expr": _Lowerer._expression,
    "Return": _Lowerer._return,
    "If": _Lowerer._if,
    "While": _Lowerer._while,
    "For": _Lowerer._for,
    "With": _Lowerer._with,
    "Try": _Lowerer._try,
    "TryStar": _Lowerer._try,
    "Assert": _Lowerer._assert,
    "Raise": _Lowerer._raise,
    "Break": _Lowerer._break,
    "Continue": _Lowerer._continue,
    "Del": _Lowerer._delete,
    "Import": _Lowerer._import,
    "ImportFrom": _Lowerer._import_from,
    "FunctionDef": _Lowerer._function,
    "ClassDef": _Lowerer._class,
    "Match": _Lowerer._match,
}
_EXPRESSIONS: dict[str, Callable[[_Lowerer, Any], ir.Expr]] = {
    "Name": _Lowerer._name,
    "Integer": _Lowerer._integer,
    "Float": _Lowerer._float,
    "Imaginary": _Lowerer._imaginary,
    "SimpleString": _Lowerer._string,
    "ConcatenatedString": _Lowerer._concatenated,
    "FormattedString": _Lowerer._formatted,
    "Ellipsis": _Lowerer._ellipsis,
    "Attribute": _Lowerer._attribute,
    "Call": _Lowerer._call,
    "Subscript": _Lowerer._subscript,
    "BinaryOperation": _Lowerer._binary,
    "UnaryOperation": _Lowerer._unary,
    "Comparison": _Lowerer._comparison,
    "BooleanOperation": _Lowerer._boolean,
    "IfExp": _Lowerer._conditional,
    "Tuple": _Lowerer._tuple,
    "List": _Lowerer._list,
    "Set": _Lowerer._set,
    "StarredElement": _Lowerer._starred,
    "Dict": _Lowerer._dict,
    "ListComp": _Lowerer._list_comp,
    "SetComp": _Lowerer._set_comp,
    "GeneratorExp": _Lowerer._generator,
    "DictComp": _Lowerer._dict_comp,
    "Lambda": _Lowerer._lambda,
    "NamedExpr": _Lowerer._walrus,
    "Await": _Lowerer._await,
    "Yield": _Lowerer._yield,
}
