"""Whose file it is, before it is judged: sender, receiver and first billing provider."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from edi_guard.x12 import EnvelopeReader

if TYPE_CHECKING:
    from edi_guard.ledger.records import InterchangeRecord
    from edi_guard.x12 import Envelope, Source

_ISA_END: Final = 106
# The first billing provider stands in the first loops of the first transaction set.
_LOOKED_AT: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Addresses:
    """ISA06, ISA08 and the NPI of the first billing provider; empty where a file does not say."""

    sender: str = ""
    receiver: str = ""
    provider: str = ""


def read_addresses(source: Source) -> Addresses:
    """Return whose file it is, as far as its beginning says."""
    text = source.read(0, _LOOKED_AT)
    start = text.find("ISA")
    isa = text[start : start + _ISA_END]
    if start < 0 or len(isa) < _ISA_END:
        return Addresses()
    elements = isa.split(isa[3])
    if len(elements) <= 8:
        return Addresses()
    return Addresses(elements[6].strip(), elements[8].strip(), _provider(text[start:], isa[3], isa[-1]))


def _provider(text: str, separator: str, terminator: str) -> str:
    element, end = re.escape(separator), re.escape(terminator)
    pattern = f"{end}\\s*NM1{element}85{element}([^{end}]*)"
    match = re.search(pattern, text)
    if match is None:
        return ""
    rest = match[1].split(separator)
    # NM103 to NM109 follow NM101 and NM102.
    return rest[7].strip() if len(rest) > 7 else ""


def interchange_records(envelope: Envelope) -> tuple[InterchangeRecord, ...]:
    """Return what the ledger keeps of a file's interchanges."""
    from edi_guard.ledger.records import InterchangeRecord

    return tuple(
        InterchangeRecord(i.isa[6].strip(), i.isa[8].strip(), i.control_number.strip(), i.usage)
        for i in envelope.interchanges
    )


def read_envelope(source: Source) -> Envelope:
    """Return a file's envelopes."""
    reader = EnvelopeReader(source)
    for _ in reader:
        pass
    return reader.envelope
