"""Says what happens: log, events in the ledger, metrics, notifications, heartbeat."""

from __future__ import annotations

import contextlib
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from edi_guard.ledger.errors import LedgerError
from edi_guard.ledger.events import note_event
from edi_guard.ledger.kept import kept_claims
from edi_guard.ledger.records import FileOutcome, Kind

if TYPE_CHECKING:
    from pathlib import Path

    from structlog.typing import FilteringBoundLogger

    from edi_guard.ledger.records import FileRecord
    from edi_guard.operations.heartbeat import Heartbeat
    from edi_guard.operations.metrics import AnyMetrics
    from edi_guard.operations.notify import Notifier
    from edi_guard.watch.workbench import Workbench

# What somebody should look at.
_LOUD = {FileOutcome.FAILED: "failed", FileOutcome.CONFLICT: "failed", FileOutcome.BYPASSED: "bypass"}


@dataclass(slots=True)
class Journal:
    """Says what happens.

    Attributes:
        bench: the ledger and the clock.
        log: the log; no patient data.
        metrics: numbers for monitoring.
        notifier: tells people.
        heartbeat: says that the service lives.
        metrics_file: where the numbers are written for a text-file collector; None for nowhere.
        last_error: the last thing that kept the service from working; empty when nothing does.
    """

    bench: Workbench
    log: FilteringBoundLogger
    metrics: AnyMetrics
    notifier: Notifier
    heartbeat: Heartbeat
    metrics_file: Path | None = None
    last_error: str = ""
    _alarms: set[tuple[str, str]] = field(default_factory=set)

    def file_done(self, record: FileRecord) -> None:
        """Tell that a job is done."""
        claims: dict[str, int] = {}
        charges: dict[str, int] = {}
        for claim in record.claims:
            claims[claim.state.value] = claims.get(claim.state.value, 0) + 1
            charges[claim.state.value] = charges.get(claim.state.value, 0) + (claim.charge or 0)
        self.metrics.file_done(
            outcome=record.outcome.value,
            seconds=record.seconds,
            claims=claims,
            charges={state: cents / 100 for state, cents in charges.items()},
            findings=Counter((finding.rule, finding.severity) for finding in record.findings),
            repairs=Counter(repair.rule for repair in record.repairs),
        )
        say = self.log.warning if record.outcome in _LOUD else self.log.info
        say(
            "done",
            kind=record.kind.value,
            job=record.job,
            file=record.name,
            output=record.output_name,
            sha256=record.sha256,
            outcome=record.outcome.value,
            claims=len(record.claims),
            clean=claims.get("clean", 0),
            held=claims.get("held", 0),
            rejected=claims.get("rejected", 0),
            released=sum(state.state.value == "released" for state in record.states),
            seconds=record.seconds,
        )
        event = _LOUD.get(record.outcome)
        if event is not None or record.kind is Kind.REJUDGE:
            self.notifier.send(
                event or "released",
                {"file": record.name, "job": record.job, "outcome": record.outcome.value},
            )

    def event(self, kind: str, text: str, job: str = "") -> None:
        """Write an event down, as far as the ledger answers."""
        with contextlib.suppress(LedgerError):
            note_event(
                self.bench.ledger.database, self.bench.ledger.folder, kind, text, self.bench.now(), job
            )

    def blocked(self, text: str) -> None:
        """Tell that the service cannot work; the same trouble is told once."""
        if text == self.last_error:
            return
        self.last_error = text
        self.metrics.error("blocked")
        self.log.error("blocked", error=text)
        self.event("error", text)
        self.notifier.send("error", {"error": text})

    def working(self) -> None:
        """Tell that the service works again."""
        if self.last_error:
            self.log.info("working again")
            self.event("working", "working again")
            self.notifier.clear("error", "")
            self.last_error = ""

    def alarm(self, kind: str, subject: str, text: str, *, active: bool) -> None:
        """Raise an alarm once, or end it."""
        key = (kind, subject)
        if active and key not in self._alarms:
            self._alarms.add(key)
            self.metrics.alarm(kind, active=True)
            self.log.warning("alarm", kind=kind, file=subject, error=text)
            self.event(kind, text)
            self.notifier.send(kind, {"file": subject, "error": text})
        elif not active and key in self._alarms:
            self._alarms.discard(key)
            self.metrics.alarm(kind, active=any(other == kind for other, _ in self._alarms))
            self.notifier.clear(kind, subject)

    def held(self) -> None:
        """Tell the metrics what is kept back."""
        kept = kept_claims(self.bench.ledger.database, self.bench.ledger.folder)
        self.metrics.set_held(len(kept), sum(claim.charge or 0 for claim in kept) / 100)

    def beat(self, state: str, waiting: int, oldest_seconds: float) -> None:
        """Tell that the service lives, and what waits."""
        self.metrics.set_waiting(waiting, oldest_seconds)
        with contextlib.suppress(OSError):
            self.heartbeat.beat(
                state, waiting=waiting, oldest_seconds=oldest_seconds, last_error=self.last_error
            )
            if self.metrics_file is not None:
                self.metrics.write(self.metrics_file)
