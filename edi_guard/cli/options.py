"""Options that several commands share, and what they mean for the configuration."""

from __future__ import annotations

import os
import shutil
import sys
from datetime import date, datetime
from typing import TYPE_CHECKING, TypeVar

import click

from edi_guard.outputs import Style, formats
from edi_guard.workers import available_cores, can_fork

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

F = TypeVar("F", bound="Callable[..., object]")

_DEFAULT_WIDTH = 100
_MOST_JOBS = 256


def verdict_options(command: F) -> F:
    """Add what decides about verdicts."""
    options = [
        click.option("--today", metavar="DATE", help="Day of the check, CCYY-MM-DD; today by default."),
        click.option("--mode", type=click.Choice(["strict", "standard", "advisory"])),
        click.option("--select", metavar="CODES", help="Rules or prefixes, separated by commas."),
        click.option("--ignore", metavar="CODES", help="Rules or prefixes that do not run."),
        click.option(
            "--mappings",
            multiple=True,
            type=click.Path(exists=True),
            metavar="DIR",
            help="Folder with mappings of your own; may be given several times.",
        ),
        click.option(
            "--example-payers",
            is_flag=True,
            default=None,
            help="Load the shipped examples of payer mappings.",
        ),
        click.option("--phi", type=click.Choice(["none", "minimal", "full"])),
        click.option(
            "--config",
            "config_path",
            type=click.Path(exists=True, dir_okay=False),
            metavar="FILE",
            help="Configuration; by default the nearest edi-guard.toml upward from the input.",
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def jobs_option(command: F) -> F:
    """Add how many processes work."""
    return click.option(
        "--jobs",
        default="auto",
        show_default=True,
        envvar="EDI_GUARD_JOBS",
        callback=_read_jobs,
        metavar="N|auto",
        help="How many processes work; auto: one for each core. What is written is the same.",
    )(command)


def _read_jobs(_: click.Context, __: click.Parameter, text: str) -> int:
    if text == "auto":
        return available_cores() if can_fork() else 1
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= _MOST_JOBS):
        message = f"{text!r} is no number of processes: write auto, or 1 to {_MOST_JOBS}"
        raise click.BadParameter(message)
    return int(text)


def output_options(command: F, also: Sequence[str] = ()) -> F:
    """Add how reports are printed; `also` are formats besides those of `edi_guard.outputs`."""
    options = [
        click.option(
            "--format",
            "format_name",
            type=click.Choice(sorted([*formats(), *also])),
            default="text",
            show_default=True,
        ),
        click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto"),
        click.option("-v", "--verbose", is_flag=True, help="Show what is only worth knowing, too."),
        click.option("--diff", is_flag=True, help="Show repairs as segments before and after (text)."),
        click.option("--statistics", is_flag=True, help="Count the findings by rule (text)."),
        click.option("-q", "--quiet", is_flag=True, help="Print no report."),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def overrides_of(
    mode: str | None,
    select: str | None,
    ignore: str | None,
    mappings: tuple[str, ...],
    phi: str | None,
    *,
    example_payers: bool | None,
) -> dict[str, object]:
    """Return what the command line says about the configuration."""
    said: dict[str, object] = {}
    if mode:
        said["mode"] = mode
    if select:
        said["select"] = _codes(select)
    if ignore:
        said["ignore"] = _codes(ignore)
    if mappings:
        said["mappings"] = list(mappings)
    if phi:
        said["phi"] = phi
    if example_payers:
        said["example-payers"] = True
    return said


def _codes(text: str) -> list[str]:
    return [code.strip().upper() for code in text.split(",") if code.strip()]


def read_today(text: str | None) -> date:
    """Return the day of the check.

    Raises:
        click.BadParameter: `text` is no date.
    """
    if text is None:
        return datetime.now().astimezone().date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        message = f"{text!r} is no date: write CCYY-MM-DD"
        raise click.BadParameter(message, param_hint="--today") from None


def style_of(color: str, *, verbose: bool, diff: bool = False, statistics: bool = False) -> Style:
    """Return how text looks on this terminal, or plain when it goes elsewhere."""
    terminal = sys.stdout.isatty()
    colored = color == "always" or (color == "auto" and terminal and "NO_COLOR" not in os.environ)
    width = shutil.get_terminal_size((_DEFAULT_WIDTH, 24)).columns if terminal else _DEFAULT_WIDTH
    # Where an office keeps the site that `make docs` builds, if it does.
    pages = os.environ.get("EDI_GUARD_RULE_PAGES", "") if colored and terminal else ""
    return Style(colored, width, verbose, pages, diff, statistics)
