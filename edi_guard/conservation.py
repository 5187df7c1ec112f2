"""Proves, on every run, that the written parts hold exactly the claims that were judged.

The parts are read back from where they were written. Every claim must stand in exactly the part its
disposition names, with the bytes of the input (repairs made) and under the same billing provider,
subscriber and patient; counts and charges must add up.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from edi_guard.claims import HierarchyFaultKind, claim_kind, read_claims
from edi_guard.findings import Disposition
from edi_guard.x12 import EnvelopeReader, FaultKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from edi_guard.claims import Claim, Level
    from edi_guard.partition import Judged, Plan
    from edi_guard.x12 import Segment, Source

# An empty segment rejects its claims (ENV213) and goes with them, as every byte does.
_CARRIED_ALONG: Final = frozenset({FaultKind.EMPTY_SEGMENT})


class ConservationError(Exception):
    """The parts do not hold what the input held; an internal error, nothing may be released."""


def claim_digest(claim: Claim) -> bytes:
    """Return a hash over a claim's bytes and those of the levels it stands under, HL apart."""
    digest = hashlib.sha256()
    for segments in (*map(_below_header, _levels(claim)), claim.segments):
        for segment in segments:
            digest.update(segment.text.encode("latin-1"))
            digest.update(b"\n")
        digest.update(b"\f")
    return digest.digest()


def _levels(claim: Claim) -> Iterator[Level]:
    yield claim.billing
    yield claim.subscriber
    if claim.patient.is_dependent:
        yield claim.patient.level


def _below_header(level: Level) -> list[Segment]:
    return level.segments[1:]


def check_conservation(
    source: Source,
    claims: Sequence[Judged],
    plans: Iterable[Plan],
    parts: Mapping[Disposition, Source],
    *,
    left_out: Collection[int] = (),
) -> None:
    """Compare what was judged with what was written.

    Args:
        source: the input.
        claims: every claim with its disposition.
        plans: the input's transaction sets.
        parts: what was written, where anything was.
        left_out: claims of the input that stand in no part, as they were sent before.

    Raises:
        ConservationError: a claim is missing, doubled, changed, or under another provider,
            subscriber or patient; or charges do not add up.
    """
    wanted = _wanted(source, claims, plans, left_out)
    for disposition in Disposition:
        expected = wanted.get(disposition, [])
        part = parts.get(disposition)
        written = list(_read_back(part)) if part is not None else []
        if [digest for digest, _ in written] != [digest for digest, _ in expected]:
            message = (
                f"the {disposition} part holds {len(written)} claims that are not the "
                f"{len(expected)} judged {disposition}"
            )
            raise ConservationError(message)
        if _total(written) != _total(expected):
            message = f"the charges of the {disposition} part do not add up"
            raise ConservationError(message)
    judged, taken = len(claims), sum(map(len, wanted.values()))
    if judged != taken:
        message = f"{judged} claims were judged but {taken} were found again"
        raise ConservationError(message)


_Entry = tuple[bytes, Decimal]


def _total(entries: Iterable[_Entry]) -> Decimal:
    return sum((charge for _, charge in entries), Decimal(0))


def _entry(claim: Claim) -> _Entry:
    return claim_digest(claim), claim.charge or Decimal(0)


def _wanted(
    source: Source, claims: Sequence[Judged], plans: Iterable[Plan], left_out: Collection[int]
) -> dict[Disposition, list[_Entry]]:
    where = {claim.ordinal: claim.disposition for claim in claims}
    wanted: defaultdict[Disposition, list[_Entry]] = defaultdict(list)
    for plan in plans:
        for claim in plan.parse(plan.read_text(source)).claims:
            if claim.ordinal not in left_out:
                wanted[where.pop(claim.ordinal)].append(_entry(claim))
    if where:
        message = f"{len(where)} judged claims are no longer in the input"
        raise ConservationError(message)
    return wanted


def _read_back(part: Source) -> Iterator[_Entry]:
    reader = EnvelopeReader(part)
    for text in reader:
        kind = claim_kind(text.span.version or text.span.group.version)
        if kind is None:
            message = "a written part holds something that is no claim transaction"
            raise ConservationError(message)
        transaction = read_claims(text, kind, 1)
        if any(fault.kind is not HierarchyFaultKind.CHILD_FLAG for fault in transaction.faults):
            message = "a written part has a broken hierarchy"
            raise ConservationError(message)
        yield from map(_entry, transaction.claims)
    kinds = {fault.kind for fault in reader.envelope.faults} - _CARRIED_ALONG
    if kinds:
        kinds_text = ", ".join(sorted(kind.name for kind in kinds))
        message = f"a written part cannot be read back: {kinds_text}"
        raise ConservationError(message)
