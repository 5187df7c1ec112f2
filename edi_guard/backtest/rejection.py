"""Claims that were turned back before a payer decided anything: what 277CA and 999 say of them.

A remittance never mentions such claims. A 277CA names the claim and the batch (TRN02), a 999 the functional
group and the transaction set (AK102, AK202), whose numbers come again over the years.
"""

from __future__ import annotations

import enum
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from edi_guard.backtest.claim_join import normal_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from edi_guard.backtest.sent import SentClaim
    from edi_guard.responses import ClaimAnswer, GroupAnswer, Responses

SYNTAX: Final = "999"


class UnjoinedRejection(enum.Enum):
    """Why a rejection belongs to no claim."""

    NO_CLAIM = "no claim with the number of a rejection was given"
    SEVERAL_CLAIMS = "several claims have the number of a rejection"
    NO_BATCH = "no transaction set that a 999 refuses was given"
    SEVERAL_BATCHES = "several transaction sets have the numbers that a 999 refuses"


@dataclass(frozen=True, slots=True)
class Rejection:
    """A claim was turned back.

    Attributes:
        reasons: claim status codes, e.g. ``A7:453``, or ``999``.
        day: when; None where it is not said.
    """

    reasons: tuple[str, ...]
    day: date | None


@dataclass(slots=True)
class Rejections:
    """Which claims were turned back.

    Attributes:
        claims: by the claims' keys.
        unjoined: rejections that belong to no claim, by the reason why not.
    """

    claims: dict[tuple[str, int], Rejection] = field(default_factory=dict)
    unjoined: Counter[UnjoinedRejection] = field(default_factory=Counter)


def join_rejections(sent: Sequence[SentClaim], responses: Iterable[Responses]) -> Rejections:
    """Find the claims that acknowledgments turn back; nothing is dropped.

    Args:
        sent: every claim that was sent.
        responses: the acknowledgments, in any order.
    """
    joiner = _Joiner(sent)
    for one in responses:
        for group in one.groups:
            joiner.take_group(group)
        for answer in one.claims:
            if answer.is_rejected:
                joiner.take_claim(answer)
    return joiner.found


class _Joiner:
    def __init__(self, sent: Sequence[SentClaim]) -> None:
        self.found = Rejections()
        self._by_number: defaultdict[str, list[SentClaim]] = defaultdict(list)
        self._by_group: defaultdict[tuple[str, str, str], list[SentClaim]] = defaultdict(list)
        for claim in sent:
            batch = claim.batch
            self._by_number[normal_number(claim.id)].append(claim)
            self._by_group[batch.sender, batch.receiver, batch.group].append(claim)

    def take_claim(self, answer: ClaimAnswer) -> None:
        """Give a 277CA's rejection to its claim."""
        known = self._by_number.get(normal_number(answer.claim_number), [])
        same = [claim for claim in known if claim.batch.number == answer.batch] if answer.batch else []
        candidates = same or known
        if len(candidates) > 1 and answer.charge is not None:
            candidates = [claim for claim in candidates if claim.charge == answer.charge]
        if len(candidates) != 1:
            why = UnjoinedRejection.SEVERAL_CLAIMS if candidates else UnjoinedRejection.NO_CLAIM
            self.found.unjoined[why] += 1
            return
        said = [status for status in answer.statuses if status.is_rejecting]
        reasons = tuple(dict.fromkeys(f"{status.category}:{status.status}" for status in said))
        self.found.claims[candidates[0].key] = Rejection(reasons, said[0].day)

    def take_group(self, group: GroupAnswer) -> None:
        """Give a 999's rejections to the claims of the transaction sets."""
        # The answer goes back: its receiver sent the claims.
        known = self._by_group.get((group.receiver, group.sender, group.control_number), [])
        if group.is_rejected and not group.rejected_transactions:
            self._refuse(known)
            return
        for number in group.rejected_transactions:
            self._refuse([claim for claim in known if claim.batch.transaction == number])

    def _refuse(self, claims: Sequence[SentClaim]) -> None:
        files = {claim.key[0] for claim in claims}
        if len(files) != 1:
            why = UnjoinedRejection.SEVERAL_BATCHES if files else UnjoinedRejection.NO_BATCH
            self.found.unjoined[why] += 1
            return
        for claim in claims:
            self.found.claims.setdefault(claim.key, Rejection((SYNTAX,), None))
