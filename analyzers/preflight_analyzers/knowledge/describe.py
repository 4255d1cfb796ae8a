"""Knowledge as sentences, for the ``ops`` command and for hovers."""

from __future__ import annotations

from .composites import composite
from .mil import MilOp
from .nn_builder import BuilderMethod
from .reader import ApiStatus, ArgumentLimit, Knowledge


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


def limit_line(limit: ArgumentLimit) -> str:
    """What an argument must not be: ``mode must not be "bicubic"``."""
    values = ", ".join(repr(value) for value in limit.values)
    if limit.match == "containing":
        return f"{limit.parameter} must not contain {values}"
    if limit.match == "any-but":
        return f"{limit.parameter} must be {values}" if values else f"{limit.parameter} must not be given"
    return f"{limit.parameter} must not be {values}"


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
    parts += [f"- `{limit_line(limit)}`" for limit in knowledge.argument_limits(qualified_name)]
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
