"""The builder, on a handful of APIs, for real."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytestmark = pytest.mark.convert

APIS = ("torch.cat", "torch.special.bessel_j0", "torch.Tensor.cumsum_", "torch.nn.CircularPad1d")


def _build(folder: Path, cache: Path) -> bytes:
    from preflight_server.knowledge_builder.build import build

    return build(folder, only=APIS, workers=1, cache=cache).path.read_bytes()


def test_it_finds_what_converts_and_a_second_build_is_the_same_byte_for_byte(tmp_path: Path) -> None:
    first = _build(tmp_path / "a", tmp_path / "cache-a")
    apis = json.loads(first)["apis"]
    assert {name: row[0][0] for name, row in apis.items()} == {
        "torch.cat": "a",
        "torch.special.bessel_j0": "n",
        "torch.Tensor.cumsum_": "n",
        "torch.nn.CircularPad1d": "n",
    }
    assert _build(tmp_path / "b", tmp_path / "cache-b") == first


def test_a_build_goes_on_from_its_cache(tmp_path: Path) -> None:
    from preflight_server.knowledge_builder.cache import RowCache

    whole = _build(tmp_path / "a", tmp_path / "cache")
    rows = tmp_path / "cache" / "rows.jsonl"
    lines = rows.read_text().splitlines(keepends=True)
    # As if it had been stopped in the middle of a line.
    rows.write_text("".join(lines[:5]) + lines[5][:20])
    assert len(RowCache(tmp_path / "cache").rows()) == 5
    assert _build(tmp_path / "b", tmp_path / "cache") == whole


def test_a_name_that_is_no_api_is_refused(tmp_path: Path) -> None:
    from preflight_server.knowledge_builder.build import BuildError, build

    with pytest.raises(BuildError, match=r"not a public API of torch: torch\.nonsense"):
        build(tmp_path, only=["torch.nonsense"], cache=tmp_path / "cache")
