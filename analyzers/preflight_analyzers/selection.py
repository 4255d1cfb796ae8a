"""Which rules count, and how much: ``--select``, ``--ignore``, ``--severity`` and their settings."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from functools import partial
from typing import NamedTuple

from preflight_analyzers.discovery import matches
from preflight_analyzers.findings import Finding, Severity
from preflight_analyzers.rules import names
from preflight_analyzers.settings import Settings

#: The rules that ``neural-engine = true`` adds.
NEURAL_ENGINE = "CML6"


class Selection(NamedTuple):
    """Selectors are codes (``CML201``), prefixes (``CML2``), rule names or ``ALL``.

    The more exact selector wins, so ``select CML201, ignore CML2`` keeps CML201; between two that
    are equally exact, ``ignore`` wins.
    """

    #: Empty: every rule but the opt-in ones.
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severities: Mapping[str, Severity] = {}
    #: Added to what ``select`` (or its default) takes.
    extend_select: tuple[str, ...] = ()

    def keeps(self, code: str) -> bool:
        """Whether findings of this rule are reported. ``code`` may be a rule name, too."""
        called = _names_of(code)
        if self.select:
            taken = _exactness(self.select, called)
        else:
            taken = 0 if _is_opt_in(code) else 1
        return max(taken, _exactness(self.extend_select, called)) > _exactness(self.ignore, called)

    def severity_of(self, finding: Finding) -> Severity:
        """The finding's own severity, unless the user has given its rule another."""
        if not self.severities:
            return finding.severity
        called = (finding.code, finding.name)
        best = max(self.severities, key=lambda selector: _exactness((selector,), called))
        return self.severities[best] if _exactness((best,), called) else finding.severity


class Wishes(NamedTuple):
    """What someone says at the moment, on the command line or in an editor; it goes before the settings.

    Selectors are as they were written.
    """

    #: None: nothing said.
    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    #: Selector to severity; None stands for "off".
    severity: Mapping[str, Severity | None] = {}


def selection_for(path: str, settings: Settings, wishes: Wishes) -> Selection:
    """The selection that holds for one file.

    ``wishes.select`` replaces what the settings select and ignore; the other wishes add to the settings.
    Raises UnknownRule (for one of the settings naming file and key) and InvalidSettings.
    """

    def setting(key: str, selectors: Iterable[str]) -> tuple[str, ...]:
        try:
            return parse_selectors(selectors)
        except UnknownRule as error:
            where = os.path.join(settings.root or "", "pyproject.toml")
            raise UnknownRule(f"{where}: tool.coreml-preflight.{key}: {error}") from None

    hints = (NEURAL_ENGINE,) if settings.neural_engine else ()
    if wishes.select is None:
        select = setting("select", settings.select or ())
        extend_select = setting("extend-select", settings.extend_select) + hints
        ignore = setting("ignore", settings.ignore)
    else:
        select, extend_select, ignore = parse_selectors(wishes.select), (), ()
    extend_select += parse_selectors(wishes.extend_select)
    ignore += parse_selectors(wishes.ignore)
    severities: dict[str, Severity] = {}
    for levels, parse in (
        (settings.severity, partial(setting, "severity")),
        (wishes.severity, parse_selectors),
    ):
        for written, level in levels.items():
            for selector in parse([written]):
                if level is None:
                    ignore += (selector,)
                else:
                    severities[selector] = level
    for pattern, written_here in settings.per_file_ignores.items():
        if matches(pattern, path, settings.root):
            # By their codes, so that no more exact selector is stronger.
            ignore += _codes_of(setting(f"per-file-ignores.{pattern}", written_here))
    return Selection(select, ignore, severities, extend_select)


class UnknownRule(ValueError):
    """A selector that names no rule; the text says which, and what may have been meant."""


def parse_selectors(selectors: Iterable[str]) -> tuple[str, ...]:
    """Selectors as people write them (any case, comma separated) in the form ``Selection`` takes.

    Raises UnknownRule for one that matches no rule.
    """
    wanted = [part.strip() for given in selectors for part in given.split(",") if part.strip()]
    if not wanted:
        return ()
    codes = [rule.code for rule in names.RULE_NAMES]
    known_names = [rule.name for rule in names.RULE_NAMES]
    parsed: list[str] = []
    for selector in wanted:
        code = selector.upper()
        if code == "ALL" or any(known.startswith(code) for known in codes):
            parsed.append(code)
        elif selector.lower() in known_names:
            parsed.append(selector.lower())
        else:
            raise UnknownRule(f"unknown rule {selector!r}{_suggestion(selector, [*codes, *known_names])}")
    return tuple(parsed)


def _codes_of(selectors: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(rule.code for rule in names.RULE_NAMES if _exactness(selectors, (rule.code, rule.name)))


def _suggestion(selector: str, known: list[str]) -> str:
    from difflib import get_close_matches

    by_lower = {name.lower(): name for name in known}
    near = [by_lower[match] for match in get_close_matches(selector.lower(), by_lower, 3, 0.7)]
    if not near:
        return " (`coreml-preflight rule` lists all)"
    return f" (did you mean {' or '.join(near)}?)"


def _exactness(selectors: Iterable[str], called: tuple[str, ...]) -> int:
    """How exactly the best selector names the rule: 0 not at all, 1 ALL, else the code's length."""
    code = called[0]
    best = 0
    for selector in selectors:
        if selector == "ALL":
            best = max(best, 1)
        elif selector in called:
            best = max(best, len(code))
        elif code.startswith(selector):
            best = max(best, len(selector))
    return best


def _names_of(code_or_name: str) -> tuple[str, ...]:
    rule = names.find_name(code_or_name)
    return (rule.code, rule.name) if rule else (code_or_name,)


def _is_opt_in(code_or_name: str) -> bool:
    rule = names.find_name(code_or_name)
    return rule is not None and rule.opt_in
