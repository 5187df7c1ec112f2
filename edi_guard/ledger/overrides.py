"""Findings that a person released on single claims."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, insert, select

from edi_guard.ledger import schema
from edi_guard.ledger.past import claim_key, patient_key
from edi_guard.ledger.times import stamp

if TYPE_CHECKING:
    from datetime import date, datetime

    from edi_guard.claims import Claim
    from edi_guard.ledger.database import Database
    from edi_guard.ledger.keys import KeyedHash


@dataclass(frozen=True, slots=True)
class Override:
    """One released finding.

    Attributes:
        id: its number.
        claim_key: keyed hash of billing provider and claim number.
        patient_key: keyed hash of the patient; empty for any.
        rule: the code that does not count on the claim.
        reason, person: why, and who says so.
        until: the last day on which it holds.
    """

    id: int
    claim_key: str
    patient_key: str
    rule: str
    reason: str
    person: str
    until: date

    @property
    def words(self) -> str:
        """How reports name it."""
        return f"released by {self.person} until {self.until}: {self.reason}"


def add_override(database: Database, override: Override, at: datetime) -> int:
    """Write an override and return its number.

    Raises:
        LedgerError: the ledger cannot be written.
    """
    return _add(database, override, at, takes_back=0)


def take_back(database: Database, override: Override, at: datetime) -> int:
    """Take an override back: it does not count from now on.

    Raises:
        LedgerError: the ledger cannot be written.
    """
    return _add(database, override, at, takes_back=override.id)


def _add(database: Database, override: Override, at: datetime, *, takes_back: int) -> int:
    row = {
        "at": stamp(at),
        "claim_key": override.claim_key,
        "patient_key": override.patient_key,
        "rule": override.rule,
        "reason": override.reason,
        "person": override.person,
        "until": override.until,
        "takes_back": takes_back,
    }
    with database.writing() as connection:
        result = connection.execute(insert(schema.overrides), row)
        key: Any = result.inserted_primary_key
        return int(key[0])


def overrides_in_force(database: Database, today: date) -> list[Override]:
    """Return the overrides that hold on a day.

    Raises:
        LedgerError: the ledger does not answer.
    """
    table = schema.overrides
    taken_back = table.alias()
    query = (
        select(table)
        .where(
            and_(
                table.c.takes_back == 0,
                table.c.until >= today,
                ~select(taken_back.c.id).where(taken_back.c.takes_back == table.c.id).exists(),
            )
        )
        .order_by(table.c.id)
    )
    with database.reading() as connection:
        return [
            Override(
                id=row.id,
                claim_key=row.claim_key,
                patient_key=row.patient_key,
                rule=row.rule,
                reason=row.reason,
                person=row.person,
                until=row.until,
            )
            for row in connection.execute(query)
        ]


class LedgerWaivers:
    """Tells the engine which findings do not count on a claim (`edi_guard.engine.Waivers`)."""

    def __init__(self, overrides: list[Override], keyed: KeyedHash) -> None:
        """Take the overrides in force and the ledger's keyed hash."""
        self._keyed = keyed
        self._by_claim: dict[str, list[Override]] = {}
        for override in overrides:
            self._by_claim.setdefault(override.claim_key, []).append(override)

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self._by_claim)

    def of(self, claim: Claim) -> dict[str, str]:
        """Return the rules that do not count on a claim, each with the words for the report."""
        known = self._by_claim.get(claim_key(self._keyed, claim.billing.npi, claim.id), ())
        if not known:
            return {}
        patient = patient_key(self._keyed, claim.patient.key)
        return {o.rule: o.words for o in known if o.patient_key in ("", patient)}
