"""What rules are handed besides the thing they look at: the clock, the tables, the file's facts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, TypeVar

from edi_guard.policy import PayerKey
from edi_guard.reference.place_of_service import shipped_tables

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from edi_guard.claims import Claim, ServiceLine
    from edi_guard.policy import CodeProfile, PayerClass, Policies
    from edi_guard.reference import ReferenceTables
    from edi_guard.rules.facts import FileFacts
    from edi_guard.rules.history import History, ReleasedService

T = TypeVar("T")


class Manifest(Protocol):
    """The documentation manifest that may stand beside an input."""

    def items(self, claim_id: str, line: ServiceLine) -> Mapping[str, bool] | None:
        """Return what the record holds for a line, item by item; None when it is not listed."""


@dataclass(frozen=True)
class Context:
    """The inputs of a verdict besides the claim.

    Attributes:
        today: the day of the check; rules never ask the clock.
        policies: the mappings.
        facts: the file's claims in brief.
        tables: reference tables.
        manifest: the documentation manifest; None when there is none.
        history: the ledger; None when there is none.
        usage: ISA15 that the configuration expects, ``P`` or ``T``; empty when either will do.
        memo: what was worked out or asked for the transaction set that is being judged.
    """

    today: date
    policies: Policies
    facts: FileFacts
    tables: ReferenceTables = field(default_factory=shipped_tables)
    manifest: Manifest | None = None
    history: History | None = None
    usage: str = ""
    memo: dict[tuple[object, ...], object] = field(default_factory=dict)

    @cached_property
    def steady(self) -> tuple[date, date]:
        """The days within which most claims' services are: from the first of last year to today."""
        return date(self.today.year - 1, 1, 1), self.today

    def ask(self, kind: type[T], line: ServiceLine) -> T | None:
        """Return the statement of a kind that applies to a line's code, payer and date."""
        if line.date is None:
            return None
        return self.policies.ask(kind, code=line.code, payer=payer_key(line.claim), on=line.date)

    def ask_all(self, kind: type[T], line: ServiceLine) -> tuple[T, ...]:
        """Return all statements of a kind that apply to a line's code, payer and date."""
        if line.date is None:
            return ()
        return self.policies.ask_all(kind, code=line.code, payer=payer_key(line.claim), on=line.date)

    def profile(self, line: ServiceLine) -> CodeProfile | None:
        """Return the profile of the line's code on its date, None when it is no target."""
        if line.code not in self.policies.targets or line.date is None:
            return None
        return self.policies.profile(line.code, line.date)

    def payer_class(self, claim: Claim) -> PayerClass:
        """Return the class of the claim's destination payer."""
        return self.policies.payer_class(payer_key(claim))

    def released_services(self, claim: Claim, since: date, until: date) -> Sequence[ReleasedService]:
        """Return what left for the claim's patient with earlier files; nothing when there is no ledger.

        Args:
            claim: whose patient is meant; lines of one claim ask for the same days, which is asked once.
            since: services that end before are left out.
            until: services that begin after are left out.
        """
        if self.history is None:
            return ()
        key = ("released services", claim.patient.key, since, until)
        known = self.memo.get(key)
        if not isinstance(known, tuple):
            found = self.history.services(claim.patient.key, since, until)
            known = self.memo[key] = tuple(service for service in found if service.code)
        return known


def payer_key(claim: Claim) -> PayerKey:
    """Return how mappings name the claim's destination payer (2010BB NM109, SBR09)."""
    return PayerKey(claim.payer_identifier, claim.filing_indicator)
