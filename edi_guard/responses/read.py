"""Reads files of answers: TA1, 999, 997 and 277CA, in any mixture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from edi_guard.responses.answers import (
    InterchangeAnswer,
    ResponseError,
    Responses,
)
from edi_guard.responses.claim_status import read_claim_status
from edi_guard.responses.functional import read_functional
from edi_guard.x12 import EnvelopeReader, FaultKind

if TYPE_CHECKING:
    from edi_guard.responses.answers import ClaimAnswer, GroupAnswer
    from edi_guard.x12 import Envelope, Source, TransactionSpan

_FUNCTIONAL: Final = ("999", "997")
_CLAIM_STATUS: Final = "277"
# Other 277s answer questions about claims; only this one acknowledges what was sent.
_CLAIM_ACKNOWLEDGMENT: Final = "005010X214"
# What does not keep an answer from being understood.
_HARMLESS: Final = frozenset({FaultKind.EMPTY_SEGMENT})


def read_responses(source: Source) -> Responses:
    """Return the answers of a file.

    Args:
        source: the file.

    Raises:
        ResponseError: it is not X12, is broken, or holds no answer.
    """
    reader = EnvelopeReader(source)
    groups: list[GroupAnswer] = []
    claims: list[ClaimAnswer] = []
    for text in reader:
        isa = text.span.group.interchange.isa
        if text.span.kind in _FUNCTIONAL:
            groups += read_functional(text.segments, isa[6].strip(), isa[8].strip())
        elif text.span.kind == _CLAIM_STATUS and _version(text.span) == _CLAIM_ACKNOWLEDGMENT:
            claims += read_claim_status(text.segments)
    _check(reader.envelope)
    interchanges = tuple(_interchanges(reader.envelope))
    if not (interchanges or groups or claims):
        message = "the file holds no acknowledgment (TA1, 999, 997 or 277CA): move it to where it belongs"
        raise ResponseError(message)
    return Responses(interchanges, tuple(groups), tuple(claims))


def _version(span: TransactionSpan) -> str:
    return (span.version or span.group.version)[: len(_CLAIM_ACKNOWLEDGMENT)]


def _check(envelope: Envelope) -> None:
    faults = [fault for fault in envelope.faults if fault.kind not in _HARMLESS]
    if not envelope.interchanges or faults:
        kinds = ", ".join(dict.fromkeys(fault.kind.name.lower().replace("_", " ") for fault in faults))
        message = f"the file is no whole X12 interchange ({kinds or 'no ISA'}): ask for it again"
        raise ResponseError(message)


def _interchanges(envelope: Envelope) -> list[InterchangeAnswer]:
    return [
        InterchangeAnswer(
            control_number=segment[1],
            code=segment[4],
            note=segment[5],
            sender=interchange.isa[6].strip(),
            receiver=interchange.isa[8].strip(),
        )
        for interchange in envelope.interchanges
        for segment in interchange.acknowledgments
    ]
