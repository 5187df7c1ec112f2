"""Records for the ledger's tests."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from edi_guard.ledger.intake import Arrival
from edi_guard.ledger.records import (
    ClaimRecord,
    FileOutcome,
    FileRecord,
    FindingRecord,
    InterchangeRecord,
    Kind,
    LineRecord,
    State,
)

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = date(2026, 11, 23)
SERVICE = date(2026, 10, 19)


def line(number: int = 1, **changes: Any) -> LineRecord:
    values: dict[str, Any] = {
        "number": number,
        "code": "20610",
        "modifiers": "RT",
        "first": SERVICE,
        "last": SERVICE,
        "rendering": "1999901014",
        "units": "1",
        "charge": 18000,
    }
    return LineRecord(**values | changes)


def claim(ordinal: int = 1, state: State = State.CLEAN, **changes: Any) -> ClaimRecord:
    values: dict[str, Any] = {
        "ordinal": ordinal,
        "group": "1",
        "transaction": "0001",
        "number_key": f"number{ordinal}",
        "claim_key": f"claim{ordinal}",
        "patient_key": f"patient{ordinal}",
        "fingerprint": f"fingerprint{ordinal}",
        "likeness": f"likeness{ordinal}",
        "payer": "87654",
        "filing_indicator": "CI",
        "billing": "1999901006",
        "frequency": "1",
        "charge": 30000,
        "first": SERVICE,
        "last": SERVICE,
        "deadline": None,
        "state": state,
        "lines": (line(),),
        "attachments": (),
    }
    return ClaimRecord(**values | changes)


def record(job: str, *claims: ClaimRecord, **changes: Any) -> FileRecord:
    values: dict[str, Any] = {
        "job": job,
        "kind": Kind.FILE,
        "at": AT,
        "day": DAY,
        "folder": "here",
        "name": f"{job}.837",
        "output_name": f"{job}.837",
        "sha256": job * 4,
        "size": 100,
        "outcome": FileOutcome.PROCESSED,
        "total": sum(c.charge or 0 for c in claims),
        "claims": claims,
        "findings": tuple(
            FindingRecord(c.ordinal, "PAIR101", "reject", 1, c.charge)
            for c in claims
            if c.state is State.REJECTED
        ),
    }
    return FileRecord(**values | changes)


def arrival(job: str, sha256: str, *numbers: str, **changes: Any) -> Arrival:
    values: dict[str, Any] = {
        "job": job,
        "at": AT,
        "folder": "here",
        "name": f"{job}.837",
        "sha256": sha256,
        "size": 100,
        "interchanges": tuple(InterchangeRecord("SENDER", "RECEIVER", n, "P") for n in numbers),
    }
    return Arrival(**values | changes)
