"""Models whose parts lie in several files, and in installed packages."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from pathlib import Path

import pytest

from preflight_analyzers.check import CheckOptions, check_source
from preflight_analyzers.findings import FileReport
from preflight_analyzers.meaning.project import Project
from preflight_analyzers.selection import Selection

HELPER = """
import torch

def bessel(x):
    return torch.special.bessel_j0(x)
"""
REEXPORTED = {"pkg/sub/__init__.py": "from .deep import bessel\n", "pkg/sub/deep.py": HELPER}
STARRED = {"pkg/sub/__init__.py": "from .deep import *\n", "pkg/sub/deep.py": HELPER}
SOURCES = {"src/other/__init__.py": "", "src/other/helpers.py": HELPER}
NET = """
from torch import nn
{imports}

class Net(nn.Module):
    def forward(self, x):
        return {call}(x)
"""


def write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")


def check(folder: Path, name: str, libraries: tuple[Path, ...] = ()) -> FileReport:
    project = Project(tuple(map(str, libraries)))
    path = folder / name
    return check_source(path.read_text(encoding="utf-8"), str(path), CheckOptions(), Selection(), project)


def places(folder: Path, report: FileReport) -> list[tuple[str, str, int]]:
    return [
        (f.code, Path(f.path).relative_to(folder).as_posix(), f.range.start.line) for f in report.findings
    ]


@pytest.mark.parametrize(
    ("imports", "call", "files"),
    [
        ("from .helpers import bessel", "bessel", {"pkg/helpers.py": HELPER}),
        ("from . import helpers", "helpers.bessel", {"pkg/helpers.py": HELPER}),
        ("from .helpers import bessel as b", "b", {"pkg/helpers.py": HELPER}),
        ("from .helpers import *", "bessel", {"pkg/helpers.py": HELPER}),
        ("from pkg.helpers import bessel", "bessel", {"pkg/helpers.py": HELPER}),
        ("import pkg.helpers", "pkg.helpers.bessel", {"pkg/helpers.py": HELPER}),
        ("import pkg.helpers as h", "h.bessel", {"pkg/helpers.py": HELPER}),
        ("from .sub.deep import bessel", "bessel", {"pkg/sub/__init__.py": "", "pkg/sub/deep.py": HELPER}),
        ("from .sub import bessel", "bessel", REEXPORTED),
        ("from .sub import bessel", "bessel", STARRED),
        ("from .spaces.deep import bessel", "bessel", {"pkg/spaces/deep.py": HELPER}),
        ("from helpers import bessel", "bessel", {"helpers.py": HELPER}),
        ("from other.helpers import bessel", "bessel", SOURCES),
    ],
)
def test_a_mistake_is_found_where_it_stands(
    tmp_path: Path, imports: str, call: str, files: dict[str, str]
) -> None:
    write(tmp_path, {"pyproject.toml": "", "pkg/__init__.py": "", **files})
    write(tmp_path, {"pkg/net.py": NET.format(imports=imports, call=call)})
    report = check(tmp_path, "pkg/net.py")
    (helper,) = (name for name, text in files.items() if text == HELPER)
    assert places(tmp_path, report) == [("CML201", helper, 5)]
    (finding,) = report.findings
    assert [(Path(f.path).name, f.symbol) for f in finding.reached_from] == [("net.py", "Net.forward")]
    (module,) = report.modules
    assert module.verdict == "blocked"


def test_a_base_class_of_another_file_brings_its_forward(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "__init__.py": "",
            "base.py": """
                import torch
                from torch import nn

                class Base(nn.Module):
                    def forward(self, x):
                        return self.activate(x)

                    def activate(self, x):
                        return x
            """,
            "net.py": """
                import torch
                from .base import Base

                class Net(Base):
                    def activate(self, x):
                        return torch.special.bessel_j0(x)
            """,
        },
    )
    assert places(tmp_path, check(tmp_path, "net.py")) == [("CML201", "net.py", 7)]


def test_what_is_passed_from_file_to_file_is_followed(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "blocks.py": """
                from torch import nn

                class Block(nn.Module):
                    def __init__(self, act):
                        super().__init__()
                        self.act = act

                    def forward(self, x):
                        return self.act(x)

                def stack(block, depth, **options):
                    return nn.Sequential(*[block(**options) for _ in range(depth)])
            """,
            "net.py": """
                import torch
                from torch import nn
                from blocks import Block, stack

                class Net(nn.Module):
                    def __init__(self):
                        super().__init__()
                        self.body = stack(Block, 3, act=torch.special.bessel_j0)

                    def forward(self, x):
                        return self.body(x)
            """,
        },
    )
    assert places(tmp_path, check(tmp_path, "net.py")) == [("CML201", "blocks.py", 10)]


def test_files_that_import_each_other(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "__init__.py": "",
            "helpers.py": "from .net import Net\n" + HELPER,
            "net.py": NET.format(imports="from .helpers import bessel", call="bessel"),
        },
    )
    assert places(tmp_path, check(tmp_path, "net.py")) == [("CML201", "helpers.py", 6)]


def test_a_call_into_a_package_is_told_at_the_call_with_the_way_down(tmp_path: Path) -> None:
    site = tmp_path / "env" / "site-packages"
    write(
        site,
        {
            "somelib/__init__.py": "from .ops import outer\n",
            "somelib/ops.py": "from .inner import bessel\n\ndef outer(x):\n    return bessel(x) + 1\n",
            "somelib/inner.py": HELPER,
        },
    )
    write(tmp_path, {"net.py": NET.format(imports="from somelib import outer", call="outer")})
    report = check(tmp_path, "net.py", (site,))
    assert places(tmp_path, report) == [("CML201", "net.py", 7)]
    (finding,) = report.findings
    assert [(Path(f.path).name, f.line, f.symbol) for f in finding.leads_to] == [
        ("ops.py", 4, "outer"),
        ("inner.py", 5, "bessel"),
    ]
    assert "inner.py:5" in finding.message
    assert finding.fix is None
    (module,) = report.modules
    assert module.blockers == (f"CML201@{tmp_path / 'net.py'}:7",)


def test_of_an_inherited_method_it_is_told_for_which_class(tmp_path: Path) -> None:
    base = "from torch import nn\n\n\nclass Base(nn.Module):\n    def __init__(self, layer):\n"
    base += "        super().__init__()\n        self.layer = layer\n\n    def forward(self, x):\n"
    base += "        return self.layer(x)\n"
    pool = "from torch import nn\nfrom base import Base\n\n\nclass Pool(Base):\n    def __init__(self):\n"
    pool += "        super().__init__(nn.AdaptiveAvgPool3d(1))\n"
    write(tmp_path, {"base.py": base, "pool.py": pool})
    (finding,) = check(tmp_path, "pool.py").findings
    assert (Path(finding.path).name, finding.range.start.line) == ("base.py", 10)
    assert [(Path(f.path).name, f.line, f.symbol) for f in finding.reached_from] == [("pool.py", 5, "Pool")]
    assert check(tmp_path, "base.py").findings == ()


def test_a_package_that_is_checked_itself_is_the_users_own(tmp_path: Path) -> None:
    site = tmp_path / "site-packages"
    write(
        site,
        {
            "somelib/__init__.py": "",
            "somelib/inner.py": HELPER,
            "somelib/net.py": NET.format(imports="from .inner import bessel", call="bessel"),
        },
    )
    report = check(site, "somelib/net.py", (site,))
    assert places(site, report) == [("CML201", "somelib/inner.py", 5)]


def test_a_folder_that_pip_installed_into_holds_packages_whatever_its_name(tmp_path: Path) -> None:
    target = tmp_path / "vendored"
    (target / "somelib-1.0.dist-info").mkdir(parents=True)
    write(
        target,
        {
            "somelib.py": HELPER,
            "net/__init__.py": "",
            "net/model.py": NET.format(imports="from somelib import bessel", call="bessel"),
        },
    )
    report = check(target, "net/model.py")
    assert places(target, report) == [("CML201", "net/model.py", 7)]


FAST = """
from torch import nn
from .helpers import bessel
try:
    import fast.kernels
    has_fast = True
except ImportError:
    has_fast = False

class Net(nn.Module):
    def forward(self, x):
        return bessel(x) if has_fast else x
"""


def test_a_library_that_is_not_installed_beside_torch_is_done_without(tmp_path: Path) -> None:
    write(tmp_path, {"pkg/__init__.py": "", "pkg/helpers.py": HELPER, "pkg/net.py": FAST})
    site = tmp_path / "site-packages"
    assert check(tmp_path, "pkg/net.py", (site,)).findings  # no environment in which models run
    write(site, {"torch/__init__.py": ""})
    assert not check(tmp_path, "pkg/net.py", (site,)).findings
    write(site, {"fast.cpython-311.so": ""})
    assert check(tmp_path, "pkg/net.py", (site,)).findings


def test_a_module_that_is_imported_by_its_name(tmp_path: Path) -> None:
    call = "importlib.import_module('pkg.' + 'helpers').bessel"
    net = NET.format(imports="import importlib", call=call)
    write(tmp_path, {"pkg/__init__.py": "", "pkg/helpers.py": HELPER, "pkg/net.py": net})
    assert places(tmp_path, check(tmp_path, "pkg/net.py")) == [("CML201", "pkg/helpers.py", 5)]


def test_a_module_that_a_default_names(tmp_path: Path) -> None:
    net = """
    import importlib
    from torch import nn

    class Net(nn.Module):
        def __init__(self, backend="helpers"):
            super().__init__()
            self.backend = backend
            if isinstance(self.backend, str):
                self.backend = importlib.import_module("pkg." + self.backend + "_torch").backend
        def forward(self, x):
            return self.backend.run(x)
    """
    backend = """
    import torch

    class Backend:
        @staticmethod
        def run(x):
            return torch.special.bessel_j0(x)

    backend = Backend
    """
    write(tmp_path, {"pkg/__init__.py": "", "pkg/helpers_torch.py": backend, "pkg/net.py": net})
    assert places(tmp_path, check(tmp_path, "pkg/net.py")) == [("CML201", "pkg/helpers_torch.py", 7)]


def test_torchs_own_files_are_known_by_name(tmp_path: Path) -> None:
    """A project's import of torch is never read, wherever torch lies."""
    site = tmp_path / "site-packages"
    write(site, {"torch/__init__.py": "raise RuntimeError\n", "torch/nn/__init__.py": "Module = None\n"})
    write(tmp_path, {"net.py": NET.format(imports="import torch", call="torch.special.bessel_j0")})
    assert places(tmp_path, check(tmp_path, "net.py", (site,))) == [("CML201", "net.py", 7)]


def test_what_is_silenced_in_another_file_stays_silent_and_counts_as_used(tmp_path: Path) -> None:
    quiet = HELPER.replace("bessel_j0(x)", "bessel_j0(x)  # preflight: ignore[CML201]")
    write(
        tmp_path,
        {
            "__init__.py": "",
            "helpers.py": quiet,
            "net.py": NET.format(imports="from .helpers import bessel", call="bessel"),
        },
    )
    report = check(tmp_path, "net.py")
    assert report.findings == ()
    assert [(Path(one.path).name, one.line) for one in report.silenced] == [("helpers.py", 5)]
    assert check(tmp_path, "helpers.py").findings == ()  # in a package: used by whoever imports it


def test_a_report_names_the_files_it_depends_on(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "__init__.py": "",
            "helpers.py": HELPER,
            "net.py": NET.format(
                imports="from .helpers import bessel\nfrom .missing import other", call="(other or bessel)"
            ),
        },
    )
    depends = {Path(path).name for path in check(tmp_path, "net.py").depends}
    assert {"helpers.py", "missing.py"} <= depends
    assert "net.py" not in depends


def test_a_file_that_cannot_be_read_is_unknown(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"__init__.py": "", "net.py": NET.format(imports="from .helpers import bessel", call="bessel")},
    )
    (tmp_path / "helpers.py").write_bytes(b"\xff\xfe\x00broken")
    report = check(tmp_path, "net.py")
    assert report.findings == ()
    (module,) = report.modules
    assert module.verdict == "unsure"
    assert module.unclear
