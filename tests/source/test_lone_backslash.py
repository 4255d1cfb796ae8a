"""A backslash alone on the line before a statement: valid Python that libcst would lose."""

from __future__ import annotations

import pytest

from preflight_analyzers.check import check_source

_HEAD = "import coremltools as ct\nimport numpy as np\nimport torch\n"


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("m = ct.convert(p)\n\\\nm = ct.convert(p, convert_to='mlprogram')\n", 6, 19),
        (
            "class N(torch.nn.Module):\n    def forward(self, x):\n"
            "        \\\n        return x + np.exp(x)\n",
            7,
            20,
        ),
        (
            "class N(torch.nn.Module):\n    def forward(self, x):\n"
            "        y = x + \\\n  \\\n  np.exp(x)\n        return y\n",
            8,
            3,
        ),
    ],
)
def test_findings_stand_where_the_code_does(text: str, line: int, column: int, newline: str) -> None:
    source = (_HEAD + text).replace("\n", newline)
    compile(source, "m.py", "exec")
    (finding,) = check_source(source).findings
    assert finding.range.start == (line, column)
