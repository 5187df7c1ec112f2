"""Reads the 999 (005010X231A1) and the older 997."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edi_guard.responses.answers import GroupAnswer, SyntaxError999, TransactionAnswer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edi_guard.x12 import Segment


def read_functional(segments: Iterable[Segment], sender: str, receiver: str) -> list[GroupAnswer]:
    """Return the groups that a transaction set answers.

    Args:
        segments: of the 999 or 997, ST to SE.
        sender: ISA06 around it.
        receiver: ISA08 around it.
    """
    reader = _Reader(sender, receiver)
    for segment in segments:
        reader.take(segment)
    return reader.groups


class _Reader:
    """Goes through the segments in order."""

    def __init__(self, sender: str, receiver: str) -> None:
        self.groups: list[GroupAnswer] = []
        self._sender = sender
        self._receiver = receiver
        self._head: Segment | None = None
        self._transactions: list[TransactionAnswer] = []
        self._opened: Segment | None = None
        self._errors: list[SyntaxError999] = []
        self._error: Segment | None = None
        self._codes: list[str] = []
        self._elements: list[str] = []

    def take(self, segment: Segment) -> None:
        """Take the next segment."""
        name = segment.id
        if name == "AK1":
            self._head, self._transactions = segment, []
        elif name == "AK2":
            self._opened, self._errors = segment, []
        elif name in ("IK3", "AK3"):
            self._end_error()
            self._error = segment
            self._codes, self._elements = _codes(segment, 4, 8), []
        elif name in ("IK4", "AK4"):
            # IK404, the copy of the bad value, is left where it is: it may be a patient's.
            self._elements.append(_position(segment))
            self._codes += _codes(segment, 3, 3)
        elif name in ("IK5", "AK5"):
            self._end_transaction(segment)
        elif name == "AK9":
            self._end_group(segment)

    def _end_error(self) -> None:
        error, self._error = self._error, None
        if error is not None:
            self._errors.append(
                SyntaxError999(
                    segment=error[1],
                    position=_number(error[2]),
                    loop=error[3],
                    codes=tuple(self._codes),
                    elements=tuple(self._elements),
                )
            )

    def _end_transaction(self, segment: Segment) -> None:
        self._end_error()
        opened, self._opened = self._opened, None
        self._transactions.append(
            TransactionAnswer(
                kind=opened[1] if opened else "",
                control_number=opened[2] if opened else "",
                code=segment[1],
                codes=tuple(_codes(segment, 2, 6)),
                errors=tuple(self._errors),
            )
        )

    def _end_group(self, segment: Segment) -> None:
        head, self._head = self._head, None
        if head is None:
            return
        self.groups.append(
            GroupAnswer(
                kind=head[1],
                control_number=head[2],
                version=head[3],
                code=segment[1],
                included=_number(segment[2]),
                received=_number(segment[3]),
                accepted=_number(segment[4]),
                transactions=tuple(self._transactions),
                sender=self._sender,
                receiver=self._receiver,
            )
        )


def _codes(segment: Segment, first: int, last: int) -> list[str]:
    return [segment[number] for number in range(first, last + 1) if segment[number]]


def _position(segment: Segment) -> str:
    """Return IK401: the element's position, with the component's where one is given."""
    parts = segment[1].split(segment.delimiters.component)
    return "-".join(part for part in parts[:2] if part)


def _number(text: str) -> int:
    return int(text) if text.isdigit() and text.isascii() else 0
