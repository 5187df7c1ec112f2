"""What the first pass hands on to the second: transaction sets, their claims in brief."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from edi_guard.claims import read_excerpt
from edi_guard.engine.drafts import draft_glance

if TYPE_CHECKING:
    from collections.abc import Container

    from edi_guard.claims import Transaction
    from edi_guard.engine.glances import Glances, Shelf
    from edi_guard.engine.outcome import ClaimOutcome
    from edi_guard.engine.plan import TransactionPlan
    from edi_guard.engine.sectioned import Mending, OwnedRepair
    from edi_guard.guide import GuideError
    from edi_guard.x12 import Envelope, Source


@dataclass(slots=True)
class Work:
    """One transaction set, or section of one, on its way from the first pass to the second.

    Attributes:
        plan: where it is and what is repaired.
        glances: its claims in brief, after repair, packed.
        transaction: its claims after repair; None when they are to be read again.
        repairs: what was repaired.
        errors: what the guide says against it, after repair.
        is_awake: whether rules may have something to say about what stands above the claims.
        is_regular: whether nothing but single claims needs a closer look.
        withdrawn: whether repairs were taken back because the guide objected to their result.
        mending: what the sections of a transaction set settle together; None of a whole one.
    """

    plan: TransactionPlan
    glances: Glances
    transaction: Transaction | None = None
    repairs: tuple[OwnedRepair, ...] = ()
    errors: tuple[GuideError, ...] = ()
    is_awake: bool = False
    is_regular: bool = False
    withdrawn: bool = False
    mending: Mending | None = None

    def read(self, source: Source) -> Transaction:
        """Return the claims that need a closer look, from memory or from the file.

        With them come the others, unless `is_regular`.
        """
        if self.transaction is not None:
            return self.transaction
        if self.is_regular:
            return self.excerpt(source, self.awake)
        return self.plan.read(source)

    def excerpt(self, source: Source, ordinals: Container[int]) -> Transaction:
        """Return some claims of a transaction set whose hierarchy is right, from the file, repairs made."""
        text = self.plan.read_repaired(source)
        return read_excerpt(text, self.plan.kind, self.plan.first_ordinal, ordinals)

    @property
    def awake(self) -> dict[int, int]:
        """The claims that need a closer look: the bits of the rules they need it of, by ordinal."""
        return {self.plan.first_ordinal + index: bits for index, bits in self.glances.awake.items()}

    def draft(self, ordinal: int) -> ClaimOutcome:
        """Return the outcome of a claim as if nothing had been found, from what a glance saw."""
        return draft_glance(self.glances[ordinal - self.plan.first_ordinal], ordinal, self.plan)

    @property
    def needs_rules(self) -> bool:
        """Whether any rule has to look at it, or its repairs are to be told."""
        return self.is_awake or self.withdrawn or bool(self.errors or self.repairs) or self.glances.is_awake


@dataclass(slots=True)
class FirstPass:
    """What the first pass found.

    Attributes:
        envelope: the file's envelopes.
        work: the transaction sets.
        broken: transaction sets whose hierarchy leaves the claims' owners in doubt.
        claims: how many claims there are.
        shelf: where claims in brief are kept; None for in memory.
    """

    envelope: Envelope
    work: list[Work] = field(default_factory=list)
    broken: list[Transaction] = field(default_factory=list)
    claims: int = 0
    shelf: Shelf | None = None

    def add(self, work: Work) -> None:
        """Add a transaction set, or section of one, and its claims."""
        self.work.append(work)
        self.claims += work.plan.claims
        if self.shelf is not None:
            work.glances.put_away(self.shelf)


Progress = Callable[[int, int, Decimal], None]
"""Is told how many bytes were read, how many claims they hold, and their charges in dollars."""


class Teller:
    """Tells how far the reading is."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._charges = Decimal(0)

    def tell(self, end: int, result: FirstPass) -> None:
        """Tell that the result holds a transaction set, or section of one, that ends at a byte."""
        if self._progress is not None and result.work:
            self._charges += result.work[-1].glances.total
            self._progress(end, result.claims, self._charges)
