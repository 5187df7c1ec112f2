"""How sure a share of a few cases is: Wilson's interval."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

# Two-sided 95 per cent of the normal distribution.
_Z: Final = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Share:
    """A share of cases.

    Attributes:
        count: how many cases it is true of.
        total: how many cases there are.
    """

    count: int
    total: int

    def __post_init__(self) -> None:
        """Refuse what is no share."""
        if not 0 <= self.count <= self.total:
            message = f"{self.count} of {self.total} is no share"
            raise ValueError(message)

    @property
    def value(self) -> float | None:
        """The share between 0 and 1; None of no cases."""
        return self.count / self.total if self.total else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The share's 95 per cent interval after Wilson (1927); None of no cases."""
        if not self.total:
            return None
        share, square = self.count / self.total, _Z * _Z
        middle = share + square / (2 * self.total)
        spread = _Z * math.sqrt(share * (1 - share) / self.total + square / (4 * self.total**2))
        below = 1 + square / self.total
        return max(0.0, (middle - spread) / below), min(1.0, (middle + spread) / below)
