"""The kinds of acknowledgments, and which of them are wanted."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class AckKind(enum.StrEnum):
    """A transaction that answers a claim file; the value is its name in the configuration."""

    FUNCTIONAL = "999"
    CLAIMS = "277CA"
    INTERCHANGE = "TA1"

    @property
    def suffix(self) -> str:
        """What follows the input's name in the name of the file, e.g. ``.277ca``."""
        return f".{self.value.lower()}"


@dataclass(frozen=True, slots=True)
class AckSettings:
    """Which acknowledgments are written, and how.

    Attributes:
        kinds: the kinds wanted.
        line_breaks: whether each segment stands on a line of its own.
    """

    kinds: frozenset[AckKind] = frozenset(AckKind)
    line_breaks: bool = False
