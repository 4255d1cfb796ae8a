"""What is kept between two checks of a text that is being edited never shows."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

from preflight_analyzers.check import Checker, CheckOptions, check_source
from preflight_analyzers.meaning.project import Project
from preflight_analyzers.selection import Selection

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))
from replay import EVERYTHING, edited

MISTAKES = Path(__file__).parents[1] / "examples" / "mistakes"
FILES = sorted(MISTAKES.glob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_edit_is_answered_as_by_a_fresh_check(path: Path) -> None:
    chosen = random.Random(path.name)
    text = original = path.read_text(encoding="utf-8")
    checker = Checker(Project())
    for _ in range(60):
        text = edited(text, original, chosen)
        again = checker.check(text, str(path), CheckOptions(), EVERYTHING)
        fresh = check_source(text, str(path), CheckOptions(), EVERYTHING, Project())
        assert (again.findings, again.modules) == (fresh.findings, fresh.modules), text


def test_another_file_that_changes_is_read_again(tmp_path: Path) -> None:
    helper, net = tmp_path / "helper.py", tmp_path / "net.py"
    helper.write_text("import torch\ndef f(x):\n    return torch.special.bessel_j0(x)\n")
    text = (
        "from torch import nn\nfrom helper import f\nclass Net(nn.Module):\n"
        "    def forward(self, x):\n        return f(x)\n"
    )
    checker = Checker(Project())
    (finding,) = checker.check(text, str(net), CheckOptions(), Selection()).findings
    assert finding.path == str(helper)
    helper.write_text("import torch\ndef f(x):\n    return torch.sin(x)\n# longer\n")
    assert checker.check(text, str(net), CheckOptions(), Selection()).findings == ()
    helper.unlink()
    assert checker.check(text, str(net), CheckOptions(), Selection()).findings == ()
    (module,) = checker.check(text, str(net), CheckOptions(), Selection()).modules
    assert module.verdict == "unsure"


def test_an_open_file_counts_as_it_is_shown(tmp_path: Path) -> None:
    helper, net = tmp_path / "helper.py", tmp_path / "net.py"
    helper.write_text("import torch\ndef f(x):\n    return torch.sin(x)\n")
    text = (
        "from torch import nn\nfrom helper import f\nclass Net(nn.Module):\n"
        "    def forward(self, x):\n        return f(x)\n"
    )
    checker = Checker(Project())
    typed = "import torch\ndef f(x):\n    return torch.special.bessel_j0(x)\n"
    assert checker.check(typed, str(helper), CheckOptions(), Selection()).findings == ()
    (finding,) = checker.check(text, str(net), CheckOptions(), Selection()).findings
    assert (finding.path, finding.range.start.line) == (str(helper), 3)
    checker.forget(str(helper))
    assert checker.check(text, str(net), CheckOptions(), Selection()).findings == ()


@pytest.mark.parametrize(
    ("before", "after"), [("x", '"x"'), ("1", "True"), ("1", "1.0"), ("x", "x\n        # a remark")]
)
def test_what_looks_alike_is_told_apart(before: str, after: str) -> None:
    text = (
        "import torch\nfrom torch import nn\nclass Net(nn.Module):\n    def forward(self, x):\n"
        "        y = {}\n        return torch.special.bessel_j0(y)\n"
    )
    checker = Checker()
    for value in (before, after, before):
        again = checker.check(text.format(value), "net.py", CheckOptions(), Selection())
        assert again == check_source(text.format(value), "net.py", CheckOptions(), Selection())


def test_only_what_depends_on_an_edit_runs_again(monkeypatch: pytest.MonkeyPatch) -> None:
    from preflight_analyzers.meaning import analysis

    text = "import torch\nfrom torch import nn\n" + "".join(
        f"class Net{n}(nn.Module):\n    def forward(self, x):\n        return torch.sin(x) + {n}\n"
        for n in range(20)
    )
    checker = Checker()
    checker.check(text, "net.py", CheckOptions(), Selection())
    ran: list[int | None] = []
    run = analysis._run

    def watched(machine: analysis.Machine, block: int | None) -> analysis.Outcome:
        ran.append(block)
        return run(machine, block)

    monkeypatch.setattr(analysis, "_run", watched)
    checker.check("# a line more\n" + text, "net.py", CheckOptions(), Selection())
    assert ran == []
    checker.check(text.replace("+ 7", "+ 77"), "net.py", CheckOptions(), Selection())
    assert len(ran) == 1
