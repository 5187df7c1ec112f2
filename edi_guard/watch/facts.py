"""What the audit log says of a job."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edi_guard.ledger.records import FileRecord


def audit_facts(record: FileRecord) -> dict[str, str | int | float | bool]:
    """Return what the audit log says of a job."""
    counts: dict[str, int] = {}
    for claim in record.claims:
        counts[claim.state.value] = counts.get(claim.state.value, 0) + 1
    facts: dict[str, str | int | float | bool] = {
        "file": record.name,
        "output": record.output_name,
        "sha256": record.sha256,
        "outcome": record.outcome.value,
        "claims": len(record.claims),
        "clean": counts.get("clean", 0),
        "held": counts.get("held", 0),
        "rejected": counts.get("rejected", 0),
        "repairs": len(record.repairs),
        "rules": record.rules,
        "policies": record.policies,
    }
    if record.person:
        facts |= {"person": record.person, "reason": record.reason}
    return facts
