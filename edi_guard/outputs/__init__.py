"""One module a format, each with ``render(reports, style) -> Iterator[str]``; found by being in this package.

A report may be much larger than memory: it is given out piece by piece.
"""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from edi_guard.report import Report

_PIECE: Final = 64_000


@dataclass(frozen=True, slots=True)
class Style:
    """How a format for people looks.

    Attributes:
        color: whether colours are used.
        width: columns of the terminal.
        verbose: whether what is only worth knowing is shown too.
        pages: the address of the rules' pages, where the terminal opens links; empty for none.
        diff: whether repairs are shown as the segments before and after.
        statistics: whether the findings are counted by rule at the end.
    """

    color: bool = False
    width: int = 100
    verbose: bool = False
    pages: str = ""
    diff: bool = False
    statistics: bool = False


class Format(Protocol):
    """What a module of this package offers."""

    def render(self, reports: Sequence[Report], style: Style) -> Iterator[str]:
        """Yield the text of the reports in this format, with a final line end, in pieces of any size."""


def formats() -> list[str]:
    """Return the names of all formats."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def rendered(name: str, reports: Sequence[Report], style: Style | None = None) -> Iterator[str]:
    """Yield the text of reports in a format, in pieces of a size to be written.

    Raises:
        KeyError: there is no such format.
    """
    if name not in formats():
        raise KeyError(name)
    module = cast("Format", importlib.import_module(f"{__name__}.{name}"))
    return _gathered(module.render(reports, style or Style()))


def render(name: str, reports: Sequence[Report], style: Style | None = None) -> str:
    """Return reports in a format as one text.

    Raises:
        KeyError: there is no such format.
    """
    return "".join(rendered(name, reports, style))


def _gathered(pieces: Iterable[str]) -> Iterator[str]:
    held: list[str] = []
    size = 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size >= _PIECE:
            yield "".join(held)
            held, size = [], 0
    yield "".join(held)
