"""How the rules of envelopes speak, and of which of them a file is refused whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.findings import Finding
    from edi_guard.rules.registry import Rule
    from edi_guard.rules.subjects import InputFile
    from edi_guard.x12 import Fault, FaultKind, FunctionalGroup

# In whose presence the file is refused whole, whatever rules are selected. ENV310 to ENV313 speak of
# the hierarchy (rules/hierarchy.py).
REFUSES: Final = frozenset(
    {f"ENV{number}" for number in (101, 102, 103, 104, 105, 212, 301, 302, 303, 304, 305)}
    | {f"ENV{number}" for number in range(201, 210)}
    | {f"ENV{number}" for number in range(310, 314)}
)

CLAIMS: Final = "837"


def _place(fault: Fault) -> str:
    where = fault.location
    if where is None:
        return ""
    transaction = f"transaction set {fault.transaction + 1}, " if fault.transaction is not None else ""
    return f" ({transaction}segment {where.segment_number}, byte {where.byte_start})"


def envelope_faults(
    speaker: Rule[InputFile], file: InputFile, message: str, *kinds: FaultKind
) -> Iterator[Finding]:
    """Yield a finding for every envelope fault of these kinds.

    `message` may name {observed} and {expected}: envelopes hold no patient data.
    """
    for fault in file.envelope.faults:
        if fault.kind in kinds:
            words = message.format(observed=fault.observed or "nothing", expected=fault.expected)
            yield speaker.finding(
                fault.location,
                words + _place(fault),
                observed=fault.observed,
                expected=fault.expected,
            )


def claim_groups(file: InputFile) -> Iterator[FunctionalGroup]:
    """Yield the functional groups of a file that hold claims."""
    for interchange in file.envelope.interchanges:
        for group in interchange.groups:
            if any(span.kind == CLAIMS for span in group.transactions):
                yield group


def plain(text: str) -> str:
    """Return envelope text fit for a sentence; anything odd is not repeated."""
    return text if text.isascii() and text.isalnum() and len(text) <= 12 else "something else"
