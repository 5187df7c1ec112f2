"""What a rule is: a documented generator function, registered under its code.

A rule states on what it looks (`on`), what must be there for it to run at all (`kind`, `segments`,
`targets`), and what a payer would answer. It never prints, logs or raises for a bad claim.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from edi_guard.findings import Finding, Prediction, Repair, Severity, Tier
from edi_guard.rules.signs import Sign

if TYPE_CHECKING:
    from decimal import Decimal

    from edi_guard.claims import ClaimKind
    from edi_guard.findings import Location
    from edi_guard.rules.context import Context
    from edi_guard.rules.signs import Unless

S = TypeVar("S")
Check = Callable[[S, "Context"], Iterator[Finding]]
_CODE = re.compile(r"[A-Z]{2,5}\d{3}")

# A line whose code or date failed gets no findings of these families: what they say would follow
# from the first fault (domain.md 2.3, stop rule).
CASCADING = frozenset(
    {"PAIR", "THER", "SIM", "REL", "DOC", "UNIT", "AUTH", "FREQ", "POP", "INV", "SITE", "PROV"}
)
CASCADE_CAUSES = frozenset({"CODE", "DATE"})


@dataclass(frozen=True, slots=True)
class Rule(Generic[S]):
    """A registered rule.

    Attributes:
        code: family and number, e.g. ``PAIR101``; never reused.
        name: the function's name with hyphens, e.g. ``missing-primary-procedure``.
        on: the type it looks at.
        check: the generator function.
        snip: WEDI SNIP type, 1 to 7.
        severity: the default; mappings and the configuration may set another.
        predicts: the payer's likely answer.
        kind: runs on this kind of claim only; None for both.
        segments: runs only where one of these segments occurs in what it looks at, by identifier or by
            identifier and qualifier (element 1, its first component): ``PWK``, ``REF*F8``.
        targets: runs only on lines whose code has a profile on the date of service.
        repairs: how far its repairs go; None when it has none.
        loops: the guide's loops in which its `segments` matter to it; none for all.
        signs: what must show for it to have anything to say; see `edi_guard.rules.signs`.
        unless: when one of its `segments` gives it no cause to speak.
        edits: the published edits of claim editors and payers that it implements, by their ids.
    """

    code: str
    name: str
    on: type[S]
    check: Check[S]
    snip: int
    severity: Severity
    predicts: Prediction
    kind: ClaimKind | None = None
    segments: frozenset[str] = field(default=frozenset())
    targets: bool = False
    repairs: Tier | None = None
    loops: frozenset[str] = field(default=frozenset())
    signs: Sign = Sign.NONE
    unless: Unless | None = None
    edits: tuple[str, ...] = ()

    @property
    def is_always_awake(self) -> bool:
        """Whether it has to run on everything, since it names nothing that wakes it."""
        return not (self.signs or self.segments or self.targets)

    @property
    def family(self) -> str:
        """The letters of the code."""
        return self.code.rstrip("0123456789")

    @property
    def page(self) -> str:
        """The docstring, which is the rule's manual page."""
        return self.check.__doc__ or ""

    @property
    def summary(self) -> str:
        """The first line of the docstring."""
        return self.page.strip().partition("\n")[0]

    def section(self, title: str) -> str:
        """Return the text below a ``## title`` of the docstring, as one paragraph, or ``""``."""
        match = re.search(
            rf"^\s*## {re.escape(title)}\s*\n(.*?)(?=^\s*## |\Z)", self.page, re.MULTILINE | re.DOTALL
        )
        return " ".join(match[1].split()) if match else ""

    def finding(
        self,
        location: Location | None,
        message: str,
        *,
        observed: str = "",
        expected: str = "",
        fix: str = "",
        severity: Severity | None = None,
        source: str = "",
        line: int | None = None,
        charge_at_risk: Decimal | None = None,
        predicts: Prediction | None = None,
        repair: Repair | None = None,
        once: str = "",
        unless_released: tuple[int, ...] = (),
    ) -> Finding:
        """Return a finding of this rule.

        `message` is one sentence without patient data: procedure codes, modifiers, service dates,
        amounts, counts and positions may stand in it; names, member ids, birth dates, addresses,
        diagnoses and note texts may not, these go to `observed`. `fix` defaults to the docstring's
        section "What to do"; `line` and `charge_at_risk` are filled in for rules on service lines
        and claims.
        """
        return Finding(
            rule=self.code,
            severity=self.severity if severity is None else severity,
            message=message,
            fix=fix or self.section("What to do"),
            location=location,
            observed=observed,
            expected=expected,
            source=source,
            line=line,
            charge_at_risk=charge_at_risk,
            predicts=self.predicts if predicts is None else predicts,
            repair=repair,
            once=once,
            unless_released=unless_released,
        )

    def unchecked(self, message: str, once: str, location: Location | None = None) -> Finding:
        """Return "could not be checked", reported once a file for each `once` key."""
        return self.finding(location, message, severity=Severity.INFO, once=once)


_REGISTRY: dict[str, Rule[object]] = {}


def rule(
    code: str,
    *,
    on: type[S],
    snip: int,
    severity: Severity,
    carc: tuple[str, ...] = (),
    rarc: tuple[str, ...] = (),
    claim_status: tuple[str, ...] = (),
    kind: ClaimKind | None = None,
    segments: tuple[str, ...] = (),
    targets: bool = False,
    repairs: Tier | None = None,
    loops: tuple[str, ...] = (),
    signs: Sign = Sign.NONE,
    unless: Unless | None = None,
    edits: tuple[str, ...] = (),
) -> Callable[[Check[S]], Rule[S]]:
    """Register a generator function as a rule; the decorated name becomes the `Rule`.

    Raises:
        ValueError: the code is malformed or already taken.
    """

    def register(check: Check[S]) -> Rule[S]:
        if not _CODE.fullmatch(code):
            message = f"{code!r} is not a rule code"
            raise ValueError(message)
        if code in _REGISTRY:
            message = f"{code} is taken by {_REGISTRY[code].name}"
            raise ValueError(message)
        made = Rule(
            code=code,
            name=check.__name__.replace("_", "-"),
            on=on,
            check=check,
            snip=snip,
            severity=severity,
            predicts=Prediction(carc, rarc, claim_status),
            kind=kind,
            segments=frozenset(segments),
            targets=targets,
            repairs=repairs,
            loops=frozenset(loops),
            signs=signs,
            unless=unless,
            edits=edits,
        )
        _REGISTRY[code] = made  # type: ignore[assignment]  # the registry mixes subject types
        return made

    return register


def registered() -> dict[str, Rule[object]]:
    """Return every rule by its code, in order of the codes."""
    return dict(sorted(_REGISTRY.items()))
