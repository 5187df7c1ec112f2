"""What the ledger knows of the claims that were sent, for rules that look beyond the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, select

from edi_guard.ledger import schema
from edi_guard.ledger.recording import latest
from edi_guard.ledger.records import SENT_STATES
from edi_guard.rules.history import ReleasedClaim, ReleasedService

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from collections.abc import Set as AbstractSet
    from datetime import date
    from decimal import Decimal

    from sqlalchemy import ColumnElement, Row

    from edi_guard.ledger.database import Database
    from edi_guard.ledger.keys import KeyedHash
    from edi_guard.rules.facts import ClaimFact

_AT_ONCE: Final = 400


class LedgerHistory:
    """The history of one ledger, as `edi_guard.rules.history.History` asks for it."""

    def __init__(self, database: Database, keyed: KeyedHash, without: Collection[str] = ()) -> None:
        """Ask a ledger.

        Args:
            database: the ledger.
            keyed: its keyed hash.
            without: jobs that do not count: the input's own.
        """
        self._database = database
        self._keyed = keyed
        self._without = sorted(without)

    def likenesses(self, wanted: Collection[int]) -> AbstractSet[int]:
        """Return which of these likenesses some released claim has."""
        keys = {likeness_key(self._keyed, value): value for value in wanted}
        asked = sorted(keys)
        found: set[int] = set()
        column = schema.claims.c.likeness
        with self._database.reading() as connection:
            for start in range(0, len(asked), _AT_ONCE):
                query = self._released(column).where(column.in_(asked[start : start + _AT_ONCE]))
                found.update(keys[row[0]] for row in connection.execute(query))
        return found

    def services(self, patient: tuple[str, ...], since: date, until: date) -> Sequence[ReleasedService]:
        """Return the services of a patient on released claims that touch these days."""
        claims, lines = schema.claims, schema.lines
        query = (
            self._released(lines.c.code, lines.c.modifiers, lines.c.first, lines.c.last, lines.c.rendering)
            .add_columns(claims.c.payer)
            .join(lines, and_(lines.c.job == claims.c.job, lines.c.ordinal == claims.c.ordinal))
            .where(claims.c.patient_key == patient_key(self._keyed, patient))
            .where(and_(lines.c.last >= since, lines.c.first <= until))
            .order_by(lines.c.first, lines.c.job, lines.c.ordinal, lines.c.number)
        )
        with self._database.reading() as connection:
            return [
                ReleasedService(
                    code=row.code,
                    modifiers=tuple(row.modifiers.split()),
                    first=row.first,
                    last=row.last,
                    rendering=row.rendering,
                    payer=row.payer,
                )
                for row in connection.execute(query)
            ]

    def same_services(self, fact: ClaimFact) -> ReleasedClaim | None:
        """Return a released claim for the same services, patient and payer."""
        key = fingerprint_key(self._keyed, fact)
        return self._first(schema.claims.c.fingerprint == key)

    def attachment(self, control_number: str, fact: ClaimFact) -> ReleasedClaim | None:
        """Return another released claim that names this attachment control number."""
        attachments, claims = schema.attachments, schema.claims
        named = (
            select(attachments.c.job)
            .where(
                and_(
                    attachments.c.job == claims.c.job,
                    attachments.c.ordinal == claims.c.ordinal,
                    attachments.c.number_key == attachment_key(self._keyed, control_number),
                )
            )
            .exists()
        )
        other = claims.c.claim_key != claim_key(self._keyed, fact.billing, fact.id)
        return self._first(and_(named, other))

    def _released(self, *columns: Any) -> Any:
        claims, states = schema.claims, schema.states
        query = (
            select(*columns)
            .select_from(claims)
            .join(states, states.c.id == latest(claims.c.job, claims.c.ordinal))
            .where(states.c.state.in_([state.value for state in SENT_STATES]))
        )
        return query.where(claims.c.job.notin_(self._without)) if self._without else query

    def _first(self, condition: ColumnElement[bool]) -> ReleasedClaim | None:
        states, files = schema.states, schema.files
        query = (
            self._released(states.c.day, files.c.name)
            .join(files, files.c.job == schema.claims.c.job)
            .where(condition)
            .order_by(states.c.id)
        )
        with self._database.reading() as connection:
            row: Row[Any] | None = connection.execute(query).first()
        return ReleasedClaim(released=row.day, file=row.name) if row else None


# ------------------------------------------------------------------------- keys


def patient_key(keyed: KeyedHash, patient: tuple[str, ...]) -> str:
    """Return the keyed hash of a patient (`Patient.key`)."""
    return keyed("patient", *patient)


def claim_key(keyed: KeyedHash, billing: str, number: str) -> str:
    """Return the keyed hash of a claim: its billing provider's NPI and CLM01."""
    return keyed("claim", billing, number)


def number_key(keyed: KeyedHash, number: str) -> str:
    """Return the keyed hash of CLM01."""
    return keyed("number", number)


def attachment_key(keyed: KeyedHash, number: str) -> str:
    """Return the keyed hash of PWK06."""
    return keyed("attachment", number)


def likeness_key(keyed: KeyedHash, likeness: int) -> str:
    """Return the keyed hash of a claim's likeness (`ClaimGlance.likeness`)."""
    return keyed("likeness", str(likeness))


def fingerprint_key(keyed: KeyedHash, fact: ClaimFact) -> str:
    """Return the keyed hash of everything that a claim bills; amounts count by value."""
    services = sorted(
        "|".join((line.code, ",".join(line.modifiers), _days(line.period), _amount(line.charge)))
        for line in fact.lines
    )
    return keyed("services", fact.billing, *fact.patient, fact.payer, _amount(fact.charge), *services)


def _days(period: Any) -> str:
    return f"{period.first}-{period.last}" if period else ""


def _amount(amount: Decimal | None) -> str:
    return "" if amount is None else format(amount.normalize(), "f")
