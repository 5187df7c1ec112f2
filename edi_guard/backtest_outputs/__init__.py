"""What a back-test found, in each format: one module a format; found by being in this package.

Each has ``render(document) -> str``. The document is what `edi_guard.backtest.summary` makes; its keys tell
its kind.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any, Final, Protocol, cast

# Documents other than the summary itself have no work list and no charts.
SUMMARY_ONLY: Final = frozenset({"csv", "html"})


class Format(Protocol):
    """What a module of this package offers."""

    def render(self, document: dict[str, Any]) -> str:
        """Return the document in this format, with a final line end."""


def formats() -> list[str]:
    """Return the names of all formats."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name != "words")


def render(name: str, document: dict[str, Any]) -> str:
    """Return a document in a format.

    Raises:
        KeyError: there is no such format.
    """
    if name not in formats():
        raise KeyError(name)
    module = cast("Format", importlib.import_module(f"{__name__}.{name}"))
    return module.render(document)
