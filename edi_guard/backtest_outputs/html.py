"""The page with charts."""

from __future__ import annotations

from typing import Any

from edi_guard.html.backtest import render_backtest


def render(document: dict[str, Any]) -> str:
    """Return a summary as one HTML text."""
    return render_backtest(document)
