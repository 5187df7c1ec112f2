"""ENV: whether the transaction sets are claims of a guide that edi-guard reads, and what they are for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from edi_guard.findings import Severity
from edi_guard.guide import guide_for
from edi_guard.rules.envelope_faults import CLAIMS, claim_groups, plain
from edi_guard.rules.registry import rule
from edi_guard.rules.subjects import InputFile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context


ADOPTED: Final = frozenset({"005010X222A1", "005010X223A2"})


LATER_ERRATA: Final = frozenset({"005010X222A2", "005010X223A3"})


TRANSACTION_NAMES: Final = {
    "270": "an eligibility inquiry",
    "271": "an eligibility response",
    "275": "an attachment",
    "276": "a claim status request",
    "277": "a claim status response or claim acknowledgment",
    "278": "a review request or response",
    "820": "a premium payment",
    "834": "a benefit enrollment",
    "835": "a remittance advice",
    "997": "a functional acknowledgment",
    "999": "an implementation acknowledgment",
}


GUIDE_NAMES: Final = {
    "005010X224": "dental claims (837D)",
    "005010X291": "service reporting (837R)",
    "005010X298": "post-adjudicated professional claims",
    "005010X299": "post-adjudicated institutional claims",
    "005010X300": "post-adjudicated dental claims",
    "004010X096": "institutional claims of version 4010",
    "004010X097": "dental claims of version 4010",
    "004010X098": "professional claims of version 4010",
}


@rule("ENV208", on=InputFile, snip=1, severity=Severity.REJECT)
def not_a_claim_file(file: InputFile, _: Context) -> Iterator[Finding]:
    """Transaction set that is not a claim.

    ## Why it is denied
    Only 837 transaction sets are claims. Nothing of a file with others is released, as claims between
    them might be overlooked.

    ## What to do
    Choose a file of claims (837), or split the file.

    ## Example
    Denied: `ST*835*0001~`
    Paid: `ST*837*0001*005010X222A1~`

    ## Exceptions
    None.

    ## Source
    X12 transaction set identifiers, ST01.
    """
    for span in file.envelope.transactions:
        if span.kind != CLAIMS:
            known = TRANSACTION_NAMES.get(span.kind)
            words = f" ({known})" if known else ""
            identifier = span.kind if span.kind.isalnum() else "unknown"
            yield not_a_claim_file.finding(
                span.group.gs.location(1),
                f"transaction set {span.ordinal + 1} is {identifier}{words}, not a claim (837)",
                observed=identifier,
                expected=CLAIMS,
            )


@rule("ENV209", on=InputFile, snip=1, severity=Severity.REJECT)
def unsupported_claim_guide(file: InputFile, _: Context) -> Iterator[Finding]:
    """Claims of a guide that edi-guard does not read.

    ## Why it is denied
    It is not: other guides, such as dental claims, have rules of their own, and unchecked claims are
    not released as if they were checked.

    ## What to do
    Send these claims without edi-guard, or put professional and institutional claims into a file of
    their own.

    ## Example
    Denied: `005010X224A2` (dental) in GS08
    Paid: `005010X222A1` (professional) or `005010X223A2` (institutional) in GS08

    ## Exceptions
    Versions close to the adopted ones are read: see ENV210 and ENV211.

    ## Source
    45 CFR 162.1102; GS08 and ST03.
    """
    for group in claim_groups(file):
        for version in sorted({group.version, *(t.version for t in group.transactions)} - {""}):
            if guide_for(version) is None:
                named = GUIDE_NAMES.get(version[:10])
                words = f" ({named})" if named else ""
                yield unsupported_claim_guide.finding(
                    group.gs.location(8),
                    f"the claims are of guide {plain(version)}{words}; edi-guard reads 005010X222A1"
                    " and 005010X223A2",
                    observed=plain(version),
                    expected="005010X222A1 or 005010X223A2",
                )


@rule("ENV210", on=InputFile, snip=1, severity=Severity.REJECT)
def superseded_guide(file: InputFile, _: Context) -> Iterator[Finding]:
    """Claims that name a guide from before the adopted errata.

    ## Why it is denied
    Receivers accept the adopted versions only, and refuse the group for its version alone.

    ## What to do
    Let the practice system write 005010X222A1 or 005010X223A2 in GS08 and ST03.

    ## Example
    Denied: `005010X222` in GS08
    Paid: `005010X222A1` in GS08

    ## Exceptions
    The claims are checked by the adopted guide all the same, so that one report says everything. A payer
    that takes the old version can be given another severity in the configuration.

    ## Source
    45 CFR 162.1102; GS08.
    """
    for group in claim_groups(file):
        version = group.version
        if guide_for(version) and version not in ADOPTED | LATER_ERRATA:
            yield superseded_guide.finding(
                group.gs.location(8),
                f"GS08 says {version}, which receivers refuse since the errata were adopted",
                observed=version,
                expected=guide_for(version) or "",
            )


@rule("ENV211", on=InputFile, snip=1, severity=Severity.WARN)
def errata_not_adopted(file: InputFile, _: Context) -> Iterator[Finding]:
    """Claims that name later errata than the adopted ones.

    ## Why it is denied
    The later errata were never adopted under HIPAA. Some receivers accept them, others refuse the group.

    ## What to do
    Let the practice system write 005010X222A1 or 005010X223A2 in GS08 and ST03.

    ## Example
    Denied: `005010X222A2` in GS08, by some receivers
    Paid: `005010X222A1` in GS08

    ## Exceptions
    The claims are checked by the adopted guide.

    ## Source
    45 CFR 162.1102; GS08.
    """
    for group in claim_groups(file):
        if group.version in LATER_ERRATA:
            yield errata_not_adopted.finding(
                group.gs.location(8),
                f"GS08 says {group.version}, which was never adopted; some receivers refuse it",
                observed=group.version,
                expected=guide_for(group.version) or "",
            )


@rule("ENV306", on=InputFile, snip=1, severity=Severity.REJECT)
def versions_differ(file: InputFile, _: Context) -> Iterator[Finding]:
    """Transaction set that names another guide than its group.

    ## Why it is denied
    GS08 and ST03 must agree; receivers refuse the transaction set.

    ## What to do
    Let the practice system write the same guide in both.

    ## Example
    Denied: `005010X222A1` in GS08, `ST*837*0001*005010X223A2~`
    Paid: the same in both

    ## Exceptions
    None.

    ## Source
    005010X222A1 and 005010X223A2, ST03.
    """
    for group in claim_groups(file):
        for span in group.transactions:
            if span.version and span.version != group.version:
                yield versions_differ.finding(
                    group.gs.location(8),
                    f"GS08 says {plain(group.version)}, ST03 of transaction set {span.ordinal + 1}"
                    f" says {plain(span.version)}",
                    observed=plain(span.version),
                    expected=plain(group.version),
                )


@rule("ENV307", on=InputFile, snip=1, severity=Severity.REJECT)
def wrong_functional_group(file: InputFile, _: Context) -> Iterator[Finding]:
    """Claims in a functional group of another kind.

    ## Why it is denied
    GS01 tells the receiver what the group holds; claims are HC.

    ## What to do
    Let the practice system write HC in GS01.

    ## Example
    Denied: `GS*HP*…~` around claims
    Paid: `GS*HC*…~`

    ## Exceptions
    None.

    ## Source
    005010X222A1 and 005010X223A2, appendix C, GS01.
    """
    for group in claim_groups(file):
        if group.gs[1] != "HC":
            yield wrong_functional_group.finding(
                group.gs.location(1),
                "GS01 of a group of claims is not HC",
                observed=plain(group.gs[1]),
                expected="HC",
            )


@rule("ENV212", on=InputFile, snip=1, severity=Severity.REJECT)
def wrong_usage(file: InputFile, context: Context) -> Iterator[Finding]:
    """Test file in a production folder, or the other way round.

    ## Why it is denied
    A receiver does not pay test claims, and pays production claims that were meant as a test.

    ## What to do
    Set the usage indicator in the practice system, or choose the right folder.

    ## Example
    Denied: `T` in ISA15, where the configuration says production
    Paid: `P` in ISA15

    ## Exceptions
    Without such a configuration a test file is only mentioned (ENV902).

    ## Source
    X12.5, ISA15.
    """
    for interchange in file.envelope.interchanges:
        if context.usage and interchange.usage != context.usage:
            yield wrong_usage.finding(
                interchange.isa.location(15),
                f"ISA15 says {plain(interchange.usage)}; the configuration expects {context.usage}",
                observed=plain(interchange.usage),
                expected=context.usage,
            )


@rule("ENV902", on=InputFile, snip=1, severity=Severity.INFO)
def test_file(file: InputFile, context: Context) -> Iterator[Finding]:
    """File that is marked as a test.

    ## Why it is denied
    A receiver does not pay test claims.

    ## What to do
    Nothing, if this is a test; else set the usage indicator to P.

    ## Example
    Denied: `T` in ISA15
    Paid: `P` in ISA15

    ## Exceptions
    Where the configuration says production, the file is refused (ENV212).

    ## Source
    X12.5, ISA15.
    """
    tests = [i for i in file.envelope.interchanges if i.usage == "T"]
    if tests and not context.usage:
        yield test_file.unchecked(
            "the file is marked as a test (ISA15 = T)", "test", tests[0].isa.location(15)
        )


@rule("ENV104", on=InputFile, snip=1, severity=Severity.REJECT)
def no_claims(file: InputFile, _: Context) -> Iterator[Finding]:
    """File without any claim.

    ## Why it is denied
    There is nothing to pay.

    ## What to do
    Check the export in the practice system, which wrote no claim.

    ## Example
    Denied: an 837 with providers and subscribers only
    Paid: an 837 with at least one CLM

    ## Exceptions
    None.

    ## Source
    005010X222A1 and 005010X223A2, loop 2300.
    """
    readable = all(guide_for(g.version) for g in claim_groups(file))
    only_claims = all(span.kind == CLAIMS for span in file.envelope.transactions)
    if file.claims == 0 and readable and only_claims and not file.envelope.faults:
        yield no_claims.finding(None, "there is no claim in the file")
