"""A made-up practice: sends claims to four payers over some months, and gets answers by a known process."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from edi_guard.simulation.answers import acknowledgment, refusal, remittance
from edi_guard.simulation.claims import claim_file
from edi_guard.simulation.planned import Fate, Fault, PlannedClaim, PlannedLine, Wording

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_DAYS_TO_ANSWER: Final = 18


@dataclass(frozen=True, slots=True)
class Payer:
    """How a payer behaves.

    Attributes:
        identifier: 2010BB NM109.
        account: how it gives the account number back.
        denies: how often a fault leads to a denial.
    """

    identifier: str
    account: Callable[[str], str]
    denies: dict[Fault, float]


PAYERS: Final = (
    Payer("60054", str, {Fault.NO_PROCEDURE: 0.95, Fault.NO_DOCUMENT: 0.7}),
    Payer("62308", str.upper, {Fault.NO_PROCEDURE: 0.8, Fault.NO_DOCUMENT: 0.1}),
    Payer(
        "87726",
        lambda account: account[:10],
        {Fault.NO_PROCEDURE: 0.3, Fault.NO_DOCUMENT: 0.05, Fault.NO_AUTHORIZATION: 0.75},
    ),
    Payer("00430", str, {Fault.NO_PROCEDURE: 0.9, Fault.NO_DOCUMENT: 0.6}),
)
REASONS: Final = {Fault.NO_PROCEDURE: "107", Fault.NO_DOCUMENT: "252", Fault.NO_AUTHORIZATION: "197"}
# Reasons that concern a claim as a whole: too late, not insured any more, not insured yet.
_OF_CLAIMS: Final = ("29", "27", "26")
# How often payers take the second side of a procedure for the first one again.
_TAKEN_FOR_TWICE: Final = 0.3
_CHANCE_REASONS: Final = (*_OF_CLAIMS, "97", "50", "18")


class Office:
    """Makes the files; the same seed gives the same bytes.

    Attributes:
        claims: every claim with what becomes of it, in the order sent.
    """

    def __init__(self, seed: int, count: int, months: int = 6) -> None:
        """Plan the claims.

        Args:
            seed: of everything that is left to chance.
            count: claims, without those that replace denied ones.
            months: over how many they are sent, up to November 2026.
        """
        self._chance = random.Random(seed)  # noqa: S311 - reproducible, no secret
        self._months = [_month(2026, 11 - months + 1 + number) for number in range(months)]
        self.claims: list[PlannedClaim] = []
        for number in range(1, count + 1):
            self.claims.append(self._claim(number, self._months[(number - 1) * months // count]))
        self._refuse_one()
        self._replace_some()

    # ------------------------------------------------------------------ planning

    def _claim(self, number: int, month: date) -> PlannedClaim:
        chance = self._chance
        payer = chance.choice(PAYERS)
        fault = self._fault(payer)
        is_professional = fault is not Fault.NONE or chance.random() < 0.85
        both = is_professional and fault is Fault.NONE and chance.random() < 0.15
        service = month + timedelta(days=chance.randrange(14))
        claim = PlannedClaim(
            number=number,
            account=self._account(number),
            patient=number,
            payer=payer.identifier,
            is_professional=is_professional,
            place="19" if fault is Fault.NO_AUTHORIZATION else "11",
            service=service,
            sent=month + timedelta(days=14 + chance.randrange(6)),
            fault=fault,
            lines=(),
            has_line_numbers=chance.random() < 0.7,
        )
        return self._decide(replace(claim, lines=_both_sides() if both else _billed(fault)), payer)

    def _fault(self, payer: Payer) -> Fault:
        share = self._chance.random()
        if share < 0.08:
            return Fault.NO_PROCEDURE
        if share < 0.16:
            return Fault.NO_DOCUMENT
        if share < 0.3 and Fault.NO_AUTHORIZATION in payer.denies:
            return Fault.NO_AUTHORIZATION
        return Fault.NONE

    def _decide(self, claim: PlannedClaim, payer: Payer) -> PlannedClaim:
        chance = self._chance
        draw = chance.random()
        if draw < 0.05:
            return replace(claim, lines=_all(claim, Fate.SILENCE))
        if draw < 0.07:
            return replace(claim, lines=_all(claim, Fate.TURNED_BACK, "A7:562"))
        reason = self._reason(claim, payer)
        claim = replace(claim, wording=self._wording(claim, reason), is_named=chance.random() >= 0.01)
        if reason:
            claim = replace(claim, lines=_denied(claim, reason))
        return replace(claim, is_taken_back=chance.random() < 0.06)

    def _account(self, number: int) -> str:
        """Return an account number: now and then one that another patient had."""
        if number > 1 and self._chance.random() < 0.02:
            return self.claims[self._chance.randrange(number - 1)].account
        return f"{number:08d}-{_word(number)}"

    def _wording(self, claim: PlannedClaim, reason: str) -> Wording:
        draw = self._chance.random()
        if not claim.is_professional:
            return Wording.WHOLE if draw < 0.5 else Wording.LINES
        if reason in _OF_CLAIMS:
            return Wording.REFUSED_WHOLE
        if len(claim.lines) > 2:
            return Wording.BARE if draw < 0.5 else Wording.LINES
        if draw < 0.05:
            return Wording.CHANGED
        if draw < 0.2 and not reason:
            return Wording.BUNDLED if draw < 0.1 and claim.fault is Fault.NONE else Wording.SPLIT
        return Wording.LINES

    def _reason(self, claim: PlannedClaim, payer: Payer) -> str:
        if self._chance.random() < payer.denies.get(claim.fault, 0.0):
            return REASONS[claim.fault]
        if len(claim.lines) > 2 and self._chance.random() < _TAKEN_FOR_TWICE:
            return "18"
        return self._chance.choice(_CHANCE_REASONS) if self._chance.random() < 0.03 else ""

    def _replace_some(self) -> None:
        """Send half of what was denied for lack of a procedure again, put right."""
        last = self._months[-1]
        for claim in list(self.claims):
            wrong = claim.fault is Fault.NO_PROCEDURE and claim.lines[-1].fate is Fate.DENIED
            if not wrong or claim.is_taken_back or not claim.is_named or claim.sent >= last:
                continue
            if self._chance.random() < 0.5:
                continue
            number = len(self.claims) + 1
            self.claims.append(
                replace(
                    claim,
                    number=number,
                    sent=claim.sent + timedelta(days=30),
                    fault=Fault.NONE,
                    lines=_billed(Fault.NONE),
                    replaces=claim.payer_number,
                )
            )

    def _refuse_one(self) -> None:
        """Let one transaction set be refused by its receiver."""
        first = next((one for one in self.batches() if len(one[1]) > 1), None)
        if first is None:
            return
        for claim in first[1]:
            refused = replace(claim, lines=_all(claim, Fate.REFUSED, "999"))
            self.claims[claim.number - 1] = replace(refused, wording=Wording.LINES, is_taken_back=False)

    # --------------------------------------------------------------------- files

    def batches(self) -> Iterator[tuple[str, list[PlannedClaim]]]:
        """Yield the name of each file of claims with the claims that are in it."""
        found: defaultdict[tuple[date, bool], list[PlannedClaim]] = defaultdict(list)
        for claim in self.claims:
            found[claim.sent, claim.is_professional].append(claim)
        for (day, professional), claims in sorted(
            found.items(), key=lambda item: (item[0][0], not item[0][1])
        ):
            yield f"{day}-{'P' if professional else 'I'}.837", claims

    def claim_files(self) -> dict[str, str]:
        """Return the files of claims by their names."""
        return {
            name: claim_file(number, claims) for number, (name, claims) in enumerate(self.batches(), start=1)
        }

    def answer_files(self) -> dict[str, str]:
        """Return remittances and acknowledgments by their names."""
        made: dict[str, str] = {}
        for number, (name, claims) in enumerate(self.batches(), start=1):
            turned = [claim for claim in claims if claim.lines[0].fate is Fate.TURNED_BACK]
            if turned:
                made[f"{name}.277ca"] = acknowledgment(number, turned)
            if any(claim.lines[0].fate is Fate.REFUSED for claim in claims):
                made[f"{name}.999"] = refusal(number, claims[0])
        made.update(self._remittances())
        return made

    def _remittances(self) -> Iterator[tuple[str, str]]:
        by_number = {claim.payer_number: claim for claim in self.claims}
        payments: defaultdict[tuple[date, str], list[tuple[PlannedClaim, str]]] = defaultdict(list)
        for claim in self.claims:
            if claim.lines[0].fate in (Fate.SILENCE, Fate.TURNED_BACK, Fate.REFUSED):
                continue
            day = claim.sent + timedelta(days=_DAYS_TO_ANSWER)
            if claim.replaces:
                payments[day, claim.payer].append((by_number[claim.replaces], "taken back"))
            if claim.is_taken_back:
                payments[day, claim.payer].append((claim, "in full"))
                day += timedelta(days=10)
                payments[day, claim.payer].append((claim, "in full, taken back"))
            payments[day, claim.payer].append((claim, "decided"))
        accounts = {payer.identifier: payer.account for payer in PAYERS}
        for number, ((day, payer), claims) in enumerate(sorted(payments.items(), key=_by_day), start=1):
            yield f"{day}-{payer}.835", remittance(number, day, payer, claims, accounts[payer])


def _by_day(item: tuple[tuple[date, str], object]) -> tuple[date, str]:
    return item[0]


def _word(number: int) -> str:
    return ("north", "south", "west", "east")[number % 4]


def _month(year: int, month: int) -> date:
    return date(year - (1 if month < 1 else 0), month + (12 if month < 1 else 0), 1)


def _billed(fault: Fault) -> tuple[PlannedLine, ...]:
    guided = PlannedLine("G4000", ("RT",), 120, 96, Fate.PAID)
    if fault is Fault.NO_PROCEDURE:
        return PlannedLine("99213", (), 180, 144, Fate.PAID), guided
    if fault is Fault.NO_AUTHORIZATION:
        return PlannedLine("99213", (), 180, 144, Fate.PAID), PlannedLine(
            "73221", ("RT",), 640, 512, Fate.PAID
        )
    return PlannedLine("20610", ("RT",), 180, 144, Fate.PAID), guided


def _both_sides() -> tuple[PlannedLine, ...]:
    """Return a procedure on both sides: two lines that only their modifiers tell apart."""
    sides = tuple(PlannedLine("20610", (side,), 180, 144, Fate.PAID) for side in ("RT", "LT"))
    return (*sides, PlannedLine("G4000", ("RT",), 120, 96, Fate.PAID))


def _denied(claim: PlannedClaim, reason: str) -> tuple[PlannedLine, ...]:
    """Return the lines of a claim of which one is denied, or all where the claim is answered as a whole."""
    if claim.wording in (Wording.WHOLE, Wording.REFUSED_WHOLE):
        return _all(claim, Fate.DENIED, reason)
    which = 0 if len(claim.lines) > 2 else len(claim.lines) - 1
    return tuple(
        replace(line, fate=Fate.DENIED, paid=0, reason=reason) if number == which else line
        for number, line in enumerate(claim.lines)
    )


def _all(claim: PlannedClaim, fate: Fate, reason: str = "") -> tuple[PlannedLine, ...]:
    return tuple(replace(line, fate=fate, paid=0, reason=reason) for line in claim.lines)
