"""Keeps one of each value: what comes again in a hundred thousand claims stands in memory once."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Hashable

V = TypeVar("V", bound="Hashable")


class Sharing:
    """Remembers values; it is forgotten with the file that they come from."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[tuple[type, Hashable], Hashable] = {}

    def __call__(self, value: V) -> V:
        """Return the first value of its type that is equal to this one."""
        return self._known.setdefault((value.__class__, value), value)  # type: ignore[return-value]
