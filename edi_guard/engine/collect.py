"""Puts the notes of a transaction set together: claims in brief, and what only several segments show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edi_guard.claims import ClaimKind
from edi_guard.claims.values import read_amount
from edi_guard.engine import note as notes_of
from edi_guard.engine.glance import ClaimGlance, Glance, patient_mark
from edi_guard.engine.note import NO_AMOUNT
from edi_guard.guide import NO_SEAMS, line_number_error, segment_error
from edi_guard.rules.people import MBI, MEDICARE, SELF
from edi_guard.rules.signs import EVERY_RULE, Sign

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from edi_guard.engine.note import Note
    from edi_guard.engine.notes import NoteTaker
    from edi_guard.guide import Course, GuideError, Seams, State
    from edi_guard.x12 import Section

FIRST_DAY_OF_ICD_10 = "20151001"
_UNBALANCED, _POINTER = Sign.UNBALANCED.value, Sign.POINTER.value
_REPEATED_DIAGNOSIS, _REPEATED_LINE = Sign.REPEATED_DIAGNOSIS.value, Sign.REPEATED_LINE.value
_RELATIONSHIP, _INCOMPLETE_PATIENT = Sign.RELATIONSHIP.value, Sign.INCOMPLETE_PATIENT.value
_MEDICARE_NUMBER = Sign.MEDICARE_NUMBER.value
_NOBODY: Sequence[str] = ("", "")
# 2300 and 2400 with all below them.
_LOOPS_OF_CLAIMS = ("23", "24")
_LEVEL_BELOW = {"20": "22", "22": "23", "23": ""}


def _is_of_claim(error: GuideError) -> bool:
    """Whether an error is a claim's, or of what stands below it; CLM wakes its own claim."""
    return error.loop[:2] in _LOOPS_OF_CLAIMS


class Collector:
    """Takes the notes of one transaction set, in order.

    Attributes:
        glance: what was seen; whole after `leave`.
    """

    def __init__(
        self,
        course: Course,
        kind: ClaimKind,
        notes: NoteTaker,
        seams: Seams = NO_SEAMS,
        section: Section | None = None,
    ) -> None:
        """Begin.

        Args:
            course: the guide.
            kind: which claims they are.
            notes: what was noted.
            seams: where pieces of a section meet.
            section: the section; None for a whole transaction set. Its hierarchy is known to be right.
        """
        self.glance = Glance(is_awake=bool(notes.sleepless))
        self._seams = seams
        self._section = section
        self._course = course
        self._notes = notes
        self._is_professional = kind is ClaimKind.PROFESSIONAL
        self._constant = notes.constant
        self._claim: ClaimGlance | None = None
        self._claims_here = 0
        self._lines = 0
        # The hierarchy: HL02 that a level of each code must have, and the last one's HL03 and HL04.
        self._levels = 0
        self._above = {"20": ""}
        self._last = ("", "0")
        # Above the claim.
        self._filing_indicator = ""
        self._relationship = ""
        self._has_address = False
        self._is_attended = False
        self._payer_signs = notes.payers
        self._payer = ""
        self._member = ""
        self._person = _NOBODY
        self._birth = ""
        # In the claim.
        self._total = NO_AMOUNT
        self._sum = 0
        self._diagnoses: list[str] = []
        self._services: list[tuple[str, int]] = []
        self._procedures: list[str] = []
        self._dated = 0
        self._numbers: list[str] = []
        self._highest_pointer = 0
        self._days: list[str] = []
        self._statement: tuple[str, ...] = ()
        self._takers: list[Callable[[Note, int], None]] = [self._pass] * 15
        for part, taker in (
            (notes_of.LEVEL, self._take_level),
            (notes_of.SUBSCRIBER, self._take_subscriber),
            (notes_of.PERSON, self._take_person),
            (notes_of.BIRTH, self._take_birth),
            (notes_of.PAYER, self._take_payer),
            (notes_of.CLAIM, self._take_claim),
            (notes_of.DIAGNOSES, self._take_diagnoses),
            (notes_of.LINE, self._take_line),
            (notes_of.SERVICE, self._take_service),
            (notes_of.SERVICE_DATE, self._take_service_date),
            (notes_of.CONTROL_NUMBER, self._take_control_number),
            (notes_of.STATEMENT, self._take_statement),
            (notes_of.ADDRESS, self._take_address),
            (notes_of.ATTENDING, self._take_attending),
        ):
            self._takers[part] = taker

    def take(self, note: Note, number: int) -> None:
        """Take the note of the segment with a number, counted from 1 at ST."""
        self._takers[note[0]](note, number)
        if note[1]:
            self._wake(note[1])
        if note[5] and self._claim is not None:
            self._claim.signs |= note[5]

    def _pass(self, _note: Note, _: int) -> None:
        """Segments that only wake."""

    def object(self, errors: Sequence[GuideError], number: int, stray: str) -> None:
        """Take what the guide has against a segment; `stray` is its text where it has no place."""
        self.glance.errors += errors
        if stray or self._claim is not None or not all(map(_is_of_claim, errors)):
            self._wake()
            self.glance.is_objected |= self._claim is None
        if not stray:
            return
        identifier = stray.partition(self._course.delimiters.element)[0]
        if identifier in ("HL", "CLM"):
            self.glance.is_doubtful = True
            self._lines = 0
        elif identifier == "LX":
            self._count_line(stray.split(self._course.delimiters.element)[1:2], number)

    def leave(self, state: State, number: int) -> None:
        """End the transaction set after the segment with that number."""
        self._close_claim()
        self._check_child_flag("")
        if not self._seams.is_open and not self._course.leaves(state):
            self.glance.errors += self._course.explain_end(state, number)

    def _wake(self, rules: int = EVERY_RULE) -> None:
        if self._claim is None:
            self.glance.is_awake = True
        else:
            self._claim.awake |= rules

    # ------------------------------------------------------------ the levels

    def _take_level(self, note: Note, _: int) -> None:
        self._close_claim()
        number, parent, code, flag = note[2]
        self._levels += 1
        self._claims_here = 0
        self._check_child_flag(code)
        if self._section is None and (number != str(self._levels) or parent != self._above.get(code)):
            self.glance.is_doubtful = True
        self._last = (code, flag)
        self._person, self._birth = _NOBODY, ""
        if code == "22":
            self._above["23"] = number
            self._filing_indicator = self._payer = self._member = ""
            self._payer_signs = self._notes.payers
            self._relationship, self._has_address = "", False
        elif code == "20":
            self._above = {"20": "", "22": number}

    def _check_child_flag(self, following: str) -> None:
        """HL04 of the last level says whether the following one stands below it."""
        code, flag = self._last
        if self._section is not None:
            return
        has_child = bool(following) and _LEVEL_BELOW.get(code) == following
        if flag != ("1" if has_child else "0"):
            self.glance.is_doubtful = True

    def _take_subscriber(self, note: Note, _: int) -> None:
        self._filing_indicator, self._relationship = note[2]
        self._payer_signs = note[5]

    def _take_person(self, note: Note, _: int) -> None:
        role, *person, identifier = note[2]
        self._person = person
        if role == "IL":
            self._member = identifier

    def _take_birth(self, note: Note, _: int) -> None:
        (self._birth,) = note[2]

    def _take_address(self, _note: Note, _: int) -> None:
        self._has_address = True

    def _take_attending(self, _note: Note, _: int) -> None:
        self._is_attended = True

    def _take_payer(self, note: Note, _: int) -> None:
        (self._payer,) = note[2]

    # ------------------------------------------------------------- the claim

    def _take_claim(self, note: Note, number: int) -> None:
        self._close_claim()
        identifier, charge = note[2]
        self._claim = ClaimGlance(
            identifier,
            read_amount(charge),
            self._payer,
            self._filing_indicator,
            patient_mark((self._member, *self._person, self._birth)),
            signs=self._constant | self._payer_signs | self._patient_signs(),
            awake=self._notes.sleepless,
        )
        if self._last[0] not in ("22", "23"):
            self.glance.is_doubtful = True
        self._is_attended = False
        self._total = note[3]
        self._sum = 0
        self._lines = self._dated = self._highest_pointer = 0
        self._numbers = []
        self._diagnoses, self._services, self._days = [], [], []
        self._procedures = []
        self._statement = ()
        if number == self._seams.resumed:
            self._claims_here = self._seams.claims_before
        self._claims_here += 1
        if self._claims_here > self._course.most_claims:
            self._exceed(number, "CLM", "2000B" if self._last[0] == "22" else "2000C")

    def _patient_signs(self) -> int:
        return patient_signs(
            self._last[0],
            self._filing_indicator,
            self._relationship,
            self._member,
            is_complete=self._has_address and bool(self._birth),
        )

    def _take_diagnoses(self, note: Note, _: int) -> None:
        self._diagnoses += note[2]

    def _take_statement(self, note: Note, _: int) -> None:
        self._statement = note[2]

    def _exceed(self, number: int, segment: str, loop: str) -> None:
        self.glance.errors.append(segment_error(number, "4", segment, loop))
        self._wake()

    # -------------------------------------------------------------- the line

    def _take_line(self, note: Note, number: int) -> None:
        self._count_line(note[2], number)
        if self._lines > self._course.most_lines:
            self._exceed(number, "LX", "2300")

    def _count_line(self, value: Sequence[str], number: int) -> None:
        self._lines += 1
        if "".join(value) != str(self._lines):
            self.glance.errors.append(line_number_error(number, self._lines, "".join(value)))
            self._wake()

    def _take_service(self, note: Note, _: int) -> None:
        if note[3] == NO_AMOUNT:
            self._total = NO_AMOUNT
        self._sum += note[3]
        self._services.append((note[2][0], note[3]))
        self._procedures.append(note[2][1])
        self._highest_pointer = max(self._highest_pointer, note[4])

    def _take_service_date(self, note: Note, _: int) -> None:
        self._dated += 1
        self._days += note[2]

    def _take_control_number(self, note: Note, _: int) -> None:
        self._numbers += note[2]

    # --------------------------------------------------------- the whole claim

    def _close_claim(self) -> None:
        claim, self._claim = self._claim, None
        if claim is None:
            return
        claim.signs |= self._relations()
        if self._notes.has_edits:
            claim.services = tuple(self._procedures)
            claim.signs |= self._notes.edit_signs(claim.services)
        claim.awake |= self._notes.woken_by(claim.signs)
        days = self._days
        if not self._is_professional and self._dated < self._lines:
            days = [*days, *self._statement]
        if days:
            claim.first_day, claim.last_day = min(days), max(days)
        self.glance.claims.append(claim)

    def _relations(self) -> int:
        signs = relations(self._total, self._sum, self._highest_pointer, self._diagnoses, self._services)
        days, statement = self._days, self._statement
        if statement and days and (min(days) < statement[0] or max(days) > statement[1]):
            signs |= self._notes.outside_statement
        if self._dated < self._lines:
            signs |= self._notes.undated
        all_days = (*days, *statement)
        if all_days:
            if min(all_days) < FIRST_DAY_OF_ICD_10:
                signs |= self._notes.before_icd_10
            if min(all_days) < self._notes.steady[0] or max(all_days) > self._notes.steady[1]:
                signs |= self._notes.unsteady
        if not (self._is_professional or self._is_attended):
            signs |= self._notes.unattended
        if len(self._numbers) < self._lines:
            signs |= self._notes.unnumbered
        if len(set(self._numbers)) < len(self._numbers):
            signs |= self._notes.repeated_number
        return signs


def relations(
    total: int,
    added: int,
    highest_pointer: int,
    diagnoses: Sequence[str],
    services: Sequence[tuple[str, int]],
) -> int:
    """Return what the parts of a claim show beside each other, as bits of `Sign`.

    Args:
        total: CLM02 in cents, `NO_AMOUNT` where a charge is none.
        added: the sum of the lines' charges in cents.
        highest_pointer: of all lines, `NO_POINTER` where one is odd.
        diagnoses: those that lines may point at.
        services: code and charge of each line.
    """
    signs = 0
    if total == NO_AMOUNT or total != added:
        signs |= _UNBALANCED
    if highest_pointer > len(diagnoses):
        signs |= _POINTER
    if len(set(diagnoses)) < len(diagnoses):
        signs |= _REPEATED_DIAGNOSIS
    if len(services) > 1 and len(set(services)) < len(services):
        signs |= _REPEATED_LINE
    return signs


def patient_signs(
    level: str, filing_indicator: str, relationship: str, member: str, *, is_complete: bool
) -> int:
    """Return what the levels above a claim show of its patient, as bits of `Sign`.

    Args:
        level: HL03 of the level that the claim stands under.
        filing_indicator: SBR09.
        relationship: SBR02.
        member: the subscriber's NM109.
        is_complete: whether the subscriber has an address and a birth date.
    """
    signs = 0
    if (relationship == SELF) is not (level == "22"):
        signs |= _RELATIONSHIP
    elif level == "22" and not is_complete:
        signs |= _INCOMPLETE_PATIENT
    if filing_indicator in MEDICARE and not MBI.fullmatch(member):
        signs |= _MEDICARE_NUMBER
    return signs
