"""``edi-guard clean``: repairs, splits, writes clean, held and rejected files, reports, answers."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from edi_guard.cli.check import NO_INPUT
from edi_guard.cli.dropin import DropIn
from edi_guard.cli.inputs import STANDARD_INPUT, Input, check_names, find_inputs
from edi_guard.cli.judge import Judge
from edi_guard.cli.options import (
    jobs_option,
    output_options,
    overrides_of,
    read_today,
    style_of,
    verdict_options,
)
from edi_guard.cli.printing import print_reports
from edi_guard.cli.several import judge_several
from edi_guard.cli.turns import Turn, Turns
from edi_guard.conservation import ConservationError
from edi_guard.folders import InputChangedError, OutputError, OutputFolder
from edi_guard.report import Report, exit_code
from edi_guard.written import reason_of, reports_beside

if TYPE_CHECKING:
    from collections.abc import Sequence


@click.command("clean")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--out", "folder", type=click.Path(file_okay=False), metavar="DIR", help="Folder form.")
@click.option("-o", "--output", metavar="CLEAN", help="Drop-in form: the clean file, or -.")
@click.option("--held", metavar="FILE", help="Drop-in form: the held claims.")
@click.option("--rejected", metavar="FILE", help="Drop-in form: the rejected claims.")
@click.option("--report", "report_path", metavar="FILE", help="Drop-in form: the report.")
@click.option("--acks", metavar="DIR", help="Drop-in form: the folder of the acknowledgments.")
@click.option("--force", is_flag=True, help="Write over outputs of other inputs of the same name.")
@output_options
@verdict_options
@jobs_option
def clean_command(
    paths: tuple[str, ...],
    folder: str | None,
    output: str | None,
    held: str | None,
    rejected: str | None,
    report_path: str | None,
    acks: str | None,
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
    force: bool,
    example_payers: bool | None,
    verbose: bool,
    diff: bool,
    statistics: bool,
    quiet: bool,
) -> int:
    """Repair what is safe, let clean claims through, keep the others back with a report.

    With --out DIR, writes clean/, held/, rejected/, failed/, reports/ and acks/ below DIR. With -o
    CLEAN, writes named files instead: upload CLEAN when it exists and the exit code is 0 or 1.
    """
    if bool(folder) == bool(output):
        message = "give either --out DIR (folder form) or -o CLEAN (drop-in form)"
        raise click.UsageError(message)
    if folder and acks:
        message = "--acks belongs to the drop-in form; --out DIR writes acks/ below DIR"
        raise click.UsageError(message)
    overrides = overrides_of(mode, select, ignore, mappings, phi, example_payers=example_payers)
    judge = Judge(read_today(today), overrides, config_path, verbose=verbose, jobs=jobs)
    inputs = find_inputs(paths, judge.limits)
    if not inputs:
        click.echo("there is no claim file among the inputs", err=True)
        return NO_INPUT
    style = style_of(color, verbose=verbose, diff=diff, statistics=statistics)
    if output:
        if len(inputs) > 1:
            message = "the drop-in form takes one file; use --out DIR for several"
            raise click.UsageError(message)
        drop_in = DropIn(output, held, rejected, report_path, acks, format_name, style, quiet=quiet)
        return drop_in.run(inputs[0], judge)
    _check_folder(inputs, Path(folder or ""))
    reports, broken = _clean_all(inputs, judge, OutputFolder(Path(folder or ""), force=force))
    if not quiet and reports:
        print_reports(reports, format_name, style)
        _say_where(Path(folder or ""), style_is_text=format_name == "text")
    return 2 if broken else exit_code(reports)


def _check_folder(inputs: Sequence[Input], folder: Path) -> None:
    check_names(list(inputs))
    root = folder.resolve()
    for item in inputs:
        if item.file != STANDARD_INPUT and Path(item.file).resolve().is_relative_to(root):
            message = f"{item.file} lies in the output folder {folder}: choose another folder"
            raise click.UsageError(message)


def _clean_all(inputs: Sequence[Input], judge: Judge, folder: OutputFolder) -> tuple[list[Report], bool]:
    """Clean input after input; one whose outputs cannot be written does not stop the others."""
    # Configurations are checked for all inputs before anything is written for one.
    for item in inputs:
        judge.prepare(item.file)
    turns = Turns()
    order = {item.path: number for number, item in enumerate(inputs)}

    def clean_one(item: Input, judge: Judge) -> Report | str:
        with turns.turn(order[item.path]) as turn, item.open() as source:
            folder.numbers, folder.numbered = turn.numbers(folder.stored), partial(numbered, turn)
            outcome = judge.outcome(source, item.file)
            report = judge.report(outcome, item.file)
            try:
                with reports_beside(report, judge.jobs) as texts:
                    acks = judge.acks(source, outcome, item.file, folder.numbers)
                    folder.release(item.name, source, outcome, texts, reason_of(report), acks)
            except (OutputError, InputChangedError, ConservationError) as error:
                return f"{item.path}: not released: {error}"
            finally:
                folder.stored.settle()
        return report

    def numbered(turn: Turn) -> None:
        folder.stored.settle()
        turn.pass_on()

    results, died = judge_several(inputs, judge, clean_one, turns.skip)
    for problem in (one for one in results if isinstance(one, str)):
        click.echo(problem, err=True)
    reports = [one for one in results if isinstance(one, Report)]
    return reports, died or len(reports) < len(results)


def _say_where(folder: Path, *, style_is_text: bool) -> None:
    if style_is_text:
        click.echo(f"Written to {folder}: upload what is in {folder / 'clean'}.", err=True)
