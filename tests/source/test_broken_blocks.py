"""What is half typed costs the block it stands in, and no other."""

from __future__ import annotations

import pytest

from preflight_analyzers.source.blocks import cut

FILE = '''\
"""A model."""
import torch

WIDTH = 8


@decorated
class Net(torch.nn.Module):
    """Doc, don't stop here."""

    scale = 2

    def __init__(self, width=WIDTH):
        """Make it."""
        super().__init__()
        self.conv = torch.nn.Conv2d(3, width, kernel_size=3)

    @property
    def area(self):
        return self.scale ** 2

    def forward(self, x):
        """Run.

        Text with a (bracket, it's open.
        """
        x = self.conv(x)
        return x[:, 0]


LIMIT = [
    1,
]


def helper(a):
    """Help."""
    return {"a": a}


model = Net()
'''


def broken(old: str, new: str) -> list[str]:
    """The lines that begin the blocks of FILE which an edit takes away."""
    assert FILE.count(old) == 1
    edited = FILE.replace(old, new)
    after = cut(edited)
    assert "".join(block.text for block in after) == edited
    kept = {block.text for block in after}
    return [block.text.strip().splitlines()[0] for block in cut(FILE) if block.text not in kept]


@pytest.mark.parametrize(
    ("old", "new", "cost"),
    [
        # open brackets
        ("x = self.conv(x)", "x = self.conv(", ["def forward(self, x):"]),
        ("x = self.conv(x)", "x = self.conv(x\n        y = (", ["def forward(self, x):"]),
        ("width, kernel_size=3)", "width, kernel_size=[3", ["def __init__(self, width=WIDTH):"]),
        ("scale = 2", "scale = (2", ["scale = 2"]),
        ("WIDTH = 8", "WIDTH = max(", ["WIDTH = 8"]),
        ("    1,\n]\n", "    1,\n", ["LIMIT = ["]),
        ("model = Net()", "model = Net(", ["model = Net()"]),
        ("@decorated", "@decorated(", ["@decorated"]),
        ("class Net(torch.nn.Module):", "class Net(torch.nn.Module", ["@decorated"]),
        ("class Net(torch.nn.Module):", "class Net(torch.nn.Module)", ["@decorated"]),
        ("import torch\n", "from torch import (\n", ["import torch"]),
        # closing ones too many
        ("x = self.conv(x)", "x = self.conv(x))", ["def forward(self, x):"]),
        # open quotes
        ("x = self.conv(x)", 'x = "self.conv(x)', ["def forward(self, x):"]),
        ("x = self.conv(x)", "x = f('", ["def forward(self, x):"]),
        ("WIDTH = 8", 'WIDTH = f"{', ["WIDTH = 8"]),
        ("return self.scale ** 2", '"""\n        return self.scale ** 2', ["@property"]),
        ('"""Make it."""', '"""Make it.', ["def __init__(self, width=WIDTH):"]),
        ('    """Help."""', '    """Help."', ["def helper(a):"]),
        ("WIDTH = 8", '"""\nWIDTH = 8', ["WIDTH = 8"]),
        # halves of statements
        ("def forward(self, x):", "def forward(self, x", ["def forward(self, x):"]),
        ("def forward(self, x):", "def forward(", ["def forward(self, x):"]),
        ("def forward(self, x):", "def ", ["def forward(self, x):"]),
        ("    scale = 2\n", "    scale = 2\n\n    def \n", []),
        ("    scale = 2\n", "    scale = 2\n\n    def f(self\n", []),
        ("    scale = 2\n", "    scale = 2\n\n    @\n", []),
        ("def helper(a):", "def helper(a", ["def helper(a):"]),
        ("return x[:, 0]", "return x[", ["def forward(self, x):"]),
        ("return x[:, 0]", "return x[\n        for", ["def forward(self, x):"]),
        ("return x[:, 0]", "if x", ["def forward(self, x):"]),
        # wrong indentation
        ("        super()", "      super()", ["def __init__(self, width=WIDTH):"]),
        ("        x = self.conv(x)", "       x = self.conv(x)", ["def forward(self, x):"]),
        ("        x = self.conv(x)", "            x = self.conv(x)", ["def forward(self, x):"]),
    ],
)
def test_an_edit_costs_its_own_block(old: str, new: str, cost: list[str]) -> None:
    assert broken(old, new) == cost


def test_a_statement_after_an_open_bracket_stands_alone() -> None:
    assert [block.text for block in cut("x = [\ny = 2\nz = f(\n3)\ndef g(): pass\n")] == [
        "x = [\n",
        "y = 2\n",
        "z = f(\n",
        "3)\n",
        "def g(): pass\n",
    ]


def test_a_file_of_open_brackets_is_cut_in_linear_time() -> None:
    # Each open bracket sends the cutter back to the line after it; once for all, not once for each.
    assert len(cut("x = (\n" * 20_000)) == 20_000
    assert len(cut("def f(\n" * 20_000)) == 20_000


def test_a_member_too_far_right_keeps_the_members_after_it() -> None:
    blocks = cut("class A:\n      x = 1\n    def f(self): pass\n    y = 1\n")
    assert [(block.text, block.owner) for block in blocks[1:]] == [
        ("      x = 1\n", 0),
        ("    def f(self): pass\n", 0),
        ("    y = 1\n", 0),
    ]


def test_a_decorator_without_definition_is_a_block() -> None:
    assert [block.text for block in cut("@a\nx = 1\n@b")] == ["@a\n", "x = 1\n", "@b"]


def test_code_in_a_valid_string_is_no_sign_of_an_open_quote() -> None:
    template = 'TEMPLATE = """\ndef f():\n    pass\n"""\n'
    methods = 'def g():\n    """Doc."""\n    x = """\n'
    later = 'def h():\n    """Doc, don\'t."""\n'
    assert [block.text for block in cut(template + methods + later)] == [template, methods, later]
