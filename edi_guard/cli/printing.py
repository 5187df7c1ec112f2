"""Puts reports where they are wanted."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from edi_guard.folders import OutputError, Staging
from edi_guard.outputs import render

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edi_guard.outputs import Style
    from edi_guard.report import Report


def print_reports(
    reports: Sequence[Report], format_name: str, style: Style, target: str | None = None
) -> None:
    """Print reports to standard output, or write them to a file of the user's only.

    Raises:
        click.ClickException: the file cannot be written.
    """
    text = render(format_name, reports, style)
    if target is None or target == "-":
        click.echo(text, nl=False, color=style.color)
        return
    write_file(target, text)


def write_file(target: str, text: str) -> None:
    """Write a file under a temporary name, then rename it.

    Raises:
        click.ClickException: it cannot be written.
    """
    staging = Staging()
    try:
        staging.write(Path(os.path.abspath(target)), [text.encode()])  # noqa: PTH100 - keeps links
        staging.commit()
    except OutputError as error:
        raise click.ClickException(str(error)) from error
    finally:
        staging.discard()
