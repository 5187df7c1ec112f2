"""``edi-guard check``: looks, changes nothing, prints findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from edi_guard.cli.inputs import find_inputs
from edi_guard.cli.judge import Judge
from edi_guard.cli.options import (
    output_options,
    overrides_of,
    read_today,
    style_of,
    verdict_options,
)
from edi_guard.cli.printing import print_reports
from edi_guard.report import exit_code

NO_INPUT = 4
if TYPE_CHECKING:
    from edi_guard.x12 import Source

# Formats that show no claim without anything to say about it.
_BRIEF = frozenset({"text", "concise"})


@click.command("check")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("-o", "--output", metavar="FILE", help="Write the report to a file.")
@output_options
@verdict_options
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
    *,
    example_payers: bool | None,
    verbose: bool,
    diff: bool,
    statistics: bool,
    quiet: bool,
) -> int:
    """Look at claim files and say what would be denied; change nothing.

    PATH is a file, a folder, or - for standard input. Exit code: 0 all claims clean, 1 some held or
    rejected, 2 wrong usage, 3 a file that cannot be processed at all, 4 no input.
    """
    inputs = find_inputs(paths)
    if not inputs:
        click.echo("there is no claim file among the inputs", err=True)
        return NO_INPUT
    overrides = overrides_of(mode, select, ignore, mappings, phi, example_payers=example_payers)
    judge = Judge(read_today(today), overrides, config_path, verbose=verbose)
    reports = []
    for item in inputs:
        with item.open() as source:
            outcome = judge.outcome(source, item.path)
            reports.append(
                judge.report(
                    outcome, item.path, brief=format_name in _BRIEF, source=_seen(source, format_name)
                )
            )
    if not quiet:
        print_reports(
            reports, format_name, style_of(color, verbose=verbose, diff=diff, statistics=statistics), output
        )
    return exit_code(reports)


def _seen(source: Source, format_name: str) -> Source | None:
    """Return the input where the format shows segments of it."""
    return source if format_name == "text" else None
