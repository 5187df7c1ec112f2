"""Which files the arguments name, and how they are opened."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from edi_guard.archives import (
    CLAIM_SUFFIXES,
    DiskFile,
    Spooled,
    SpoolError,
    contents_of,
    is_wanted,
    plain_content,
    spool,
    stream_blocks,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from edi_guard.archives import Content, Limits
    from edi_guard.x12 import Source

ANSWER_SUFFIXES = CLAIM_SUFFIXES - {".837"} | {".835", ".era", ".277", ".277ca", ".999", ".ta1"}
STANDARD_INPUT = "-"


@dataclass(frozen=True, slots=True)
class Input:
    """One input.

    Attributes:
        file: the file that it is, or is packed in, or ``-``.
        content: what is read of it.
    """

    file: str
    content: Content

    @property
    def path(self) -> str:
        """How reports call it: the file as given, with the path inside it where it is packed."""
        return self.content.path

    @property
    def name(self) -> str:
        """How its outputs are called."""
        return self.content.name

    def open(self) -> Source:
        """Open the input; what is packed is expanded into a private temporary file.

        Raises:
            click.ClickException: it cannot be read.
        """
        try:
            return self.content.open()
        except SpoolError as error:
            message = f"{self.path}: cannot be expanded into {error.filename}: {error.strerror}"
            raise click.ClickException(message) from error
        except OSError as error:
            message = f"{self.path}: cannot be read: {error.strerror}"
            raise click.ClickException(message) from error


def find_inputs(
    paths: tuple[str, ...],
    limits: Callable[[str], Limits],
    suffixes: frozenset[str] = CLAIM_SUFFIXES,
    *,
    is_deep: bool = False,
) -> list[Input]:
    """Return the inputs that the arguments name: files, the files of a kind in folders and archives, ``-``.

    Args:
        paths: the arguments.
        limits: says how far an archive may be expanded, by the file.
        suffixes: how the names of files in folders and archives end; by default those of claim files.
        is_deep: whether folders in folders count, too.

    Raises:
        click.ClickException: a path does not exist, or standard input cannot be kept.
    """
    for path in paths:
        if path != STANDARD_INPUT and not Path(path).exists():
            message = f"{path}: there is no such file or folder"
            raise click.ClickException(message)
    return [
        Input(file, content)
        for path in paths
        for file in _files(path, suffixes, is_deep=is_deep)
        for content in _contents(file, limits, suffixes)
    ]


def _files(path: str, suffixes: frozenset[str], *, is_deep: bool) -> Iterator[str]:
    if path == STANDARD_INPUT or not Path(path).is_dir():
        yield path
        return
    for file in sorted(_deep(Path(path)) if is_deep else Path(path).iterdir()):
        if is_wanted(file.name, suffixes) and file.is_file() and not file.is_symlink():
            yield str(file)


def _deep(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder and of the folders in it, apart from hidden ones."""
    for above, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(above, name) for name in files)


def _contents(file: str, limits: Callable[[str], Limits], suffixes: frozenset[str]) -> list[Content]:
    allowed = limits(file)
    if file == STANDARD_INPUT:
        return contents_of(_standard_input(), allowed, suffixes)
    original = DiskFile(Path(file), file)
    try:
        if original.place.is_file():
            return contents_of(original, allowed, suffixes)
    except OSError:
        # Said when it is opened, in its turn.
        pass
    return [plain_content(original)]


def _standard_input() -> Spooled:
    if sys.stdin is None:
        message = "standard input is closed: give a file, or let something be piped in"
        raise click.ClickException(message)
    try:
        return Spooled(spool(stream_blocks(sys.stdin.buffer)), STANDARD_INPUT, "standard-input.837")
    except SpoolError as error:
        message = f"standard input: cannot be kept in {error.filename}: {error.strerror}"
        raise click.ClickException(message) from error
    except OSError as error:
        message = f"standard input: cannot be read: {error.strerror}"
        raise click.ClickException(message) from error


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
