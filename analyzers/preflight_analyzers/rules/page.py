"""A rule's page for people: what ``coreml-preflight rule`` prints and an editor opens.

The pages in ``pages/`` ship with the package; ``python -m preflight_analyzers.rules.page`` writes them anew.
"""

from __future__ import annotations

from pathlib import Path

from preflight_analyzers.rules.registry import RuleInfo, all_rules

PAGES = Path(__file__).parent / "pages"


def page(rule: RuleInfo) -> str:
    """The rule's page in Markdown."""
    severity = rule.consequence.default_severity.value
    facts = [f"Consequence: `{rule.consequence.value}` ({severity})."]
    if rule.fixable:
        facts.append("Some findings can be fixed with `--fix`.")
    if rule.opt_in:
        facts.append(f"Only on request: `--extend-select {rule.code}`.")
    parts = [f"# {rule.name} ({rule.code})", rule.summary, " ".join(facts), rule.explanation]
    for title, code in (("Example", rule.bad), ("Use instead", rule.good)):
        if code.strip():
            parts.append(f"## {title}\n\n```python\n{code.strip()}\n```")
    return "\n\n".join(part.strip() for part in parts if part.strip()) + "\n"


def write_pages() -> None:
    """One file a rule, and none of rules that are gone."""
    PAGES.mkdir(exist_ok=True)
    for old in PAGES.glob("*.md"):
        old.unlink()
    for rule in all_rules():
        (PAGES / f"{rule.code}.md").write_text(page(rule), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write_pages()
