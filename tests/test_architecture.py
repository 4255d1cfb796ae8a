"""The invariants of docs/ARCHITECTURE.md: who may import whom, and what must not be named."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
ANALYZERS = REPOSITORY / "analyzers" / "preflight_analyzers"
SERVER = REPOSITORY / "server" / "preflight_server"

#: What no analyzer may import: linting needs no converter, and knows neither editors nor terminals.
KEPT_OUT_OF_ANALYZERS = {"torch", "coremltools", "numpy", "pygls", "lsprotocol", "click", "preflight_server"}

#: The rooms that each room may import from, beside itself. Arrows go one way.
ROOMS = {
    ANALYZERS / "source": {"preflight_analyzers.findings"},
    ANALYZERS / "knowledge": set(),
    ANALYZERS / "meaning": {
        "preflight_analyzers.findings",
        "preflight_analyzers.knowledge",
        "preflight_analyzers.source",
    },
    ANALYZERS / "rules": {
        "preflight_analyzers.findings",
        "preflight_analyzers.knowledge",
        "preflight_analyzers.meaning",
        "preflight_analyzers.source",
    },
    SERVER / "worker": set(),
    SERVER / "conversion": {"preflight_analyzers", "preflight_server.worker"},
    SERVER / "knowledge_builder": {"preflight_analyzers", "preflight_server.worker"},
    SERVER / "cli": {
        "preflight_analyzers",
        "preflight_server.conversion",
        "preflight_server.knowledge_builder",
        "preflight_server.lsp",
    },
    SERVER / "lsp": {"preflight_analyzers", "preflight_server.conversion"},
}


def imports(path: Path) -> Iterator[str]:
    """Every module that ``path`` imports, wherever in the file, by its absolute name."""
    package = path.relative_to(ANALYZERS.parent if ANALYZERS in path.parents else SERVER.parent).parts[:-1]
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(part for part in (base, node.module) if part)
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names if is_own_module(module, alias.name))


def is_own_module(package: str, member: str) -> bool:
    """Whether ``from package import member`` imports a module of ours."""
    return any(
        (root.parent.joinpath(*package.split("."), member + end)).exists()
        for root in (ANALYZERS, SERVER)
        for end in ("", ".py")
    )


def files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.py"))


def name(path: Path) -> str:
    return path.relative_to(REPOSITORY).as_posix()


def within(module: str, packages: set[str]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


@pytest.mark.parametrize("path", files(ANALYZERS), ids=name)
def test_analyzers_import_no_converter_no_editor_and_no_terminal(path: Path) -> None:
    assert [module for module in imports(path) if within(module, KEPT_OUT_OF_ANALYZERS)] == []


@pytest.mark.parametrize("room", ROOMS, ids=name)
def test_arrows_between_rooms_go_one_way(room: Path) -> None:
    own = ".".join(room.parts[-2:])
    allowed = ROOMS[room] | {own}
    # `from preflight_analyzers import findings` names the package on its way to the room.
    strangers = {
        (name(path), module)
        for path in files(room)
        for module in imports(path)
        if within(module, {"preflight_analyzers", "preflight_server"})
        and not within(module, allowed)
        and not any(is_on_the_way(module, room) for room in allowed)
    }
    assert strangers == set()


def is_on_the_way(module: str, room: str) -> bool:
    return room.startswith(f"{module}.")


def test_every_room_is_watched() -> None:
    rooms = {
        path.parent
        for package in (ANALYZERS, SERVER)
        for path in package.glob("*/*.py")
        if path.parent.name != "__pycache__"
    }
    assert rooms == set(ROOMS)


@pytest.mark.parametrize("path", files(SERVER / "worker"), ids=name)
def test_the_worker_needs_only_the_users_torch_and_coremltools(path: Path) -> None:
    allowed = {"torch", "coremltools", "numpy", *sys.stdlib_module_names}
    own = {sibling.stem for sibling in files(SERVER / "worker")}
    strangers = {
        module
        for module in imports(path)
        if module.partition(".")[0] not in allowed | own and not within(module, {"preflight_server.worker"})
    }
    assert strangers == set()


def test_a_check_loads_neither_torch_nor_an_editor_library_nor_libcst(tmp_path: Path) -> None:
    source = REPOSITORY / "examples" / "mistakes" / "attention.py"
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from preflight_analyzers.check import check_source\n"
        f"report = check_source(Path({str(source)!r}).read_text(encoding='utf-8'))\n"
        "assert report.findings\n"
        f"print(*sorted({KEPT_OUT_OF_ANALYZERS | {'libcst'}!r} & set(sys.modules)))\n"
    )
    assert run(program, tmp_path) == []


def test_the_check_command_loads_neither_torch_nor_an_editor_library() -> None:
    source = REPOSITORY / "examples" / "mistakes" / "attention.py"
    # What the process itself imports, since it may end without running anything of ours.
    command = [sys.executable, "-X", "importtime", "-m", "preflight_server"]
    command += ["check", "--no-cache", "--jobs", "1", source]
    answer = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert answer.returncode == 1, answer.stderr
    loaded = {line.rpartition("|")[2].strip() for line in answer.stderr.splitlines()}
    assert "preflight_analyzers.check" in loaded
    assert loaded & {"torch", "coremltools", "numpy", "pygls", "lsprotocol"} == set()


def run(program: str, folder: Path) -> list[str]:
    """The words that ``program`` prints, run by a fresh interpreter."""
    answer = subprocess.run(
        [sys.executable, "-c", program], cwd=folder, capture_output=True, encoding="utf-8", check=False
    )
    assert answer.returncode == 0, answer.stderr
    return answer.stdout.split()


def test_the_repository_names_no_registry_hosts() -> None:
    """Where packages come from is up to whoever installs them: a mirror, a company's own index."""
    # Put together here, so that this file doesn't name them either.
    hosts = re.compile("|".join(rf"{host}\.{end}" for host, end in REGISTRIES).encode())
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=REPOSITORY, capture_output=True, check=True
    ).stdout.split(b"\0")
    paths = [REPOSITORY / entry.decode() for entry in tracked if entry]
    assert [name(path) for path in paths if path.is_file() and hosts.search(path.read_bytes())] == []


REGISTRIES = (
    ("pypi", "org"),
    ("pythonhosted", "org"),
    (r"download\.pytorch", "org"),
    (r"registry\.npmjs", "org"),
    (r"registry\.yarnpkg", "com"),
    (r"conda\.anaconda", "org"),
)
