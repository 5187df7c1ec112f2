"""Which claim status a finding becomes: category, status and entity of the 277CA."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from edi_guard.acks.values import sentence
from edi_guard.acks.writing import composite
from edi_guard.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from edi_guard.findings import Finding

ACCEPTED_CLAIM: Final = "A1:20"
RECEIVED: Final = "A1:19"
# Where a rule predicts no status: invalid where its number says so (2xx), else unprocessable.
INVALID: Final = "A7:21"
UNPROCESSABLE: Final = "A3:21"
_PREDICTED = re.compile(r"(A[3678]):(\d{1,3})(?::([A-Z0-9]{2,3}))?")
_ENTITIES = frozenset(
    "03 1P 1Z 40 41 71 72 73 77 82 85 87 DK DN DQ FA GB HK IL LI MSC PR PRP QB QC QD SEP TL TTP TU".split()
)
_MOST_STATUSES = 3


@dataclass(frozen=True, slots=True)
class ClaimStatus:
    """One STC: up to three statuses, and a sentence that says what they mean here."""

    statuses: tuple[str, ...]
    message: str


def rejecting(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings for which a claim is rejected."""
    return [finding for finding in findings if finding.severity is Severity.REJECT]


def claim_statuses(findings: Iterable[Finding]) -> list[ClaimStatus]:
    """Return what a rejected claim's findings become, each once."""
    made = [ClaimStatus(tuple(_statuses(f))[:_MOST_STATUSES], sentence(f.message)) for f in findings]
    return list(dict.fromkeys(made)) or [ClaimStatus((UNPROCESSABLE,), "")]


def line_statuses(findings: Iterable[Finding]) -> tuple[str, ...]:
    """Return the statuses of a service line, which has room for three and no sentence."""
    found = dict.fromkeys(status for finding in findings for status in _statuses(finding))
    return tuple(found)[:_MOST_STATUSES]


def _statuses(finding: Finding) -> Iterator[str]:
    """Yield the predicted rejections; other answers that a rule predicts belong to the payer."""
    predicted = [match for text in finding.predicts.claim_status if (match := _PREDICTED.fullmatch(text))]
    for match in predicted:
        category, status, entity = match.groups()
        yield composite(category, status, entity if entity in _ENTITIES else "")
    if not predicted:
        yield INVALID if finding.rule[-3:-2] == "2" else UNPROCESSABLE
