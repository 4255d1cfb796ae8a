"""What must hold for any Python file, checked on the standard library and on installed packages."""

from __future__ import annotations

from pathlib import Path

import libcst as cst
import pytest
from libcst.metadata import MetadataWrapper, PositionProvider

from preflight_analyzers.source.blocks import cut
from preflight_analyzers.source.parse import BrokenBlock, ParsedBlock, parse_block
from preflight_analyzers.source.positions import locate, to_file
from preflight_analyzers.source.recut import recut
from preflight_analyzers.source.text import UnreadableSource, decode_file

from .real_files import real_files

Place = tuple[str, int, int, int, int]


def for_real_files(most: int) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("path", real_files(most), ids=lambda path: "/".join(path.parts[-3:]))


def read(path: Path) -> str:
    data = path.read_bytes()
    try:
        file = decode_file(data)
    except UnreadableSource as error:
        pytest.skip(str(error))
    assert file.encode(file.text) == data
    return file.text


def parse_whole(text: str) -> cst.Module:
    """The whole file's tree, where libcst can read the file and give it back."""
    try:
        module = cst.parse_module(text)
        if module.code != text:
            pytest.skip("libcst does not give this file back")
    except (cst.ParserSyntaxError, cst.CSTValidationError):
        pytest.skip("libcst refuses this file")
    except RecursionError:
        pytest.skip("too deep for libcst")
    return module


@for_real_files(400)
def test_blocks_join_to_the_file(path: Path) -> None:
    text = read(path)
    assert "".join(block.text for block in cut(text)) == text


@for_real_files(200)
def test_the_cutter_agrees_with_python(path: Path) -> None:
    text = read(path)
    exact = recut(text)
    if exact is None:
        pytest.skip("not valid for this Python")
    assert [block._replace(text="") for block in cut(text)] == [block._replace(text="") for block in exact]


@for_real_files(100)
def test_each_block_is_parsed_and_gives_its_text_back(path: Path) -> None:
    text = read(path)
    parse_whole(text)
    for block in cut(text):
        parsed = parse_block(block)
        assert isinstance(parsed, ParsedBlock), (block.line, parsed)
        assert parsed.code() == block.text


def places(module: cst.Module) -> set[Place]:
    ranges = MetadataWrapper(module, unsafe_skip_copy=True).resolve(PositionProvider)
    return {
        (type(node).__name__, found.start.line, found.start.column + 1, found.end.line, found.end.column + 1)
        for node, found in ranges.items()
        if not isinstance(node, cst.Module | cst.IndentedBlock | cst.ClassDef)
    }


def block_places(text: str) -> set[Place]:
    found: set[Place] = set()
    for block in cut(text):
        parsed = parse_block(block)
        assert not isinstance(parsed, BrokenBlock)
        if block.kind == "class":
            head = parsed.statements[0]
            assert isinstance(head, cst.ClassDef)
            own = [head.name, *head.bases, *head.keywords, *head.decorators]
        else:
            own = list(parsed.statements)
        for statement in own:
            for node in _below(statement):
                if node in parsed.ranges and not isinstance(node, cst.IndentedBlock | cst.ClassDef):
                    start, end = to_file(locate(parsed, node), block)
                    found.add((type(node).__name__, *start, *end))
    return found


def _below(node: cst.CSTNode) -> list[cst.CSTNode]:
    nodes = [node]
    for node in nodes:
        nodes.extend(node.children)
    return nodes


@for_real_files(25)
def test_places_are_those_of_the_whole_file(path: Path) -> None:
    text = read(path)
    if "\f" in text or "\r" in text.replace("\r\n", "\n"):
        pytest.skip("libcst itself loses these places")
    whole = places(parse_whole(text))
    named = (
        "FunctionDef",
        "Call",
        "Attribute",
        "Name",
        "SimpleString",
        "FormattedString",
        "If",
        "Return",
        "Arg",
    )
    assert {place for place in block_places(text) if place[0] in named} == {
        place for place in whole if place[0] in named
    }
