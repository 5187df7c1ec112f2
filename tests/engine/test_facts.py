"""Facts that are handed to another machine answer there as they do here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edi_guard.claims import ClaimKind, read_claims
from edi_guard.rules.facts import FileFacts
from edi_guard.x12 import EnvelopeReader, Source
from tests.builders import fixture

if TYPE_CHECKING:
    from edi_guard.claims import Claim


def _claims() -> list[Claim]:
    """Return claims of which many have patients, numbers, services or attachments in common."""
    found: list[Claim] = []
    text = fixture("demo/professional.837")
    for changed in (text, text.replace("DEMO00", "DEMO01"), text.replace("SAMPLE", "OTHER"), text):
        for transaction in EnvelopeReader(Source.from_bytes(changed.encode("latin-1"))):
            found += read_claims(transaction, ClaimKind.PROFESSIONAL, len(found) + 1).claims
    return found


def _answers(facts: FileFacts, claim: Claim) -> tuple[object, ...]:
    attachments = [segment[6] for segment in claim.segments if segment.id == "PWK"]
    return (
        facts.fact(claim),
        facts.other_claims(claim),
        facts.same_id(claim),
        facts.same_services(claim),
        [facts.by_ordinal(ordinal) for ordinal in facts.same_services(claim)],
        [facts.claims_with_attachment(number) for number in attachments],
    )


def test_what_stands_around_claims_is_all_that_is_asked_of_them() -> None:
    claims = _claims()
    whole = FileFacts()
    for claim in claims:
        whole.add(claim)
    counts = set()
    for start in range(0, len(claims), 5):
        some = claims[start : start + 5]
        part = FileFacts()
        around = whole.around([claim.ordinal for claim in some])
        for packed in around:
            part.take(packed)
        counts.add(len(around))
        for claim in some:
            assert _answers(part, claim) == _answers(whole, claim)

    assert len(claims) == 56
    assert max(counts) < len(claims)
    assert any(_answers(whole, claim)[-1] not in ([], [[]]) for claim in claims)


def test_claims_without_facts_count_for_nothing() -> None:
    assert FileFacts().around([1, 2]) == []
