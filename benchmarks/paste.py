"""Puts a benchmark's tables where they stand in a document: between two marks with the benchmark's name."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class MarkMissingError(Exception):
    """The document has no place for the tables."""


def paste(document: Path, name: str, text: str) -> None:
    """Put a text between the marks of a benchmark, in place of what stands there.

    Raises:
        MarkMissingError: the document does not have both marks, or has one of them twice.
    """
    before, behind = f"<!-- {name}: begins -->\n", f"<!-- {name}: ends -->"
    old = document.read_text(encoding="utf-8")
    if old.count(before) != 1 or old.count(behind) != 1 or old.index(before) > old.index(behind):
        message = f"{document.name} must have {before.strip()} and, below it, {behind} once each"
        raise MarkMissingError(message)
    head, rest = old.split(before)
    tail = rest.split(behind)[1]
    document.write_text(f"{head}{before}{text}\n{behind}{tail}", encoding="utf-8")
