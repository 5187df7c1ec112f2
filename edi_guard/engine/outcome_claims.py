"""The claims of an outcome, in file order, and what is counted and summed over them."""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple, overload

from edi_guard.findings import Disposition
from edi_guard.ordinals import Ordinals

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from edi_guard.engine.outcome import ClaimOutcome
    from edi_guard.findings import Severity


class JudgedOrdinal(NamedTuple):
    """A claim, and where it goes."""

    ordinal: int
    disposition: Disposition


class OutcomeClaims(Sequence["ClaimOutcome"]):
    """The outcomes of claims, ascending by ordinal."""

    @abstractmethod
    def within(self, ordinals: range) -> Iterator[ClaimOutcome]:
        """Yield the outcomes of the claims of a transaction set, by its ordinals."""

    def remarkable(self) -> Iterator[ClaimOutcome]:
        """Yield the claims that are not clean, or of which there is something to say."""
        for claim in self:
            if claim.findings or claim.repairs or claim.disposition is not Disposition.CLEAN:
                yield claim

    def dispositions(self) -> Iterator[JudgedOrdinal]:
        """Yield where each claim goes."""
        return (JudgedOrdinal(claim.ordinal, claim.disposition) for claim in self)

    def ordinals_of(self, disposition: Disposition) -> Ordinals:
        """Return the claims with a disposition."""
        return Ordinals(one.ordinal for one in self.dispositions() if one.disposition is disposition)

    def count_of(self, disposition: Disposition) -> int:
        """Return how many claims have a disposition."""
        return sum(claim.disposition is disposition for claim in self)

    def charge_of(self, disposition: Disposition | None = None) -> Decimal:
        """Return the charges of all claims, or of those with a disposition, in dollars."""
        counted = (claim.charge for claim in self if disposition in (None, claim.disposition))
        return sum((charge for charge in counted if charge is not None), Decimal(0))

    def severities(self) -> Counter[Severity]:
        """Return how many findings of claims have each severity."""
        return Counter(finding.severity for claim in self.remarkable() for finding in claim.findings)

    def repair_count(self) -> int:
        """Return how many repairs were made on claims."""
        return sum(len(claim.repairs) for claim in self.remarkable())


class ListedClaims(OutcomeClaims):
    """Outcomes that stand in memory."""

    def __init__(self, claims: Iterable[ClaimOutcome] = ()) -> None:
        """Take the outcomes, ascending by ordinal."""
        self._claims = tuple(claims)

    def __len__(self) -> int:
        return len(self._claims)

    @overload
    def __getitem__(self, index: int) -> ClaimOutcome: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[ClaimOutcome]: ...

    def __getitem__(self, index: int | slice) -> ClaimOutcome | Sequence[ClaimOutcome]:
        return self._claims[index]

    def within(self, ordinals: range) -> Iterator[ClaimOutcome]:
        """Yield the outcomes of the claims of a transaction set, by its ordinals."""
        return (claim for claim in self._claims if claim.ordinal in ordinals)
