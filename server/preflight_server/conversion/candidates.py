"""What a file offers to convert, found without running it."""

from __future__ import annotations

import ast
from typing import NamedTuple

from .names import imported_names, module_statements, origin

MODULE_CLASS = "module-class"
MODULE = "module"
PROGRAM = "program"
BUILDER = "builder"

#: Functions of libraries that return a torch.nn.Module.
_FACTORIES = ("torchvision.models.", "timm.create_model", "torch.hub.load", "segmentation_models_pytorch.")
#: Methods of a module that return the module.
_FLUENT = {"eval", "train", "to", "cpu", "float", "half", "double", "requires_grad_"}


class Candidate(NamedTuple):
    """A module-level thing that can be converted."""

    name: str
    #: MODULE_CLASS, MODULE (an instance), PROGRAM (``@mb.program``) or BUILDER (``NeuralNetworkBuilder``).
    kind: str
    #: 1-based line of its definition.
    line: int
    #: Names of forward's parameters that need a value; None where forward can't be seen.
    parameters: tuple[str, ...] | None = None
    #: Names of the constructor's parameters that need a value.
    constructor: tuple[str, ...] = ()
    #: For an instance: its class, where that is in this file.
    of_class: str | None = None


def find_candidates(tree: ast.Module) -> list[Candidate]:
    """Every module class, module-level instance, MIL program and builder of the file, in order."""
    return list(_Finder(tree).found.values())


def only_candidates(candidates: list[Candidate]) -> list[Candidate]:
    """Those a bare ``FILE.py`` may mean: a class gives way to its own module-level instance."""
    instantiated = {candidate.of_class for candidate in candidates}
    return [candidate for candidate in candidates if candidate.name not in instantiated]


class _Finder:
    def __init__(self, tree: ast.Module) -> None:
        self.names = imported_names(tree)
        self.classes: dict[str, ast.ClassDef] = {}
        self.functions: dict[str, ast.FunctionDef] = {}
        self.found: dict[str, Candidate] = {}
        statements = list(module_statements(tree))
        for statement in statements:
            if isinstance(statement, ast.ClassDef):
                self.classes[statement.name] = statement
            elif isinstance(statement, ast.FunctionDef):
                self.functions[statement.name] = statement
        for statement in statements:
            candidate = self._candidate(statement)
            if candidate:
                self.found[candidate.name] = candidate

    def _candidate(self, statement: ast.stmt) -> Candidate | None:
        if isinstance(statement, ast.ClassDef) and self._is_module_class(statement):
            constructor = required_parameters(self._method(statement, "__init__"))
            return Candidate(
                statement.name, MODULE_CLASS, statement.lineno, self._forward(statement), constructor or ()
            )
        if isinstance(statement, ast.FunctionDef):
            if any(self._is_program_decorator(decorator) for decorator in statement.decorator_list):
                return Candidate(statement.name, PROGRAM, statement.lineno)
        elif isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            return self._assigned(statement.targets[0], statement.value)
        elif isinstance(statement, ast.AnnAssign) and statement.value:
            return self._assigned(statement.target, statement.value)
        return None

    def _assigned(self, target: ast.expr, value: ast.expr) -> Candidate | None:
        if not isinstance(target, ast.Name):
            return None
        value = unwrapped(value)
        if not isinstance(value, ast.Call):
            return None
        called = origin(value.func, self.names) or ""
        if called == "coremltools.models.neural_network.NeuralNetworkBuilder":
            return Candidate(target.id, BUILDER, target.lineno)
        made = self._made_by(called)
        if made is None:
            return None
        class_name = made if made in self.classes else None
        parameters = self._forward(self.classes[made]) if class_name else None
        return Candidate(target.id, MODULE, target.lineno, parameters, of_class=class_name)

    def _made_by(self, called: str) -> str | None:
        """The class of the module that a call makes, or the call's own name; None if it makes none."""
        if called in self.classes:
            return called if self._is_module_class(self.classes[called]) else None
        if called in self.functions:
            for node in ast.walk(self.functions[called]):
                if isinstance(node, ast.Return) and isinstance(node.value, ast.expr):
                    value = unwrapped(node.value)
                    made = origin(value.func, self.names) if isinstance(value, ast.Call) else None
                    if made and made != called and self._made_by(made):
                        return self._made_by(made)
            return None
        is_layer = called.startswith("torch.nn.") and called.rpartition(".")[2][:1].isupper()
        is_model = called.startswith(_FACTORIES) or (
            called.startswith("transformers.") and called.endswith(".from_pretrained")
        )
        return called if (is_layer and not called.endswith("Parameter")) or is_model else None

    def _is_module_class(self, node: ast.ClassDef, seen: frozenset[str] = frozenset()) -> bool:
        if node.name in seen:
            return False
        for base in node.bases:
            dotted = origin(base, self.names) or ""
            if dotted in self.classes:
                if self._is_module_class(self.classes[dotted], seen | {node.name}):
                    return True
            elif dotted.startswith("torch.nn."):
                return True
            elif "." in dotted and any(
                isinstance(member, ast.FunctionDef) and member.name == "forward" for member in node.body
            ):
                # A base of another file or library, and a forward(): a module as far as can be seen.
                return True
        return False

    def _is_program_decorator(self, decorator: ast.expr) -> bool:
        if isinstance(decorator, ast.Call):
            decorator = decorator.func
        return origin(decorator, self.names) == "coremltools.converters.mil.Builder.program"

    def _forward(self, node: ast.ClassDef) -> tuple[str, ...] | None:
        return required_parameters(self._method(node, "forward"))

    def _method(
        self, node: ast.ClassDef, name: str, seen: frozenset[str] = frozenset()
    ) -> ast.FunctionDef | None:
        for member in node.body:
            if isinstance(member, ast.FunctionDef) and member.name == name:
                return member
        for base in node.bases:
            dotted = origin(base, self.names)
            if dotted in self.classes and dotted not in seen:
                method = self._method(self.classes[dotted], name, seen | {node.name})
                if method:
                    return method
        return None


def required_parameters(function: ast.FunctionDef | None) -> tuple[str, ...] | None:
    """Parameters of a method without defaults, ``self`` left out; None for None."""
    if function is None:
        return None
    positional = [*function.args.posonlyargs, *function.args.args]
    needed = positional[1 : len(positional) - len(function.args.defaults)]
    keyword = [
        argument
        for argument, default in zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True)
        if default is None
    ]
    return tuple(argument.arg for argument in [*needed, *keyword])


def unwrapped(value: ast.expr) -> ast.expr:
    """``Net(8)`` of ``Net(8).eval().to("cpu")``."""
    while (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Attribute)
        and value.func.attr in _FLUENT
        and isinstance(value.func.value, (ast.Call, ast.Name, ast.Attribute))
    ):
        value = value.func.value
    return value
