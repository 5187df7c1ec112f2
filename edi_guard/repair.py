"""Makes the repairs that rules ask for, round by round, until none is left to make.

Edits are compare-and-swap: each must find the bytes it names. Overlapping ones wait for the next
round. The result knows every difference from the file, so that it can be proved that nothing else
moved.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from edi_guard.claims import Claim, Subscriber, read_claims
from edi_guard.findings import Edit, Repair
from edi_guard.rules.examine import PlacedFinding, examine
from edi_guard.x12 import parse_transaction
from edi_guard.x12.edits import EditedText, EditSet, apply_edits

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from edi_guard.claims import Transaction
    from edi_guard.findings import Tier
    from edi_guard.rules.context import Context
    from edi_guard.rules.examine import Owner
    from edi_guard.rules.ruleset import Ruleset

MOST_ROUNDS = 10


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
    """

    placed: PlacedFinding
    before: str
    after: str
    origin: int

    @property
    def repair(self) -> Repair:
        """What was asked for."""
        repair = self.placed.finding.repair
        if repair is None:
            message = "a repair was made that nobody asked for"
            raise RepairError(message)
        return repair


@dataclass(frozen=True, slots=True)
class Settled:
    """A transaction set after its repairs.

    Attributes:
        transaction: read from the repaired text.
        text: the repaired text and its way back to the file's offsets.
        made: the repairs, in the order made.
    """

    transaction: Transaction
    text: EditedText
    made: tuple[MadeRepair, ...]

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
) -> Settled:
    """Make every repair that is switched on.

    Args:
        transaction: as read from the file.
        original: its text, from ST's lead to SE's terminator.
        ruleset: the rules that repair.
        context: what rules need; their file-wide facts may be incomplete.
        switch: whether a tier's repair of a rule is made for a payer.

    Raises:
        RepairError: the repairs do not come to rest.
        EditConflictError: a rule's edit does not fit the text.
    """
    text = EditedText(original, transaction.text.span.start)
    made: list[MadeRepair] = []
    for _ in range(MOST_ROUNDS):
        wanted = _wanted(transaction, ruleset, context, switch)
        if not wanted:
            return _proved(Settled(transaction, text, tuple(made)), original)
        chosen = _compatible(wanted)
        count = len(transaction.text.segments)
        transaction = _make(transaction, text, chosen, made)
        if len(transaction.text.segments) != count:
            counted = _recounted(transaction, chosen)
            transaction = _make(transaction, text, [counted], made)
    message = f"repairs do not come to rest after {MOST_ROUNDS} rounds"
    raise RepairError(message)


def _make(
    transaction: Transaction,
    text: EditedText,
    chosen: Sequence[tuple[PlacedFinding, Repair]],
    made: list[MadeRepair],
) -> Transaction:
    """Apply repairs to the text, list them, and return what the text now holds."""
    made += [
        MadeRepair(
            placed,
            "".join(edit.before for edit in repair.edits),
            "".join(edit.after for edit in repair.edits),
            text.original_offset(repair.edits[0].start),
        )
        for placed, repair in chosen
    ]
    text.apply(edit for _, repair in chosen for edit in repair.edits)
    return _read_again(transaction, text)


def _recounted(
    transaction: Transaction, chosen: Sequence[tuple[PlacedFinding, Repair]]
) -> tuple[PlacedFinding, Repair]:
    """Return the repair of SE01 after repairs that added segments, in the name of the first of them.

    SE01 was right before: a file in which it is wrong is refused and never repaired.
    """
    trailer = transaction.trailer
    count = str(len(transaction.text.segments))
    edit = Edit(trailer.span(1).start, trailer[1], count)
    first, asked = next(
        (placed, repair)
        for placed, repair in chosen
        if any(trailer.delimiters.segment in edit.after for edit in repair.edits)
    )
    repair = Repair(asked.tier, "count the added segments", (edit,))
    finding = replace(first.finding, location=trailer.location(1), repair=repair, line=None)
    return PlacedFinding(finding, None), repair


def _wanted(
    transaction: Transaction,
    ruleset: Ruleset,
    context: Context,
    switch: Callable[[Tier, str, str], bool],
) -> list[tuple[PlacedFinding, Repair]]:
    return [
        (placed, repair)
        for placed in examine(transaction, ruleset, context)
        if (repair := placed.finding.repair) is not None
        and repair.edits
        and switch(repair.tier, placed.finding.rule, payer_of(placed.owner))
    ]


def wants_repairs(
    transaction: Transaction,
    ruleset: Ruleset,
    context: Context,
    switch: Callable[[Tier, str, str], bool],
) -> bool:
    """Whether `settle` would make any repair."""
    return bool(_wanted(transaction, ruleset, context, switch))


def _compatible(
    wanted: Sequence[tuple[PlacedFinding, Repair]],
) -> list[tuple[PlacedFinding, Repair]]:
    taken = EditSet()
    return [pair for pair in wanted if taken.admit(pair[1].edits)]


def _read_again(transaction: Transaction, text: EditedText) -> Transaction:
    span = transaction.text.span
    first = transaction.claims[0].ordinal if transaction.claims else 1
    return read_claims(parse_transaction(text.text, span, span.start), transaction.kind, first)


def _proved(settled: Settled, original: str) -> Settled:
    if not settled.made:
        return settled
    again = apply_edits(original, settled.text.start, settled.edits)
    if again != settled.text.text:
        message = "the repaired text differs from the file by more than the listed repairs"
        raise RepairError(message)
    return settled
