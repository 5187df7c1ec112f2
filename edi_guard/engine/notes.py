"""Takes note of what one segment says, as far as a glance needs it."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from edi_guard.claims import Claim, ClaimKind, ServiceLine, Transaction
from edi_guard.policy import TimelyFiling
from edi_guard.rules.edit_signs import EDIT_KINDS, signs_of_services
from edi_guard.rules.format_scan import is_misspelled, misspelling_check
from edi_guard.rules.signs import EVERY_RULE, Sign, procedure_parts
from edi_guard.rules.subjects import InputFile
from edi_guard.x12 import Segment

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from edi_guard.guide import Node
    from edi_guard.rules.context import Context
    from edi_guard.rules.registry import Rule
    from edi_guard.rules.ruleset import Ruleset
    from edi_guard.rules.signs import Unless
    from edi_guard.x12 import Delimiters

_POINTABLE = frozenset({"ABK", "BK", "ABF", "BF"})
NO_AMOUNT = -1
NO_POINTER = 1000


# What kind of segment a note is about; an index into `Collector`'s takers.
OTHER, LEVEL, SUBSCRIBER, PERSON, BIRTH, PAYER, CLAIM, DIAGNOSES = range(8)
LINE, SERVICE, SERVICE_DATE, CONTROL_NUMBER, STATEMENT, ADDRESS, ATTENDING = range(8, 15)

_TARGET, _FUTURE, _PAYERS = Sign.TARGET.value, Sign.FUTURE.value, Sign.PAYERS.value


# What a segment says: what kind it is (one of the above); the bits of the rules that may have something
# to say because of it; its values (see the methods of `NoteTaker`); cents of an amount, or `NO_AMOUNT`; the
# highest diagnosis pointer, or `NO_POINTER`; what it shows of itself, as bits of `Sign`. A bare tuple,
# since there is one for most segments of a file.
Note = tuple[int, int, tuple[str, ...], int, int, int]


def make_note(
    part: int, values: tuple[str, ...] = (), number: int = 0, pointer: int = 0, signs: int = 0
) -> Note:
    """Return a note that wakes nobody."""
    return (part, 0, values, number, pointer, signs)


def waking(note: Note | None, rules: int) -> Note:
    """Return a note that wakes rules; of nothing else where there was none."""
    return (note[0], rules, *note[2:]) if note else (OTHER, rules, (), 0, 0, 0)


# The elements that state a line's charge.
_CHARGES = {("2400", "SV1"): 2, ("2400", "SV2"): 3}
_MOST_REMEMBERED = 4_000
_LONGEST_NUMBER = 20
_LONGEST_LINE_NUMBER = 30
_NOTHING = [""] * 10
SILENT: Note = (OTHER, 0, (), 0, 0, 0)
Taker = Callable[[list[str]], Note | None]


class NoteTaker:
    """Takes notes for one kind of claims, one set of rules and delimiters.

    Attributes:
        sleepless: the bits of the rules that have to run on every claim.
        constant: signs that every claim shows, as bits of `Sign`.
        undated, unnumbered, repeated_number, payers, before_icd_10, outside_statement, unattended, unsteady:
            the bits of those signs.
        has_edits: whether any of NCCI's tables is loaded.
        steady: CCYYMMDD of the first and the last day on which code sets are looked at beforehand.
    """

    undated = Sign.UNDATED.value
    unnumbered = Sign.UNNUMBERED.value
    repeated_number = Sign.REPEATED_NUMBER.value
    payers = Sign.PAYERS.value
    before_icd_10 = Sign.BEFORE_ICD_10.value
    outside_statement = Sign.OUTSIDE_STATEMENT.value
    unattended = Sign.UNATTENDED.value
    unsteady = Sign.UNSTEADY.value

    def __init__(
        self,
        delimiters: Delimiters,
        kind: ClaimKind,
        ruleset: Ruleset,
        context: Context,
        *,
        dozing: int = 0,
    ) -> None:
        """Set up without work; `dozing` are signs, as bits, that wake no claim here."""
        self._delimiters = delimiters
        self._separator = delimiters.element
        self._component = delimiters.component
        self._kind = kind
        self._context = context
        self._targets = context.policies.targets
        self._today = f"{context.today:%Y%m%d}"
        rules = [r for r in ruleset.rules.values() if r.kind in (None, kind) and r.on is not InputFile]
        self._ruleset = ruleset
        self._dozing = dozing
        self.sleepless = sum(ruleset.bit(rule.code) for rule in rules if rule.is_always_awake)
        self.constant = Sign.LIMITED.value if context.policies.speaks_of(TimelyFiling) else 0
        # What is woken by a sign is woken by its segments too, if it says which of them give it no cause.
        self._watching = [
            rule for rule in rules if rule.segments and (rule.unless or not (rule.signs or rule.targets))
        ]
        self.has_edits = any(context.tables.has_kind(kind) for kind in EDIT_KINDS)
        self.steady = tuple(f"{day:%Y%m%d}" for day in context.steady)
        self._edit_signs: dict[tuple[str, ...], int] = {}
        self._takers = self._takers_by_place()

    def woken_by(self, signs: int) -> int:
        """Return the bits of the rules that signs, given as bits, wake."""
        return self._ruleset.woken_by(signs & ~self._dozing)

    def edit_signs(self, services: tuple[str, ...]) -> int:
        """Return what a claim's services show beside NCCI's tables, as bits of `Sign`.

        Args:
            services: the procedure elements of the claim's lines, as they stand.
        """
        known = self._edit_signs.get(services)
        if known is None:
            if len(self._edit_signs) >= _MOST_REMEMBERED:
                self._edit_signs.clear()
            known = self._edit_signs[services] = signs_of_services(
                self._context.tables, [service.split(self._component) for service in services]
            )
        return known

    def _takers_by_place(self) -> dict[tuple[str, ...], Taker]:
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

    def reader(self, node: Node, qualifier: str) -> Callable[[str], Note | None] | None:
        """Return what reads the segments of a place of the guide with a qualifier.

        Returns:
            a function from a segment's text, which the guide accepts, to its note (None for nothing);
            None where nothing is ever to be noted.
        """
        name, loop = node.spec.id, node.loop.id
        taker = self._takers.get((loop, name)) or self._takers.get((loop, name, qualifier))
        wakers = self._wakers_at(node, qualifier)
        spelling = misspelling_check(name, self._delimiters, qualifier)
        if taker is None and not wakers and spelling is None:
            return None
        if (loop, name, qualifier) == ("2400", "REF", "6R"):
            return self._number_reader(self._reader(taker, wakers, spelling))
        if name == "CLM":
            return self._claim_reader(self._reader(taker, wakers, spelling))
        if (loop, name) in _CHARGES:
            return self._charged_reader(_CHARGES[loop, name], self._reader(taker, wakers, spelling))
        return self._reader(taker, wakers, spelling)

    def _reader(
        self,
        taker: Taker | None,
        wakers: tuple[tuple[Unless | None, int], ...],
        spelling: Callable[[str], bool] | None,
    ) -> Callable[[str], Note | None]:
        separator, component, context = self._separator, self._component, self._context
        misspelled = self._ruleset.woken_by(Sign.MISSPELLED.value)
        if taker is not None and not wakers and spelling is None:
            return lambda text: taker(text.split(separator))

        def read(text: str) -> Note | None:
            elements = text.split(separator)
            woken = 0
            if spelling is not None and spelling(text) and self._is_misspelled(text):
                woken = misspelled
            for unless, rules in wakers:
                if unless is None or not unless(elements, component, context):
                    woken |= rules
            note = taker(elements) if taker else None
            return waking(note, woken) if woken else note

        return read

    def _charged_reader(self, at: int, read: Callable[[str], Note | None]) -> Callable[[str], Note | None]:
        """Return a reader that remembers notes by everything but the charge.

        No rule's `unless` may look at a charge that is a plain amount: it is given as 1.
        """
        separator = self._separator
        seen: dict[tuple[str, ...], Note] = {}

        def read_charged(text: str) -> Note:
            *head, charge, rest = (text + separator).split(separator, at + 1)
            amount = cents(charge)
            if amount == NO_AMOUNT or charge[0] == "0":
                return read(text) or SILENT
            head.append(rest)
            key = tuple(head)
            note = seen.get(key)
            if note is None:
                if len(seen) >= _MOST_REMEMBERED:
                    seen.clear()
                elements = text.split(separator)
                elements[at] = "1"
                note = seen[key] = read(separator.join(elements)) or SILENT
            part, wakes, values, _, pointer, signs = note
            return (part, wakes, values, amount, pointer, signs)

        return read_charged

    def _number_reader(self, read: Callable[[str], Note | None]) -> Callable[[str], Note | None]:
        """Return a reader of line item control numbers.

        No rule's `unless` may look at one of up to 30 characters.
        """
        separator = self._separator
        usual = f"REF{separator}6R{separator}1"
        woken: list[int] = []

        def read_number(text: str) -> Note:
            elements = text.split(separator)
            if len(elements) != 3 or len(elements[2]) > _LONGEST_LINE_NUMBER:
                return read(text) or SILENT
            if not woken:
                woken.append((read(usual) or SILENT)[1])
            return (CONTROL_NUMBER, woken[0], (elements[2],), 0, 0, 0)

        return read_number

    def _claim_reader(self, read: Callable[[str], Note | None]) -> Callable[[str], Note | None]:
        """Return a reader that remembers what wakes by everything but the claim's number and charge.

        No rule's `unless` may look at a number of up to 20 characters, nor at a plain amount: both are
        given as 1.
        """
        separator = self._separator
        seen: dict[str, int] = {}

        def read_claim(text: str) -> Note:
            _, identifier, charge, rest = (text + separator).split(separator, 3)
            amount = cents(charge)
            if amount == NO_AMOUNT or charge[0] == "0" or len(identifier) > _LONGEST_NUMBER:
                return read(text) or SILENT
            woken = seen.get(rest)
            if woken is None:
                if len(seen) >= _MOST_REMEMBERED:
                    seen.clear()
                masked = f"CLM{separator}1{separator}1{separator}{rest}".removesuffix(separator)
                woken = seen[rest] = (read(masked) or SILENT)[1]
            return (CLAIM, woken, (identifier, charge), amount, 0, 0)

        return read_claim

    def _wakers_at(self, node: Node, qualifier: str) -> tuple[tuple[Unless | None, int], ...]:
        """Return what keeps rules silent that look at segments like those of a place, with their bits."""
        loops = {loop.id for loop in node.chain}
        found: dict[Unless | None, int] = {}
        for rule in self._watching:
            if not _looks_into(rule, loops) or (rule.loops and node.loop.id not in rule.loops):
                continue
            for watched in rule.segments:
                name, _, wanted = watched.partition("*")
                # Where the guide does not tell segments apart by it, the qualifier is not known.
                if name == node.spec.id and wanted in ("", qualifier or wanted):
                    found[rule.unless] = found.get(rule.unless, 0) | self._ruleset.bit(rule.code)
        return tuple(found.items())

    def doubtful(self, node: Node, text: str) -> Note:
        """Return the note of a segment that the guide has something against; always awake."""
        name, loop = node.spec.id, node.loop.id
        elements = text.split(self._separator)
        taker = self._takers.get((loop, name)) or self._takers.get((loop, name, _at(elements, 1)))
        note = taker(elements) if taker else None
        return waking(note, EVERY_RULE)

    def _is_misspelled(self, text: str) -> bool:
        return is_misspelled(Segment(text, 0, 0, 0, self._delimiters))

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


def _looks_into(rule: Rule[object], loops: AbstractSet[str]) -> bool:
    """Whether a rule looks at segments in the innermost of these loops."""
    if rule.on is ServiceLine:
        return "2400" in loops
    if rule.on is Claim:
        return "2300" in loops
    return rule.on is Transaction or "2300" not in loops


@lru_cache(maxsize=10_000)
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
