"""The builder, on a handful of APIs, for real."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytestmark = pytest.mark.convert

APIS = {"torch.hstack": "a", "torch.special.bessel_j0": "n", "torch.diagonal_copy": "n", "torch.topk": "a"}


def _build(folder: Path, cache: Path) -> tuple[bytes, bytes]:
    from preflight_server.knowledge_builder.build import build

    summary = build(folder, only=APIS, frontends=("trace", "export"), workers=1, cache=cache)
    calls = summary.path.with_name(f"{summary.path.stem}.calls.json")
    return summary.path.read_bytes(), calls.read_bytes()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[tuple[bytes, bytes], Path]:
    """The data files of a first build, and its cache."""
    folder = tmp_path_factory.mktemp("built")
    return _build(folder, folder / "cache"), folder / "cache"


def test_it_finds_what_converts(built: tuple[tuple[bytes, bytes], Path]) -> None:
    data = json.loads(built[0][0])
    assert {name: row[0][0] for name, row in data["apis"].items()} == APIS


def test_a_second_build_is_the_same_byte_for_byte(
    built: tuple[tuple[bytes, bytes], Path], tmp_path: Path
) -> None:
    assert _build(tmp_path, tmp_path / "cache") == built[0]


def test_a_build_goes_on_from_its_cache(built: tuple[tuple[bytes, bytes], Path], tmp_path: Path) -> None:
    from preflight_server.knowledge_builder.cache import RowCache

    lines = (built[1] / "rows.jsonl").read_text().splitlines(keepends=True)
    cache = tmp_path / "cache"
    cache.mkdir()
    # As if it had been stopped in the middle of a line.
    (cache / "rows.jsonl").write_text("".join(lines[:-1]) + lines[-1][:20])
    assert len(RowCache(cache).rows()) == len(lines) - 1
    assert _build(tmp_path, cache) == built[0]


def test_a_name_that_is_no_api_is_refused(tmp_path: Path) -> None:
    from preflight_server.knowledge_builder.build import BuildError, build

    with pytest.raises(BuildError, match=r"not a public API of torch: torch\.nonsense"):
        build(tmp_path, only=["torch.nonsense"], cache=tmp_path / "cache")
