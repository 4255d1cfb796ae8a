"""Patterns as in .gitignore mean what pathspec says, though it is seldom asked."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec

from preflight_analyzers.ignore_patterns import IgnorePatterns, NoPattern, compiled

ROOT = os.path.abspath(os.sep + "project")

#: Short names of few letters, so that patterns match.
NAMES = st.text("ab.-", min_size=1, max_size=3).filter(lambda name: name not in (".", ".."))
PIECES = st.one_of(
    NAMES,
    st.lists(
        st.sampled_from(["a", "b", ".", "-", "*", "?", "[ab]", "[!a]", "[^-]", "[]a]", "[[:alpha:]]", "\\a"])
    )
    .map("".join)
    .filter(bool),
    st.sampled_from(["*", "**", "***", "a*", "*a", "a**b", "[", "a[", "]", " a", "a ", "\\#", "#a", "\\ "]),
)
LINES = st.builds(
    lambda negation, start, pieces, end: negation + start + "/".join(pieces) + end,
    st.sampled_from(["", "!"]),
    st.sampled_from(["", "/"]),
    st.lists(PIECES, min_size=1, max_size=3),
    st.sampled_from(["", "/", "//", " ", "/ "]),
)


def are_patterns(lines: list[str]) -> bool:
    try:
        compiled(lines)
    except NoPattern:
        return False
    return True


@pytest.mark.filterwarnings("ignore:Possible nested set")
@given(st.lists(LINES, min_size=1, max_size=4).filter(are_patterns), st.lists(NAMES, min_size=1, max_size=3))
def test_every_path_is_told_as_pathspec_tells_it(lines: list[str], names: list[str]) -> None:
    patterns, spec = IgnorePatterns(ROOT, lines), GitIgnoreSpec.from_lines(lines)
    for is_folder in (True, False):
        path = "/".join(names) + "/" * is_folder
        folder = os.path.join(ROOT, *names[:-1])
        assert patterns.verdict(folder, names[-1], is_folder) == spec.check_file(path).include


def test_pathspec_is_not_imported_for_what_no_pattern_can_match() -> None:
    program = (
        "import sys\n"
        "from preflight_analyzers.ignore_patterns import IgnorePatterns\n"
        f"patterns = IgnorePatterns({ROOT!r}, ['build/', '*.py[cod]', '/docs/_build', 'a/**/z'])\n"
        "def ask(name, is_folder): return patterns.verdict(sys.argv[1], name, is_folder)\n"
        "assert (ask('net.py', False), ask('docs', True)) == (None, None)\n"
        "assert 'pathspec' not in sys.modules\n"
        "assert (ask('net.pyc', False), ask('build', True), ask('build', False)) == (True, True, None)\n"
    )
    subprocess.run([sys.executable, "-c", program, os.path.join(ROOT, "sub")], check=True)


def test_a_line_that_is_no_pattern_spoils_no_other() -> None:
    assert IgnorePatterns(ROOT, ["!!!/", "a[z-a].py", "b.py"]).verdict(ROOT, "b.py", False)


def test_nothing_is_said_of_other_folders() -> None:
    patterns = IgnorePatterns(ROOT, ["*"])
    assert patterns.verdict(ROOT, "a", True)
    assert patterns.verdict(os.path.dirname(ROOT), os.path.basename(ROOT), True) is None
    assert patterns.verdict(ROOT + "-other", "a", True) is None
