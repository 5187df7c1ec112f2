"""Bar charts as inline SVG, readable without colour and by screen readers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Sequence

_ROW: Final = 26
_LABEL: Final = 130
_BAR: Final = 300
_WIDTH: Final = 640


def bars(rows: Sequence[tuple[str, int, int]]) -> Markup:
    """Return a chart.

    Args:
        rows: label, cents and number of findings, in the order drawn.
    """
    if not rows:
        return Markup('<p class="quiet">Nothing is kept back.</p>')
    most = max(cents for _, cents, _ in rows) or 1
    parts = [_bar(number, label, cents, count, most) for number, (label, cents, count) in enumerate(rows)]
    words = "; ".join(f"{label}: ${cents / 100:,.2f}, {count} findings" for label, cents, count in rows)
    opening = Markup(
        '<svg class="chart" role="img" viewBox="0 0 {width} {height}" aria-label="{words}">'
    ).format(width=_WIDTH, height=_ROW * len(rows), words=words)
    return opening + Markup("").join(parts) + Markup("</svg>")


def _bar(number: int, label: str, cents: int, count: int, most: int) -> Markup:
    top = number * _ROW
    width = max(2, round(_BAR * cents / most))
    return Markup(
        '<text x="{label_x}" y="{middle}" class="label">{label}</text>'
        '<rect x="{bar_x}" y="{top}" width="{width}" height="{height}" rx="3"></rect>'
        '<text x="{end}" y="{middle}" class="value">{value}</text>'
    ).format(
        label_x=_LABEL - 8,
        middle=top + 17,
        label=escape(label),
        bar_x=_LABEL,
        top=top + 4,
        width=width,
        height=_ROW - 8,
        end=_LABEL + width + 8,
        value=f"${cents / 100:,.2f} ({count})",
    )
