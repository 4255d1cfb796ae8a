"""``coreml-preflight check``: what Core ML will make of Python files and notebooks."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click

from preflight_analyzers.discovery import FoundFile, Unreachable, find_files
from preflight_analyzers.findings import Severity
from preflight_analyzers.knowledge.versions import UnknownVersion
from preflight_analyzers.selection import UnknownRule, Wishes
from preflight_analyzers.settings import FRONTENDS, InvalidSettings
from preflight_server.cli.checking import Job, Outcome, WorkerKilled, run
from preflight_server.cli.errors import CannotRun
from preflight_server.cli.formats import COUNTING_FORMATS, FORMATS
from preflight_server.cli.formats.summary import fixable
from preflight_server.cli.output import (
    Show,
    complain,
    print_diff,
    print_fixed_input,
    print_report,
    with_progress,
)
from preflight_server.cli.policy import Policies
from preflight_server.cli.results import Results, together

_LEVELS = [severity.value for severity in Severity]
_STDIN = "-"
#: The name of standard input where --stdin-filename gives none.
_STDIN_NAME = "<stdin>"


def _levels(
    ctx: click.Context, param: click.Parameter, values: tuple[str, ...]
) -> dict[str, Severity | None]:
    levels: dict[str, Severity | None] = {}
    for value in values:
        selector, _, level = value.rpartition("=")
        if not selector or level not in [*_LEVELS, "off"]:
            raise click.BadParameter(
                f"{value!r} is not RULE=LEVEL with a level of {', '.join(_LEVELS)} or off."
            )
        levels[selector] = None if level == "off" else Severity(level)
    return levels


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--output-format", type=click.Choice(FORMATS), default="full", show_default=True)
@click.option(
    "--output-file", type=click.Path(dir_okay=False), metavar="FILE", help="Write the report there."
)
@click.option("--fix", is_flag=True, help="Apply the safe fixes.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix or --diff: the other fixes, too.")
@click.option("--diff", is_flag=True, help="Show what --fix would change, and change nothing.")
@click.option("--select", multiple=True, metavar="RULES", help="Codes, prefixes (CML2), names or ALL.")
@click.option("--extend-select", multiple=True, metavar="RULES", help="Rules on top of the selected ones.")
@click.option("--ignore", multiple=True, metavar="RULES", help="Rules to leave out.")
@click.option(
    "--severity",
    multiple=True,
    callback=_levels,
    metavar="RULE=LEVEL",
    help="Error, warning, info or off.",
)
@click.option(
    "--fail-on", type=click.Choice(_LEVELS), help="Exit with 1 from this level on [default: warning]."
)
@click.option("--exit-zero", is_flag=True, help="Exit with 0 whatever is found.")
@click.option("--statistics", is_flag=True, help="Count the findings by rule.")
@click.option("--modules", is_flag=True, help="Show the verdict on each nn.Module class.")
@click.option("--coremltools", metavar="VERSION", help="Check against it [default: the installed one].")
@click.option("--frontend", type=click.Choice(FRONTENDS), help="How models get converted [default: trace].")
@click.option("--stdin-filename", metavar="PATH", help="The name of what comes on standard input.")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Processes [default: as many as pay].")
@click.option("--no-cache", is_flag=True, help="Neither use nor keep earlier results.")
@click.option("--verbose", is_flag=True, help="Show the tracebacks of internal errors.")
@click.pass_context
def check(
    ctx: click.Context,
    paths: tuple[str, ...],
    output_format: str,
    output_file: str | None,
    fix: bool,
    unsafe_fixes: bool,
    diff: bool,
    select: tuple[str, ...],
    extend_select: tuple[str, ...],
    ignore: tuple[str, ...],
    severity: dict[str, Severity | None],
    fail_on: str | None,
    exit_zero: bool,
    statistics: bool,
    modules: bool,
    coremltools: str | None,
    frontend: str | None,
    stdin_filename: str | None,
    jobs: int | None,
    no_cache: bool,
    verbose: bool,
) -> None:
    """Say what Core ML will make of Python files and notebooks.

    PATH is a file, a folder or - for standard input; without one, the working folder is checked.
    RULES are separated by commas, and the option may be repeated.

    Exit codes: 0 nothing at or above --fail-on; 1 findings; 2 wrong usage, unreadable path or internal error.
    """
    if statistics and output_format not in COUNTING_FORMATS:
        raise click.UsageError(f"--statistics goes with the formats {', '.join(COUNTING_FORMATS)} only.")
    if _STDIN in paths and len(paths) > 1:
        raise click.UsageError("- (standard input) can't be checked together with other paths.")
    if stdin_filename and _STDIN not in paths:
        raise click.UsageError("--stdin-filename goes with the path - (standard input) only.")
    wishes = Wishes(select or None, extend_select, ignore, severity)
    policies = Policies(wishes, coremltools, frontend, Severity(fail_on) if fail_on else None)
    fixes = ("unsafe" if unsafe_fixes else "safe") if fix or diff else None
    remembers = not no_cache and _STDIN not in paths
    try:
        files, unreachable = _find(paths, stdin_filename or _STDIN_NAME, policies)
        content = sys.stdin.buffer.read() if _STDIN in paths else None
        planned = [_job(file, policies, content) for file in files]
        answered = _run_remembering(planned, jobs) if remembers else run(planned, jobs)
        outcomes = sorted(with_progress(answered, len(planned)), key=lambda outcome: outcome.path)
        if fixes:
            from preflight_server.cli.fix_run import fix_found

            write = fix and not diff and content is None
            outcomes = fix_found(planned, outcomes, fixes, write=write, processes=jobs)
        results = _results(outcomes, policies)
        failing = any(
            finding.severity.rank >= policies.of(finding.path).fail_on.rank for finding in results.findings
        )
    except (InvalidSettings, UnknownRule, UnknownVersion) as error:
        raise CannotRun(str(error)) from None
    except WorkerKilled:
        raise CannotRun("a process that checked files was killed; --jobs 1 needs less memory") from None
    complain(unreachable, outcomes, verbose)
    if not files and not unreachable:
        click.echo(
            f"warning: no Python files found under {', '.join(paths) or 'the working folder'}", err=True
        )
    if diff:
        print_diff(outcomes, unsafe=0 if unsafe_fixes else fixable(results)[1])
        failing = any(outcome.diff for outcome in outcomes)
    else:
        contents: dict[str, bytes] = {}
        if content is not None:
            # Where it could not be checked, it is passed on as it came.
            contents = {outcome.path: outcome.content or content for outcome in outcomes}
            if fix:
                print_fixed_input(*contents.values())
        show = Show(output_format, output_file, modules, statistics, to_stderr=fix and content is not None)
        print_report(results, show, contents)
    if _has_errors(unreachable, outcomes):
        ctx.exit(2)
    ctx.exit(1 if failing and not exit_zero else 0)


def _find(
    paths: tuple[str, ...], stdin_name: str, policies: Policies
) -> tuple[list[FoundFile], list[Unreachable]]:
    if _STDIN in paths:
        return [FoundFile(stdin_name, named=True)], []
    return find_files(paths or (".",), policies.settings_of)


def _job(file: FoundFile, policies: Policies, content: bytes | None) -> Job:
    selection, coremltools, frontend, _ = policies.of(file.path)
    return Job(file.path, file.named, coremltools, frontend, selection, content=content)


def _run_remembering(planned: list[Job], jobs: int | None) -> Iterator[Outcome]:
    from preflight_server.cli.cache import cache_folder

    try:
        from preflight_server.cli.remembering import run_remembering
        from preflight_server.cli.report_store import ReportStore
    except ImportError:  # a Python without SQLite
        return run(planned, jobs)
    return run_remembering(planned, jobs, ReportStore(cache_folder()))


def _results(outcomes: list[Outcome], policies: Policies) -> Results:
    reports = [outcome.report for outcome in outcomes if outcome.report]
    # Files of several projects may be checked against several versions; the first speaks for the run.
    policy = policies.of(reports[0].path if reports else _STDIN)
    modules = {module: None for report in reports for module in report.modules}
    return Results(
        findings=together(reports, lambda path: policies.of(path).selection),
        modules=tuple(sorted(modules, key=lambda module: (module.path, module.cell or 0, module.line))),
        coremltools=policy.coremltools,
        frontend=policy.frontend,
        checked=len(reports),
        failed=len(outcomes) - len(reports),
        fixed=sum(outcome.fixed for outcome in outcomes),
    )


def _has_errors(unreachable: list[Unreachable], outcomes: list[Outcome]) -> bool:
    return any(path.named for path in unreachable) or any(
        outcome.problem.is_error for outcome in outcomes if outcome.problem
    )
