"""Takes from a segment what a glance needs: one method for each place of the guide."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from edi_guard.claims import ClaimKind
from edi_guard.engine.note import (
    ADDRESS,
    ATTENDING,
    BIRTH,
    CLAIM,
    CONTROL_NUMBER,
    DIAGNOSES,
    LEVEL,
    LINE,
    NO_POINTER,
    OTHER,
    PAYER,
    PERSON,
    SERVICE,
    SERVICE_DATE,
    STATEMENT,
    SUBSCRIBER,
    Note,
    cents,
    make_note,
)
from edi_guard.rules.signs import Sign, procedure_parts

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet
    from datetime import date

_POINTABLE = frozenset({"ABK", "BK", "ABF", "BF"})
_TARGET, _FUTURE, _PAYERS = Sign.TARGET.value, Sign.FUTURE.value, Sign.PAYERS.value
_NOTHING = [""] * 10

Taker = Callable[[list[str]], Note | None]
"""Is given a segment's elements, the identifier first."""


class Takers:
    """What is taken from the segments of one kind of claims."""

    def __init__(self, kind: ClaimKind, component: str, targets: AbstractSet[str], today: date) -> None:
        """Take the kind, the component separator, the codes that mappings describe, and the day."""
        self._kind = kind
        self._component = component
        self._targets = targets
        self._today = f"{today:%Y%m%d}"

    def by_place(self) -> dict[tuple[str, ...], Taker]:
        """Return the takers by loop and identifier, or by loop, identifier and qualifier."""
        return {
            ("2000A", "HL"): self._level,
            ("2000B", "HL"): self._level,
            ("2000C", "HL"): self._level,
            ("2000B", "SBR"): self._subscriber,
            ("2010BA", "NM1"): self._person,
            ("2010CA", "NM1"): self._person,
            ("2010BA", "N4"): self._address,
            ("2010BA", "DMG"): self._birth,
            ("2010CA", "DMG"): self._birth,
            ("2010BB", "NM1"): self._payer,
            ("2320", "SBR"): self._other_payer,
            ("2310A", "NM1", "71"): self._attending,
            ("2300", "CLM"): self._claim,
            ("2300", "DTP", "434"): self._statement,
            ("2300", "HI"): self._diagnoses,
            ("2400", "LX"): self._line,
            ("2400", "SV1"): self._service,
            ("2400", "SV2"): self._service,
            ("2400", "DTP", "472"): self._service_date,
            ("2400", "REF", "6R"): self._control_number,
        }

    # ------------------------------------------------------------ the levels

    @staticmethod
    def _level(elements: list[str]) -> Note:
        """HL01 to HL04."""
        return make_note(LEVEL, values=(*elements, "", "", "", "")[1:5])

    @staticmethod
    def _subscriber(elements: list[str]) -> Note:
        """SBR09 and SBR02; the sign is meant for every claim of the subscriber."""
        plain = _at(elements, 1) == "P" and not _at(elements, 5) and _at(elements, 9)
        return make_note(SUBSCRIBER, (_at(elements, 9), _at(elements, 2)), signs=0 if plain else _PAYERS)

    @staticmethod
    def _address(_: list[str]) -> Note:
        """Nothing but that there is one (N4)."""
        return (ADDRESS, 0, (), 0, 0, 0)

    @staticmethod
    def _attending(_: list[str]) -> Note:
        """Nothing but that there is one (NM1*71)."""
        return (ATTENDING, 0, (), 0, 0, 0)

    @staticmethod
    def _other_payer(_: list[str]) -> Note:
        """Nothing but that there is another payer (loop 2320)."""
        return (OTHER, 0, (), 0, 0, _PAYERS)

    @staticmethod
    def _person(elements: list[str]) -> Note:
        """NM101, NM103, NM104, NM109, as a patient's key has them."""
        elements = (elements + _NOTHING)[:10]
        last, first, identifier = elements[3], elements[4], elements[9]
        values = (elements[1], last.strip().upper(), first.strip().upper(), identifier.strip().upper())
        return (PERSON, 0, values, 0, 0, 0)

    @staticmethod
    def _birth(elements: list[str]) -> Note:
        """DMG02."""
        return make_note(BIRTH, values=(_at(elements, 2).strip(),))

    @staticmethod
    def _payer(elements: list[str]) -> Note:
        """NM109."""
        return make_note(PAYER, values=(_at(elements, 9),))

    # ------------------------------------------------------------- the claim

    @staticmethod
    def _claim(elements: list[str]) -> Note:
        """CLM01 and CLM02."""
        charge = _at(elements, 2)
        return make_note(CLAIM, values=(_at(elements, 1), charge), number=cents(charge))

    @staticmethod
    def _statement(elements: list[str]) -> Note:
        """The first and the last day of the statement (DTP*434)."""
        return make_note(STATEMENT, values=_days(elements))

    def _diagnoses(self, elements: list[str]) -> Note:
        """The diagnoses that lines may point at."""
        parts = [(element + self._component).split(self._component, 2) for element in elements[1:]]
        return make_note(DIAGNOSES, values=tuple([part[1] for part in parts if part[0] in _POINTABLE]))

    # -------------------------------------------------------------- the line

    @staticmethod
    def _line(elements: list[str]) -> Note:
        """LX01."""
        return make_note(LINE, values=(_at(elements, 1),))

    def _service(self, elements: list[str]) -> Note:
        """The procedure code, the whole procedure element, and the charge."""
        is_professional = self._kind is ClaimKind.PROFESSIONAL
        parts = procedure_parts(elements, self._component)
        whole = _at(elements, 1 if is_professional else 2)
        code = parts[1] if len(parts) > 1 else ""
        charge = cents(_at(elements, 2 if is_professional else 3))
        pointer = self._highest_pointer(_at(elements, 7)) if is_professional else 0
        return make_note(
            SERVICE,
            values=(code, whole),
            number=charge,
            pointer=pointer,
            signs=_TARGET * (code in self._targets),
        )

    def _highest_pointer(self, text: str) -> int:
        if len(text) == 1:
            return int(text) if text in "123456789" else NO_POINTER
        pointers = text.split(self._component)
        if not all(pointer.isascii() and pointer.isdigit() and int(pointer) > 0 for pointer in pointers):
            return NO_POINTER
        return max(map(int, pointers))

    def _service_date(self, elements: list[str]) -> Note:
        """The first and the last day of service (DTP*472)."""
        days = _days(elements)
        return make_note(SERVICE_DATE, values=days, signs=_FUTURE * (max(days) > self._today))

    @staticmethod
    def _control_number(elements: list[str]) -> Note | None:
        """The control number (REF*6R)."""
        return (CONTROL_NUMBER, 0, (elements[2],), 0, 0, 0) if len(elements) > 2 else None


def _at(elements: list[str], number: int) -> str:
    return elements[number] if number < len(elements) else ""


def _days(elements: list[str]) -> tuple[str, str]:
    """Return the first and the last day of a date segment, as far as it is one."""
    value = _at(elements, 3)
    if _at(elements, 2) == "RD8":
        first, _, last = value.partition("-")
        return first, last
    return value[:8], value[:8]
