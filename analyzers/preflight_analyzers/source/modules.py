"""From an ``import`` to the file it reads, found by looking at folders; nothing is imported."""

from __future__ import annotations

import os
import sys
from functools import lru_cache
from typing import NamedTuple

from preflight_analyzers.source.layout import Layout

#: Known by the names of what they offer; their own code is never read.
LEAVES = frozenset(
    """
    torch torchgen functorch numpy scipy pandas cv2 PIL skimage sklearn matplotlib coremltools einops
    jaxtyping beartype typing_extensions tqdm pytest setuptools pytorch_lightning lightning tensorflow jax
    onnx onnxruntime triton
    """.split()
)
_STANDARD = frozenset(sys.stdlib_module_names)
LIBRARY_FOLDERS = ("site-packages", "dist-packages")


class Module(NamedTuple):
    """A module that an ``import`` leads to."""

    #: Its full name.
    name: str
    #: Its file; None for a folder without ``__init__.py``, and for what is known by name only.
    path: str | None
    #: Where its submodules are, if it can have any.
    folder: str | None


class Search(NamedTuple):
    """What was found, and every path that was looked at for it."""

    module: Module | None
    looked_at: tuple[str, ...]


class ModuleFinder:
    """Looks where Python would: beside the importing file, up its project, and in installed packages."""

    def __init__(self, libraries: tuple[str, ...] = ()) -> None:
        self._libraries = libraries
        self._exists: dict[tuple[str, bool], bool] = {}
        self._found: dict[tuple[str, int, str], Search] = {}
        self._places: dict[str, tuple[str, ...]] = {}
        #: Of a folder, the modules that aren't written in Python.
        self._compiled: dict[str, frozenset[str]] = {}
        self._layout = Layout()

    def forget(self) -> None:
        """Files may have come or gone."""
        self._exists.clear()
        self._found.clear()
        self._places.clear()
        self._compiled.clear()
        self._layout = Layout()

    def find(self, importer: str, level: int, name: str) -> Search:
        """The module that ``from {'.' * level}{name} import ...`` in the file ``importer`` means."""
        folder = os.path.dirname(importer)
        key = (folder, level, name)
        known = self._found.get(key)
        if known is None:
            looked_at: list[str] = []
            module = (self._relative if level else self._absolute)(folder, level, name, looked_at)
            known = self._found[key] = Search(module, tuple(dict.fromkeys(looked_at)))
        return known

    def lacks(self, importer: str, name: str) -> tuple[bool, tuple[str, ...]]:
        """Whether no file that ``importer`` may import has this name, and every path that was looked at.

        Only an environment that has torch is the one that models run in.
        """
        top = name.partition(".")[0]
        looked_at: list[str] = []
        places = self.places(os.path.dirname(importer))
        if top in _STANDARD or not any(self._is(_init_of(place, "torch"), looked_at) for place in places):
            return False, tuple(looked_at)
        has = any(
            self._in(place, [top], "", looked_at) is not None or top in self._compiled_in(place)
            for place in places
        )
        return not has, tuple(looked_at)

    def _compiled_in(self, folder: str) -> frozenset[str]:
        if folder not in self._compiled:
            try:
                names = [name for name in os.listdir(folder) if name.endswith((".so", ".pyd"))]
            except OSError:
                names = []
            self._compiled[folder] = frozenset(name.partition(".")[0] for name in names)
        return self._compiled[folder]

    def submodule(self, package: Module, name: str) -> Search:
        """The module ``name`` in a package."""
        looked_at: list[str] = []
        module = None
        if package.folder is not None:
            module = self._in(package.folder, [name], package.name, looked_at)
        return Search(module, tuple(looked_at))

    def _relative(self, folder: str, level: int, name: str, looked_at: list[str]) -> Module | None:
        for _ in range(level - 1):
            folder = os.path.dirname(folder)
        root = self._layout.top_folder(folder)
        inside = os.path.relpath(folder, root).replace(os.sep, ".") if folder != root else ""
        if inside.partition(".")[0] in LEAVES:
            return Module(f"{inside}.{name}" if name else inside, None, None)
        if not name:
            return self._package(folder, inside, looked_at)
        return self._in(folder, name.split("."), inside, looked_at)

    def _absolute(self, folder: str, level: int, name: str, looked_at: list[str]) -> Module | None:
        top = name.partition(".")[0]
        if top in LEAVES or top in _STANDARD:
            return None
        parts = name.split(".")
        namespace = None
        for place in self.places(folder):
            found = self._in(place, parts[:1], "", looked_at)
            if found is None:
                continue
            if found.path is None:  # any folder is a package if nothing better comes
                namespace = namespace or place
                continue
            return self._in(place, parts, "", looked_at)
        return self._in(namespace, parts, "", looked_at) if namespace is not None else None

    def _in(self, folder: str, parts: list[str], package: str, looked_at: list[str]) -> Module | None:
        for index, part in enumerate(parts):
            package = f"{package}.{part}" if package else part
            inside = os.path.join(folder, part)
            if index < len(parts) - 1:
                if not self._is(inside, looked_at, folder=True):
                    return None
                folder = inside
                continue
            if self._is(f"{inside}.py", looked_at) and not self._is(
                os.path.join(inside, "__init__.py"), looked_at
            ):
                return Module(package, f"{inside}.py", None)
            return self._package(inside, package, looked_at)
        return None

    def _package(self, folder: str, name: str, looked_at: list[str]) -> Module | None:
        init = os.path.join(folder, "__init__.py")
        if self._is(init, looked_at):
            return Module(name, init, folder)
        return Module(name, None, folder) if self._is(folder, looked_at, folder=True) else None

    def _is(self, path: str, looked_at: list[str], *, folder: bool = False) -> bool:
        key = (path, folder)
        known = self._exists.get(key)
        if known is None:
            known = self._exists[key] = os.path.isdir(path) if folder else os.path.isfile(path)
        if not (folder and known):
            looked_at.append(path)
        return known

    def places(self, folder: str) -> tuple[str, ...]:
        """The folders in which the modules that a file of ``folder`` imports may be, the likeliest first.

        The very first holds the outermost package around ``folder``.
        """
        known = self._places.get(folder)
        if known is not None:
            return known
        root = self._layout.top_folder(folder)
        project = () if _holds_packages(root) else self._layout.project(root)
        found = self._places[folder] = tuple(dict.fromkeys([root, folder, *project, *self._libraries]))
        return found


def _init_of(place: str, package: str) -> str:
    return os.path.join(place, package, "__init__.py")


@lru_cache(maxsize=4096)
def is_library(path: str, folder: str) -> bool:
    """Whether a file belongs to an installed package, and to another one than the files in ``folder`` do."""
    place = os.path.dirname(path)
    package = path
    while not _holds_packages(place):
        if os.path.dirname(place) == place:
            return False
        package, place = place, os.path.dirname(place)
    return folder != package and not folder.startswith(package + os.sep)


@lru_cache(maxsize=4096)
def _holds_packages(folder: str) -> bool:
    """Whether packages are installed in a folder: as in an environment, or by ``pip install --target``."""
    if os.path.basename(folder) in LIBRARY_FOLDERS:
        return True
    try:
        return any(name.endswith(".dist-info") for name in os.listdir(folder))
    except OSError:
        return False
