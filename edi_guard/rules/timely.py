"""TIME: the payer's limit for sending claims."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from edi_guard.claims import Claim
from edi_guard.findings import Severity
from edi_guard.policy import TimelyFiling
from edi_guard.rules.context import payer_key
from edi_guard.rules.registry import rule
from edi_guard.rules.signs import Sign

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context


@rule(
    "TIME401",
    on=Claim,
    snip=7,
    severity=Severity.HOLD,
    carc=("29",),
    rarc=("N211",),
    claim_status=("A7:718",),
    signs=Sign.LIMITED,
)
def filed_too_late(claim: Claim, context: Context) -> Iterator[Finding]:
    """Claim whose limit for sending has passed.

    ## Why it is denied
    The payer takes claims for a number of days after the service only.

    ## What to do
    Look for the payer's exceptions and add the proof that it asks for.

    ## Example
    Denied: a service of 1 March sent on 23 November, where 180 days are allowed
    Paid: the same sent on 20 August

    ## Exceptions
    Replacements and voids have limits of their own, which are not checked.

    ## Source
    The payer's mapping.
    """
    limit, left = _left(claim, context)
    if limit is not None and left is not None and left < 0:
        yield filed_too_late.finding(
            claim.at_claim,
            f"the limit of {limit.days} days for sending passed {-left} days ago",
            expected=f"sent within {limit.days} days of the service",
            severity=limit.severity,
            source=limit.source.label,
        )


@rule(
    "TIME301",
    on=Claim,
    snip=7,
    severity=Severity.WARN,
    carc=("29",),
    claim_status=("A7:718",),
    signs=Sign.LIMITED,
)
def limit_is_near(claim: Claim, context: Context) -> Iterator[Finding]:
    """Claim whose limit for sending is near.

    ## Why it is denied
    A claim that is held or rejected now may miss the limit when it is sent again.

    ## What to do
    Work this claim first.

    ## Example
    Denied: a service of 1 June sent on 23 November, where 180 days are allowed
    Paid: the same sent in July

    ## Exceptions
    Replacements and voids have limits of their own, which are not checked.

    ## Source
    The payer's mapping.
    """
    limit, left = _left(claim, context)
    if limit is not None and left is not None and 0 <= left <= limit.warn_days:
        yield limit_is_near.finding(
            claim.at_claim,
            f"{left} days are left of the {limit.days} days for sending",
            expected=f"sent within {limit.days} days of the service",
            source=limit.source.label,
        )


def _left(claim: Claim, context: Context) -> tuple[TimelyFiling | None, int | None]:
    """Return the payer's limit, and how many days are left of it (negative when it has passed)."""
    days = [line.period.last for line in claim.lines if line.period is not None]
    if not days or claim.is_resubmission:
        return None, None
    first = min(days)
    limit = context.policies.ask(TimelyFiling, code="", payer=payer_key(claim), on=first)
    if limit is None:
        return None, None
    return limit, (first + timedelta(days=limit.days) - context.today).days
