"""Puts reports where they are wanted."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from edi_guard.folder_outputs import FormatUnavailableError, folder_format
from edi_guard.folders import OutputError, Staging
from edi_guard.outputs import rendered

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from edi_guard.outputs import Style
    from edi_guard.report import Report


def print_reports(
    reports: Sequence[Report], format_name: str, style: Style, target: str | None = None
) -> None:
    """Print reports to standard output, or write them to a file of the user's only.

    Raises:
        click.ClickException: the file cannot be written.
    """
    pieces = rendered(format_name, reports, style)
    if target is None or target == "-":
        for piece in pieces:
            click.echo(piece, nl=False, color=style.color)
        return
    write_file(target, pieces)


def write_file(target: str, pieces: Iterable[str]) -> None:
    """Write a file under a temporary name, then rename it.

    Raises:
        click.ClickException: it cannot be written.
    """
    staging = Staging()
    try:
        staging.write(Path(os.path.abspath(target)), (piece.encode() for piece in pieces))  # noqa: PTH100 - keeps links
        staging.commit()
    except OutputError as error:
        raise click.ClickException(str(error)) from error
    finally:
        staging.discard()


class FolderWriter:
    """Writes reports into a folder, in a format of several files."""

    def __init__(self, format_name: str, target: str | None) -> None:
        """See that it can be done, before anything is judged.

        Args:
            format_name: the format's name.
            target: the folder.

        Raises:
            click.ClickException: no folder is named, or the format needs what is not installed.
        """
        if target is None or target == "-":
            message = f"--format {format_name} writes several files: name their folder with -o DIR"
            raise click.UsageError(message)
        if Path(target).is_file():
            message = f"--format {format_name} writes several files: {target} is a file and no folder"
            raise click.UsageError(message)
        try:
            self._format = folder_format(format_name)
        except FormatUnavailableError as error:
            raise click.ClickException(str(error)) from error
        self._folder = Path(os.path.abspath(target))  # noqa: PTH100 - keeps links

    def write(self, reports: Iterable[Report]) -> None:
        """Write the files under temporary names, then rename them.

        Raises:
            click.ClickException: they cannot be written.
        """
        staging = Staging()
        try:
            self._format.write(reports, lambda name: staging.open(self._folder / name))
            staging.commit()
        except OutputError as error:
            raise click.ClickException(str(error)) from error
        finally:
            staging.discard()
