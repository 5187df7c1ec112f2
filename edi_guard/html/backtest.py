"""The back-test in one HTML file, with the report's look: charts first, every number in a table below."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup, escape

import edi_guard
from edi_guard.html.page import page_template, page_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_MOST_BARS: Final = 12
_ROW: Final = 26
_LABEL: Final = 150
_BAR: Final = 300
_WIDTH: Final = 680


def render_backtest(found: dict[str, Any]) -> str:
    """Return the summary of a back-test as one HTML text.

    Args:
        found: what `edi_guard.backtest.summary.summary` returns.
    """
    rules = [one for one in found["rules"] if one["hits"]]
    rules.sort(key=lambda one: (-float(one["denied"] or 0), -one["hits"]))
    return page_template("backtest.html").render(
        found=found,
        rules=rules,
        by_rule=_parts_of((one["rule"], one["denied"], one["charge"]) for one in rules),
        by_bucket=_parts_of(
            (one["bucket"], one["dollars_caught"], one["dollars_denied"]) for one in found["buckets"]
        ),
        by_payer=_parts_of(
            (one["name"] or "(none)", one["dollars_caught"], one["dollars_denied"]) for one in found["payers"]
        ),
        precision=_intervals([(one["rule"], one["precision"]) for one in rules]),
        version=edi_guard.__version__,
        style=Markup(page_text("report.css") + page_text("backtest.css")),  # noqa: S704 - our own files
    )


def _parts_of(rows: Iterable[tuple[str, str | None, str | None]]) -> Markup:
    """Return bars of dollars with the part of them that counts set off."""
    shown = [(label, part, float(whole)) for label, part, whole in rows if whole]
    shown.sort(key=lambda row: -row[2])
    most = max((whole for _, _, whole in shown), default=0) or 1
    drawn = [
        (label, _BAR * float(part or 0) / most, _BAR * whole / most, _of(part, whole))
        for label, part, whole in shown[:_MOST_BARS]
    ]
    return _chart(
        [_bar(number, *row) for number, row in enumerate(drawn)], [(row[0], row[3]) for row in drawn]
    )


def _of(part: str | None, whole: float) -> str:
    """Return the dollars beside a bar; the part of few cases is not shown."""
    return f"${whole:,.0f}, part too few" if part is None else f"${float(part):,.0f} of ${whole:,.0f}"


def _intervals(rows: Iterable[tuple[str, dict[str, Any]]]) -> Markup:
    """Return bars of shares with the interval drawn over each."""
    shown = [(label, share) for label, share in rows if share["count"] is not None][:_MOST_BARS]
    parts, words = [], []
    for number, (label, share) in enumerate(shown):
        low, high = (_LABEL + _BAR * end for end in share["interval"])
        text = f"{share['share']:.0%} of {share['total']:,}"
        middle = number * _ROW + _ROW // 2
        whisker = Markup(
            '<path class="whisker"'
            ' d="M{low:.1f} {middle}H{high:.1f}M{low:.1f} {top}v8M{high:.1f} {top}v8"></path>'
        ).format(low=low, high=high, middle=middle, top=middle - 4)
        parts.append(_bar(number, label, _BAR * share["share"], _BAR, text) + whisker)
        words.append((label, text))
    return _chart(parts, words)


def _chart(parts: Sequence[Markup], words: Sequence[tuple[str, str]]) -> Markup:
    if not parts:
        return Markup('<p class="quiet">Too few cases to be drawn.</p>')
    said = "; ".join(f"{label}: {text}" for label, text in words)
    opening = Markup(
        '<svg class="chart" role="img" viewBox="0 0 {width} {height}" aria-label="{said}">'
    ).format(width=_WIDTH, height=_ROW * len(parts), said=said)
    return opening + Markup("").join(parts) + Markup("</svg>")


def _bar(number: int, label: str, part: float, whole: float, text: str) -> Markup:
    top = number * _ROW
    return Markup(
        '<text x="{label_x}" y="{middle}" class="label">{label}</text>'
        '<rect class="whole" x="{bar_x}" y="{top}" width="{whole:.1f}" height="{height}" rx="3"></rect>'
        '<rect x="{bar_x}" y="{top}" width="{part:.1f}" height="{height}" rx="3"></rect>'
        '<text x="{end:.1f}" y="{middle}" class="value">{text}</text>'
    ).format(
        label_x=_LABEL - 8,
        middle=top + 17,
        label=escape(label),
        bar_x=_LABEL,
        top=top + 4,
        part=max(part, 1.0) if part else 0.0,
        whole=max(whole, 2.0),
        height=_ROW - 8,
        end=_LABEL + max(whole, 2.0) + 8,
        text=text,
    )
