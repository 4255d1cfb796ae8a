"""Notebooks: findings by cell, fixes in the source of cells and nowhere else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import Run


def notebook(*cells: str, kind: str = "code", language: str = "python") -> str:
    document = {
        "cells": [
            {"cell_type": "markdown", "metadata": {}, "source": ["BAD in prose\n"]},
            *(
                {
                    "cell_type": kind,
                    "execution_count": 1,
                    "metadata": {},
                    "outputs": [{"output_type": "stream", "text": ["SAFE\n"]}],
                    "source": cell.splitlines(keepends=True),
                }
                for cell in cells
            ),
        ],
        "metadata": {"language_info": {"name": language}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def write(text: str) -> None:
    Path("nb.ipynb").write_text(text, encoding="utf-8")


def test_findings_are_told_by_cell(run: Run) -> None:
    write(notebook("x = 1\n", "%matplotlib inline\nx = BAD\n"))
    assert run("nb.ipynb").stdout == (
        "nb.ipynb:cell 3:2:5: error CML201 unsupported-torch-op (convert-fails)\n"
        "BAD is bad\n"
        "  |\n"
        "2 | x = BAD\n"
        "  |     ^^^\n"
        "  |\n"
        "\n"
        "Found 1 error.\n"
    )


def test_json_has_the_cell_and_its_lines(run: Run) -> None:
    write(notebook("class Net: SAFE", "x\nBAD"))
    document = json.loads(run("nb.ipynb", "--output-format", "json").stdout)
    first, second = document["findings"]
    assert (first["cell"], first["range"]["start"]) == (2, {"line": 1, "column": 12})
    assert first["fix"]["edits"][0]["range"] == first["range"]
    assert (second["cell"], second["range"]["start"]) == (3, {"line": 2, "column": 1})
    (module,) = document["modules"]
    assert (module["cell"], module["line"]) == (2, 1)


def test_a_fix_changes_the_source_of_its_cell_only(run: Run) -> None:
    before = notebook("x = 1 # \u6f22", "!pip install SAFE\nSAFE\nRISKY")
    write(before)
    result = run("nb.ipynb", "--fix", "--output-format", "concise")
    assert result.stdout.startswith(
        "nb.ipynb:cell 3:3:1: CML101 RISKY is bad\nFixed 1 finding. Found 1 warning.\n"
    )
    assert Path("nb.ipynb").read_text(encoding="utf-8") == before.replace('"SAFE\\n",', '"fine\\n",')


def test_the_report_after_a_fix_shows_the_lines_as_they_are_now(run: Run) -> None:
    write(notebook("LINES\n", "BAD\nLINES\n# here\nBAD\n"))
    stdout = run("nb.ipynb", "--fix").stdout
    assert "nb.ipynb:cell 3:5:1: error" in stdout
    assert "5 | BAD\n" in stdout


def test_a_diff_is_a_patch_for_each_cell(run: Run) -> None:
    before = notebook("x = 1", "SAFE")
    write(before)
    result = run("nb.ipynb", "--diff")
    assert result.exit_code == 1
    assert result.stdout == (
        "--- nb.ipynb:cell 3\n+++ nb.ipynb:cell 3\n@@ -1 +1 @@\n"
        "-SAFE\n\\ No newline at end of file\n+fine\n\\ No newline at end of file\n"
    )
    assert Path("nb.ipynb").read_text(encoding="utf-8") == before


def test_standard_input_with_the_name_of_a_notebook(run: Run) -> None:
    source = notebook("SAFE")
    result = run("-", "--stdin-filename", "a.ipynb", "--fix", input=source.encode())
    assert result.stdout == source.replace('"SAFE"', '"fine"')


def test_a_notebook_in_a_folder_is_found(run: Run) -> None:
    write(notebook("BAD"))
    assert run(".").exit_code == 1


def test_notebooks_of_other_languages_hold_nothing(run: Run) -> None:
    write(notebook("BAD", language="julia"))
    assert run("nb.ipynb").exit_code == 0


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"nbformat": 3}', '{"nbformat": 4}'])
def test_what_is_no_notebook_is_one_line(run: Run, text: str) -> None:
    write(text)
    result = run("nb.ipynb")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("error: nb.ipynb: this ")
    assert result.stderr.count("\n") == 1


def test_github_gets_no_lines_of_cells_as_lines_of_the_file(run: Run) -> None:
    write(notebook("BAD"))
    assert "line=" not in run("nb.ipynb", "--output-format", "github").stdout
