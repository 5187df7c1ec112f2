"""Lossless, streaming X12: delimiters, segments with byte spans, envelopes."""

from edi_guard.x12.delimiters import STANDARD, Delimiters, IsaFault, read_delimiters
from edi_guard.x12.envelope import Envelope, FunctionalGroup, Interchange, TransactionSpan
from edi_guard.x12.faults import Fault, FaultKind
from edi_guard.x12.reader import (
    FILLER,
    EnvelopeReader,
    TransactionText,
    parse_transaction,
    read_transaction,
)
from edi_guard.x12.sections import Piece, Section
from edi_guard.x12.segment import Segment, Span, element_reference
from edi_guard.x12.source import Source

__all__ = [
    "FILLER",
    "STANDARD",
    "Delimiters",
    "Envelope",
    "EnvelopeReader",
    "Fault",
    "FaultKind",
    "FunctionalGroup",
    "Interchange",
    "IsaFault",
    "Piece",
    "Section",
    "Segment",
    "Source",
    "Span",
    "TransactionSpan",
    "TransactionText",
    "element_reference",
    "parse_transaction",
    "read_delimiters",
    "read_transaction",
]
