"""What mappings want of a code, in words: one sentence a statement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from edi_guard.policy.statements import (
    Authorization,
    ComponentModifier,
    Documentation,
    Frequency,
    Investigational,
    Ncci,
    Pairing,
    Population,
    ProviderTier,
    Relation,
    Setting,
    Similar,
    SurgeonModifiers,
    Therapy,
    TimelyFiling,
    Units,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date

    from edi_guard.policy.payers import PayerKey
    from edi_guard.policy.policies import Policies
    from edi_guard.policy.statements import Source


def policy_in_words(policies: Policies, code: str, payer: PayerKey, on: date) -> Iterator[tuple[str, Source]]:
    """Yield what is wanted of a code for a payer on a day, each with where that is stated.

    Args:
        policies: the mappings.
        code: a target code.
        payer: payer identifier and claim filing indicator.
        on: the date of service.
    """
    for kind, words in _WORDS.items():
        statement = policies.ask(kind, code=code, payer=payer, on=on)
        if statement is not None:
            yield words(statement), statement.source


def _listed(values: Iterable[str]) -> str:
    return ", ".join(sorted(values))


def _pairing(said: Pairing) -> str:
    inpatient = " An inpatient's principal procedure counts." if said.inpatient_principal else ""
    return (
        "A therapeutic procedure for the same patient on the same day must go with it: without one"
        f" {said.missing.label}; one that includes imaging {said.included.label}; one on another date within"
        f" {said.other_date_days} days {said.other_date.label}; on the other side {said.laterality.label}; by"
        f" another provider without 26 {said.other_provider.label}; a code that the mapping does not place"
        f" {said.unplaced.label}.{inpatient}"
    )


def _therapy(said: Therapy) -> str:
    return (
        f"Beside visits and diagnostic imaging only: {said.diagnostic_only.label}; beside a diagnostic study"
        f" of the same region without {_listed(said.distinct_modifiers)}: {said.same_region.label}; for"
        f" screening diagnoses only: {said.screening_only.label}."
    )


def _similar(said: Similar) -> str:
    return f"Beside a look-alike code of the same day: {said.severity.label}."


def _component(said: ComponentModifier) -> str:
    return f"Without modifier 26 at place of service {_listed(said.facility_places)}: {said.severity.label}."


def _surgeons(said: SurgeonModifiers) -> str:
    return f"With modifier {_listed(said.modifiers)}: {said.severity.label}."


def _documentation(said: Documentation) -> str:
    kinds = f" of type {_listed(said.attachment_types)}" if said.attachment_types else ""
    return (
        f"An attachment{kinds}, or a note ({_listed(said.note_types)}) of {said.note_minimum} characters that"
        f" say something, must support it; else {said.severity.label}."
    )


def _units(said: Units) -> str:
    distinct = _listed(said.distinct_modifiers)
    return (
        f"At most {said.maximum} an encounter, and a second line of the day only with {distinct}; else"
        f" {said.severity.label}."
    )


def _relation(said: Relation) -> str:
    return (
        f"Its diagnoses share none with the procedure's: {said.shared_diagnosis.label}; the procedure itself"
        f" is not covered: {said.failed_primary.label}."
    )


def _authorization(said: Authorization) -> str:
    places = _listed(said.emergency_places)
    exempt = f", but at place of service {places}" if places else ""
    return f"A prior authorization number (REF G1) is wanted{exempt}; else {said.severity.label}."


def _frequency(said: Frequency) -> str:
    side = " on each side" if said.per_side else ""
    return f"At most {said.count}{side} within {said.days} days; else {said.severity.label}."


def _population(said: Population) -> str:
    parts = []
    if said.minimum_age is not None:
        parts.append(f"patients of {said.minimum_age} years or more")
    if said.maximum_age is not None:
        parts.append(f"patients of {said.maximum_age} years or less")
    if said.sexes:
        parts.append(f"sex {_listed(said.sexes)}")
    if said.diagnoses:
        parts.append(f"diagnoses that begin with {_listed(said.diagnoses)}")
    return f"Covered for {' and '.join(parts) or 'everybody'}; else {said.severity.label}."


def _investigational(said: Investigational) -> str:
    wanted = []
    if said.modifiers:
        wanted.append(f"modifier {' or '.join(sorted(said.modifiers))}")
    if said.diagnoses:
        wanted.append(f"diagnosis {' or '.join(said.diagnoses)}")
    if said.trial_number:
        wanted.append("a trial number")
    return f"Held to be investigational: {', '.join(wanted)} wanted; else {said.severity.label}."


def _setting(said: Setting) -> str:
    places, bills = _listed(said.places), _listed(said.bill_types)
    return (
        f"Paid in full at place of service {places or '(none)'} and on bills {bills or '(none)'}; elsewhere"
        f" {said.severity.label}."
    )


def _provider(said: ProviderTier) -> str:
    return (
        f"Paid in full to providers whose taxonomy begins with {_listed(said.taxonomies)}; to others"
        f" {said.severity.label}."
    )


def _timely(said: TimelyFiling) -> str:
    late = said.severity.label
    return f"To be sent within {said.days} days, warned of {said.warn_days} days before; later {late}."


def _ncci(said: Ncci) -> str:
    return (
        f"Where NCCI's tables are loaded: a pair that is never paid together {said.never.label}; one that"
        f" needs a modifier {said.without_modifier.label}; a modifier that nothing supports"
        f" {said.unsupported.label}; units over the limit of a line {said.units_line.label}, of a day by"
        f" policy {said.units_policy.label}, by experience {said.units_clinical.label}; an add-on code"
        f" without its listed primary {said.add_on_listed.label}."
    )


# The statement's kind decides the sentence; each function takes that kind.
_WORDS: Final[dict[type, Callable[..., str]]] = {
    Pairing: _pairing,
    Therapy: _therapy,
    Similar: _similar,
    ComponentModifier: _component,
    SurgeonModifiers: _surgeons,
    Documentation: _documentation,
    Units: _units,
    Relation: _relation,
    Authorization: _authorization,
    Frequency: _frequency,
    Population: _population,
    Investigational: _investigational,
    Setting: _setting,
    ProviderTier: _provider,
    TimelyFiling: _timely,
    Ncci: _ncci,
}
