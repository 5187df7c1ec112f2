"""Makes the repairs that rules ask for, round by round, until none is left to make.

Edits are compare-and-swap: each must find the bytes it names. Overlapping ones wait for the next
round. The result knows every difference from the file, so that it can be proved that nothing else
moved.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from edi_guard.claims import Claim, Subscriber, read_claims
from edi_guard.findings import Edit, Repair
from edi_guard.rules.examine import PlacedFinding, examine
from edi_guard.rules.signs import EVERY_RULE
from edi_guard.x12.edits import EditedText, EditSet, apply_edits

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from edi_guard.claims import Transaction
    from edi_guard.findings import Location, Tier
    from edi_guard.rules.context import Context
    from edi_guard.rules.examine import Owner
    from edi_guard.rules.ruleset import Ruleset
    from edi_guard.x12 import Section

MOST_ROUNDS = 10
RECOUNTED: Final = "count the added segments"


class RepairError(Exception):
    """Repairs do not settle, or changed more than they declared; an internal error."""


@dataclass(frozen=True, slots=True)
class MadeRepair:
    """A repair that was made.

    Attributes:
        placed: the finding it put right and whom that concerns.
        before: the text replaced.
        after: the text put there.
        origin: where the first edit stands in the file.
        affects: the claims that it concerns, by ordinal.
        rank: orders repairs of sections of a transaction set as if it had been repaired whole.
    """

    placed: PlacedFinding
    before: str
    after: str
    origin: int
    affects: tuple[int, ...]
    rank: tuple[int, ...]

    @property
    def repair(self) -> Repair:
        """What was asked for."""
        repair = self.placed.finding.repair
        if repair is None:
            message = "a repair was made that nobody asked for"
            raise RepairError(message)
        return repair


class AddedSegments(NamedTuple):
    """Segments that repairs of a section added, to be counted in SE01 with those of the other sections.

    Attributes:
        number: of the round of repairs.
        rank: of the first repair that added some.
        own: how many of them are the section's own, not carried along.
        rule, tier: of that repair.
        location: of SE01, in the text as it read then.
        origin: where that stands in the file.
        said: SE01.
    """

    number: int
    rank: tuple[int, ...]
    own: int
    rule: str
    tier: Tier
    location: Location
    origin: int
    said: str


@dataclass(frozen=True, slots=True)
class Settled:
    """A transaction set, or section of one, after its repairs.

    Attributes:
        transaction: read from the repaired text.
        text: the repaired text and its way back to the file's offsets.
        made: the repairs, in the order made.
        added: segments that are not counted in SE01 yet, as only all sections together can.
    """

    transaction: Transaction
    text: EditedText
    made: tuple[MadeRepair, ...]
    added: tuple[AddedSegments, ...] = ()

    @property
    def edits(self) -> list[Edit]:
        """The differences from the file, in the file's offsets."""
        return self.text.edits() if self.made else []


def payer_of(owner: Owner) -> str:
    """Return the payer whose repair switches count for an owner, ``""`` above the subscribers."""
    if isinstance(owner, Claim):
        return owner.payer_identifier
    if isinstance(owner, Subscriber) and owner.payer is not None:
        return owner.payer.identifier
    return ""


def settle(
    transaction: Transaction,
    original: str,
    ruleset: Ruleset,
    context: Context,
    switch: Callable[[Tier, str, str], bool],
    awake: Mapping[int, int] | None = None,
    read: Callable[[str], Transaction] | None = None,
) -> Settled:
    """Make every repair that is switched on.

    Args:
        transaction: as read from the file.
        original: its text, from ST's lead to SE's terminator.
        ruleset: the rules that repair.
        context: what rules need; their file-wide facts may be incomplete.
        switch: whether a tier's repair of a rule is made for a payer.
        awake: for each claim that rules may have something to say about, by its ordinal, the bits of
            those rules; None for all rules about all claims.
        read: returns what a repaired text holds; without it, all claims.

    Raises:
        RepairError: the repairs do not come to rest.
        EditConflictError: a rule's edit does not fit the text.
    """
    section = transaction.text.section
    text = EditedText(original, transaction.text.span.start, section)
    reader = read or _reader(transaction)
    given = transaction
    made: list[MadeRepair] = []
    added: list[AddedSegments] = []
    for number in range(MOST_ROUNDS):
        if awake is not None:
            # What was repaired may now be something that other rules speak of.
            awake = {**awake, **dict.fromkeys((o for one in made for o in one.affects), EVERY_RULE)}
        wanted = _wanted(transaction, ruleset, context, switch, awake)
        if not wanted:
            return _proved(Settled(transaction, text, tuple(made), tuple(added)), original)
        chosen = _compatible(wanted)
        count = len(transaction.text.segments)
        own = 0 if section is None else _own_segments(transaction, section, text, chosen)
        before, transaction = transaction, _make(transaction, text, chosen, made, number, reader)
        if before is not given:
            before.dissolve()
        if len(transaction.text.segments) == count:
            continue
        if section is None:
            counted = _recounted(transaction, chosen)
            before, transaction = transaction, _make(transaction, text, [counted], made, number, reader)
            before.dissolve()
        else:
            added.append(_added(transaction, text, chosen, number, own))
    message = f"repairs do not come to rest after {MOST_ROUNDS} rounds"
    raise RepairError(message)


def _make(
    transaction: Transaction,
    text: EditedText,
    chosen: Sequence[tuple[PlacedFinding, Repair]],
    made: list[MadeRepair],
    number: int,
    read: Callable[[str], Transaction],
) -> Transaction:
    """Apply the repairs of a round to the text, list them, and return what the text now holds."""
    made += [
        MadeRepair(
            placed,
            "".join(edit.before for edit in repair.edits),
            "".join(edit.after for edit in repair.edits),
            text.original_offset(repair.edits[0].start, behind=not repair.edits[0].before),
            tuple(claim.ordinal for claim in placed.claims(transaction)),
            (number, *placed.rank),
        )
        for placed, repair in chosen
    ]
    text.apply(edit for _, repair in chosen for edit in repair.edits)
    return read(text.text)


def _own_segments(
    transaction: Transaction,
    section: Section,
    text: EditedText,
    chosen: Sequence[tuple[PlacedFinding, Repair]],
) -> int:
    """Return how many segments repairs are about to add to a section that are its own."""
    terminator = transaction.text.delimiters.segment
    return sum(
        edit.after.count(terminator) - edit.before.count(terminator)
        for _, repair in chosen
        for edit in repair.edits
        if section.is_home(
            text.original_offset(edit.start, behind=not edit.before), is_insertion=not edit.before
        )
    )


def _recounted(
    transaction: Transaction, chosen: Sequence[tuple[PlacedFinding, Repair]]
) -> tuple[PlacedFinding, Repair]:
    """Return the repair of SE01 after repairs that added segments, in the name of the first of them.

    SE01 was right before: a file in which it is wrong is refused and never repaired.
    """
    trailer = transaction.trailer
    count = str(trailer.number)
    edit = Edit(trailer.span(1).start, trailer[1], count)
    first, asked = _first_adding(trailer.delimiters.segment, chosen)
    repair = Repair(asked.tier, RECOUNTED, (edit,))
    finding = replace(first.finding, location=trailer.location(1), repair=repair, line=None)
    return PlacedFinding(finding, None), repair


def _first_adding(
    terminator: str, chosen: Sequence[tuple[PlacedFinding, Repair]]
) -> tuple[PlacedFinding, Repair]:
    return next(
        (placed, repair)
        for placed, repair in chosen
        if any(terminator in edit.after for edit in repair.edits)
    )


def _added(
    transaction: Transaction,
    text: EditedText,
    chosen: Sequence[tuple[PlacedFinding, Repair]],
    number: int,
    own: int,
) -> AddedSegments:
    """Return what the recount of SE01 has to know of a section to which repairs added segments."""
    trailer = transaction.trailer
    first, asked = _first_adding(trailer.delimiters.segment, chosen)
    return AddedSegments(
        number=number,
        rank=first.rank,
        own=own,
        rule=first.finding.rule,
        tier=asked.tier,
        location=trailer.location(1),
        origin=text.original_offset(trailer.span(1).start),
        said=trailer[1],
    )


def _wanted(
    transaction: Transaction,
    ruleset: Ruleset,
    context: Context,
    switch: Callable[[Tier, str, str], bool],
    awake: Mapping[int, int] | None = None,
) -> list[tuple[PlacedFinding, Repair]]:
    return [
        (placed, repair)
        for placed in examine(transaction, ruleset, context, awake=awake)
        if (repair := placed.finding.repair) is not None
        and repair.edits
        and switch(repair.tier, placed.finding.rule, payer_of(placed.owner))
    ]


def _compatible(
    wanted: Sequence[tuple[PlacedFinding, Repair]],
) -> list[tuple[PlacedFinding, Repair]]:
    taken = EditSet()
    return [pair for pair in wanted if taken.admit(pair[1].edits)]


def _reader(transaction: Transaction) -> Callable[[str], Transaction]:
    """Return what reads all claims of a transaction set from its repaired text."""
    text, kind = transaction.text, transaction.kind
    first = transaction.claims[0].ordinal if transaction.claims else 1
    return lambda repaired: read_claims(text.edited(repaired), kind, first)


def _proved(settled: Settled, original: str) -> Settled:
    if not settled.made:
        return settled
    again = apply_edits(original, settled.text.start, settled.text.changes())
    if again != settled.text.text:
        message = "the repaired text differs from the file by more than the listed repairs"
        raise RepairError(message)
    return settled
