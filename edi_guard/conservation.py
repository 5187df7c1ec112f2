"""Proves, on every run, that the written parts hold exactly the claims that were judged.

The parts are read back from where they were written. Every claim must stand in exactly the part its
disposition names, with the bytes of the input (repairs made) and under the same billing provider,
subscriber and patient, and nothing else may stand there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, NoReturn

from edi_guard.claims import claim_kind, count_claims, outline_of, plan_sections
from edi_guard.claims.levels import LEVEL_ABOVE
from edi_guard.findings import Disposition
from edi_guard.partition import transactions_of
from edi_guard.x12 import EnvelopeReader, FaultKind, read_transaction

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

    from edi_guard.claims import CarriedLevel, Joint
    from edi_guard.partition import Judged, Plan
    from edi_guard.x12 import Delimiters, Section, Source, TransactionText

# An empty segment rejects its claims (ENV213) and goes with them, as every byte does.
_CARRIED_ALONG: Final = frozenset({FaultKind.EMPTY_SEGMENT})
# The billing provider and the subscriber (HL03 20 and 22); a dependent is one more.
_LEVELS_ABOVE_CLAIMS: Final = 2


class ConservationError(Exception):
    """The parts do not hold what the input held; an internal error, nothing may be released."""


_Standing = tuple[str, ...]
"""A claim as it stands in a file: the text of each level above it, HL apart, and its own."""


class _Level(NamedTuple):
    """A level that the next claim stands under: HL01, HL03, and its text, HL apart."""

    number: str
    code: str
    text: str


def _claims_of(text: TransactionText) -> Iterator[_Standing]:
    """Yield the claims of a transaction set, or of a section of one.

    Raises:
        ConservationError: its hierarchy is broken. The numbers of sections are known to be right.
    """
    outline = outline_of(text.text, text.delimiters)
    above: list[_Level] = []
    levels = 0
    for run in outline.runs:
        if not run.is_level:
            if len(above) < _LEVELS_ABOVE_CLAIMS:
                _object_to_hierarchy()
            yield (*(level.text for level in above), outline.text[run.start : run.end])
            continue
        _, number, parent, code, *_ = (*outline.head(run), "", "", "")
        levels += 1
        while above and above[-1].code != LEVEL_ABOVE.get(code):
            above.pop()
        last = above[-1] if above else _Level("", "", "")
        is_numbered = text.section is not None or (number, parent) == (str(levels), last.number)
        if last.code != LEVEL_ABOVE.get(code) or not is_numbered:
            _object_to_hierarchy()
        above.append(_Level(number, code, outline.text[outline.behind_head(run) : run.end]))


def _object_to_hierarchy() -> NoReturn:
    message = "claims stand in a broken hierarchy"
    raise ConservationError(message)


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
        found = list(_claims_of(plan.read_repaired(source)))
        if len(found) != len(expected.codes):
            message = f"{len(expected.codes)} claims were judged but {len(found)} were found again"
            raise ConservationError(message)
        for claim, disposition in zip(found, expected.dispositions, strict=True):
            if disposition is not None:
                _part(written, disposition).take(claim)


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
    return written[disposition].take_whole(_counted(source, plans, where, delimiters))


def _counted(
    source: Source, plans: Sequence[Plan], where: Sequence[_Where], delimiters: Delimiters
) -> Iterator[str | None]:
    """Yield the text of each plan; None in its place where it does not hold as many claims as were judged."""
    for plan, expected in zip(plans, where, strict=True):
        text = plan.read_home(source)
        yield text if count_claims(text, delimiters) == len(expected) else None


def _part(written: Mapping[Disposition, _WrittenPart], disposition: Disposition) -> _WrittenPart:
    if disposition not in written:
        message = f"claims were judged {disposition}, but there is no {disposition} part"
        raise ConservationError(message)
    return written[disposition]


_NOWHERE: Final = 255
_DISPOSITIONS: Final = tuple(Disposition)


class _Where(NamedTuple):
    """Where the claims of a plan stand.

    Attributes:
        codes: for each, the number of its disposition; `_NOWHERE` where it stands in no part.
    """

    codes: bytes

    def __len__(self) -> int:
        return len(self.codes) - self.codes.count(_NOWHERE)

    @property
    def whole(self) -> Disposition | None:
        """The disposition of all claims; None where they have several, or some stand in no part."""
        code = self.codes[0] if self.codes else _NOWHERE
        is_one = code != _NOWHERE and self.codes.count(code) == len(self.codes)
        return _DISPOSITIONS[code] if is_one else None

    @property
    def dispositions(self) -> list[Disposition | None]:
        """Where each claim stands, None for nowhere."""
        return [None if code == _NOWHERE else _DISPOSITIONS[code] for code in self.codes]


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
        return _Where(bytes(codes))

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
        # Those of the transaction set that was begun.
        self._claims: Iterator[_Standing] = iter(())
        self._next: _Standing | None = None

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

    def take(self, claim: _Standing) -> None:
        """Go on behind the next claim.

        Raises:
            ConservationError: it is another one.
        """
        while self._next is None and self._text is not None:
            self._claims = _read_back(self._source, self._text)
            self._next = next(self._claims, None)
            self._text = next(self._texts, None)
        if self._next != claim:
            self._object("holds a claim that is not the one judged, or lacks one")
        self._next = next(self._claims, None)

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


def _read_back(source: Source, text: TransactionText) -> Iterator[_Standing]:
    if claim_kind(text.span.version or text.span.group.version) is None:
        message = "a written part holds something that is no claim transaction"
        raise ConservationError(message)
    for part in _sections(source, text):
        yield from _claims_of(part)


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
