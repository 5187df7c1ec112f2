"""Puts the notes of a transaction set together: claims in brief, and what only several segments show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edi_guard.claims import ClaimKind
from edi_guard.claims.values import read_amount
from edi_guard.engine import notes as notes_of
from edi_guard.engine.glance import ClaimGlance, Glance
from edi_guard.engine.notes import NO_AMOUNT
from edi_guard.guide import line_number_error, segment_error
from edi_guard.rules.signs import Sign

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from edi_guard.engine.notes import Note, NoteTaker
    from edi_guard.guide import Course, GuideError, State

_UNBALANCED, _POINTER = Sign.UNBALANCED.value, Sign.POINTER.value
_REPEATED_DIAGNOSIS, _REPEATED_LINE = Sign.REPEATED_DIAGNOSIS.value, Sign.REPEATED_LINE.value
_UNDATED, _UNNUMBERED = Sign.UNDATED.value, Sign.UNNUMBERED.value
_LEVEL_BELOW = {"20": "22", "22": "23", "23": ""}


class Collector:
    """Takes the notes of one transaction set, in order.

    Attributes:
        glance: what was seen; whole after `leave`.
    """

    def __init__(self, course: Course, kind: ClaimKind, notes: NoteTaker) -> None:
        self.glance = Glance(is_awake=notes.is_sleepless)
        self._course = course
        self._is_professional = kind is ClaimKind.PROFESSIONAL
        self._sleepless = notes.is_sleepless
        self._waking = notes.signs
        self._constant = notes.constant
        self._claim: ClaimGlance | None = None
        self._claims_here = 0
        self._lines = 0
        # The hierarchy: HL01 of the level of each code that is open, and the last one's HL03, HL04.
        self._levels = 0
        self._open: dict[str, str] = {"": ""}
        self._last = ("", "0")
        # Above the claim.
        self._filing_indicator = ""
        self._payer = ""
        self._member = ""
        self._person = ("", "")
        self._birth = ""
        # In the claim.
        self._total = NO_AMOUNT
        self._sum = 0
        self._diagnoses: list[str] = []
        self._services: list[tuple[str, int]] = []
        self._dated = 0
        self._numbered = 0
        self._highest_pointer = 0
        self._days: list[str] = []
        self._statement: tuple[str, ...] = ()
        self._takers: list[Callable[[Note, int], None]] = [self._pass] * 13
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
        ):
            self._takers[part] = taker

    def take(self, note: Note, number: int) -> None:
        """Take the note of the segment with a number, counted from 1 at ST."""
        self._takers[note.part](note, number)
        if note.is_awake:
            self._wake()
        if note.signs and self._claim is not None:
            self._claim.signs |= note.signs

    def _pass(self, _note: Note, _: int) -> None:
        """Segments that only wake."""

    def object(self, errors: Sequence[GuideError], number: int, stray: str) -> None:
        """Take what the guide has against a segment; `stray` is its text where it has no place."""
        self.glance.errors += errors
        self._wake()
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
        if not self._course.leaves(state):
            self.glance.errors += self._course.explain_end(state, number)

    def _wake(self) -> None:
        if self._claim is None:
            self.glance.is_awake = True
        else:
            self._claim.is_awake = True

    # ------------------------------------------------------------ the levels

    def _take_level(self, note: Note, _: int) -> None:
        self._close_claim()
        number, parent, code, flag = note.values
        self._levels += 1
        self._claims_here = 0
        self._check_child_flag(code)
        above = {"20": "", "22": "20", "23": "22"}.get(code)
        if above is None or number != str(self._levels) or self._open.get(above) != parent:
            self.glance.is_doubtful = True
        self._last = (code, flag)
        self._person, self._birth = ("", ""), ""
        if code == "20":
            self._open = {"": "", "20": number}
        elif code == "22":
            self._open = {"": "", "20": self._open.get("20", ""), "22": number}
            self._filing_indicator = self._payer = self._member = ""

    def _check_child_flag(self, following: str) -> None:
        """HL04 of the last level says whether the following one stands below it."""
        code, flag = self._last
        has_child = bool(following) and _LEVEL_BELOW.get(code) == following
        if flag != ("1" if has_child else "0"):
            self.glance.is_doubtful = True

    def _take_subscriber(self, note: Note, _: int) -> None:
        (self._filing_indicator,) = note.values

    def _take_person(self, note: Note, _: int) -> None:
        role, last, first, identifier = note.values
        self._person = (last, first)
        if role == "IL":
            self._member = identifier

    def _take_birth(self, note: Note, _: int) -> None:
        (self._birth,) = note.values

    def _take_payer(self, note: Note, _: int) -> None:
        (self._payer,) = note.values

    # ------------------------------------------------------------- the claim

    def _take_claim(self, note: Note, number: int) -> None:
        self._close_claim()
        identifier, charge = note.values
        self._claim = ClaimGlance(
            identifier,
            read_amount(charge),
            self._payer,
            self._filing_indicator,
            (self._member, *self._person, self._birth),
            signs=self._constant,
            is_awake=self._sleepless,
        )
        if self._last[0] not in ("22", "23"):
            self.glance.is_doubtful = True
        self._total = note.number
        self._sum = 0
        self._lines = self._dated = self._numbered = self._highest_pointer = 0
        self._diagnoses, self._services, self._days = [], [], []
        self._statement = ()
        self._claims_here += 1
        if self._claims_here > self._course.most_claims:
            self._exceed(number, "CLM", "2000B" if self._last[0] == "22" else "2000C")

    def _take_diagnoses(self, note: Note, _: int) -> None:
        self._diagnoses += note.values

    def _take_statement(self, note: Note, _: int) -> None:
        self._statement = note.values

    def _exceed(self, number: int, segment: str, loop: str) -> None:
        self.glance.errors.append(segment_error(number, "4", segment, loop))
        self._wake()

    # -------------------------------------------------------------- the line

    def _take_line(self, note: Note, number: int) -> None:
        self._count_line(note.values, number)
        if self._lines > self._course.most_lines:
            self._exceed(number, "LX", "2300")

    def _count_line(self, value: Sequence[str], number: int) -> None:
        self._lines += 1
        if "".join(value) != str(self._lines):
            self.glance.errors.append(line_number_error(number, self._lines, "".join(value)))
            self._wake()

    def _take_service(self, note: Note, _: int) -> None:
        if note.number == NO_AMOUNT:
            self._total = NO_AMOUNT
        self._sum += note.number
        if note.values[0]:
            self._services.append((note.values[0], note.number))
        self._highest_pointer = max(self._highest_pointer, note.pointer)

    def _take_service_date(self, note: Note, _: int) -> None:
        self._dated += 1
        self._days += note.values

    def _take_control_number(self, _note: Note, _: int) -> None:
        self._numbered += 1

    # --------------------------------------------------------- the whole claim

    def _close_claim(self) -> None:
        claim, self._claim = self._claim, None
        if claim is None:
            return
        claim.signs |= self._relations()
        if claim.signs & self._waking:
            claim.is_awake = True
        days = self._days
        if not self._is_professional and self._dated < self._lines:
            days = [*days, *self._statement]
        if days:
            claim.first_day, claim.last_day = min(days), max(days)
        self.glance.claims.append(claim)

    def _relations(self) -> int:
        signs = 0
        if self._total == NO_AMOUNT or self._total != self._sum:
            signs |= _UNBALANCED
        if self._highest_pointer > len(self._diagnoses):
            signs |= _POINTER
        if len(set(self._diagnoses)) < len(self._diagnoses):
            signs |= _REPEATED_DIAGNOSIS
        if len(self._services) > 1 and len(set(self._services)) < len(self._services):
            signs |= _REPEATED_LINE
        if self._dated < self._lines and self._is_professional:
            signs |= _UNDATED
        if self._numbered < self._lines:
            signs |= _UNNUMBERED
        return signs
