"""Takes note of what one segment says, as far as a glance needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edi_guard.claims import Claim, ClaimKind, ServiceLine, Transaction
from edi_guard.engine.note import (
    CLAIM,
    CONTROL_NUMBER,
    NO_AMOUNT,
    SILENT,
    Note,
    cents,
    waking,
)
from edi_guard.engine.takers import Takers
from edi_guard.policy import TimelyFiling
from edi_guard.rules.edit_signs import EDIT_KINDS, signs_of_services
from edi_guard.rules.format_scan import is_misspelled, misspelling_check
from edi_guard.rules.signs import EVERY_RULE, Sign
from edi_guard.rules.subjects import InputFile
from edi_guard.x12 import Segment

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Set as AbstractSet

    from edi_guard.engine.takers import Taker
    from edi_guard.guide import Node
    from edi_guard.rules.context import Context
    from edi_guard.rules.registry import Rule
    from edi_guard.rules.ruleset import Ruleset
    from edi_guard.rules.signs import Unless
    from edi_guard.x12 import Delimiters

# The elements that state a line's charge.
_CHARGES = {("2400", "SV1"): 2, ("2400", "SV2"): 3}
_MOST_REMEMBERED = 4_000
_LONGEST_NUMBER = 20
_LONGEST_LINE_NUMBER = 30


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
        self._takers = Takers(kind, delimiters.component, context.policies.targets, context.today).by_place()

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
        qualifier = elements[1] if len(elements) > 1 else ""
        taker = self._takers.get((loop, name)) or self._takers.get((loop, name, qualifier))
        note = taker(elements) if taker else None
        return waking(note, EVERY_RULE)

    def _is_misspelled(self, text: str) -> bool:
        return is_misspelled(Segment(text, 0, 0, 0, self._delimiters))


def _looks_into(rule: Rule[object], loops: AbstractSet[str]) -> bool:
    """Whether a rule looks at segments in the innermost of these loops."""
    if rule.on is ServiceLine:
        return "2400" in loops
    if rule.on is Claim:
        return "2300" in loops
    return rule.on is Transaction or "2300" not in loops
