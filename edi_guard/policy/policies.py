"""The loaded mappings, asked by payer, code and date of service."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, TypeVar, cast

from edi_guard.policy.payers import PayerClass, PayerKey
from edi_guard.policy.statements import (
    Anatomy,
    CodeProfile,
    Pairing,
    PayerClassification,
    SeverityOverride,
    Source,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from edi_guard.findings import Severity
    from edi_guard.policy.entry import Entry
    from edi_guard.policy.example import PolicyExample

S = TypeVar("S")
ANY_PAYER = PayerKey("", "")
_MOST_REMEMBERED = 50_000


@dataclass(frozen=True, slots=True)
class Explained:
    """One statement, and whether it applies.

    Attributes:
        kind: the statement's kind, e.g. ``Pairing``.
        id: what tells it apart, ``""`` for kinds of which one applies.
        source: where it stands.
        applies: whether it has a say for the payer and day asked.
        why: in a few words.
    """

    kind: str
    id: str
    source: Source
    applies: bool
    why: str


class Policies:
    """Frozen statements; the most specific wins, and what it leaves out comes from the next."""

    def __init__(
        self,
        entries: Iterable[Entry],
        version: str,
        files: Sequence[str],
        examples: tuple[PolicyExample, ...] = (),
    ) -> None:
        self.version = version
        self.files = tuple(files)
        self.examples = examples
        self._entries: defaultdict[type[object], list[Entry]] = defaultdict(list)
        for entry in entries:
            self._entries[entry.kind].append(entry)
        self.targets = frozenset(entry.scope.code for entry in self._entries[CodeProfile])
        self._classes: dict[PayerKey, tuple[PayerClass, bool]] = {}
        self._remembered: dict[tuple[object, ...], object] = {}
        self._mentioned: dict[tuple[type[object], str], frozenset[str]] = {}

    # ------------------------------------------------------------ statements

    def ask(self, kind: type[S], *, code: str, payer: PayerKey, on: date) -> S | None:
        """Return the statement of a kind that applies, None when none does or it is switched off."""
        found = self.ask_all(kind, code=code, payer=payer, on=on)
        return found[0] if found else None

    def ask_all(self, kind: type[S], *, code: str, payer: PayerKey, on: date) -> tuple[S, ...]:
        """Return the statements of a kind that apply, one for each id."""
        key = (kind, code, payer, on)
        if key not in self._remembered:
            if len(self._remembered) >= _MOST_REMEMBERED:
                self._remembered.clear()
            self._remembered[key] = self._resolve(kind, code, payer, on)
        return cast("tuple[S, ...]", self._remembered[key])

    def _resolve(self, kind: type[object], code: str, payer: PayerKey, on: date) -> tuple[object, ...]:
        by_id: defaultdict[str, list[Entry]] = defaultdict(list)
        for entry in self._applying(kind, code, payer, on):
            by_id[entry.id].append(entry)
        made = (self._merged(kind, entries) for entries in by_id.values())
        return tuple(statement for statement in made if statement is not None)

    def _applying(self, kind: type[object], code: str, payer: PayerKey, on: date) -> list[Entry]:
        payer_class = self.payer_class(payer) if kind is not PayerClassification else None
        return [
            entry
            for entry in self._entries[kind]
            if entry.scope.matches(code, payer, payer_class or PayerClass.COMMERCIAL, on)
        ]

    def _merged(self, kind: type[object], entries: list[Entry]) -> object | None:
        ordered = sorted(entries, key=lambda entry: entry.rank)
        if ordered[-1].off:
            return None
        given: dict[str, object] = {}
        for entry in ordered:
            given |= entry.given
        if kind is Pairing:
            given["targets"] = self.targets
        given["source"] = ordered[-1].source
        return kind(**given)

    def every(self, kind: type[object]) -> tuple[Mapping[str, object], ...]:
        """Return the fields that each statement of a kind gives, wherever and whenever it applies."""
        return tuple(entry.given for entry in self._entries[kind])

    def mentioned(self, kind: type[object], field: str) -> frozenset[str]:
        """Return every value that any statement of a kind gives in a field, wherever it applies."""
        key = (kind, field)
        known = self._mentioned.get(key)
        if known is None:
            given = (entry.given.get(field, ()) for entry in self._entries[kind])
            known = self._mentioned[key] = frozenset(
                v for values in given for v in cast("tuple[str]", values)
            )
        return known

    def speaks_of(self, kind: type[object]) -> bool:
        """Whether there is any statement of a kind, wherever it applies."""
        return bool(self._entries[kind])

    # ---------------------------------------------------------------- facets

    def profile(self, code: str, on: date) -> CodeProfile | None:
        """Return the profile of a code on a day, None when it is no target then."""
        if code not in self.targets:
            return None
        return self.ask(CodeProfile, code=code, payer=ANY_PAYER, on=on)

    def payer_class(self, payer: PayerKey) -> PayerClass:
        """Return the class of a payer; an unknown filing indicator counts as commercial."""
        return self._classified(payer)[0]

    def payer_class_known(self, payer: PayerKey) -> bool:
        """Whether a mapping places the payer's identifier or filing indicator."""
        return self._classified(payer)[1]

    def _classified(self, payer: PayerKey) -> tuple[PayerClass, bool]:
        if payer not in self._classes:
            self._classes[payer] = self._classify(payer)
        return self._classes[payer]

    def _classify(self, payer: PayerKey) -> tuple[PayerClass, bool]:
        rules = self.ask_all(PayerClassification, code="", payer=payer, on=date.max)
        for rule in rules:
            if rule.payer and rule.payer == payer.identifier:
                return rule.payer_class, True
        for rule in rules:
            if payer.filing_indicator in rule.indicators:
                return rule.payer_class, True
        return PayerClass.COMMERCIAL, False

    def severity(self, rule: str, *, code: str, payer: PayerKey, on: date) -> tuple[Severity, Source] | None:
        """Return the severity that a mapping gives a rule; the longest beginning of a code wins."""
        overrides = [
            override
            for override in self.ask_all(SeverityOverride, code=code, payer=payer, on=on)
            if rule.startswith(override.id)
        ]
        if not overrides:
            return None
        best = max(overrides, key=lambda override: len(override.id))
        return best.severity, best.source

    # --------------------------------------------------------------- anatomy

    def regions(self, on: date) -> tuple[Anatomy, ...]:
        """Return the body regions."""
        return self.ask_all(Anatomy, code="", payer=ANY_PAYER, on=on)

    def regions_of_study(self, code: str, on: date) -> frozenset[str]:
        """Return the regions that a diagnostic study looks at, none when it is not mapped."""
        return frozenset(
            region.id for region in self.regions(on) if any(code in codes for _, codes in region.studies)
        )

    def regions_of_procedure(self, code: str, on: date) -> frozenset[str]:
        """Return the regions in which a procedure is performed, none when it is not mapped."""
        return frozenset(region.id for region in self.regions(on) if code in region.procedures)

    def modality_of_study(self, code: str, on: date) -> str:
        """Return the modality of a diagnostic study, ``""`` when it is not mapped."""
        for region in self.regions(on):
            for modality, codes in region.studies:
                if code in codes:
                    return modality
        return ""

    # --------------------------------------------------------------- explain

    def explain(self, code: str, payer: PayerKey, on: date) -> tuple[Explained, ...]:
        """Return every statement about a code, and why it has or has no say for a payer and day."""
        found = [
            self._explained(entry, code, payer, on)
            for entries in self._entries.values()
            for entry in entries
            if entry.scope.code in ("", code) and entry.kind is not PayerClassification
        ]
        return tuple(sorted(found, key=lambda item: (item.kind, item.id, not item.applies)))

    def _explained(self, entry: Entry, code: str, payer: PayerKey, on: date) -> Explained:
        applies, why = self._reason(entry, code, payer, on)
        return Explained(entry.kind.__name__, entry.id, entry.source, applies, why)

    def _reason(self, entry: Entry, code: str, payer: PayerKey, on: date) -> tuple[bool, str]:
        scope = entry.scope
        if not scope.first <= on <= scope.last:
            return False, f"holds from {scope.first} to {scope.last}"
        if not scope.matches(code, payer, self.payer_class(payer), on):
            return False, f"is about {scope.payer or scope.payer_class}"
        rivals = [e for e in self._applying(entry.kind, code, payer, on) if e.id == entry.id]
        best = max(rivals, key=lambda rival: rival.rank)
        if best is not entry:
            if best.off:
                return False, f"is switched off by {best.source.label}"
            return True, f"stands behind {best.source.label}, which is more specific"
        return not entry.off, "is switched off here" if entry.off else "applies"
