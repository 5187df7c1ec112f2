"""MOD: shape, repetition, exclusion, place and order of modifiers, on every service line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from edi_guard.claims import ClaimKind, ServiceLine
from edi_guard.findings import Edit, Repair, Severity, Tier
from edi_guard.policy import (
    ComponentModifier,
    Exclusion,
    FormLimit,
    ModifierOrder,
    SurgeonModifiers,
)
from edi_guard.rules.registry import rule
from edi_guard.rules.signs import procedure_parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context

_SHAPE = re.compile(r"[A-Z0-9]{2}", re.ASCII)
_FIRST_MODIFIER = 3


def _without_slot(line: ServiceLine, slot: int, title: str) -> Repair:
    """Return the lossless repair that takes out one modifier slot with its separator."""
    location = line.at_modifier(slot)
    separator = line.service.delimiters.component
    before = separator + line.modifier_slots[slot]
    return Repair(Tier.LOSSLESS, title, (Edit(location.byte_start - 1, before, ""),))


def _modifiers(elements: list[str], separator: str) -> list[str]:
    return procedure_parts(elements, separator)[2:6]


def _has_well_formed_modifiers(elements: list[str], separator: str, _: Context) -> bool:
    modifiers = _modifiers(elements, separator)
    return len(set(modifiers)) == len(modifiers) and all(map(_SHAPE.fullmatch, modifiers))


def _has_at_most_one_modifier(elements: list[str], separator: str, _: Context) -> bool:
    return len(_modifiers(elements, separator)) < 2


def _has_unlimited_modifiers(elements: list[str], separator: str, context: Context) -> bool:
    modifiers = _modifiers(elements, separator)
    return not modifiers or context.policies.mentioned(FormLimit, "modifiers").isdisjoint(modifiers)


@rule(
    "MOD201",
    on=ServiceLine,
    snip=5,
    severity=Severity.REJECT,
    carc=("4", "182"),
    rarc=("N519",),
    claim_status=("A7:453",),
    segments=("SV1", "SV2"),
    unless=_has_well_formed_modifiers,
)
def malformed_modifier(line: ServiceLine, _: Context) -> Iterator[Finding]:
    """Modifier that is not two letters or digits.

    ## Why it is denied
    Every modifier has two characters. Anything else is looked up in vain.

    ## What to do
    Enter the two-character modifier that the record supports.

    ## Example
    Denied: `SV1*HC:20610:R*180*UN*1***1~`
    Paid: `SV1*HC:20610:RT*180*UN*1***1~`

    ## Exceptions
    Lower-case letters are a spelling, which is repaired (FMT103).

    ## Source
    005010X222A1 and 005010X223A2, loop 2400, SV101-3 to SV101-6, SV202-3 to SV202-6.
    """
    for slot, modifier in enumerate(line.modifier_slots):
        if modifier and not _SHAPE.fullmatch(modifier):
            yield malformed_modifier.finding(
                line.at_modifier(slot),
                f"modifier {slot + 1} of {line.code} is not two letters or digits",
                observed=modifier,
                expected="two capital letters or digits",
            )


@rule(
    "MOD202",
    on=ServiceLine,
    snip=5,
    severity=Severity.REJECT,
    carc=("4",),
    rarc=("N519",),
    claim_status=("A7:453",),
    repairs=Tier.LOSSLESS,
    edits=("CMSCEDI-002",),
    unless=_has_well_formed_modifiers,
    segments=("SV1", "SV2"),
)
def duplicate_modifier(line: ServiceLine, _: Context) -> Iterator[Finding]:
    """Modifier that stands twice on one line.

    ## Why it is denied
    A modifier counts once. Front ends refuse the repetition outright.

    ## What to do
    Take the repetition away, or enter the modifier that was meant.

    ## Example
    Denied: `SV1*HC:G4000:RT:RT*120*UN*1***1~`
    Paid: `SV1*HC:G4000:RT*120*UN*1***1~`

    ## Repair
    Lossless, off by default: takes out the second one with its separator. The line then says what it
    said before, once.

    ## Exceptions
    None.

    ## Source
    CMS common edits, X222.351.2400.SV101-3.040, in our own words.
    """
    seen: set[str] = set()
    for slot, modifier in enumerate(line.modifier_slots):
        if modifier and modifier in seen:
            yield duplicate_modifier.finding(
                line.at_modifier(slot),
                f"modifier {modifier} stands twice on {line.code}",
                observed=", ".join(line.modifiers),
                expected="each modifier once",
                repair=_without_slot(line, slot, "take out the repeated modifier"),
            )
            return
        seen.add(modifier)


@rule(
    "MOD203",
    on=ServiceLine,
    snip=2,
    severity=Severity.REJECT,
    carc=("4",),
    rarc=("N519",),
    claim_status=("A7:453",),
    repairs=Tier.LOSSLESS,
    segments=("SV1", "SV2"),
    unless=_has_well_formed_modifiers,
)
def modifier_gap(line: ServiceLine, _: Context) -> Iterator[Finding]:
    """Empty modifier before a filled one.

    ## Why it is denied
    Modifiers fill their places from the left. Receivers stop reading at the empty one or refuse the line.

    ## What to do
    Move the modifiers to the left.

    ## Example
    Denied: `SV1*HC:G4000::26*60*UN*1***1~`
    Paid: `SV1*HC:G4000:26*60*UN*1***1~`

    ## Repair
    Lossless, off by default: takes out the empty place. No modifier is added, removed or reordered.

    ## Exceptions
    Empty places at the end are a spelling, which is repaired (FMT102).

    ## Source
    005010X222A1 and 005010X223A2, loop 2400, SV101-3 to SV101-6, SV202-3 to SV202-6: situational rules.
    """
    slots = line.modifier_slots
    for slot, modifier in enumerate(slots):
        if not modifier and any(slots[slot + 1 :]):
            yield modifier_gap.finding(
                line.at_modifier(slot),
                f"modifier {slot + 1} of {line.code} is empty, but a later one is filled",
                expected="modifiers from the left, without a gap",
                repair=_without_slot(line, slot, "close the gap between modifiers"),
            )
            return


@rule(
    "MOD301",
    on=ServiceLine,
    snip=6,
    severity=Severity.REJECT,
    carc=("4",),
    rarc=("N519",),
    claim_status=("A8:453",),
    segments=("SV1", "SV2"),
    unless=_has_at_most_one_modifier,
)
def modifiers_exclude_each_other(line: ServiceLine, context: Context) -> Iterator[Finding]:
    """Two modifiers on one line that exclude each other.

    ## Why it is denied
    The two say different things of the same service, so that it cannot be priced.

    ## What to do
    Keep the modifier that the record supports and take the other one away.

    ## Example
    Denied: `SV1*HC:20610:50:RT*180*UN*1***1~`
    Paid: `SV1*HC:20610:50*180*UN*1***1~`

    ## Exceptions
    GX with GY is right. A payer's mapping may switch a pair off or give it another severity, e.g. AS
    with 80, 81 or 82.

    ## Source
    The list of exclusions in the mapping of modifiers; Medicare claims processing manual, chapters 12
    and 23, in our own words.
    """
    if len(line.modifiers) < 2:
        return
    present = set(line.modifiers)
    for exclusion in context.ask_all(Exclusion, line):
        pair = _excluded(exclusion, line.modifiers)
        if pair and present.issuperset(pair):
            yield modifiers_exclude_each_other.finding(
                line.at_modifier(line.modifier_slots.index(pair[1])),
                f"modifiers {pair[0]} and {pair[1]} on {line.code} exclude each other",
                observed=", ".join(line.modifiers),
                expected=f"{pair[0]} or {pair[1]}",
                severity=exclusion.severity,
                source=exclusion.source.label,
            )


def _excluded(exclusion: Exclusion, modifiers: tuple[str, ...]) -> tuple[str, str] | None:
    one = [modifier for modifier in modifiers if modifier in exclusion.one]
    if not exclusion.other:
        distinct = list(dict.fromkeys(one))
        return (distinct[0], distinct[1]) if len(distinct) > 1 else None
    other = [modifier for modifier in modifiers if modifier in exclusion.other]
    return (one[0], other[0]) if one and other else None


@rule(
    "MOD302",
    on=ServiceLine,
    snip=6,
    severity=Severity.REJECT,
    carc=("4", "5"),
    rarc=("N519",),
    claim_status=("A8:453",),
    segments=("SV1", "SV2"),
    unless=_has_unlimited_modifiers,
)
def modifier_on_wrong_form(line: ServiceLine, context: Context) -> Iterator[Finding]:
    """Modifier that does not belong on this kind of claim or at this place.

    ## Why it is denied
    Some modifiers exist for hospital claims only, others for professional claims only, and some
    contradict the place of service.

    ## What to do
    Take the modifier away, or bill on the form that it belongs to, as the record supports.

    ## Example
    Denied: `SV1*HC:20610:PO*180*UN*1***1~` on a professional claim
    Paid: `SV1*HC:20610*180*UN*1***1~`

    ## Exceptions
    Modifiers 26 and 53 on claims of critical access hospitals, method II (type of bill 085x with revenue
    096x to 098x). Modifiers 73 and 74 on claims of ambulatory surgery centers (place 24, taxonomy
    261QA1903X). A payer's mapping may switch a limit off, e.g. TC on facility claims.

    ## Source
    The list of limits in the mapping of modifiers; Medicare claims processing manual, chapter 4, in our
    own words.
    """
    if not line.modifiers:
        return
    for limit in context.ask_all(FormLimit, line):
        wrong = [modifier for modifier in line.modifiers if modifier in limit.modifiers]
        if wrong and _is_limited(line, limit):
            where = f"an {line.claim.kind} claim"
            if limit.places:
                where += f" with place of service {line.place_of_service}"
            yield modifier_on_wrong_form.finding(
                line.at_modifier(line.modifier_slots.index(wrong[0])),
                f"modifier {wrong[0]} on {line.code} does not belong on {where}",
                observed=wrong[0],
                expected="no such modifier here",
                severity=limit.severity,
                source=limit.source.label,
            )


def _is_limited(line: ServiceLine, limit: FormLimit) -> bool:
    claim = line.claim
    if limit.claim_kind != claim.kind:
        return False
    if limit.places and line.place_of_service not in limit.places:
        return False
    if limit.unless_place and (line.place_of_service, claim.billing.taxonomy) == (
        limit.unless_place,
        limit.unless_taxonomy,
    ):
        return False
    return not (
        limit.unless_bill_types
        and claim.bill_type.startswith(limit.unless_bill_types)
        and line.revenue_code.startswith(limit.unless_revenue)
    )


@rule(
    "MOD102",
    on=ServiceLine,
    snip=6,
    severity=Severity.HOLD,
    carc=("4", "5"),
    rarc=("N822",),
    claim_status=("A6:453",),
    kind=ClaimKind.PROFESSIONAL,
    targets=True,
)
def missing_professional_component(line: ServiceLine, context: Context) -> Iterator[Finding]:
    """Target line of a professional claim in a facility, without modifier 26.

    ## Why it is denied
    In a facility the equipment is the facility's. Without modifier 26 the line asks for the technical
    part too, which the facility bills.

    ## What to do
    Add modifier 26 if the provider performed the professional part only.

    ## Example
    Denied: place of service 22, `SV1*HC:G4000*120*UN*1***1~`
    Paid: place of service 22, `SV1*HC:G4000:26*60*UN*1***1~`

    ## Exceptions
    The facility claims of ambulatory surgery centers (place 24 with taxonomy 261QA1903X).

    ## Source
    Medicare claims processing manual, chapter 13, in our own words; the code's mapping.
    """
    statement = context.ask(ComponentModifier, line)
    if statement is None or "26" in line.modifiers:
        return
    place = line.place_of_service
    exempt = (statement.exempt_place, statement.exempt_taxonomy)
    if place in statement.facility_places and (place, line.claim.billing.taxonomy) != exempt:
        yield missing_professional_component.finding(
            line.at_modifiers,
            f"{line.code} at place of service {place} has no modifier 26",
            observed=", ".join(line.modifiers),
            expected="26",
            severity=statement.severity,
            source=statement.source.label,
        )


@rule(
    "MOD303",
    on=ServiceLine,
    snip=6,
    severity=Severity.WARN,
    carc=("54", "4"),
    claim_status=("A8:453",),
    targets=True,
)
def surgeon_modifier_on_imaging(line: ServiceLine, context: Context) -> Iterator[Finding]:
    """Target line with a modifier of surgical teams or assistants.

    ## Why it is denied
    Imaging guidance has one provider. Team and assistant modifiers belong to the operation.

    ## What to do
    Move the modifier to the procedure's line if it belongs there.

    ## Example
    Denied: `SV1*HC:G4000:62*120*UN*1***1~`
    Paid: `SV1*HC:G4000*120*UN*1***1~`

    ## Exceptions
    None.

    ## Source
    Medicare claims processing manual, chapter 12, in our own words; the code's mapping.
    """
    statement = context.ask(SurgeonModifiers, line)
    if statement is None:
        return
    for slot, modifier in enumerate(line.modifier_slots):
        if modifier in statement.modifiers:
            yield surgeon_modifier_on_imaging.finding(
                line.at_modifier(slot),
                f"modifier {modifier} does not belong on {line.code}",
                observed=modifier,
                expected="no modifier of a surgical team",
                severity=statement.severity,
                source=statement.source.label,
            )


@rule(
    "MOD304",
    on=ServiceLine,
    snip=6,
    severity=Severity.WARN,
    carc=("4",),
    claim_status=("A7:453",),
    segments=("SV1", "SV2"),
    unless=_has_at_most_one_modifier,
)
def modifier_order(line: ServiceLine, context: Context) -> Iterator[Finding]:
    """Modifiers in another order than pricing, payment, informational, location.

    ## Why it is denied
    Some payers price by the first modifier only and overlook one that stands behind.

    ## What to do
    Enter the modifiers in the suggested order, unless your payer asks for another one.

    ## Example
    Denied: `SV1*HC:G4000:RT:26*60*UN*1***1~`
    Paid: `SV1*HC:G4000:26:RT*60*UN*1***1~`

    ## Exceptions
    Modifiers that the mapping does not list keep their place. The order is never changed by a repair,
    as it can change the price.

    ## Source
    Payers' published modifier sequencing, in our own words; the mapping of modifiers.
    """
    statement = context.ask(ModifierOrder, line)
    if statement is None or len(line.modifiers) < 2:
        return
    suggested = _ordered(line.modifiers, statement)
    if suggested != list(line.modifiers):
        words = ", ".join(suggested)
        yield modifier_order.finding(
            line.at_modifiers,
            f"the modifiers of {line.code} stand in an unusual order: {words} is usual",
            observed=", ".join(line.modifiers),
            expected=words,
            severity=statement.severity,
            source=statement.source.label,
            repair=Repair(Tier.SUGGESTION, "put the modifiers in the usual order"),
        )


def _ordered(modifiers: tuple[str, ...], statement: ModifierOrder) -> list[str]:
    """Return the listed modifiers sorted by group, in the places that listed ones hold now."""

    def group(modifier: str) -> int | None:
        return next((n for n, group in enumerate(statement.groups) if modifier in group), None)

    listed = [modifier for modifier in modifiers if group(modifier) is not None]
    ranked = iter(sorted(listed, key=lambda modifier: group(modifier) or 0))
    return [next(ranked) if group(modifier) is not None else modifier for modifier in modifiers]
