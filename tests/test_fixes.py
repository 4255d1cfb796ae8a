"""Applying fixes to text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preflight_analyzers.findings import Edit, Fix, Position, Range
from preflight_analyzers.fixes import apply_fixes, compatible_fixes


def edit(start: tuple[int, int], end: tuple[int, int], text: str) -> Edit:
    return Edit(Range(Position(*start), Position(*end)), text)


def fix(*edits: Edit) -> Fix:
    return Fix("a fix", edits)


def test_nothing_to_do_leaves_the_text_alone() -> None:
    assert apply_fixes("a\r\nb\n", []) == "a\r\nb\n"


def test_an_edit_replaces_its_range_only() -> None:
    assert apply_fixes("y = np.sqrt(x)\n", [fix(edit((1, 5), (1, 7), "torch"))]) == "y = torch.sqrt(x)\n"


def test_columns_are_code_points() -> None:
    assert (
        apply_fixes("'\U0001f600' + np\n", [fix(edit((1, 7), (1, 9), "torch"))]) == "'\U0001f600' + torch\n"
    )


def test_one_fix_edits_several_places_whatever_their_order() -> None:
    text = "a\nb\nc\n"
    assert apply_fixes(text, [fix(edit((3, 1), (3, 2), "C"), edit((1, 1), (1, 2), "A"))]) == "A\nb\nC\n"


def test_several_insertions_of_one_fix_at_one_place_keep_their_order() -> None:
    assert apply_fixes("f()", [fix(edit((1, 3), (1, 3), "a"), edit((1, 3), (1, 3), ", b"))]) == "f(a, b)"


def test_insertion_right_before_a_replacement_of_the_same_fix() -> None:
    assert apply_fixes("ab", [fix(edit((1, 1), (1, 2), "X"), edit((1, 1), (1, 1), "+"))]) == "+Xb"


def test_of_two_overlapping_fixes_the_first_is_applied() -> None:
    first = fix(edit((1, 1), (1, 4), "X"))
    second = fix(edit((1, 3), (1, 5), "Y"), edit((1, 6), (1, 7), "Z"))
    assert apply_fixes("abcdefg", [first, second]) == "Xdefg"
    assert apply_fixes("abcdefg", [second, first]) == "abYeZg"


def test_two_fixes_that_insert_at_one_place_collide() -> None:
    import_torch = fix(edit((1, 1), (1, 1), "import torch\n"))
    assert compatible_fixes([import_torch, import_torch]) == [import_torch]


def test_adjacent_edits_do_not_collide() -> None:
    both = [fix(edit((1, 1), (1, 2), "")), fix(edit((1, 2), (1, 3), ""))]
    assert apply_fixes("abc", both) == "c"


def test_an_insertion_inside_a_replaced_range_collides() -> None:
    assert apply_fixes("abc", [fix(edit((1, 1), (1, 4), "X")), fix(edit((1, 2), (1, 2), "Y"))]) == "X"


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_inserted_lines_end_as_those_of_the_file(newline: str) -> None:
    text = f"a{newline}b{newline}"
    assert (
        apply_fixes(text, [fix(edit((2, 1), (2, 1), "x\ny\r\n"))])
        == f"a{newline}x{newline}y{newline}b{newline}"
    )


def test_form_feeds_and_unicode_line_separators_are_no_line_breaks() -> None:
    assert apply_fixes("a\x0cb\u2028c\nd", [fix(edit((2, 1), (2, 2), "D"))]) == "a\x0cb\u2028c\nD"


def test_an_edit_may_reach_the_very_end() -> None:
    assert apply_fixes("a", [fix(edit((1, 2), (1, 2), "b"))]) == "ab"
    assert apply_fixes("a\n", [fix(edit((2, 1), (2, 1), "b"))]) == "a\nb"


@pytest.mark.parametrize("position", [(0, 1), (1, 0), (1, 9), (9, 1)])
def test_an_edit_outside_the_text_is_an_error(position: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="outside"):
        apply_fixes("abc\n", [fix(edit(position, position, "x"))])


def test_a_fix_whose_own_edits_overlap_is_an_error() -> None:
    with pytest.raises(ValueError, match="'a fix' overlap"):
        compatible_fixes([fix(edit((1, 1), (1, 3), ""), edit((1, 2), (1, 4), ""))])


@given(st.text(alphabet="ab\n\r", max_size=30), st.data())
def test_deleting_and_inserting_again_gives_the_text_back(text: str, data: st.DataObject) -> None:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    line = data.draw(st.integers(1, len(lines)))
    start = data.draw(st.integers(1, len(lines[line - 1]) + 1))
    end = data.draw(st.integers(start, len(lines[line - 1]) + 1))
    same = lines[line - 1][start - 1 : end - 1]
    assert apply_fixes(text, [fix(edit((line, start), (line, end), same))]) == text
