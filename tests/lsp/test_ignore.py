from __future__ import annotations

import io
import tokenize

import pytest

from preflight_analyzers.findings import Fix
from preflight_analyzers.fixes import apply_fixes
from preflight_server.lsp.ignore import ignore_edit


def ignored(text: str, line: int, code: str = "CML201") -> str | None:
    edit = ignore_edit(text, line, code)
    return edit and apply_fixes(text, [Fix("ignore", (edit,))])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = f(a)\n", "x = f(a)  # noqa: CML201\n"),
        ("x = f(a)", "x = f(a)  # noqa: CML201"),
        ("x = f(a)   \r\n", "x = f(a)  # noqa: CML201\r\n"),
        ("x = f(a)  # why\n", "x = f(a)  # why  # noqa: CML201\n"),
        ("x = f(a)  # noqa: E501\n", "x = f(a)  # noqa: E501, CML201\n"),
        ("x = f(a)  #NOQA:E501,W291 because\n", "x = f(a)  #NOQA:E501,W291, CML201 because\n"),
        ("x = f(a)  # noqa: CML101 # why\n", "x = f(a)  # noqa: CML101, CML201 # why\n"),
        ("x = f(a)  # preflight: ignore[CML101]\n", "x = f(a)  # preflight: ignore[CML101, CML201]\n"),
        ('x = f("# noqa: E501")\n', 'x = f("# noqa: E501")  # noqa: CML201\n'),
        ("x = f(\U0001f600)\n", "x = f(\U0001f600)  # noqa: CML201\n"),
        ("x = f(  # first\n    a)\n", "x = f(  # first  # noqa: CML201\n    a)\n"),
    ],
)
def test_adds_the_code_to_the_line(before: str, after: str) -> None:
    assert ignored(before, 1) == after


@pytest.mark.parametrize(
    "text",
    [
        "x = f(a) + \\\n    b\n",
        'x = f(a, """one\ntwo""")\n',
        "x = f(a, '''one # noqa: E501\ntwo''')\n",
    ],
)
def test_leaves_alone_a_line_that_takes_no_comment(text: str) -> None:
    assert ignored(text, 1) is None


def test_the_last_line_of_a_string_takes_a_comment() -> None:
    assert ignored('x = """\n"""\n', 2) == 'x = """\n"""  # noqa: CML201\n'


def test_what_is_added_is_a_comment_for_python() -> None:
    text = 'def f(x):\n    return g(x)  # why\n\n\ns = "#"\n'
    for line in (1, 2, 5):
        changed = ignored(text, line)
        assert changed is not None
        tokens = list(tokenize.generate_tokens(io.StringIO(changed).readline))
        comments = [token for token in tokens if token.type == tokenize.COMMENT and "CML201" in token.string]
        assert [token.start[0] for token in comments] == [line]
        assert [token.type for token in tokens if token.type == tokenize.STRING] == [tokenize.STRING]
