"""Which comments silence what, and which of them are needed by nothing."""

from __future__ import annotations

import pytest

from preflight_analyzers.findings import Position, Range
from preflight_analyzers.source.suppressions import find_suppressions

CODE, NAME = "CML201", "unsupported-torch-op"


@pytest.mark.parametrize(
    "comment",
    [
        "# noqa",
        "#noqa",
        "# NOQA",
        "# why  # noqa",
        "# noqa: CML201",
        "# noqa:CML201",
        "# noqa : cml201",
        "# noqa: CML2",
        "# noqa: CML",
        "# noqa: E501, CML201",
        "# noqa: E501 CML201",
        "# noqa: CML201 because it is meant so",
        "# noqa: unsupported-torch-op",
        "# type: ignore # noqa: CML201 # more",
        "# preflight: ignore",
        "# preflight:ignore",
        "# preflight: ignore[CML201]",
        "# preflight: ignore[CML101, CML2]",
        "# preflight: ignore [unsupported-torch-op]",
        "# preflight: ignore-file",
        "# preflight: ignore-file[CML201]",
    ],
)
def test_silences(comment: str) -> None:
    assert find_suppressions(f"x = f(  {comment}\n1)\n").covers(CODE, NAME, 1, 1)


@pytest.mark.parametrize(
    "comment",
    [
        "# noqa: CML202",
        "# noqa: CML20100",
        "# noqa: E501",
        "# noqa: because",
        "# noqas",
        "# no noqa",
        "# preflight: ignore[CML1]",
        "# preflight: ignored",
        "# preflight: ignore-files",
        "# preflight: ignore-file[CML3]",
        "'# noqa'",
        "'''\n# preflight: ignore-file\n'''",
        "f'# noqa'",
    ],
)
def test_does_not_silence(comment: str) -> None:
    assert not find_suppressions(f"x = f(  {comment}\n)\n").covers(CODE, NAME, 1, 1)


def test_the_line_and_the_first_line_of_the_statement_count() -> None:
    text = "x = f(  # noqa: CML201\n    1,\n    2,  # noqa: CML202\n)\n"
    suppressions = find_suppressions(text)
    assert suppressions.covers("CML201", "a", 2, 1)
    assert suppressions.covers("CML202", "b", 3, 1)
    assert not suppressions.covers("CML202", "b", 2, 1)
    assert not suppressions.covers("CML201", "a", 4, 4)


def test_a_file_directive_counts_anywhere() -> None:
    suppressions = find_suppressions("x\n\n# preflight: ignore-file[CML2]\n")
    assert suppressions.covers("CML201", "a", 1, 1)
    assert not suppressions.covers("CML301", "a", 3, 3)


def unused(text: str, *findings: tuple[str, int]) -> list[tuple[int, tuple[str, ...]]]:
    suppressions = find_suppressions(text)
    for code, line in findings:
        suppressions.covers(code, "some-name", line, line)
    return [(suppression.line, suppression.codes) for suppression in suppressions.unused()]


def test_unused() -> None:
    assert unused("x # noqa: CML201\n") == [(1, ("CML201",))]
    assert unused("x # noqa: CML201\n", ("CML201", 1)) == []
    assert unused("x # noqa: CML201\n", ("CML202", 1), ("CML201", 2)) == [(1, ("CML201",))]
    assert unused("x # noqa: CML201, CML202\n", ("CML201", 1)) == [(1, ("CML202",))]
    assert unused("x # noqa: E501, CML201\n") == [(1, ("CML201",))]
    assert unused("x # noqa: CML2, CML201\n", ("CML201", 1)) == []
    assert unused("x # preflight: ignore\n") == [(1, ())]
    assert unused("x # preflight: ignore\n", ("CML201", 1)) == []
    assert unused("x # preflight: ignore[some-name, other-name]\n", ("CML201", 1)) == [(1, ("other-name",))]
    assert unused("\n# preflight: ignore-file[CML1]\n", ("CML201", 1)) == [(2, ("CML1",))]


def test_what_may_serve_other_tools_is_never_unused() -> None:
    assert unused("x # noqa\ny # noqa: E501\nz # noqa: some-rule\n") == []


def test_the_place_of_a_directive() -> None:
    for line_break in ("\n", "\r\n", "\r"):
        text = '"""\n𝒳"""\n\ts = "𝒳" # why  # noqa: CML201, E501 since 𝒳\n'.replace("\n", line_break)
        (suppression,) = find_suppressions(text).unused()
        assert suppression.range == Range(Position(3, 17), Position(3, 37))
