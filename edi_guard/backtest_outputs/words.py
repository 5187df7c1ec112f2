"""How shares, dollars and tables are written for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FEW = "too few"


def counted(number: int, what: str) -> str:
    """Return e.g. ``1 file``, ``2 files``."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def share(found: dict[str, Any]) -> str:
    """Return e.g. ``40 of 44, 91% (79 to 96)``: the share with its interval."""
    if found["count"] is None:
        return f"{FEW} ({found['total']})"
    low, high = (round(100 * end) for end in found["interval"])
    return f"{found['count']:,} of {found['total']:,}, {found['share']:.0%} ({low} to {high})"


def percent(found: dict[str, Any]) -> str:
    """Return e.g. ``1.4%``: the share alone."""
    return FEW if found["count"] is None else f"{found['share']:.1%}"


def dollars(amount: str | None) -> str:
    """Return e.g. ``$1,200``; a dash where it is not shown."""
    return "-" if amount is None else f"${float(amount):,.0f}"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], left: int = 1) -> Iterator[str]:
    """Yield a table, as wide as its cells.

    Args:
        heads: what stands over the columns.
        rows: the cells.
        left: how many columns, from the first, are words; the others are set to the right.
    """
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    for cells in (heads, *rows):
        placed = (
            cell.ljust(width) if number < left else cell.rjust(width)
            for number, (cell, width) in enumerate(zip(cells, widths, strict=True))
        )
        yield "  ".join(placed).rstrip()
        if cells is heads:
            yield "  ".join("-" * width for width in widths)
