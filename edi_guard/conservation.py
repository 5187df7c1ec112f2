"""Proves, on every run, that the written parts hold exactly the claims that were judged.

The parts are read back from where they were written. Every claim must stand in exactly the part its
disposition names, with the bytes of the input (repairs made) and under the same billing provider,
subscriber and patient, and nothing else may stand there.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple, NoReturn

from edi_guard.claims import HierarchyFaultKind, claim_kind, plan_sections, read_claims
from edi_guard.findings import Disposition
from edi_guard.partition import transactions_of
from edi_guard.x12 import FILLER, EnvelopeReader, FaultKind, read_transaction

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

    from edi_guard.claims import CarriedLevel, Claim, Joint, Level
    from edi_guard.partition import Judged, Plan
    from edi_guard.x12 import Delimiters, Section, Segment, Source, TransactionText

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
    for together in transactions_of(plans):
        _check_transaction(source, together, judged, written)
    judged.check_end()
    for part in written.values():
        part.check_end()


def _check_transaction(
    source: Source,
    plans: Sequence[Plan],
    judged: _JudgedClaims,
    written: Mapping[Disposition, _WrittenPart],
) -> None:
    """Compare a transaction set with what was written of it.

    Args:
        source: the input.
        plans: the transaction set's, one for each of its sections.
        judged: says where each of its claims stands.
        written: the parts.
    """
    where = [judged.of(plan.ordinals) for plan in plans]
    if _stands_whole(source, plans, where, written):
        return
    for plan, expected in zip(plans, where, strict=True):
        found = 0
        for claim in plan.parse(plan.read_text(source)).passing():
            disposition = expected.of(claim.ordinal)
            if disposition is not None:
                found += 1
                _part(written, disposition).take(claim_digest(claim))
        if found != len(expected):
            message = f"{len(expected)} claims were judged but {found} were found again"
            raise ConservationError(message)


def _stands_whole(
    source: Source,
    plans: Sequence[Plan],
    where: Sequence[_Where],
    written: Mapping[Disposition, _WrittenPart],
) -> bool:
    """Whether a transaction set stands in one part with all its bytes; then the part goes on behind it."""
    whole = {expected.whole for expected in where}
    if len(whole) != 1:
        return False
    (disposition,) = whole
    if disposition is None or disposition not in written:
        return False
    delimiters = plans[0].span.group.interchange.delimiters
    texts = _counted(source, plans, where, _claims(delimiters), delimiters.segment)
    return written[disposition].take_whole(texts)


def _counted(
    source: Source, plans: Sequence[Plan], where: Sequence[_Where], claims: re.Pattern[str], terminator: str
) -> Iterator[str | None]:
    """Yield the text of each plan; None in its place where it does not hold as many claims as were judged."""
    for plan, expected in zip(plans, where, strict=True):
        text = plan.read_home(source)
        # A section's own bytes begin behind the terminator before them.
        yield text if len(claims.findall(terminator + text)) == len(expected) else None


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


_NOWHERE: Final = 255
_DISPOSITIONS: Final = tuple(Disposition)


class _Where(NamedTuple):
    """Where the claims of a plan stand.

    Attributes:
        first: the first one's ordinal.
        codes: for each, the number of its disposition; `_NOWHERE` where it stands in no part.
    """

    first: int
    codes: bytes

    def __len__(self) -> int:
        return len(self.codes) - self.codes.count(_NOWHERE)

    @property
    def whole(self) -> Disposition | None:
        """The disposition of all claims; None where they have several, or some stand in no part."""
        code = self.codes[0] if self.codes else _NOWHERE
        is_one = code != _NOWHERE and self.codes.count(code) == len(self.codes)
        return _DISPOSITIONS[code] if is_one else None

    def of(self, ordinal: int) -> Disposition | None:
        """Return where a claim stands, None for nowhere."""
        code = self.codes[ordinal - self.first]
        return None if code == _NOWHERE else _DISPOSITIONS[code]


class _JudgedClaims:
    """Hands out the dispositions of claims, transaction set by transaction set."""

    def __init__(self, claims: Iterable[Judged], left_out: Container[int]) -> None:
        self._claims = iter(claims)
        self._next = next(self._claims, None)
        self._left_out = left_out

    def of(self, ordinals: range) -> _Where:
        """Return the dispositions of those of a plan's claims that stand in a part."""
        codes = bytearray([_NOWHERE]) * len(ordinals)
        while self._next is not None and self._next.ordinal in ordinals:
            if self._next.ordinal not in self._left_out:
                codes[self._next.ordinal - ordinals.start] = _DISPOSITIONS.index(self._next.disposition)
            self._next = next(self._claims, None)
        missing = sum(
            code == _NOWHERE and n not in self._left_out for n, code in zip(ordinals, codes, strict=True)
        )
        if missing:
            message = f"{missing} claims of the input were not judged"
            raise ConservationError(message)
        return _Where(ordinals.start, bytes(codes))

    def check_end(self) -> None:
        """Raise where a claim was judged that the input does not hold."""
        if self._next is not None:
            message = "judged claims are no longer in the input"
            raise ConservationError(message)


class _WrittenPart:
    """Reads a part back, claim by claim."""

    def __init__(self, disposition: Disposition, source: Source) -> None:
        self._disposition = disposition
        self._source = source
        self._reader = EnvelopeReader(source)
        self._texts = iter(self._reader)
        self._text = next(self._texts, None)
        # The digests of the transaction set that was begun.
        self._digests: Iterator[bytes] = iter(())
        self._next: bytes | None = None

    def take_whole(self, texts: Iterable[str | None]) -> bool:
        """Go on behind a transaction set that reads exactly so; False where another one is next.

        Args:
            texts: the transaction set in order; None where something of it is not as it should be.
        """
        if self._next is not None or self._text is None:
            return False
        position, end = self._text.span.start, self._text.span.end
        for text in texts:
            if text is None or self._source.read(position, position + len(text)) != text:
                return False
            position += len(text)
        if position != end:
            return False
        self._text = next(self._texts, None)
        return True

    def take(self, digest: bytes) -> None:
        """Go on behind the next claim.

        Raises:
            ConservationError: it is another one.
        """
        while self._next is None and self._text is not None:
            self._digests = map(claim_digest, _read_back(self._source, self._text))
            self._next = next(self._digests, None)
            self._text = next(self._texts, None)
        if self._next != digest:
            self._object("holds a claim that is not the one judged, or lacks one")
        self._next = next(self._digests, None)

    def check_end(self) -> None:
        """Raise where the part goes on, or cannot be read whole."""
        if self._next is not None or self._text is not None:
            self._object("holds claims that were not judged so")
        kinds = {fault.kind for fault in self._reader.envelope.faults} - _CARRIED_ALONG
        if kinds:
            self._object(f"cannot be read back: {', '.join(sorted(kind.name for kind in kinds))}")

    def _object(self, words: str) -> NoReturn:
        message = f"the {self._disposition} part {words}"
        raise ConservationError(message)


def _read_back(source: Source, text: TransactionText) -> Iterator[Claim]:
    kind = claim_kind(text.span.version or text.span.group.version)
    if kind is None:
        message = "a written part holds something that is no claim transaction"
        raise ConservationError(message)
    for part in _sections(source, text):
        transaction = read_claims(part, kind, 1)
        if any(fault.kind is not HierarchyFaultKind.CHILD_FLAG for fault in transaction.faults):
            message = "a written part has a broken hierarchy"
            raise ConservationError(message)
        yield from transaction.passing()


def _sections(source: Source, text: TransactionText) -> Iterator[TransactionText]:
    """Yield a transaction set, in sections where it is too long to be held."""
    sections: Sequence[Section] = ()
    if text.is_long and not text.has_empty_segments:
        sections = plan_sections(source, text.span, _Anywhere())
    if not sections:
        yield text
    for section in sections:
        yield read_transaction(source, text.span, section)


class _Anywhere:
    """Cuts that only the hierarchy limits: nobody asks the implementation guide here."""

    def allow(self, joint: Joint, carried: Sequence[CarriedLevel]) -> bool:
        """Whether a section may begin at a place."""
        del joint, carried
        return True

    def allow_end(self, joint: Joint) -> bool:
        """Whether the transaction set may end in sections."""
        del joint
        return True
