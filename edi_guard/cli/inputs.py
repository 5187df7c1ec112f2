"""Which files the arguments name, and how they are opened."""

from __future__ import annotations

import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import click

from edi_guard.x12 import Source

SUFFIXES = frozenset({".837", ".edi", ".txt", ".x12", ".dat"})
ANSWER_SUFFIXES = SUFFIXES - {".837"} | {".835", ".era", ".277", ".277ca", ".999", ".ta1"}
UNFINISHED = (".tmp", ".part", ".filepart", ".inprogress", ".lock")
STANDARD_INPUT = "-"


@dataclass(frozen=True, slots=True)
class Input:
    """One input: the path as given, and the name its outputs get."""

    path: str
    name: str

    def open(self) -> Source:
        """Open the input; standard input is spooled to a private temporary file.

        Raises:
            click.ClickException: it cannot be read.
        """
        if self.path == STANDARD_INPUT:
            # The file has no name and only this process can read it; closing removes it.
            spool = tempfile.TemporaryFile()  # noqa: SIM115 - the source closes it
            shutil.copyfileobj(sys.stdin.buffer, spool)
            return Source(spool, STANDARD_INPUT)
        try:
            return Source(Path(self.path).open("rb"), self.path)
        except OSError as error:
            message = f"{self.path}: cannot be read: {error.strerror}"
            raise click.ClickException(message) from error


def find_inputs(paths: tuple[str, ...], suffixes: frozenset[str] = SUFFIXES) -> list[Input]:
    """Return the inputs that the arguments name: files, the files of a kind in folders, ``-``.

    Args:
        paths: the arguments.
        suffixes: how the names of files in folders end; by default those of claim files.

    Raises:
        click.ClickException: a path does not exist.
    """
    found: list[Input] = []
    for path in paths:
        if path == STANDARD_INPUT:
            found.append(Input(path, "standard-input.837"))
        elif Path(path).is_dir():
            found += [
                Input(str(file), file.name)
                for file in sorted(Path(path).iterdir())
                if _is_wanted(file, suffixes)
            ]
        elif Path(path).exists():
            found.append(Input(path, Path(path).name))
        else:
            message = f"{path}: there is no such file or folder"
            raise click.ClickException(message)
    return found


def _is_wanted(file: Path, suffixes: frozenset[str]) -> bool:
    name = file.name.lower()
    return (
        not name.startswith(".")
        and not name.endswith(UNFINISHED)
        and file.suffix.lower() in suffixes
        and file.is_file()
        and not file.is_symlink()
    )


def check_names(inputs: list[Input]) -> None:
    """Refuse inputs of the same name, whose outputs would be written over each other.

    Raises:
        click.ClickException: two inputs have the same name.
    """
    known: dict[str, str] = {}
    for item in inputs:
        key = item.name.lower()
        if key in known:
            message = (
                f"{known[key]} and {item.path} have the same name, so that their outputs would be"
                " written over each other: process them into different folders"
            )
            raise click.ClickException(message)
        known[key] = item.path
