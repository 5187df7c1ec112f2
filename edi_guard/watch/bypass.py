"""Passes a file on unchecked, because a person said so: an emergency, recorded and loud."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edi_guard.engine import sha256_of
from edi_guard.ledger.recording import was_sent
from edi_guard.ledger.records import FileOutcome, FileRecord, Kind
from edi_guard.ledger.requests import Asked, open_requests
from edi_guard.watch.addresses import interchange_records, read_envelope
from edi_guard.watch.facts import audit_facts
from edi_guard.watch.intent import Intent
from edi_guard.watch.record import unchecked_claims
from edi_guard.watch.verdict import sent_of
from edi_guard.x12 import Source

if TYPE_CHECKING:
    from pathlib import Path

    from edi_guard.ledger.requests import Request
    from edi_guard.watch.opening import Opened
    from edi_guard.watch.workbench import Workbench


def bypass_request(bench: Workbench, digest: str) -> Request | None:
    """Return the open request to pass this content on unchecked, None when there is none."""
    for request in open_requests(bench.ledger.database, bench.ledger.folder):
        if request.kind is Asked.BYPASS and request.target == digest:
            return request
    return None


def bypassed_intent(bench: Workbench, folder: Path, path: Path, opened: Opened, request: Request) -> Intent:
    """Return the intent to pass a file on as it is; refused when claims of it were sent before.

    Raises:
        OutputError, LedgerError: to be tried again.
    """
    source = opened.source
    digest = sha256_of(source)
    sent_before = was_sent(bench.ledger.database, digest)
    name = bench.free_name(path.name if sent_before else opened.name, path.name)
    staging = bench.staging(folder)
    now = bench.now()
    clean = bench.place("clean") / name
    if sent_before:
        outcome = FileOutcome.DUPLICATE
        reason = "Claims of this content were sent before: it is not passed on unchecked."
        staging.write(bench.place("failed") / f"{name}.reason.txt", [f"{reason}\n".encode()])
        with Source.from_path(path) as original:
            staging.write(bench.place("failed") / name, original.blocks())
    else:
        outcome = FileOutcome.BYPASSED
        reason = f"passed on unchecked: {request.reason}"
        words = (
            f"{source.name} was passed on UNCHECKED on {now:%Y-%m-%d} by {request.person}: {request.reason}\n"
        )
        staging.write(bench.place("reports") / f"{name}.unchecked.txt", [words.encode()])
        staging.write(clean, source.blocks())
    claims = () if sent_before else unchecked_claims(source, bench.ledger.keyed)
    envelope = read_envelope(source)
    sent = () if sent_before else sent_of(staging, clean, max(1, len(claims)), split=False)
    staging.finish()
    record = FileRecord(
        job=folder.name,
        kind=Kind.BYPASS,
        at=now,
        day=now.astimezone().date(),
        folder=bench.ledger.folder,
        name=path.name,
        output_name=name,
        sha256=digest,
        size=source.size,
        outcome=outcome,
        reason=reason,
        person=request.person,
        request=request.id,
        total=sum(claim.charge or 0 for claim in claims),
        interchanges=interchange_records(envelope),
        sent=sent,
        outputs=staging.outputs,
        claims=claims,
    )
    return Intent(
        record=record,
        moves=staging.moves,
        original=str(path),
        archive=str(bench.archived(path.name, name)),
        facts=audit_facts(record),
    )
