"""FMT: spellings that a safe repair puts right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edi_guard.findings import Edit, Repair, Severity, Tier
from edi_guard.rules import format_scan as scan
from edi_guard.rules.format_scan import FormatFault, scan_formats
from edi_guard.rules.registry import Rule, rule
from edi_guard.rules.signs import Sign
from edi_guard.rules.subjects import FormatScan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context

__all__ = ["FormatFault", "scan_formats"]


def _findings(speaker: Rule[FormatScan], found: FormatScan, message: str, title: str) -> Iterator[Finding]:
    """Yield a finding for every fault that the speaking rule names."""
    for fault in found.faults:
        if fault.rule != speaker.code:
            continue
        repair = None
        if fault.after is not None:
            edit = Edit(fault.start, fault.before, fault.after)
            repair = Repair(Tier.FORMAT, title, (edit,))
        yield speaker.finding(
            fault.segment.location(fault.element, fault.component),
            f"{fault.segment.id} {message}",
            observed=fault.before,
            expected=fault.after or "",
            repair=repair,
        )


@rule(
    "FMT101",
    on=FormatScan,
    snip=1,
    severity=Severity.REJECT,
    claim_status=("A7:481",),
    repairs=Tier.FORMAT,
    signs=Sign.MISSPELLED,
    edits=("UHC-005", "UHC-007"),
)
def blanks_at_element_ends(found: FormatScan, _: Context) -> Iterator[Finding]:
    """Blanks at the beginning or end of an element.

    ## Why it is denied
    Blanks around a value make it another value for many receivers: they do not find the member, the
    provider or the code.

    ## What to do
    Let the practice system send the value without blanks around it.

    ## Example
    Denied: `NM1*IL*1*DOE*JANE****MI*W123 ~`
    Paid: `NM1*IL*1*DOE*JANE****MI*W123~`

    ## Repair
    Removes the blanks at the ends. The value between them is not touched.

    ## Exceptions
    Blanks inside a value stay.

    ## Source
    X12.6, data elements of type AN: no leading blanks, trailing blanks suppressed.
    """
    yield from _findings(
        blanks_at_element_ends,
        found,
        "has blanks at the end of a value",
        "remove blanks at the ends of a value",
    )


@rule(
    "FMT102",
    on=FormatScan,
    snip=1,
    severity=Severity.REJECT,
    claim_status=("A7:481",),
    repairs=Tier.FORMAT,
    edits=("UHC-010",),
    signs=Sign.MISSPELLED,
)
def empty_ends(found: FormatScan, _: Context) -> Iterator[Finding]:
    """Empty elements or components at the end of a segment or composite.

    ## Why it is denied
    The standard lets no segment end in separators. Receivers with strict parsers refuse the file.

    ## What to do
    Let the practice system leave out empty elements at the end.

    ## Example
    Denied: `REF*D9*1234**~`
    Paid: `REF*D9*1234~`

    ## Repair
    Removes separators with nothing behind them. No value changes or moves.

    ## Exceptions
    None.

    ## Source
    X12.6, trailing delimiters are suppressed; 005010X222A1, appendix B.
    """
    yield from _findings(
        empty_ends,
        found,
        "ends in separators with nothing behind them",
        "remove separators with nothing behind them",
    )


@rule(
    "FMT103",
    on=FormatScan,
    snip=1,
    severity=Severity.REJECT,
    claim_status=("A7:481",),
    repairs=Tier.FORMAT,
    signs=Sign.MISSPELLED,
)
def lower_case_code(found: FormatScan, _: Context) -> Iterator[Finding]:
    """Lower-case letters in a procedure code, modifier or diagnosis code.

    ## Why it is denied
    Code sets have capital letters only. Receivers look the code up as it is written and do not find it.

    ## What to do
    Enter codes and modifiers in capital letters.

    ## Example
    Denied: `SV1*HC:g4000:rt*120*UN*1***1~`
    Paid: `SV1*HC:G4000:RT*120*UN*1***1~`

    ## Repair
    Writes the letters as capitals. It is the same code.

    ## Exceptions
    Names, notes and identifiers are left as they are.

    ## Source
    HCPCS and ICD-10-CM code sets; loops 2300 HI, 2400 SV101 and SV202, 2430 SVD03.
    """
    yield from _findings(
        lower_case_code,
        found,
        "has a code in lower-case letters",
        "write a code in capital letters",
    )


@rule(
    "FMT104",
    on=FormatScan,
    snip=1,
    severity=Severity.REJECT,
    claim_status=("A7:481",),
    repairs=Tier.FORMAT,
    edits=("STEDI-097",),
    signs=Sign.MISSPELLED,
)
def dot_in_diagnosis(found: FormatScan, _: Context) -> Iterator[Finding]:
    """Dot in an ICD code.

    ## Why it is denied
    The guides want diagnosis and ICD procedure codes without the dot. With it, the code is not found.

    ## What to do
    Let the practice system send ICD codes without the dot.

    ## Example
    Denied: `HI*ABK:M25.511~`
    Paid: `HI*ABK:M25511~`

    ## Repair
    Removes the dot, whose place is fixed behind the third character. It is the same code.

    ## Exceptions
    Only where the rest has the shape of an ICD-10-CM or ICD-10-PCS code.

    ## Source
    005010X222A1 and 005010X223A2, loop 2300, HI.
    """
    yield from _findings(
        dot_in_diagnosis,
        found,
        "has a dot in an ICD code",
        "remove the dot from an ICD code",
    )


@rule(
    "FMT105",
    on=FormatScan,
    snip=1,
    severity=Severity.REJECT,
    claim_status=("A7:481",),
    repairs=Tier.FORMAT,
    signs=Sign.MISSPELLED,
)
def line_end_inside_segment(found: FormatScan, _: Context) -> Iterator[Finding]:
    """Line end inside a segment.

    ## Why it is denied
    A line end is no part of any value. It comes from a program that breaks long lines, and receivers
    refuse the value or the file.

    ## What to do
    Switch off line breaking in the program that writes or transfers the file.

    ## Example
    Denied: `N3*100 MAIN` (line end) `STREET~`
    Paid: `N3*100 MAINSTREET~`, as it was before the line was broken

    ## Repair
    Removes the line end. A program that breaks lines inserts it between two characters, so that
    removing it restores the value.

    ## Exceptions
    In free text (NTE02, K301) a line end may separate words: it is reported and not removed.

    ## Source
    X12.6, character set.
    """
    yield from _findings(
        line_end_inside_segment,
        found,
        "has a line end inside a value",
        "remove a line end inside a segment",
    )


@rule(
    "FMT106",
    on=FormatScan,
    snip=1,
    severity=Severity.WARN,
    claim_status=("A7:481",),
    repairs=Tier.FORMAT,
    signs=Sign.MISSPELLED,
)
def typographic_character(found: FormatScan, _: Context) -> Iterator[Finding]:
    """Typographic quotes, dashes or blanks.

    ## Why it is denied
    Claims are written in plain ASCII. Word processors put other characters in their place, which receivers
    refuse or garble.

    ## What to do
    Type plain quotes and hyphens, and do not paste from a word processor.

    ## Example
    Denied: `N3*5 O`, a typographic apostrophe, `HARA LN~`
    Paid: `N3*5 O'HARA LN~`

    ## Repair
    Writes the plain character that the typographic one stands for, from UTF-8 or Windows-1252.

    ## Exceptions
    Left as it is where the plain character is a delimiter of the file.

    ## Source
    X12.6, basic and extended character set.
    """
    yield from _findings(
        typographic_character,
        found,
        "has a typographic character",
        "write a typographic character as plain ASCII",
    )


@rule(
    "FMT107",
    on=FormatScan,
    snip=1,
    severity=Severity.REJECT,
    claim_status=("A7:481",),
    repairs=Tier.FORMAT,
    signs=Sign.MISSPELLED,
    edits=("STEDI-025", "STEDI-121"),
)
def punctuation_in_number(found: FormatScan, _: Context) -> Iterator[Finding]:
    """Punctuation in a telephone number, ZIP code, tax id or NPI.

    ## Why it is denied
    These numbers are compared digit by digit. With hyphens or brackets they are not found.

    ## What to do
    Let the practice system send the digits only.

    ## Example
    Denied: `PER*IC*BILLING*TE*555-010-0100~`
    Paid: `PER*IC*BILLING*TE*5550100100~`

    ## Repair
    Removes hyphens, brackets, dots and blanks, and only where the digits left are as many as the number
    has to have.

    ## Exceptions
    Numbers that would be too short or too long are left as they are.

    ## Source
    005010X222A1 and 005010X223A2: PER04 to PER08, N403, REF02 with EI or SY, NM109 with XX.
    """
    yield from _findings(
        punctuation_in_number,
        found,
        "has punctuation in a number",
        "remove punctuation from a number",
    )


@rule(
    "FMT108",
    on=FormatScan,
    snip=1,
    severity=Severity.REJECT,
    claim_status=("A7:481",),
    repairs=Tier.FORMAT,
    signs=Sign.MISSPELLED,
)
def punctuation_in_date(found: FormatScan, _: Context) -> Iterator[Finding]:
    """Punctuation in a date.

    ## Why it is denied
    Dates are written as eight digits. With hyphens or slashes the whole segment is refused.

    ## What to do
    Let the practice system send dates as CCYYMMDD.

    ## Example
    Denied: `DTP*472*D8*2026-11-02~`
    Paid: `DTP*472*D8*20261102~`

    ## Repair
    Removes the punctuation from CCYY-MM-DD and CCYY/MM/DD, where year, month and day cannot be mistaken.

    ## Exceptions
    Other orders are ambiguous and are left as they are.

    ## Source
    005010X222A1 and 005010X223A2: DTP03, DMG02; X12.6 data type DT.
    """
    yield from _findings(
        punctuation_in_date, found, "has punctuation in a date", "remove punctuation from a date"
    )


@rule(
    "FMT201",
    on=FormatScan,
    snip=1,
    severity=Severity.HOLD,
    claim_status=("A7:511",),
    signs=Sign.MISSPELLED,
    edits=("UHC-003",),
)
def foreign_character(found: FormatScan, _: Context) -> Iterator[Finding]:
    """Character beyond ASCII that has no plain spelling.

    ## Why it is denied
    Claims are written in plain ASCII. A letter with an accent reaches the payer as two wrong characters,
    or stops the file.

    ## What to do
    Spell the value as the payer knows it, without accents.

    ## Example
    Denied: `NM1*IL*1*PE`, an N with a tilde, `A*ANA****MI*W123~`
    Paid: `NM1*IL*1*PENA*ANA****MI*W123~`

    ## Exceptions
    Typographic quotes, dashes and blanks are repaired instead.

    ## Source
    X12.6, basic and extended character set.
    """
    for fault in found.faults:
        if fault.rule == scan.FOREIGN_CHARACTER:
            yield foreign_character.finding(
                fault.segment.location(fault.element, fault.component),
                f"{fault.segment.id} has a character beyond ASCII",
                observed=fault.before,
                expected="plain ASCII characters",
            )


@rule(
    "FMT160",
    on=FormatScan,
    snip=1,
    severity=Severity.WARN,
    claim_status=("A7:178",),
    repairs=Tier.FORMAT,
    edits=("STEDI-006",),
    signs=Sign.MISSPELLED,
)
def zeros_behind_cents(found: FormatScan, _: Context) -> Iterator[Finding]:
    """Amount with zeros behind the second decimal.

    ## Why it is denied
    Amounts have two decimals at most. Receivers that count them refuse the amount.

    ## What to do
    Let the practice system write amounts with two decimals.

    ## Example
    Denied: `SV1*HC:20610*45.500*UN*1***1~`
    Paid: `SV1*HC:20610*45.5*UN*1***1~`

    ## Repair
    Removes the zeros at the end. It is the same amount.

    ## Exceptions
    Amounts of two decimals stay as they are. A fraction of a cent is an error (BAL262).

    ## Source
    X12.6, data type R; CLM02, SV102, SV203, AMT02, SVD02, CAS.
    """
    yield from _findings(
        zeros_behind_cents,
        found,
        "has an amount with zeros behind the second decimal",
        "remove zeros behind the second decimal",
    )
