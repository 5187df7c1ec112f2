"""Finds the primary procedure of a target line, and which row of the pairing table applies.

One assessment a line; the rules of PAIR and THER each speak for one row, so that only the most
specific one is reported. An 837 has no link from line to line, so the link is inferred from what both
share: patient, day, rendering provider, side (domain.md 3.4).
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from edi_guard.claims import Period
from edi_guard.claims.values import shifted
from edi_guard.policy import Pairing, Placement, Therapy
from edi_guard.rules.facts import LineFact, line_fact
from edi_guard.rules.sides import contradict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.claims import ServiceLine
    from edi_guard.rules.context import Context

PROFESSIONAL_COMPONENT = "26"


class Row(enum.Enum):
    """The rows of the pairing table, for one target line."""

    PAIRED = enum.auto()
    TORN = enum.auto()
    LATERALITY = enum.auto()
    OTHER_PROVIDER = enum.auto()
    INCLUDED = enum.auto()
    WRONG_FAMILY = enum.auto()
    OTHER_DATE = enum.auto()
    UNPLACED = enum.auto()
    DIAGNOSTIC_ONLY = enum.auto()
    MISSING = enum.auto()
    NOT_ASKED = enum.auto()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A line that may be the primary: of this claim, of another one of the file, or sent before.

    Attributes:
        line: the line.
        placement: what the mapping says of its code.
        claim: the ordinal of another claim of the file; None for this one and for earlier files.
        is_earlier: whether it was sent with an earlier file.
    """

    line: LineFact
    placement: Placement
    claim: int | None = None
    is_earlier: bool = False

    @property
    def words(self) -> str:
        """How messages name it, without patient data."""
        when = f" on {self.line.period.first}" if self.line.period else ""
        if self.is_earlier:
            return f"an earlier file's {self.line.code}{when}"
        where = f"claim {self.claim} line" if self.claim else "line"
        return f"{where} {self.line.number} {self.line.code}{when}"


@dataclass(frozen=True, slots=True)
class Assessment:
    """What was found for one target line.

    Attributes:
        row: the row that applies.
        statement: the mapping's pairing statement; None when nothing is asked.
        candidate: the line that decided, where one did.
        primaries: the lines of this claim that count as primary.
        elsewhere: ordinals of other claims on which a primary stands.
        procedure: whether an inpatient procedure (HI) counts as the primary.
        is_earlier: whether a primary was sent with an earlier file.
    """

    row: Row
    statement: Pairing | None = None
    candidate: Candidate | None = None
    primaries: tuple[int, ...] = ()
    elsewhere: tuple[int, ...] = ()
    procedure: bool = False
    is_earlier: bool = False


@dataclass(frozen=True, slots=True)
class LinkedPrimaries:
    """What counts as the primary of a target line: see `Assessment`."""

    lines: tuple[int, ...]
    claims: tuple[int, ...]
    procedure: bool
    is_earlier: bool


NOTHING_ASKED = Assessment(Row.NOT_ASKED)


def assess(line: ServiceLine, context: Context) -> Assessment:
    """Return the assessment of a target line; computed once."""
    key = ("pairing", id(line))
    known = context.memo.get(key)
    if isinstance(known, Assessment):
        return known
    made = _assess(line, context)
    context.memo[key] = made
    return made


def linked_primaries(line: ServiceLine, context: Context) -> LinkedPrimaries:
    """Return what counts as the primary of a target line."""
    found = assess(line, context)
    return LinkedPrimaries(found.primaries, found.elsewhere, found.procedure, found.is_earlier)


def _assess(line: ServiceLine, context: Context) -> Assessment:
    statement = context.ask(Pairing, line)
    # A void claim takes an earlier one back and asks for no payment: it needs no pair.
    if statement is None or line.period is None or line.claim.is_void:
        return NOTHING_ASKED
    own = list(_own_candidates(line, statement))
    others = list(_other_candidates(line, statement, context))
    others += _earlier_candidates(line, line.period, statement, context)
    same_day = [c for c in own + others if _same_day(c, line.period)]
    primaries = [c for c in same_day if c.placement is Placement.PRIMARY]
    if primaries:
        return _paired(line, statement, primaries)
    if statement.inpatient_principal and line.claim.is_inpatient and line.claim.procedures:
        return Assessment(Row.PAIRED, statement, procedure=True)
    return _unpaired(line, statement, context, same_day, own + others)


def _own_candidates(line: ServiceLine, statement: Pairing) -> Iterator[Candidate]:
    for other in line.claim.lines:
        if other is not line and other.code:
            yield Candidate(line_fact(other), statement.place(other.code))


def _other_candidates(line: ServiceLine, statement: Pairing, context: Context) -> Iterator[Candidate]:
    for fact in context.facts.other_claims(line.claim):
        for other in fact.lines:
            if other.code:
                yield Candidate(other, statement.place(other.code), fact.ordinal)


def _earlier_candidates(
    line: ServiceLine, period: Period, statement: Pairing, context: Context
) -> Iterator[Candidate]:
    """Yield what was sent before; not for a replacement, which may take back what it looks for."""
    if line.claim.is_resubmission:
        return
    around = statement.other_date_days
    since, until = shifted(period.first, -around), shifted(period.last, around)
    for service in context.released_services(line.claim, since, until):
        fact = LineFact(
            number=0,
            code=service.code,
            modifiers=service.modifiers,
            period=Period(service.first, service.last),
            rendering=service.rendering,
            units=None,
            charge=None,
        )
        yield Candidate(fact, statement.place(service.code), is_earlier=True)


def _same_day(candidate: Candidate, period: Period) -> bool:
    other = candidate.line.period
    return other is not None and other.overlaps(period)


def _paired(line: ServiceLine, statement: Pairing, primaries: list[Candidate]) -> Assessment:
    """Choose among the primaries of the day: the right side first, then the same provider."""
    fitting = [c for c in primaries if not contradict(line.modifiers, c.line.modifiers)]
    same = [c for c in fitting if _same_provider(line, c)]
    best = same or fitting or primaries
    lines = tuple(c.line.number for c in best if c.claim is None and not c.is_earlier)
    earlier = any(c.is_earlier for c in best)
    elsewhere = tuple(sorted({c.claim for c in best if c.claim is not None}))
    if not fitting:
        row = Row.LATERALITY
    elif not same:
        row = Row.OTHER_PROVIDER
    else:
        row = Row.PAIRED if lines or earlier else Row.TORN
    return Assessment(row, statement, best[0], lines, elsewhere, is_earlier=earlier)


def _same_provider(line: ServiceLine, candidate: Candidate) -> bool:
    mine, theirs = line.rendering.npi, candidate.line.rendering
    return mine == theirs or not mine or not theirs or PROFESSIONAL_COMPONENT in line.modifiers


def _unpaired(
    line: ServiceLine,
    statement: Pairing,
    context: Context,
    same_day: list[Candidate],
    everything: list[Candidate],
) -> Assessment:
    included = _first(same_day, Placement.INCLUDES_IMAGING)
    if included is not None:
        return Assessment(Row.INCLUDED, statement, included)
    near = next((c for c in everything if _is_near(c, line, statement)), None)
    if near is not None:
        return Assessment(Row.OTHER_DATE, statement, near)
    unplaced = _first(same_day, Placement.UNPLACED)
    wrong = _first(same_day, Placement.WRONG_FAMILY)
    if wrong is not None and unplaced is None:
        return Assessment(Row.WRONG_FAMILY, statement, wrong)
    if unplaced is not None:
        return Assessment(Row.UNPLACED, statement, unplaced)
    if _only_diagnostic(line, context):
        return Assessment(Row.DIAGNOSTIC_ONLY, statement)
    return Assessment(Row.MISSING, statement)


def _first(candidates: list[Candidate], placement: Placement) -> Candidate | None:
    return next((c for c in candidates if c.placement is placement), None)


def _is_near(candidate: Candidate, line: ServiceLine, statement: Pairing) -> bool:
    period, other = line.period, candidate.line.period
    if candidate.placement is not Placement.PRIMARY or period is None or other is None:
        return False
    apart = max((other.first - period.last).days, (period.first - other.last).days)
    return 0 < apart <= statement.other_date_days


def _only_diagnostic(line: ServiceLine, context: Context) -> bool:
    """Whether the claim's other lines are only visits and diagnostic imaging, and there are any."""
    therapy = context.ask(Therapy, line)
    others = [other.code for other in line.claim.lines if other.code and other.code != line.code]
    return bool(
        therapy
        and others
        and all(code in therapy.evaluation or code in therapy.diagnostic for code in others)
    )
