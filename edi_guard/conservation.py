"""Proves, on every run, that the written parts hold exactly the claims that were judged.

The parts are read back from where they were written. Every claim must stand in exactly the part its
disposition names, with the bytes of the input (repairs made) and under the same billing provider,
subscriber and patient, and nothing else may stand there.
"""

from __future__ import annotations

import hashlib
import re
from collections import deque
from functools import cache
from typing import TYPE_CHECKING, Final, NoReturn

from edi_guard.claims import HierarchyFaultKind, claim_kind, read_claims
from edi_guard.x12 import FILLER, EnvelopeReader, FaultKind

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

    from edi_guard.claims import Claim, Level
    from edi_guard.findings import Disposition
    from edi_guard.partition import Judged, Plan
    from edi_guard.x12 import Delimiters, Segment, Source, TransactionText
    from edi_guard.x12.edits import EditedText

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
    claims: Iterable[Judged],
    plans: Iterable[Plan],
    parts: Mapping[Disposition, Source],
    *,
    left_out: Container[int] = (),
) -> None:
    """Compare what was judged with what was written.

    Everything is read once and in order, so that memory follows the largest transaction set. One that stands
    in a part with all its bytes needs no closer look.

    Args:
        source: the input.
        claims: every claim with its disposition, in file order.
        plans: the input's transaction sets.
        parts: what was written, where anything was.
        left_out: claims of the input that stand in no part, as they were sent before.

    Raises:
        ConservationError: a claim is missing, doubled, changed, or under another provider,
            subscriber or patient.
    """
    judged = _JudgedClaims(claims, left_out)
    written = {disposition: _WrittenPart(disposition, part) for disposition, part in parts.items()}
    for plan in plans:
        _check_transaction(plan, plan.read_text(source), judged.of(plan.ordinals), written)
    judged.check_end()
    for part in written.values():
        part.check_end()


def _check_transaction(
    plan: Plan,
    text: EditedText,
    where: Mapping[int, Disposition],
    written: Mapping[Disposition, _WrittenPart],
) -> None:
    """Compare a transaction set with what was written of it.

    Args:
        plan: where it is in the input.
        text: its text, repairs made.
        where: the disposition of each of its claims that stands in a part.
        written: the parts.
    """
    dispositions = set(where.values())
    if len(dispositions) == 1 and len(where) == len(plan.ordinals):
        (disposition,) = dispositions
        delimiters = plan.span.group.interchange.delimiters
        counted = len(_claims(delimiters).findall(text.text))
        if disposition in written and counted == len(where) and written[disposition].take_whole(text.text):
            return
    found = 0
    for claim in plan.parse(text).claims:
        if claim.ordinal in where:
            found += 1
            _part(written, where[claim.ordinal]).take(claim_digest(claim))
    if found != len(where):
        message = f"{len(where)} claims were judged but {found} were found again"
        raise ConservationError(message)


def _part(written: Mapping[Disposition, _WrittenPart], disposition: Disposition) -> _WrittenPart:
    if disposition not in written:
        message = f"claims were judged {disposition}, but there is no {disposition} part"
        raise ConservationError(message)
    return written[disposition]


@cache
def _claims(delimiters: Delimiters) -> re.Pattern[str]:
    """Match where a claim begins."""
    blanks = re.escape(FILLER.replace(delimiters.segment, ""))
    terminator, separator = re.escape(delimiters.segment), re.escape(delimiters.element)
    return re.compile(f"{terminator}[{blanks}]*CLM{separator}")


class _JudgedClaims:
    """Hands out the dispositions of claims, transaction set by transaction set."""

    def __init__(self, claims: Iterable[Judged], left_out: Container[int]) -> None:
        self._claims = iter(claims)
        self._next = next(self._claims, None)
        self._left_out = left_out

    def of(self, ordinals: range) -> dict[int, Disposition]:
        """Return the dispositions of those of a transaction set's claims that stand in a part."""
        found: dict[int, Disposition] = {}
        while self._next is not None and self._next.ordinal in ordinals:
            if self._next.ordinal not in self._left_out:
                found[self._next.ordinal] = self._next.disposition
            self._next = next(self._claims, None)
        missing = sum(n not in found and n not in self._left_out for n in ordinals)
        if missing:
            message = f"{missing} claims of the input were not judged"
            raise ConservationError(message)
        return found

    def check_end(self) -> None:
        """Raise where a claim was judged that the input does not hold."""
        if self._next is not None:
            message = "judged claims are no longer in the input"
            raise ConservationError(message)


class _WrittenPart:
    """Reads a part back, claim by claim."""

    def __init__(self, disposition: Disposition, source: Source) -> None:
        self._disposition = disposition
        self._reader = EnvelopeReader(source)
        self._texts = iter(self._reader)
        self._text = next(self._texts, None)
        self._digests: deque[bytes] = deque()

    def take_whole(self, text: str) -> bool:
        """Go on behind a transaction set that reads exactly so; False where another one is next."""
        if self._digests or self._text is None or self._text.text != text:
            return False
        self._text = next(self._texts, None)
        return True

    def take(self, digest: bytes) -> None:
        """Go on behind the next claim.

        Raises:
            ConservationError: it is another one.
        """
        while not self._digests and self._text is not None:
            self._digests.extend(map(claim_digest, _read_back(self._text)))
            self._text = next(self._texts, None)
        if not self._digests or self._digests.popleft() != digest:
            self._object("holds a claim that is not the one judged, or lacks one")

    def check_end(self) -> None:
        """Raise where the part goes on, or cannot be read whole."""
        if self._digests or self._text is not None:
            self._object("holds claims that were not judged so")
        kinds = {fault.kind for fault in self._reader.envelope.faults} - _CARRIED_ALONG
        if kinds:
            self._object(f"cannot be read back: {', '.join(sorted(kind.name for kind in kinds))}")

    def _object(self, words: str) -> NoReturn:
        message = f"the {self._disposition} part {words}"
        raise ConservationError(message)


def _read_back(text: TransactionText) -> Sequence[Claim]:
    kind = claim_kind(text.span.version or text.span.group.version)
    if kind is None:
        message = "a written part holds something that is no claim transaction"
        raise ConservationError(message)
    transaction = read_claims(text, kind, 1)
    if any(fault.kind is not HierarchyFaultKind.CHILD_FLAG for fault in transaction.faults):
        message = "a written part has a broken hierarchy"
        raise ConservationError(message)
    return transaction.claims
