"""``check`` with a made-up analysis: what is read, printed, written and returned."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from preflight_server.cli import checking, results

from .conftest import Run


def write(path: str, text: str) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text, encoding="utf-8")


class TestExitCodes:
    @pytest.mark.parametrize(
        ("source", "arguments", "code"),
        [
            ("x = 1\n", [], 0),
            ("HINT\n", [], 0),
            ("ODD\n", [], 1),
            ("BAD\n", [], 1),
            ("HINT\n", ["--fail-on", "info"], 1),
            ("ODD\n", ["--fail-on", "error"], 0),
            ("BAD\n", ["--fail-on", "error"], 1),
            ("BAD\n", ["--exit-zero"], 0),
            ("BAD\n", ["--ignore", "CML2"], 0),
            ("BAD\nODD\n", ["--select", "CML6"], 0),
            ("BAD\n", ["--severity", "CML201=info"], 0),
            ("HINT\n", ["--severity", "CML6=error"], 1),
            ("BAD\n", ["--severity", "CML2=off"], 0),
        ],
    )
    def test_findings(self, run: Run, source: str, arguments: list[str], code: int) -> None:
        write("a.py", source)
        assert run("a.py", *arguments).exit_code == code

    def test_a_path_that_is_missing_is_2_and_the_others_are_checked(self, run: Run) -> None:
        write("a.py", "BAD\n")
        result = run("missing.py", "a.py", "--output-format", "concise")
        assert result.exit_code == 2
        assert result.stderr == "error: missing.py: no such file or folder\n"
        assert result.stdout == "a.py:1:1: CML201 BAD is bad\nFound 1 error.\n"

    def test_exit_zero_does_not_hide_a_missing_path(self, run: Run) -> None:
        assert run("missing.py", "--exit-zero").exit_code == 2

    def test_a_folder_without_python_is_a_warning(self, run: Run) -> None:
        result = run()
        assert (result.exit_code, result.stdout) == (0, "")
        assert result.stderr == "warning: no Python files found under the working folder\n"
        Path("empty").mkdir()
        assert run("empty").stderr == "warning: no Python files found under empty\n"


class TestBadInput:
    @pytest.mark.parametrize("content", [b"\0\1\2", b"x = '\xff'\n", "x = 1".encode("utf-16")])
    def test_an_unreadable_file_that_was_named_is_an_error(self, run: Run, content: bytes) -> None:
        Path("bad.py").write_bytes(content)
        write("a.py", "BAD\n")
        result = run("bad.py", "a.py")
        assert result.exit_code == 2
        assert result.stderr.startswith("error: bad.py: ")
        assert result.stderr.count("\n") == 1
        assert "a.py:1:1: error CML201" in result.stdout

    def test_an_unreadable_file_that_was_found_is_a_warning(self, run: Run) -> None:
        Path("bad.py").write_bytes(b"\0")
        write("a.py", "x = 1\n")
        result = run(".")
        assert result.exit_code == 0
        assert result.stderr.startswith("warning: bad.py: ")
        assert result.stdout == "All checks passed (1 file).\n"

    @pytest.mark.parametrize(
        ("arguments", "complaint"),
        [
            (["--select", "CML20l"], "error: unknown rule 'CML20l' (did you mean "),
            (
                ["--ignore", "CML2,nonsense"],
                "error: unknown rule 'nonsense' (`coreml-preflight rule` lists all)",
            ),
            (["--severity", "nonsense=info"], "error: unknown rule 'nonsense' "),
            (["--coremltools", "5.0"], "error: nothing is known about coremltools 5.0; known: "),
        ],
    )
    def test_a_wrong_value_is_one_line(self, run: Run, arguments: list[str], complaint: str) -> None:
        write("a.py", "x = 1\n")
        result = run("a.py", *arguments)
        assert result.exit_code == 2
        assert result.stderr.startswith(complaint)
        assert result.stderr.count("\n") == 1
        assert result.stdout == ""

    @pytest.mark.parametrize(
        ("arguments", "complaint"),
        [
            (["--severity", "CML201"], "'CML201' is not RULE=LEVEL with "),
            (["--severity", "CML201=fatal"], "'CML201=fatal' is not RULE=LEVEL with "),
            (["--severity", "=info"], "'=info' is not RULE=LEVEL with "),
            (["--output-format", "xml"], "'xml' is not one of 'full', 'concise', 'json'"),
            (["--jobs", "0"], "0 is not in the range x>=1"),
            (
                ["--statistics", "--output-format", "junit"],
                "--statistics goes with the formats full, concise, json",
            ),
            (["-", "a.py"], "- (standard input) can't be checked together with other paths"),
            (
                ["--stdin-filename", "a.py", "b.py"],
                "--stdin-filename goes with the path - (standard input) only",
            ),
        ],
    )
    def test_wrong_usage(self, run: Run, arguments: list[str], complaint: str) -> None:
        result = run(*arguments)
        assert result.exit_code == 2
        assert complaint in result.stderr

    def test_broken_settings_are_one_line(self, run: Run) -> None:
        write("a.py", "x = 1\n")
        write("pyproject.toml", "[tool.coreml-preflight]\nselect = 3\n")
        result = run("a.py")
        assert result.exit_code == 2
        assert result.stderr == (
            f"error: {Path('pyproject.toml').absolute()}: tool.coreml-preflight.select: "
            "expected a list of strings, found an integer\n"
        )

    def test_an_internal_error_stops_no_other_file(self, run: Run) -> None:
        write("a.py", "CRASH\n")
        write("b.py", "BAD\n")
        result = run("--output-format", "concise")
        assert result.exit_code == 2
        assert (
            result.stderr == "error: internal error in a.py: RuntimeError: no idea; please report this file\n"
        )
        assert "b.py:1:1: CML201" in result.stdout

    def test_verbose_shows_where_the_internal_error_comes_from(self, run: Run) -> None:
        write("a.py", "CRASH\n")
        assert "Traceback" not in run("a.py").stderr
        assert "Traceback (most recent call last)" in run("a.py", "--verbose").stderr

    def test_a_report_that_can_not_be_written(self, run: Run) -> None:
        write("a.py", "x = 1\n")
        result = run("a.py", "--output-file", "missing/report.txt")
        assert result.exit_code == 2
        assert result.stderr.startswith("error: missing/report.txt: can't be written (No such file")


class TestReport:
    def test_full_is_the_default(self, run: Run) -> None:
        write("a.py", "# first\nx = BAD\n")
        assert run("a.py").stdout == (
            "a.py:2:5: error CML201 unsupported-torch-op (convert-fails)\n"
            "BAD is bad\n"
            "  |\n"
            "2 | x = BAD\n"
            "  |     ^^^\n"
            "  |\n"
            "\n"
            "Found 1 error.\n"
        )

    def test_findings_of_several_files_are_sorted(self, run: Run) -> None:
        write("b.py", "BAD\n")
        write("a/z.py", "x\nODD BAD\n")
        lines = run("b.py", "a", "--output-format", "concise").stdout.splitlines()
        assert [line.split(" ")[0] for line in lines[:3]] == ["a/z.py:2:1:", "a/z.py:2:5:", "b.py:1:1:"]
        assert lines[3] == "Found 2 errors, 1 warning in 2 files."

    def test_json_has_paths_relative_to_the_working_folder(self, run: Run, folder: Path) -> None:
        write("sub/a.py", "class Net: BAD\n")
        document = json.loads(run(str(folder / "sub"), "--output-format", "json").stdout)
        assert document["findings"][0]["path"] == os.path.join("sub", "a.py")
        assert document["modules"] == [
            {
                "path": os.path.join("sub", "a.py"),
                "class": "Net",
                "line": 1,
                "verdict": "blocked",
                "blockers": [],
            }
        ]

    def test_json_of_nothing_is_json(self, run: Run) -> None:
        assert json.loads(run("--output-format", "json").stdout)["findings"] == []

    @pytest.mark.parametrize(
        ("arguments", "settings", "version", "frontend"),
        [
            (["--coremltools", "9.0"], "", "9.0", "trace"),
            (["--coremltools", "9.0.1"], "", "9.0", "trace"),
            ([], "coremltools = '9.0'\nfrontend = 'export'", "9.0", "export"),
            (["--frontend", "trace"], "frontend = 'export'", "9.0", "trace"),
        ],
    )
    def test_json_names_what_was_checked_against(
        self, run: Run, arguments: list[str], settings: str, version: str, frontend: str
    ) -> None:
        write("a.py", "x = 1\n")
        write("pyproject.toml", f"[tool.coreml-preflight]\n{settings}\n")
        document = json.loads(run("a.py", "--output-format", "json", *arguments).stdout)
        assert (document["coremltools"], document["frontend"]) == (version, frontend)

    def test_an_unknown_version_in_the_settings_is_told_with_the_file(self, run: Run) -> None:
        write("a.py", "x = 1\n")
        write("pyproject.toml", "[tool.coreml-preflight]\ncoremltools = '5.0'\n")
        assert "pyproject.toml: tool.coreml-preflight.coremltools: nothing is known" in run("a.py").stderr

    def test_output_file(self, run: Run) -> None:
        write("a.py", "BAD # \u6f22\n")
        result = run("a.py", "--output-file", "report.txt")
        assert (result.exit_code, result.stdout) == (1, "")
        assert Path("report.txt").read_text(encoding="utf-8").startswith("a.py:1:1: error CML201")

    def test_colour_when_forced_and_never_in_machine_formats(
        self, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write("a.py", "BAD\n")
        assert "\x1b[" not in run("a.py").stdout
        monkeypatch.setenv("FORCE_COLOR", "1")
        assert "\x1b[" in run("a.py").stdout
        assert "\x1b[" not in run("a.py", "--output-format", "json").stdout
        monkeypatch.setenv("NO_COLOR", "1")
        assert "\x1b[" not in run("a.py").stdout

    def test_modules_and_statistics(self, run: Run) -> None:
        write("a.py", "class Net: BAD\n")
        assert "blocked  Net  a.py:1\n" in run("a.py", "--modules").stdout
        assert "1  CML201 unsupported-torch-op\n" in run("a.py", "--statistics").stdout


class TestSettings:
    def test_each_file_has_the_settings_of_its_project(self, run: Run) -> None:
        write("one/pyproject.toml", "[tool.coreml-preflight]\nignore = ['CML2']\n")
        write("two/pyproject.toml", "[tool.coreml-preflight]\nseverity = {CML2 = 'info'}\n")
        for name in ("one", "two", "three"):
            write(f"{name}/a.py", "BAD\n")
        document = json.loads(run("--output-format", "json").stdout)
        found = [(finding["path"], finding["severity"]) for finding in document["findings"]]
        assert found == [(os.path.join("three", "a.py"), "error"), (os.path.join("two", "a.py"), "info")]

    def test_fail_on_holds_for_the_files_of_its_project(self, run: Run) -> None:
        write("pyproject.toml", "[tool.coreml-preflight]\nfail-on = 'error'\n")
        write("a.py", "ODD\n")
        assert run("a.py").exit_code == 0
        assert run("a.py", "--fail-on", "warning").exit_code == 1

    def test_per_file_ignores(self, run: Run) -> None:
        write("pyproject.toml", "[tool.coreml-preflight]\nper-file-ignores = {'tests/*' = ['CML201']}\n")
        write("tests/a.py", "BAD ODD\n")
        write("a.py", "BAD\n")
        lines = run("--output-format", "concise").stdout.splitlines()
        assert lines[:2] == ["a.py:1:1: CML201 BAD is bad", "tests/a.py:1:5: CML101 ODD is bad"]

    def test_the_command_lines_selection_replaces_the_settings(self, run: Run) -> None:
        write("pyproject.toml", "[tool.coreml-preflight]\nselect = ['CML1']\nignore = ['CML201']\n")
        write("a.py", "BAD ODD\n")
        assert "CML201" in run("a.py", "--select", "CML2").stdout


class TestStandardInput:
    def test_it_is_checked_under_its_name(self, run: Run) -> None:
        result = run("-", "--output-format", "concise", input=b"BAD\n")
        assert (result.exit_code, result.stdout) == (1, "<stdin>:1:1: CML201 BAD is bad\nFound 1 error.\n")
        result = run("-", "--stdin-filename", "sub/a.py", input=b"BAD\n")
        assert result.stdout.startswith("sub/a.py:1:1: error CML201")
        assert "1 | BAD\n" in result.stdout

    def test_the_settings_of_its_name_hold(self, run: Run) -> None:
        write("sub/pyproject.toml", "[tool.coreml-preflight]\nignore = ['CML2']\n")
        assert run("-", "--stdin-filename", "sub/a.py", input=b"BAD\n").exit_code == 0

    def test_its_declared_encoding_holds(self, run: Run) -> None:
        source = "# coding: latin-1\nx = 'é'; BAD\n".encode("latin-1")
        assert "2 | x = 'é'; BAD\n" in run("-", input=source).stdout

    def test_unreadable(self, run: Run) -> None:
        result = run("-", input=b"\0")
        assert result.exit_code == 2
        assert result.stderr.startswith("error: <stdin>: this is a binary file")

    def test_fix_prints_the_fixed_source_and_reports_elsewhere(self, run: Run) -> None:
        result = run("-", "--fix", "--output-format", "concise", input=b"\xef\xbb\xbfx = SAFE\r\nBAD\r\n")
        assert result.stdout_bytes == b"\xef\xbb\xbfx = fine\r\nBAD\r\n"
        assert result.stderr == "<stdin>:2:1: CML201 BAD is bad\nFixed 1 finding. Found 1 error.\n"
        assert result.exit_code == 1

    def test_fix_passes_on_what_needs_none(self, run: Run) -> None:
        assert run("-", "--fix", input=b"x = 1").stdout_bytes == b"x = 1"

    def test_fix_passes_on_what_can_not_be_checked(self, run: Run) -> None:
        result = run("-", "--fix", input=b"\xff\0")
        assert (result.exit_code, result.stdout_bytes) == (2, b"\xff\0")


class TestFix:
    def fixed(self, run: Run, source: bytes, *arguments: str) -> bytes:
        Path("a.py").write_bytes(source)
        run("a.py", "--fix", *arguments)
        return Path("a.py").read_bytes()

    def test_safe_fixes_only(self, run: Run) -> None:
        write("a.py", "SAFE RISKY BAD\n")
        result = run("a.py", "--fix", "--output-format", "concise")
        assert Path("a.py").read_text() == "fine RISKY BAD\n"
        assert result.exit_code == 1
        assert result.stdout == (
            "a.py:1:6: CML101 RISKY is bad\n"
            "a.py:1:12: CML201 BAD is bad\n"
            "Fixed 1 finding. Found 1 error, 1 warning.\n"
            "1 fixable with --fix --unsafe-fixes.\n"
        )

    def test_unsafe_fixes_on_request(self, run: Run) -> None:
        assert self.fixed(run, b"SAFE; RISKY\n", "--unsafe-fixes") == b"fine; fine\n"

    def test_nothing_changes_without_fix(self, run: Run) -> None:
        write("a.py", "SAFE\n")
        assert run("a.py", "--unsafe-fixes").exit_code == 1
        assert Path("a.py").read_text() == "SAFE\n"

    def test_all_fixed_is_0(self, run: Run) -> None:
        write("a.py", "SAFE\n")
        result = run("a.py", "--fix")
        assert (result.exit_code, result.stdout) == (0, "Fixed 1 finding; nothing is left.\n")

    def test_what_a_fix_brings_is_fixed_too(self, run: Run) -> None:
        assert self.fixed(run, b"x = TWICE\n") == b"x = fine\n"

    def test_fixing_ends_even_if_a_fix_always_brings_another(self, run: Run) -> None:
        assert self.fixed(run, b"x = GROW\n").startswith(b"x = GROW + 1 + 1")

    def test_encoding_mark_and_line_ends_stay(self, run: Run) -> None:
        assert self.fixed(run, "# coding: latin-1\né = SAFE\n".encode("latin-1")) == (
            "# coding: latin-1\né = fine\n".encode("latin-1")
        )
        assert self.fixed(run, b"\xef\xbb\xbfx = SAFE\r\n") == b"\xef\xbb\xbfx = fine\r\n"
        assert self.fixed(run, b"x = 1\rSAFE\r") == b"x = 1\rfine\r"
        assert self.fixed(run, b"x = LINES\r\n") == b"x = (\r\n1)\r\n"

    def test_a_fix_that_the_encoding_can_not_hold_changes_nothing(self, run: Run) -> None:
        source = "# coding: latin-1\né = EURO\n".encode("latin-1")
        assert self.fixed(run, source) == source
        result = run("a.py", "--fix")
        assert result.exit_code == 2
        assert "a.py: the encoding iso8859-1 has no '\u20ac'" in result.stderr

    def test_a_fix_that_breaks_the_syntax_changes_nothing(self, run: Run) -> None:
        source = b"x = 1\nSAFE\nx = BREAK\n"
        assert self.fixed(run, source) == source
        result = run("a.py", "--fix")
        assert result.exit_code == 2
        assert result.stderr.startswith("error: internal error in a.py: a fix makes a syntax error (")

    def test_a_file_with_a_syntax_error_can_still_be_fixed_elsewhere(self, run: Run) -> None:
        assert self.fixed(run, b"def f(:\nSAFE\n") == b"def f(:\nfine\n"

    @pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
    def test_permissions_stay_and_nothing_else_is_left(self, run: Run, folder: Path) -> None:
        write("a.py", "SAFE\n")
        os.chmod("a.py", 0o754)
        run("a.py", "--fix")
        assert os.stat("a.py").st_mode & 0o777 == 0o754
        assert os.listdir(folder) == ["a.py"]

    def test_a_link_stays_a_link(self, run: Run) -> None:
        write("real/a.py", "SAFE\n")
        os.symlink("real/a.py", "link.py")
        run("link.py", "--fix")
        assert os.path.islink("link.py")
        assert Path("real/a.py").read_text() == "fine\n"

    def test_a_file_that_can_not_be_written_is_told(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        write("a.py", "SAFE\n")
        write("b.py", "SAFE\n")
        access = os.access
        monkeypatch.setattr(os, "access", lambda path, mode: "a.py" not in str(path) and access(path, mode))
        result = run("--fix")
        assert result.exit_code == 2
        assert result.stderr == "error: a.py: can't be written (is read-only)\n"
        assert Path("a.py").read_text() == "SAFE\n"
        assert Path("b.py").read_text() == "fine\n"


class TestDiff:
    def test_shows_what_would_change_and_changes_nothing(self, run: Run) -> None:
        write("a.py", "one\nx = TWICE\nBAD\n")
        write("b.py", "BAD RISKY\n")
        result = run("--diff")
        assert result.exit_code == 1
        assert result.stdout == "--- a.py\n+++ a.py\n@@ -1,3 +1,3 @@\n one\n-x = TWICE\n+x = fine\n BAD\n"
        assert result.stderr == "Would fix 2 findings in 1 file (1 more with --unsafe-fixes).\n"
        assert Path("a.py").read_text() == "one\nx = TWICE\nBAD\n"

    def test_nothing_to_change_is_0(self, run: Run) -> None:
        write("a.py", "BAD RISKY\n")
        result = run("a.py", "--diff")
        assert (result.exit_code, result.stdout, result.stderr) == (
            0,
            "",
            "Nothing to fix (1 with --unsafe-fixes).\n",
        )
        assert run("a.py", "--diff", "--unsafe-fixes").exit_code == 1

    def test_together_with_fix_nothing_is_written(self, run: Run) -> None:
        write("a.py", "SAFE\n")
        assert run("a.py", "--fix", "--diff").exit_code == 1
        assert Path("a.py").read_text() == "SAFE\n"

    def test_of_standard_input(self, run: Run) -> None:
        result = run("-", "--diff", "--stdin-filename", "a.py", input=b"SAFE\n")
        assert result.stdout == "--- a.py\n+++ a.py\n@@ -1 +1 @@\n-SAFE\n+fine\n"

    def test_a_file_without_a_last_line_end(self, run: Run) -> None:
        write("a.py", "SAFE")
        assert run("a.py", "--diff").stdout == (
            "--- a.py\n+++ a.py\n@@ -1 +1 @@\n-SAFE\n\\ No newline at end of file\n"
            "+fine\n\\ No newline at end of file\n"
        )


def test_many_files_give_the_same_in_one_process_as_in_several(run: Run) -> None:
    # The made-up analysis exists in this process only: the others run the real one.
    for number in range(5):
        write(f"f{number}.py", f"x = {number}\n")
    assert run("--jobs", "2").stdout == run("--jobs", "1").stdout == "All checks passed (5 files).\n"


def test_a_killed_process_is_told_in_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(jobs: object, processes: object) -> object:
        raise checking.WorkerKilled

    write("a.py", "x = 1\n")
    monkeypatch.setattr("preflight_server.cli.remembering.run", killed)
    result = run("a.py")
    assert result.exit_code == 2
    assert result.stderr == "error: a process that checked files was killed; --jobs 1 needs less memory\n"


def test_place_names_the_cell() -> None:
    from preflight_analyzers.findings import Consequence, Finding, Position, Range, Severity

    span = Range(Position(2, 3), Position(2, 4))
    finding = Finding("CML101", "n", Severity.ERROR, Consequence.FROZEN, "m", "a.ipynb", span, cell=4)
    assert results.place(finding) == "a.ipynb:cell 4:2:3"
