"""The rules in force, sorted so that a claim runs only what its content triggers."""

from __future__ import annotations

import hashlib
import sys
from collections import defaultdict
from dataclasses import replace
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from edi_guard.claims import Claim, ServiceLine
from edi_guard.findings import Severity
from edi_guard.rules.registry import CASCADE_CAUSES, CASCADING, Rule, registered
from edi_guard.rules.signs import EVERY_RULE, Sign

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from edi_guard.claims import ClaimKind
    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context
    from edi_guard.x12 import Segment

S = TypeVar("S")


@cache
def _module_digest(name: str) -> bytes:
    source = Path(str(sys.modules[name].__file__))
    return hashlib.sha256(source.read_bytes()).digest()


def matches(code: str, selectors: Iterable[str]) -> bool:
    """Whether a rule code begins with one of the selectors; ``ALL`` matches every code."""
    return any(selector == "ALL" or code.startswith(selector) for selector in selectors)


class Ruleset:
    """The selected rules, by what they look at."""

    def __init__(self, select: Sequence[str] = ("ALL",), ignore: Sequence[str] = ()) -> None:
        """Choose rules by codes or prefixes.

        Raises:
            ValueError: a selector matches no rule.
        """
        rules = registered()
        for selector in (*select, *ignore):
            if not any(matches(code, (selector,)) for code in rules):
                message = f"{selector!r} is neither a rule nor the beginning of one"
                raise ValueError(message)
        self.rules = {
            code: found
            for code, found in rules.items()
            if matches(code, select) and not matches(code, ignore)
        }
        self._index()

    def _index(self) -> None:
        self._by_type: defaultdict[type[object], list[Rule[object]]] = defaultdict(list)
        for found in self.rules.values():
            self._by_type[found.on].append(found)
        self._bits = {code: 1 << index for index, code in enumerate(self.rules)}
        self._chosen: dict[tuple[type[object], ClaimKind, int], list[Rule[object]]] = {}
        self._woken: dict[int, int] = {}

    def repairing(self) -> Ruleset:
        """Return the rules among these that can repair, woken by the same bits."""
        subset = Ruleset.__new__(Ruleset)
        subset.rules = {code: r for code, r in self.rules.items() if r.repairs is not None}
        subset._index()  # noqa: SLF001 - a second constructor
        subset._bits = self._bits  # noqa: SLF001
        return subset

    def bit(self, code: str) -> int:
        """Return the bit by which a rule is woken."""
        return self._bits[code]

    def place_of(self, code: str) -> int:
        """Return a rule's place in the order in which rules that look at the same are run."""
        return self._bits[code].bit_length()

    def woken_by(self, signs: int) -> int:
        """Return the bits of the rules that any of some signs wakes, given as bits of `Sign`."""
        known = self._woken.get(signs)
        if known is None:
            known = 0
            for code, found in self.rules.items():
                waking = found.signs.value | (Sign.TARGET.value if found.targets else 0)
                if waking & signs:
                    known |= self._bits[code]
            self._woken[signs] = known
        return known

    def run(self, subject: object, context: Context) -> Iterator[Finding]:
        """Run the rules for a subject's type and yield what they find."""
        for found in self._by_type[type(subject)]:
            yield from found.check(subject, context)

    def run_claim(self, claim: Claim, context: Context, awake: int = EVERY_RULE) -> Iterator[Finding]:
        """Run the claim's and its lines' rules; lines whose code or date failed stop there.

        Args:
            claim: what is looked at.
            context: what rules may ask.
            awake: the bits of the rules that may have something to say.
        """
        failed: set[int] = set()
        present = _present(claim.segments)
        for found in self._triggered(self._awake(Claim, claim, awake), present):
            for finding in found.check(claim, context):
                _note_failure(finding, failed)
                yield _about_claim(finding, claim)
        for_lines = self._awake(ServiceLine, claim, awake)
        triggered = [(line, list(self._for_line(for_lines, line, context))) for line in claim.lines]
        for line, rules in triggered:
            for found in rules:
                if found.family not in CASCADING:
                    for finding in found.check(line, context):
                        _note_failure(finding, failed, line.number)
                        yield _about_line(finding, line)
        for line, rules in triggered:
            if line.number not in failed:
                yield from _cascading(rules, line, context)

    def _awake(self, subject: type[object], claim: Claim, awake: int) -> list[Rule[object]]:
        key = (subject, claim.kind, awake)
        known = self._chosen.get(key)
        if known is None:
            known = self._chosen[key] = [
                found
                for found in self._by_type[subject]
                if found.kind in (None, claim.kind) and self._bits[found.code] & awake
            ]
        return known

    def _for_line(
        self, rules: list[Rule[object]], line: ServiceLine, context: Context
    ) -> Iterator[Rule[object]]:
        if not rules:
            return
        present = _present(line.segments)
        is_target = context.profile(line) is not None
        for found in self._triggered(rules, present):
            if is_target or not found.targets:
                yield found

    @staticmethod
    def _triggered(rules: list[Rule[object]], present: set[str]) -> Iterator[Rule[object]]:
        for found in rules:
            if not found.segments or not found.segments.isdisjoint(present):
                yield found

    @cached_property
    def version(self) -> str:
        """A hash over every rule in force and the source of its module, for reports and the ledger."""
        digest = hashlib.sha256()
        for code, found in self.rules.items():
            digest.update(code.encode())
            digest.update(_module_digest(found.check.__module__))
        return f"sha256:{digest.hexdigest()}"


def _cascading(rules: Iterable[Rule[object]], line: ServiceLine, context: Context) -> Iterator[Finding]:
    for found in rules:
        if found.family in CASCADING:
            for finding in found.check(line, context):
                yield _about_line(finding, line)


def _present(segments: Iterable[Segment]) -> set[str]:
    """Return identifiers, and identifiers with qualifiers (``REF*F8``), of segments."""
    found: set[str] = set()
    for segment in segments:
        elements = segment.elements
        found.add(elements[0])
        if len(elements) > 1:
            qualifier = elements[1].partition(segment.delimiters.component)[0]
            found.add(f"{elements[0]}*{qualifier}")
    return found


def _note_failure(finding: Finding, failed: set[int], line: int | None = None) -> None:
    number = finding.line or line
    family = finding.rule.rstrip("0123456789")
    if number and family in CASCADE_CAUSES and finding.severity >= Severity.HOLD:
        failed.add(number)


def _about_line(finding: Finding, line: ServiceLine) -> Finding:
    return replace(
        finding,
        line=finding.line or line.number,
        charge_at_risk=line.charge if finding.charge_at_risk is None else finding.charge_at_risk,
    )


def _about_claim(finding: Finding, claim: Claim) -> Finding:
    if finding.charge_at_risk is not None:
        return finding
    if finding.line:
        return replace(finding, charge_at_risk=claim.lines[finding.line - 1].charge)
    return replace(finding, charge_at_risk=claim.charge)
