"""PROV: payment tiers by type of provider."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edi_guard.claims import ServiceLine
from edi_guard.findings import Severity
from edi_guard.policy import ProviderTier
from edi_guard.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context


@rule(
    "PROV301",
    on=ServiceLine,
    snip=7,
    severity=Severity.WARN,
    carc=("8", "170"),
    rarc=("N95",),
    claim_status=("A7:145:82",),
    targets=True,
)
def provider_outside_of_tier(line: ServiceLine, context: Context) -> Iterator[Finding]:
    """Target line of a provider whose specialty the payer does not pay for the code.

    ## Why it is denied
    The payer's policy names the specialties that it pays for the code.

    ## What to do
    Check the rendering provider and the taxonomy code.

    ## Example
    Denied: `PRV*PE*PXC*225100000X~`, where the policy names physicians
    Paid: `PRV*PE*PXC*207X00000X~`

    ## Exceptions
    Only where a mapping names taxonomies. Without any taxonomy code on the claim it could not be checked,
    which is said once.

    ## Source
    005010X222A1 and 005010X223A2, loops 2000A, 2310 and 2420, PRV03; the payer's mapping.
    """
    policy = context.ask(ProviderTier, line)
    if policy is None or not policy.taxonomies:
        return
    taxonomy = line.rendering.taxonomy or line.claim.billing.taxonomy
    if not taxonomy:
        yield provider_outside_of_tier.unchecked(
            f"whether the provider's specialty is paid for {line.code} could not be checked: there is no"
            " taxonomy code",
            once="taxonomy",
            location=line.at_code,
        )
    elif not taxonomy.startswith(policy.taxonomies):
        yield provider_outside_of_tier.finding(
            line.at_code,
            f"the payer's policy on {line.code} does not name the rendering provider's specialty",
            observed=taxonomy,
            expected="a taxonomy code that the policy names",
            severity=policy.severity,
            source=policy.source.label,
        )
