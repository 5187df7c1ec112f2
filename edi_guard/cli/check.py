"""``edi-guard check``: looks, changes nothing, prints findings."""

from __future__ import annotations

import contextlib
from functools import partial
from typing import TYPE_CHECKING

import click

from edi_guard.cli.inputs import find_inputs
from edi_guard.cli.judge import Judge, is_large
from edi_guard.cli.options import (
    jobs_option,
    output_options,
    overrides_of,
    read_today,
    style_of,
    verdict_options,
)
from edi_guard.cli.printing import FolderWriter, print_reports
from edi_guard.cli.several import judge_several
from edi_guard.folder_outputs import folder_formats
from edi_guard.report import exit_code

NO_INPUT = 4
INTERNAL = 2
if TYPE_CHECKING:
    from edi_guard.cli.inputs import Input
    from edi_guard.report import Report
    from edi_guard.x12 import Source

# Formats that show no claim without anything to say about it.
_BRIEF = frozenset({"text", "concise"})


@click.command("check")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("-o", "--output", metavar="FILE", help="Write the report to a file; for parquet, to a folder.")
@partial(output_options, also=folder_formats())
@verdict_options
@jobs_option
def check_command(
    paths: tuple[str, ...],
    output: str | None,
    format_name: str,
    color: str,
    today: str | None,
    mode: str | None,
    select: str | None,
    ignore: str | None,
    mappings: tuple[str, ...],
    phi: str | None,
    config_path: str | None,
    jobs: int,
    *,
    example_payers: bool | None,
    verbose: bool,
    diff: bool,
    statistics: bool,
    quiet: bool,
) -> int:
    """Look at claim files and say what would be denied; change nothing.

    PATH is a file, a folder, or - for standard input; gzip files and zip archives are read as they are.
    Exit code: 0 all claims clean, 1 some held or rejected, 2 wrong usage, 3 a file that cannot be
    processed at all, 4 no input.
    """
    writer = FolderWriter(format_name, output) if format_name in folder_formats() else None
    overrides = overrides_of(mode, select, ignore, mappings, phi, example_payers=example_payers)
    judge = Judge(read_today(today), overrides, config_path, verbose=verbose, jobs=jobs)
    inputs = find_inputs(paths, judge.limits)
    if not inputs:
        click.echo("there is no claim file among the inputs", err=True)
        return NO_INPUT

    with contextlib.ExitStack() as opened:

        def look(item: Input, judge: Judge) -> Report:
            source = item.open()
            # The report of a large file shows its segments when it is printed.
            with contextlib.nullcontext() if is_large(source.size) else source:
                opened.callback(source.close)
                outcome = judge.outcome(source, item.file)
                brief = format_name in _BRIEF
                return judge.report(outcome, item.file, brief=brief, source=_seen(source, format_name))

        reports, died = judge_several(inputs, judge, look)
        if writer is not None:
            writer.write(reports)
        elif not quiet:
            style = style_of(color, verbose=verbose, diff=diff, statistics=statistics)
            print_reports(reports, format_name, style, output)
    return INTERNAL if died else exit_code(reports)


def _seen(source: Source, format_name: str) -> Source | None:
    """Return the input where the format shows segments of it."""
    return source if format_name == "text" else None
