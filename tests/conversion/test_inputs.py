from __future__ import annotations

import pytest

from preflight_server.conversion.inputs import InputSpec, parse_input


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("x=1,3,224,224", InputSpec("x", (1, 3, 224, 224))),
        ("1,3,224,224", InputSpec(None, (1, 3, 224, 224))),
        ("ids=1,16:int32", InputSpec("ids", (1, 16), "int32")),
        ("x = 1, 3", InputSpec("x", (1, 3))),
        ("x=(1, 3):torch.float16", InputSpec("x", (1, 3), "float16")),
        ("x=1x3x8", InputSpec("x", (1, 3, 8))),
        ("x=5,", InputSpec("x", (5,))),
        ("x=()", InputSpec("x", ())),
    ],
)
def test_shapes_are_read_as_people_write_them(text: str, spec: InputSpec) -> None:
    assert parse_input(text) == spec
    assert parse_input(str(spec)) == spec


@pytest.mark.parametrize(
    "text", ["", "x", "x=", "x=1,,2", "x=1,-2", "x=1,0", "x=1,2:complex64", "1a=1,2", "x=1.5"]
)
def test_anything_else_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(ValueError, match=r"^input ") as error:
        parse_input(text)
    assert "\n" not in str(error.value)
