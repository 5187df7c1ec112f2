"""What could not be checked because a table is not loaded, or is out of date: once a file and table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from edi_guard.claims import ClaimKind, claim_kind
from edi_guard.findings import Severity
from edi_guard.reference import CodeSystem, EditSetting, TableKind
from edi_guard.reference.days import day_of
from edi_guard.rules.registry import rule
from edi_guard.rules.subjects import InputFile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context

_CODE_SETS: Final = {
    CodeSystem.HCPCS: "HCPCS codes",
    CodeSystem.MODIFIER: "modifiers",
    CodeSystem.DIAGNOSIS: "diagnoses",
    CodeSystem.TAXONOMY: "provider taxonomy codes",
}
_INSTITUTIONAL_SETS: Final = {CodeSystem.PROCEDURE: "ICD procedures", CodeSystem.REVENUE: "revenue codes"}
_SETTINGS: Final = {
    ClaimKind.PROFESSIONAL: EditSetting.PRACTITIONER,
    ClaimKind.INSTITUTIONAL: EditSetting.OUTPATIENT,
}
_GRACE_MONTHS: Final = 1


def _kinds(file: InputFile) -> set[ClaimKind]:
    versions = {span.version or span.group.version for span in file.envelope.transactions}
    return {kind for version in versions if (kind := claim_kind(version)) is not None}


@rule("CODE901", on=InputFile, snip=5, severity=Severity.INFO)
def code_sets_unchecked(file: InputFile, context: Context) -> Iterator[Finding]:
    """File whose codes could not be checked, since their code set is not loaded.

    ## Why it is denied
    It is not: but codes that are not in force, headings and typing errors stay unseen.

    ## What to do
    Import the code set: `edi-guard reference import FILE`.

    ## Example
    Denied: a file with a retired code, checked without the HCPCS file
    Paid: the same file, checked with it and corrected

    ## Exceptions
    Reported once a file, for all code sets that are missing.

    ## Source
    edi-guard's own law that what could not be checked is said.
    """
    wanted = dict(_CODE_SETS)
    if ClaimKind.INSTITUTIONAL in _kinds(file):
        wanted |= _INSTITUTIONAL_SETS
    missing = [words for system, words in wanted.items() if not context.tables.has_system(system)]
    if missing:
        yield code_sets_unchecked.unchecked(
            f"{', '.join(missing)}: could not be checked, as these code sets are not loaded", once="code sets"
        )


def _missing(
    file: InputFile, context: Context, kind: TableKind, words: str
) -> Iterator[tuple[str, EditSetting]]:
    for claim_kind_, setting in _SETTINGS.items():
        if claim_kind_ in _kinds(file) and not context.tables.has_kind(kind, setting):
            yield f"{words} could not be checked: NCCI's {setting} table is not loaded", setting


@rule("PTP901", on=InputFile, snip=6, severity=Severity.INFO)
def pairs_unchecked(file: InputFile, context: Context) -> Iterator[Finding]:
    """File whose pairs of codes could not be checked, since NCCI's table is not loaded.

    ## Why it is denied
    It is not: but codes that are not paid together stay unseen.

    ## What to do
    Import CMS's quarterly files, all parts: `edi-guard reference import FILE...`.

    ## Example
    Denied: a file with imaging that the procedure includes, checked without the table
    Paid: the same file, checked with it and corrected

    ## Exceptions
    Reported once a file and setting.

    ## Source
    edi-guard's own law that what could not be checked is said.
    """
    for words, setting in _missing(file, context, TableKind.PAIRS, "pairs of codes"):
        yield pairs_unchecked.unchecked(words, once=setting)


@rule("MUE901", on=InputFile, snip=6, severity=Severity.INFO)
def units_unchecked(file: InputFile, context: Context) -> Iterator[Finding]:
    """File whose units could not be checked, since NCCI's table is not loaded.

    ## Why it is denied
    It is not: but units over the limit of a line or a day stay unseen.

    ## What to do
    Import CMS's quarterly file: `edi-guard reference import FILE`.

    ## Example
    Denied: a file with five units where two are the limit, checked without the table
    Paid: the same file, checked with it and corrected

    ## Exceptions
    Reported once a file and setting. The units of target codes are checked by their mapping.

    ## Source
    edi-guard's own law that what could not be checked is said.
    """
    for words, setting in _missing(file, context, TableKind.UNITS, "units"):
        yield units_unchecked.unchecked(words, once=setting)


@rule("AOC901", on=InputFile, snip=6, severity=Severity.INFO)
def add_on_codes_unchecked(_: InputFile, context: Context) -> Iterator[Finding]:
    """File whose add-on codes could not be checked, since NCCI's table is not loaded.

    ## Why it is denied
    It is not: but add-on codes without their primary stay unseen, unless a mapping knows them.

    ## What to do
    Import CMS's quarterly file: `edi-guard reference import FILE`.

    ## Example
    Denied: a file with an add-on code alone, checked without the table
    Paid: the same file, checked with it and corrected

    ## Exceptions
    Reported once a file. The add-on codes among the target codes are checked by their mapping.

    ## Source
    edi-guard's own law that what could not be checked is said.
    """
    if not context.tables.has_kind(TableKind.ADD_ON):
        yield add_on_codes_unchecked.unchecked(
            "add-on codes could not be checked: NCCI's table of them is not loaded", once="add-on"
        )


@rule("MOD901", on=InputFile, snip=6, severity=Severity.INFO)
def indicators_unchecked(file: InputFile, context: Context) -> Iterator[Finding]:
    """File whose modifiers could not be checked against the fee schedule, which is not loaded.

    ## Why it is denied
    It is not: but modifiers that the payment indicators do not allow stay unseen.

    ## What to do
    Import CMS's relative value file (PPRRVU): `edi-guard reference import FILE`.

    ## Example
    Denied: a file with modifier 50 on a code that has no second side, checked without the table
    Paid: the same file, checked with it and corrected

    ## Exceptions
    Reported once a file with professional claims.

    ## Source
    edi-guard's own law that what could not be checked is said.
    """
    if ClaimKind.PROFESSIONAL in _kinds(file) and not context.tables.has_kind(TableKind.FEE_SCHEDULE):
        yield indicators_unchecked.unchecked(
            "modifiers could not be checked against payment indicators: the relative value file is not"
            " loaded",
            once="fee-schedule",
        )


@rule("CODE902", on=InputFile, snip=5, severity=Severity.INFO)
def tables_out_of_date(_: InputFile, context: Context) -> Iterator[Finding]:
    """File that was checked with a table of which a newer one must be out.

    ## Why it is denied
    It is not: but what changed since the table's time stays unseen.

    ## What to do
    Import the newer table; the older one stays beside it, for services of its time.

    ## Example
    Denied: a file of November checked with NCCI's table of April
    Paid: the same file checked with the table of October

    ## Exceptions
    A month of grace. Tables without a day of their own do not grow old. Reported once a file and table.

    ## Source
    The publishers' calendars: quarters for CMS's tables, 1 October for ICD-10, half-years for taxonomy.
    """
    newest: dict[str, tuple[int, int]] = {}
    for edition in context.tables.editions:
        if edition.first > 1:
            name = f"{edition.kind} {edition.setting}" if edition.setting else str(edition.kind)
            newest[name] = max(newest.get(name, (0, 0)), (edition.first, edition.kind.months))
    for name, (first, months) in sorted(newest.items()):
        begun = day_of(first)
        age = (context.today.year - begun.year) * 12 + context.today.month - begun.month
        if age >= months + _GRACE_MONTHS:
            yield tables_out_of_date.unchecked(
                f"the newest {name} table is from {begun}: what changed since could not be checked", once=name
            )
