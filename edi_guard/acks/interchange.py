"""TA1: whether an interchange's own envelope could be taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edi_guard.acks.codes import NO_FAULT
from edi_guard.engine import Status

if TYPE_CHECKING:
    from datetime import datetime

    from edi_guard.acks.notes import Notes
    from edi_guard.acks.writing import Elements
    from edi_guard.engine import Outcome
    from edi_guard.x12 import Interchange

_WANTED = "1"


def is_due(interchange: Interchange, notes: Notes) -> bool:
    """Whether a TA1 is to be written: the sender asks for it (ISA14), or the envelope has a fault."""
    return interchange.isa[14] == _WANTED or bool(notes.of_interchange(interchange))


def interchange_note(interchange: Interchange, notes: Notes, outcome: Outcome, moment: datetime) -> Elements:
    """Return TA1: accepted, accepted with errors where the file was processed all the same, or refused."""
    found = notes.of_interchange(interchange)
    refused = "R" if outcome.status is Status.FAILED else "E"
    isa = interchange.isa
    return (
        "TA1",
        _digits(isa[13], 9, "000000000"),
        _digits(isa[9], 6, f"{moment:%y%m%d}"),
        _digits(isa[10], 4, f"{moment:%H%M}"),
        refused if found else "A",
        found[0] if found else NO_FAULT,
    )


def _digits(text: str, length: int, default: str) -> str:
    fits = len(text) == length and text.isascii() and text.isdigit()
    return text if fits else default
