"""Formats of several files, one module each, found by being in this package.

They are no text that a terminal shows: what `edi_guard.outputs` is for.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, BinaryIO, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edi_guard.report import Report

Files = Callable[[str], AbstractContextManager[BinaryIO]]
"""Opens a file of the folder, by its name, to be written."""


class FormatUnavailableError(Exception):
    """A format needs something that is not installed; one sentence says how to get it."""


class FolderFormat(Protocol):
    """What a module of this package offers."""

    def require(self) -> None:
        """See that all that is needed is there.

        Raises:
            FormatUnavailableError: something is not installed.
        """

    def write(self, reports: Iterable[Report], files: Files) -> None:
        """Write the reports; each is read once, claim by claim."""


def folder_formats() -> list[str]:
    """Return the names of all formats."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def folder_format(name: str) -> FolderFormat:
    """Return a format that can be written.

    Raises:
        KeyError: there is no such format.
        FormatUnavailableError: it needs something that is not installed.
    """
    if name not in folder_formats():
        raise KeyError(name)
    found = cast("FolderFormat", importlib.import_module(f"{__name__}.{name}"))
    found.require()
    return found
