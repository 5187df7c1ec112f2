"""POP: which patients a payer's policy covers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edi_guard.claims import ServiceLine, age_in_years
from edi_guard.findings import Severity
from edi_guard.policy import Population
from edi_guard.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context


@rule(
    "POP301",
    on=ServiceLine,
    snip=7,
    severity=Severity.HOLD,
    carc=("6", "9"),
    rarc=("N129",),
    claim_status=("A7:475",),
    targets=True,
)
def age_not_covered(line: ServiceLine, context: Context) -> Iterator[Finding]:
    """Target line for a patient outside of the payer's ages.

    ## Why it is denied
    The payer's policy covers the code for some ages only.

    ## What to do
    Check the birth date; look for the payer's exceptions.

    ## Example
    Denied: a patient of 12 years, where 18 are required
    Paid: a patient of 40 years

    ## Exceptions
    Only where a mapping states ages. Without a birth date it could not be checked, which is said once.

    ## Source
    005010X222A1 and 005010X223A2, loops 2010BA and 2010CA, DMG02; the payer's mapping.
    """
    policy, day = context.ask(Population, line), line.date
    if policy is None or day is None or (policy.minimum_age is None and policy.maximum_age is None):
        return
    birth = line.claim.patient.birth_date
    if birth is None:
        yield age_not_covered.unchecked(
            f"whether the patient's age is covered for {line.code} could not be checked: there is no"
            " birth date",
            once="birth date",
            location=line.at_code,
        )
        return
    age = age_in_years(birth, day)
    least, most = policy.minimum_age or 0, policy.maximum_age
    if age < least or (most is not None and age > most):
        words = f"{least} years or more" if most is None else f"{least} to {most} years"
        yield age_not_covered.finding(
            line.at_code,
            f"the payer covers {line.code} for patients of {words}; this patient is not",
            expected=words,
            severity=policy.severity,
            source=policy.source.label,
        )


@rule(
    "POP302",
    on=ServiceLine,
    snip=7,
    severity=Severity.HOLD,
    carc=("7", "10"),
    rarc=("N129",),
    claim_status=("A7:474",),
    targets=True,
)
def sex_not_covered(line: ServiceLine, context: Context) -> Iterator[Finding]:
    """Target line for a patient of a sex that the payer's policy does not cover.

    ## Why it is denied
    The payer's policy covers the code for one sex only.

    ## What to do
    Check the patient's sex in the registration; look for the payer's exceptions.

    ## Example
    Denied: `DMG*D8*19800101*M~`, where the policy says F
    Paid: `DMG*D8*19800101*F~`

    ## Exceptions
    Unknown (U) is not reported.

    ## Source
    005010X222A1 and 005010X223A2, loops 2010BA and 2010CA, DMG03; the payer's mapping.
    """
    policy = context.ask(Population, line)
    sex = line.claim.patient.sex
    if policy is not None and policy.sexes and sex in ("F", "M") and sex not in policy.sexes:
        yield sex_not_covered.finding(
            line.at_code,
            f"the payer's policy on {line.code} does not cover this patient's sex",
            severity=policy.severity,
            source=policy.source.label,
        )


@rule(
    "POP303",
    on=ServiceLine,
    snip=7,
    severity=Severity.HOLD,
    carc=("11", "167"),
    rarc=("N115",),
    claim_status=("A7:488",),
    targets=True,
)
def diagnosis_not_covered(line: ServiceLine, context: Context) -> Iterator[Finding]:
    """Target line without a diagnosis that the payer's policy covers.

    ## Why it is denied
    The payer's policy names the diagnoses for which it pays the code.

    ## What to do
    Link the diagnosis that was treated, if it is one that the policy names.

    ## Example
    Denied: a line linked to a diagnosis that the policy does not name
    Paid: a line linked to one that it names

    ## Exceptions
    Institutional lines have no pointers: there every diagnosis of the claim counts.

    ## Source
    005010X222A1, loop 2400, SV107; the payer's mapping.
    """
    policy = context.ask(Population, line)
    diagnoses = line.diagnoses
    if policy is None or not policy.diagnoses or not diagnoses:
        return
    if not any(diagnosis.startswith(policy.diagnoses) for diagnosis in diagnoses):
        yield diagnosis_not_covered.finding(
            line.at_pointers if line.pointers else line.at_code,
            f"no diagnosis linked to {line.code} is one that the payer's policy names",
            expected="a diagnosis that the policy names",
            severity=policy.severity,
            source=policy.source.label,
        )
