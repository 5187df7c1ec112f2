"""Puts the notes of a regular transaction set together, in one go.

Says the same as `Collector`, which takes over wherever something is irregular. It is one long function
on purpose: it runs for almost every segment of a file, where each call would show.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from edi_guard.claims.values import read_amount
from edi_guard.engine.collect import FIRST_DAY_OF_ICD_10, patient_signs, relations
from edi_guard.engine.glance import ClaimGlance, Glance, patient_mark
from edi_guard.engine.note import (
    ADDRESS,
    ATTENDING,
    BIRTH,
    CLAIM,
    CONTROL_NUMBER,
    DIAGNOSES,
    LEVEL,
    LINE,
    NO_AMOUNT,
    PAYER,
    PERSON,
    SERVICE,
    SERVICE_DATE,
    STATEMENT,
    SUBSCRIBER,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edi_guard.engine.note import Note
    from edi_guard.engine.notes import NoteTaker
    from edi_guard.guide import Course
    from edi_guard.x12 import Section

_COUNTED = [str(number) for number in range(1001)]
_BELOW = {"": "", "20": "22", "22": "23", "23": ""}


def collect(  # noqa: C901, PLR0912, PLR0915 - see above
    notes: Sequence[Note], course: Course, taker: NoteTaker, section: Section | None, *, is_professional: bool
) -> Glance | None:
    """Return what the notes of a transaction set show; None where anything about them is irregular.

    The hierarchy of a section is known to be right, and its numbers are those of the whole.
    """
    glance = Glance(is_awake=bool(taker.sleepless))
    most_lines = min(course.most_lines, len(_COUNTED) - 1)
    most_claims = course.most_claims
    claim: ClaimGlance | None = None
    levels = claims_here = 0
    above = {"20": ""}
    code, flag = "", "0"
    filing = payer = member = birth = last = first = relationship = ""
    has_address = is_attended = False
    total, added, lines, dated, highest = NO_AMOUNT, 0, 0, 0, 0
    signs, payer_signs, woken = 0, 0, 0
    diagnoses: list[str] = []
    services: list[tuple[str, int]] = []
    procedures: list[str] = []
    has_edits = taker.has_edits
    first_steady, last_steady = taker.steady
    numbers: list[str] = []
    days: list[str] = []
    statement: tuple[str, ...] = ()

    for part, note_wakes, values, number, pointer, note_signs in (*notes, _END):
        if not (part or note_wakes or note_signs):
            continue
        if part in (CLAIM, LEVEL) and claim is not None:
            signs |= relations(total, added, highest, diagnoses, services)
            if statement and days and (min(days) < statement[0] or max(days) > statement[1]):
                signs |= taker.outside_statement
            if dated < lines:
                signs |= taker.undated
                if not is_professional:
                    days += statement
            if not (is_professional or is_attended):
                signs |= taker.unattended
            if len(numbers) < lines:
                signs |= taker.unnumbered
            if len(set(numbers)) < len(numbers):
                signs |= taker.repeated_number
            if has_edits:
                claim.services = tuple(procedures)
                signs |= taker.edit_signs(claim.services)
            if days:
                claim.first_day, claim.last_day = min(days), max(days)
            if days or statement:
                earliest, latest = min((*days, *statement)), max((*days, *statement))
                if earliest < FIRST_DAY_OF_ICD_10:
                    signs |= taker.before_icd_10
                if earliest < first_steady or latest > last_steady:
                    signs |= taker.unsteady
            claim.signs = signs
            claim.awake = woken | taker.woken_by(signs)
            glance.claims.append(claim)
            claim = None
        if part == LINE:
            lines += 1
            if lines > most_lines or values[0] != _COUNTED[lines]:
                return None
        elif part == SERVICE:
            if number == NO_AMOUNT:
                total = NO_AMOUNT
            added += number
            services.append((values[0], number))
            procedures.append(values[1])
            highest = max(highest, pointer)
        elif part == SERVICE_DATE:
            dated += 1
            days += values
        elif part == CONTROL_NUMBER:
            numbers += values
        elif part == LEVEL:
            levels += 1
            below = code, flag
            identifier, parent, code, flag = values
            if section is None:
                if below[1] != ("1" if code and _BELOW.get(below[0]) == code else "0"):
                    return None
                if code and (identifier != str(levels) or parent != above.get(code)):
                    return None
            claims_here, last, first, birth = 0, "", "", ""
            if section is not None and levels == len(section.levels):
                claims_here = section.claims_before
            if code == "22":
                above["23"] = identifier
                filing = payer = member = ""
                payer_signs = taker.payers
                relationship, has_address = "", False
            elif code == "20":
                above = {"20": "", "22": identifier}
        elif part == CLAIM:
            claims_here += 1
            if code not in ("22", "23") or claims_here > most_claims:
                return None
            patient = patient_mark((member, last, first, birth))
            claim = ClaimGlance(values[0], read_amount(values[1]), payer, filing, patient)
            total, added, lines, dated, highest = number, 0, 0, 0, 0
            signs, woken = taker.constant | payer_signs, taker.sleepless
            is_complete = has_address and bool(birth)
            signs |= patient_signs(code, filing, relationship, member, is_complete=is_complete)
            is_attended = False
            diagnoses, services, numbers, days, statement = [], [], [], [], ()
            procedures = []
        elif part == DIAGNOSES:
            diagnoses += values
        elif part == PERSON:
            last, first = values[1], values[2]
            if values[0] == "IL":
                member = values[3]
        elif part == BIRTH:
            birth = values[0]
        elif part == PAYER:
            payer = values[0]
        elif part == SUBSCRIBER:
            # What it shows is meant for every claim of the subscriber.
            (filing, relationship), payer_signs = values, note_signs
        elif part == STATEMENT:
            statement = values
        elif part == ADDRESS:
            has_address = True
        elif part == ATTENDING:
            is_attended = True
        if note_wakes:
            if claim is None:
                glance.is_awake = True
            else:
                woken |= note_wakes
        if part != SUBSCRIBER:
            signs |= note_signs
    return glance


# An HL that never was, so that the last claim and the last level are looked at like the others.
_END: Note = (LEVEL, False, ("", "", "", "0"), 0, 0, 0)
