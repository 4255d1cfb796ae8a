"""Knowledge as sentences, for the ``ops`` command and for hovers."""

from __future__ import annotations

from .composites import composite
from .conditions import Atom, Condition
from .mil import MilOp
from .nn_builder import BuilderMethod
from .reader import ApiStatus, Knowledge


def verdict(status: ApiStatus, newer: str | None = None) -> str:
    """One line: whether the API converts by trace, and if not, why and what does.

    ``newer`` is the version from which it does, as :meth:`Knowledge.converts_from` knows it.

    >>> verdict(load("9.0").api("torch.special.bessel_j0"))
    'cannot be converted: no converter for aten::special_bessel_j0'
    """
    if status.outcome == "always":
        return "converts"
    if status.emits_always_missing:
        line = f"cannot be converted: no converter for {', '.join(status.missing)}"
    elif status.outcome == "never":
        line = f"cannot be converted: {_message(status.error)}"
    elif status.outcome == "untested":
        return "not tried" if status.error is None else f"could not be tried: {_message(status.error)}"
    elif status.missing:
        line = f"depends on how it is called: no converter for {', '.join(status.missing)}"
    else:
        line = "depends on how it is called" + (f": {_message(status.error)}" if status.error else "")
    return line + _way_out(status, newer)


def condition_line(condition: Condition) -> str:
    """What a call must not be: ``not with mode='bicubic'``."""
    line = f"not with {circumstances(condition)}"
    return f"{line} (but for the target iOS18)" if condition.newer_target else line


def circumstances(condition: Condition) -> str:
    """What makes a call fail, as it follows "with": ``dilation=2 and input of rank 3``."""
    return " and ".join(_circumstance(atom) for atom in condition.atoms)


def _circumstance(atom: Atom) -> str:
    name, _, aspect = atom.fact.lstrip("*").partition(".")
    value = atom.value
    if atom.fact == "any.complex":
        return "complex numbers" if value is True else "real numbers"
    if atom.fact == "dtypes":
        return f"tensors of type {value}" if atom.relation == "=" else f"tensors other than {value}"
    if name == "results":
        return "a result after the first used" if value is True else "only the first result used"
    if aspect in _BESIDE_RANK:
        return _BESIDE_RANK[aspect].format(name, _number(atom, "").removeprefix("of  "))
    if name == "ranks":
        alike = "the same rank" if value else "different ranks"
        return f"tensors of {alike}" if aspect == "same" else f"tensors {_number(atom, 'rank')}"
    if not aspect:
        if isinstance(value, list | tuple):
            value = tuple(value)
        return f"{name}={value!r}" if atom.relation == "=" else f"{name} other than {value!r}"
    if aspect in ("min", "max"):
        return {">=": f"{name} of at least {value}", "<=": f"{name} of at most {value}"}.get(
            atom.relation, f"{name}={value!r}"
        )
    if aspect in ("rank", "len"):
        return f"{name} {_number(atom, {'rank': 'rank', 'len': 'length'}[aspect])}"
    if aspect == "const":
        return f"a constant {name}" if value else f"{name} computed from the input"
    if aspect == "type" and value == "absent":
        return f"no {name}" if atom.relation == "=" else f"{name} given"
    if aspect == "dots":
        return f"'...' in {name}" if value else f"no '...' in {name}"
    if aspect == "like":
        return f"{name} of the same shape" if value else f"{name} of another shape"
    if aspect == "computed":
        return f"a number in {name} that is computed" if value else f"no computed number in {name}"
    if aspect == "complex":
        return f"a complex {name}" if value else f"a {name} that isn't complex"
    if aspect == "empty":
        return f"an empty {name}" if value else f"{name} that isn't empty"
    if aspect == "type":
        return f"{name} given as {value}" if atom.relation == "=" else f"{name} not given as {value}"
    said = "of" if atom.relation == "=" else "of another than"
    return f"{name} {said} {_ASPECTS.get(aspect, aspect)} {value}"


_BESIDE_RANK = {
    "axis": "{} at axis {}",
    "axis-rank": "{} at axis {} from the last",
    "len-rank": "{} as long as the rank and {}",
    "rank-rank": "{} of a rank that differs by {}",
}
_ASPECTS = {"kinds": "the form", "dtype": "dtype"}


def _number(atom: Atom, what: str) -> str:
    said = {">=": f"{atom.value} or more", "<=": f"{atom.value} or less", "!=": f"other than {atom.value}"}
    return f"of {what} {said.get(atom.relation, atom.value)}"


def mil_lines(op: MilOp) -> list[str]:
    """A line per variant: ``iOS16 topk(x: fp16|fp32|int32, k?: int32 const, ...)``."""
    lines = []
    for variant in op.variants:
        parameters = ", ".join(
            f"{parameter.name}{'?' * parameter.optional}"
            + (f": {'|'.join(parameter.types)}" if parameter.types else "")
            + " const" * parameter.const
            for parameter in variant.parameters
        )
        lines.append(f"{variant.opset} {op.name}({parameters})")
    return lines


def builder_line(method: BuilderMethod) -> str:
    """The call: ``add_unary(name, input_name, output_name, mode, alpha=1.0, ...)``."""
    parameters = (
        parameter.name if parameter.default is None else f"{parameter.name}={parameter.default}"
        for parameter in method.parameters
    )
    return f"{method.name}({', '.join(parameters)})"


def condition_lines(knowledge: Knowledge, qualified_name: str) -> list[str]:
    """A line for each way of calling the API that is known to fail."""
    known = knowledge.conditions(qualified_name)
    return [] if known is None else [condition_line(condition) for condition in known.conditions]


def hover_text(knowledge: Knowledge, qualified_name: str) -> str | None:
    """Markdown about one API, MIL op (``mb.topk``) or builder method; None where nothing is known."""
    source = f"coremltools {knowledge.version}"
    head, _, name = qualified_name.rpartition(".")
    if head == "mb" and name in knowledge.mil_ops:
        lines = "\n".join(mil_lines(knowledge.mil_ops[name]))
        return f"**mb.{name}** ({source})\n\n```\n{lines}\n```"
    if head.endswith("NeuralNetworkBuilder") and name in knowledge.builder_methods:
        return f"**{name}** ({source})\n\n```python\n{builder_line(knowledge.builder_methods[name])}\n```"
    status = knowledge.api(qualified_name)
    if status is None:
        return None
    newer = knowledge.converts_from(qualified_name)
    parts = [f"**{qualified_name}**: {verdict(status, newer)} ({source}, by trace)"]
    parts += [f"- {line}" for line in condition_lines(knowledge, qualified_name)]
    for source in filter(None, map(composite, status.missing if newer is None else ())):
        parts.append(f"\nA converter of one's own:\n\n```python\n{source.rstrip()}\n```")
    return "\n".join([parts[0], "", *parts[1:]]).rstrip()


def _way_out(status: ApiStatus, newer: str | None) -> str:
    if status.outcome == "never" and newer is not None:
        return f"; converts from coremltools {newer}"
    if status.alternative:
        return f"; instead: {status.alternative}"
    if status.export == "always":
        return "; converts with torch.export"
    if status.export_decomposed == "always":
        return "; converts with torch.export and run_decompositions()"
    return ""


def _message(error: str | None) -> str:
    """The converter's words without the exception's name."""
    if not error:
        return "the converter fails"
    kind, _, words = error.partition(": ")
    return words.strip() or f"the converter raises {kind.rstrip(':')}"
