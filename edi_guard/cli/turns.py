"""Lets processes that work beside each other draw numbers in the order of their inputs.

So that what is written is the same, however many processes write it.
"""

from __future__ import annotations

import contextlib
import time
from multiprocessing import RawValue
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LOOKS_EVERY_SECONDS: Final = 0.002


class Turns:
    """Whose turn it is: each input in its order.

    A number without a lock: only the one whose turn it is writes it, and a process that dies holds nothing.
    """

    def __init__(self) -> None:
        self._due = RawValue("q", 0)

    @contextlib.contextmanager
    def turn(self, number: int) -> Iterator[Turn]:
        """Yield the turn of an input; afterwards it is the next one's in any case."""
        turn = Turn(self, number)
        try:
            yield turn
        finally:
            turn.pass_on()

    def skip(self, number: int) -> None:
        """Go on after an input whose process died before its turn was over."""
        self.wait(number)
        self._due.value = max(self._due.value, number + 1)

    def wait(self, number: int) -> None:
        """Wait until it is an input's turn."""
        while self._due.value < number:
            time.sleep(_LOOKS_EVERY_SECONDS)


class Turn:
    """The turn of one input."""

    def __init__(self, turns: Turns, number: int) -> None:
        self._turns = turns
        self._number = number

    def numbers(self, drawn: Callable[[], int]) -> Callable[[], int]:
        """Return what draws numbers once it is this input's turn."""

        def draw() -> int:
            self._turns.wait(self._number)
            return drawn()

        return draw

    def pass_on(self) -> None:
        """Let the next input draw."""
        self._turns.skip(self._number)
