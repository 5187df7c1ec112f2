"""Takes note of what one segment says, as far as a glance needs it."""

from __future__ import annotations

import enum
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from edi_guard.claims import ClaimKind
from edi_guard.policy import TimelyFiling
from edi_guard.rules.format_scan import is_misspelled, may_be_misspelled
from edi_guard.rules.signs import Sign, procedure_parts
from edi_guard.rules.subjects import InputFile
from edi_guard.x12 import Segment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from edi_guard.guide import Node
    from edi_guard.rules.context import Context
    from edi_guard.rules.registry import Rule
    from edi_guard.rules.ruleset import Ruleset
    from edi_guard.rules.signs import Unless
    from edi_guard.x12 import Delimiters

_POINTABLE = frozenset({"ABK", "BK", "ABF", "BF"})
NO_AMOUNT = -1
NO_POINTER = 1000


class Part(enum.IntEnum):
    """What kind of segment a note is about."""

    OTHER = 0
    LEVEL = 1
    SUBSCRIBER = 2
    PERSON = 3
    BIRTH = 4
    PAYER = 5
    CLAIM = 6
    DIAGNOSES = 7
    LINE = 8
    SERVICE = 9
    SERVICE_DATE = 10
    CONTROL_NUMBER = 11
    STATEMENT = 12


class Note(NamedTuple):
    """What a segment says.

    Attributes:
        part: what kind of segment it is.
        is_awake: whether a rule may have something to say because of it.
        values: its values, by `part`; see the methods of `NoteTaker`.
        number: cents of an amount, or `NO_AMOUNT`.
        pointer: the highest diagnosis pointer, or `NO_POINTER` where one is odd.
        signs: what it shows of itself.
    """

    part: Part
    is_awake: bool
    values: tuple[str, ...] = ()
    number: int = 0
    pointer: int = 0
    signs: Sign = Sign.NONE


class NoteTaker:
    """Takes notes for one kind of claims, one set of rules and delimiters.

    Attributes:
        signs: the signs that wake a rule in force.
        is_sleepless: whether a rule has to run on every claim.
        constant: signs that every claim shows.
    """

    def __init__(self, delimiters: Delimiters, kind: ClaimKind, ruleset: Ruleset, context: Context) -> None:
        self._delimiters = delimiters
        self._component = delimiters.component
        self._kind = kind
        self._context = context
        self._targets = context.policies.targets
        self._today = f"{context.today:%Y%m%d}"
        rules = [r for r in ruleset.rules.values() if r.kind in (None, kind) and r.on is not InputFile]
        self.signs = _signs(rules)
        self.is_sleepless = any(rule.is_always_awake for rule in rules)
        self.constant = Sign.LIMITED if context.policies.speaks_of(TimelyFiling) else Sign.NONE
        self._wakers = _wakers(rules)
        self._takers = self._takers_by_place()

    def _takers_by_place(self) -> dict[tuple[str, str], Callable[[list[str]], Note | None]]:
        return {
            ("2000A", "HL"): self._level,
            ("2000B", "HL"): self._level,
            ("2000C", "HL"): self._level,
            ("2000B", "SBR"): self._subscriber,
            ("2010BA", "NM1"): self._person,
            ("2010CA", "NM1"): self._person,
            ("2010BA", "DMG"): self._birth,
            ("2010CA", "DMG"): self._birth,
            ("2010BB", "NM1"): self._payer,
            ("2300", "CLM"): self._claim,
            ("2300", "DTP"): self._claim_date,
            ("2300", "HI"): self._diagnoses,
            ("2400", "LX"): self._line,
            ("2400", "SV1"): self._service,
            ("2400", "SV2"): self._service,
            ("2400", "DTP"): self._service_date,
            ("2400", "REF"): self._reference,
        }

    def note(self, node: Node, text: str) -> Note | None:
        """Return what is to be noted of a segment that stands at a place of the guide; None for nothing."""
        elements = text.split(self._delimiters.element)
        awake = self._wakes(elements, text)
        taker = self._takers.get((node.loop.id, elements[0]))
        note = taker(elements) if taker else None
        if note is None or (note.part is Part.OTHER and not note.signs):
            return Note(Part.OTHER, is_awake=True) if awake else None
        return note._replace(is_awake=True) if awake else note

    def _wakes(self, elements: list[str], text: str) -> bool:
        for unless in self._wakers.get(elements[0], ()):
            if unless is None or not unless(elements, self._component, self._context):
                return True
        if not may_be_misspelled(text, elements[0], self._delimiters):
            return False
        return is_misspelled(Segment(text, 0, 0, 0, self._delimiters))

    # ------------------------------------------------------------ the levels

    @staticmethod
    def _level(elements: list[str]) -> Note:
        """HL01 to HL04."""
        return Note(Part.LEVEL, is_awake=False, values=tuple((*elements, "", "", "", "")[1:5]))

    @staticmethod
    def _subscriber(elements: list[str]) -> Note:
        """SBR09."""
        return Note(Part.SUBSCRIBER, is_awake=False, values=(_at(elements, 9),))

    @staticmethod
    def _person(elements: list[str]) -> Note:
        """NM101, NM103, NM104, NM109, as a patient's key has them."""
        names = (_at(elements, at).strip().upper() for at in (3, 4, 9))
        return Note(Part.PERSON, is_awake=False, values=(_at(elements, 1), *names))

    @staticmethod
    def _birth(elements: list[str]) -> Note:
        """DMG02."""
        return Note(Part.BIRTH, is_awake=False, values=(_at(elements, 2).strip(),))

    @staticmethod
    def _payer(elements: list[str]) -> Note:
        """NM109."""
        return Note(Part.PAYER, is_awake=False, values=(_at(elements, 9),))

    # ------------------------------------------------------------- the claim

    @staticmethod
    def _claim(elements: list[str]) -> Note:
        """CLM01 and CLM02."""
        charge = _at(elements, 2)
        return Note(Part.CLAIM, is_awake=False, values=(_at(elements, 1), charge), number=cents(charge))

    def _claim_date(self, elements: list[str]) -> Note | None:
        """The first and the last day of the statement (DTP*434)."""
        if _at(elements, 1) != "434":
            return None
        return Note(Part.STATEMENT, is_awake=False, values=_days(elements))

    def _diagnoses(self, elements: list[str]) -> Note:
        """The diagnoses that lines may point at."""
        parts = [(element + self._component).split(self._component, 2) for element in elements[1:]]
        codes = tuple(part[1] for part in parts if part[0] in _POINTABLE)
        return Note(Part.DIAGNOSES, is_awake=False, values=codes)

    # -------------------------------------------------------------- the line

    @staticmethod
    def _line(elements: list[str]) -> Note:
        """LX01."""
        return Note(Part.LINE, is_awake=False, values=(_at(elements, 1),))

    def _service(self, elements: list[str]) -> Note:
        """The procedure code and the charge."""
        is_professional = self._kind is ClaimKind.PROFESSIONAL
        parts = procedure_parts(elements, self._component)
        code = parts[1] if len(parts) > 1 else ""
        return Note(
            Part.SERVICE,
            is_awake=False,
            values=(code,),
            number=cents(_at(elements, 2 if is_professional else 3)),
            pointer=self._highest_pointer(_at(elements, 7)) if is_professional else 0,
            signs=Sign.TARGET if code in self._targets else Sign.NONE,
        )

    def _highest_pointer(self, text: str) -> int:
        if len(text) == 1:
            return int(text) if text in "123456789" else NO_POINTER
        pointers = text.split(self._component)
        if not all(pointer.isascii() and pointer.isdigit() and int(pointer) > 0 for pointer in pointers):
            return NO_POINTER
        return max(map(int, pointers))

    def _service_date(self, elements: list[str]) -> Note | None:
        """The first and the last day of service (DTP*472)."""
        if _at(elements, 1) != "472":
            return None
        days = _days(elements)
        signs = Sign.FUTURE if max(days) > self._today else Sign.NONE
        return Note(Part.SERVICE_DATE, is_awake=False, values=days, signs=signs)

    @staticmethod
    def _reference(elements: list[str]) -> Note | None:
        """Nothing but that there is a control number (REF*6R)."""
        if _at(elements, 1) != "6R" or not _at(elements, 2):
            return None
        return Note(Part.CONTROL_NUMBER, is_awake=False)


def _signs(rules: Iterable[Rule[object]]) -> Sign:
    signs = Sign.NONE
    for rule in rules:
        signs |= rule.signs
        if rule.targets:
            signs |= Sign.TARGET
    return signs


def _wakers(rules: Iterable[Rule[object]]) -> dict[str, tuple[Unless | None, ...]]:
    """Return, by segment identifier, what keeps each rule silent; None where its presence wakes one."""
    found: defaultdict[str, dict[Unless | None, None]] = defaultdict(dict)
    for rule in rules:
        if rule.targets or rule.signs:
            continue
        for segment in rule.segments:
            found[segment][rule.unless] = None
    return {segment: tuple(unless) for segment, unless in found.items()}


def cents(text: str) -> int:
    """Return an amount in cents, `NO_AMOUNT` where it is none, negative or finer than cents."""
    whole, point, part = text.partition(".")
    if not point:
        return int(whole) * 100 if whole.isdigit() and whole.isascii() else NO_AMOUNT
    if len(part) > 2 or not (whole + part).isdigit() or not text.isascii():
        return NO_AMOUNT
    return int(whole or "0") * 100 + int((part + "0")[:2])


def _at(elements: list[str], number: int) -> str:
    return elements[number] if number < len(elements) else ""


def _days(elements: list[str]) -> tuple[str, str]:
    """Return the first and the last day of a date segment, as far as it is one."""
    value = _at(elements, 3)
    if _at(elements, 2) == "RD8":
        first, _, last = value.partition("-")
        return first, last
    return value[:8], value[:8]
