"""Rows as they are read back."""

from __future__ import annotations

from array import array
from typing import Any


def plain(value: Any) -> Any:
    """Return a row, or a part of one, with lists in place of arrays."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return list(map(plain, value))
    return list(value) if isinstance(value, array) else value
