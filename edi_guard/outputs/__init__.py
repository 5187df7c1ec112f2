"""One module a format, each with ``render(reports, style) -> str``; found by being in this package."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edi_guard.report import Report


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

    def render(self, reports: Sequence[Report], style: Style) -> str:
        """Return the reports in this format, with a final line end."""


def formats() -> list[str]:
    """Return the names of all formats."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def render(name: str, reports: Sequence[Report], style: Style | None = None) -> str:
    """Return reports in a format.

    Raises:
        KeyError: there is no such format.
    """
    if name not in formats():
        raise KeyError(name)
    module = cast("Format", importlib.import_module(f"{__name__}.{name}"))
    return module.render(reports, style or Style())
