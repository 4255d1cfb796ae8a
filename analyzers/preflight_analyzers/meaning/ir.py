"""The facts a block is lowered to: a small, picklable syntax tree.

Every node carries ``at``, its number within the block in lowering order. A number is turned into
a place in the file only when something is reported (see ``meaning/places.py``).
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias


class Const(NamedTuple):
    at: int
    value: object


class Name(NamedTuple):
    at: int
    id: str


class Attribute(NamedTuple):
    at: int
    object: Expr
    name: str


class Argument(NamedTuple):
    at: int
    value: Expr
    keyword: str | None
    star: str  # "", "*" or "**"


class Call(NamedTuple):
    at: int
    function: Expr
    arguments: tuple[Argument, ...]


class Subscript(NamedTuple):
    at: int
    object: Expr
    key: Expr


class Slice(NamedTuple):
    at: int
    lower: Expr | None
    upper: Expr | None
    step: Expr | None


class Binary(NamedTuple):
    at: int
    operator: str
    left: Expr
    right: Expr


class Unary(NamedTuple):
    at: int
    operator: str
    operand: Expr


class Compare(NamedTuple):
    at: int
    left: Expr
    operators: tuple[str, ...]
    comparators: tuple[Expr, ...]


class Boolean(NamedTuple):
    at: int
    operator: str  # "and" or "or"
    left: Expr
    right: Expr


class Conditional(NamedTuple):
    at: int
    test: Expr
    body: Expr
    orelse: Expr


class Display(NamedTuple):
    at: int
    kind: str  # "tuple", "list" or "set"
    items: tuple[Expr, ...]


class Starred(NamedTuple):
    at: int
    value: Expr


class DictDisplay(NamedTuple):
    at: int
    keys: tuple[Expr | None, ...]  # None: ``**value``
    values: tuple[Expr, ...]


class Generator(NamedTuple):
    target: Expr
    iterable: Expr
    tests: tuple[Expr, ...]


class Comprehension(NamedTuple):
    at: int
    kind: str  # "list", "set", "dict" or "generator"
    element: Expr
    value: Expr | None  # of a dict comprehension
    generators: tuple[Generator, ...]


class Parameter(NamedTuple):
    name: str
    default: Expr | None
    annotation: Expr | None
    kind: str  # "positional", "keyword", "*" or "**"


class Lambda(NamedTuple):
    at: int
    parameters: tuple[Parameter, ...]
    body: Expr


class Formatted(NamedTuple):
    """A value within a formatted text."""

    value: Expr
    conversion: str  # "", "r", "s" or "a"
    specification: str | None  # None where it holds values itself


class FormattedText(NamedTuple):
    at: int
    parts: tuple[str | Formatted, ...]


class Walrus(NamedTuple):
    at: int
    target: Expr
    value: Expr


class Yield(NamedTuple):
    at: int
    value: Expr | None
    each: bool  # ``yield from``


class Opaque(NamedTuple):
    """An expression whose own value is not followed (await ...); its parts are."""

    at: int
    parts: tuple[Expr, ...]


Expr: TypeAlias = (
    Const
    | Name
    | Attribute
    | Call
    | Subscript
    | Slice
    | Binary
    | Unary
    | Compare
    | Boolean
    | Conditional
    | Display
    | Starred
    | DictDisplay
    | Comprehension
    | Lambda
    | FormattedText
    | Walrus
    | Yield
    | Opaque
)


class Assign(NamedTuple):
    at: int
    targets: tuple[Expr, ...]
    value: Expr


class AugmentedAssign(NamedTuple):
    at: int
    target: Expr
    operator: str
    value: Expr


class AnnotatedAssign(NamedTuple):
    at: int
    target: Expr
    annotation: Expr
    value: Expr | None


class Evaluate(NamedTuple):
    """An expression standing as a statement."""

    at: int
    value: Expr


class Return(NamedTuple):
    at: int
    value: Expr | None


class If(NamedTuple):
    at: int
    test: Expr
    body: Body
    orelse: Body


class While(NamedTuple):
    at: int
    test: Expr
    body: Body
    orelse: Body


class For(NamedTuple):
    at: int
    target: Expr
    iterable: Expr
    body: Body
    orelse: Body


class With(NamedTuple):
    at: int
    items: tuple[tuple[Expr, Expr | None], ...]
    body: Body


class Try(NamedTuple):
    at: int
    body: Body
    handlers: tuple[Body, ...]
    orelse: Body
    final: Body


class Assert(NamedTuple):
    at: int
    test: Expr


class Raise(NamedTuple):
    at: int


class Jump(NamedTuple):
    at: int
    kind: str  # "break" or "continue"


class Delete(NamedTuple):
    at: int
    targets: tuple[Expr, ...]


class Import(NamedTuple):
    at: int
    names: tuple[tuple[str, str | None], ...]


class ImportFrom(NamedTuple):
    at: int
    module: str
    level: int
    names: tuple[tuple[str, str | None], ...]  # ("*", None) for a star import


class FunctionDef(NamedTuple):
    at: int
    name: str
    parameters: tuple[Parameter, ...]
    body: Body
    decorators: tuple[Expr, ...]


class ClassDef(NamedTuple):
    at: int
    name: str
    bases: tuple[Expr, ...]
    body: Body
    decorators: tuple[Expr, ...]


class Case(NamedTuple):
    #: What the subject may equal; none where everything matches, None where the pattern isn't followed.
    values: tuple[Expr, ...] | None
    captures: tuple[str, ...]
    guard: Expr | None
    body: Body


class Match(NamedTuple):
    at: int
    subject: Expr
    cases: tuple[Case, ...]


Stmt: TypeAlias = (
    Assign
    | AugmentedAssign
    | AnnotatedAssign
    | Evaluate
    | Return
    | If
    | While
    | For
    | With
    | Try
    | Assert
    | Raise
    | Jump
    | Delete
    | Import
    | ImportFrom
    | FunctionDef
    | ClassDef
    | Match
)
Body: TypeAlias = tuple[Stmt, ...]
