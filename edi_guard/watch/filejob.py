"""One file from the inbox: judged, split, and let go; or refused."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from edi_guard.engine import Status, process, sha256_of
from edi_guard.folders import OutputError
from edi_guard.ledger.intake import Arrival, take_in
from edi_guard.ledger.records import FileOutcome, FileRecord, Kind
from edi_guard.watch.addresses import interchange_records, read_addresses
from edi_guard.watch.bypass import bypass_request, bypassed_intent
from edi_guard.watch.facts import audit_facts
from edi_guard.watch.faults import fault
from edi_guard.watch.intent import Intent, carry_out, write_intent
from edi_guard.watch.opening import open_claims
from edi_guard.watch.verdict import judged_intent
from edi_guard.x12 import Source

if TYPE_CHECKING:
    from pathlib import Path

    from edi_guard.engine import Outcome
    from edi_guard.ledger.intake import Earlier
    from edi_guard.watch.desk import Terms
    from edi_guard.watch.opening import Opened
    from edi_guard.watch.workbench import Workbench


@dataclass(frozen=True, slots=True)
class FileJob:
    """One file in its job's folder.

    Attributes:
        bench: folders, settings, memory.
        folder: the job's folder.
        path: the file in it.
    """

    bench: Workbench
    folder: Path
    path: Path

    def run(self) -> FileRecord:
        """Process the file to its end.

        Returns:
            what the ledger keeps of it.

        Raises:
            OutputError, LedgerError: to be tried again; nothing is released yet, or all will be.
            InputChangedError, ConservationError, ConfigError, PolicyErrors: nothing is released.
            WorkerDiedError: a process that helped died; nothing was done yet.
        """
        opened = open_claims(self.path, self._shown, self.bench.limits)
        with opened.source:
            intent = self._intent(opened)
        return finish_job(self.folder, intent, self.bench)

    def fail(self, reason: str) -> FileRecord:
        """Refuse the file with a sentence that the engine did not say.

        Raises:
            OutputError, LedgerError: to be tried again.
        """
        with self._original() as source:
            digest = sha256_of(source)
        return finish_job(self.folder, self._refused(digest, FileOutcome.FAILED, reason), self.bench)

    def _original(self) -> Source:
        """Open the file as it came."""
        try:
            return Source(self.path.open("rb"), self._shown)
        except OSError as error:
            message = f"a file in {self.folder} cannot be read: {error.strerror}"
            raise OutputError(message) from error

    @property
    def _shown(self) -> str:
        """How reports call it: as `clean` does when it is run in the watched folder."""
        return f"{self.bench.places.inbox.name}/{self.path.name}"

    def _intent(self, opened: Opened) -> Intent:
        begun = time.monotonic()
        bench = self.bench
        source = opened.source
        request = bypass_request(bench, sha256_of(source))
        if request is not None:
            return bypassed_intent(bench, self.folder, self.path, opened, request)
        terms = bench.desk.terms(read_addresses(source), bench.today, bench.ledger, [self.folder.name])
        outcome = process(source, terms.settings, jobs=bench.jobs)
        fault("judged")
        if outcome.status is Status.PROCESSED:
            earlier = self._take_in(outcome, terms)
            fault("registered")
            if earlier is not None:
                reason = refusal_words(earlier)
                return self._refused(outcome.sha256, earlier.outcome, reason, outcome)
        return judged_intent(bench, self.folder, self.path, opened, outcome, terms, begun)

    def _take_in(self, outcome: Outcome, terms: Terms) -> Earlier | None:
        arrival = Arrival(
            job=self.folder.name,
            at=self.bench.now(),
            folder=self.bench.ledger.folder,
            name=self.path.name,
            sha256=outcome.sha256,
            size=outcome.size,
            interchanges=interchange_records(outcome.envelope),
        )
        refuses = terms.config.watch.repeated_control_number == "refuse"
        return take_in(self.bench.ledger.database, arrival, refuse_numbers=refuses)

    def _refused(
        self, digest: str, outcome: FileOutcome, reason: str, judged: Outcome | None = None
    ) -> Intent:
        bench = self.bench
        name = bench.free_name(self.path.name)
        staging = bench.staging(self.folder)
        words = f"{self._shown} was not processed: nothing of it is released.\n\n{reason}\n"
        staging.write(bench.place("failed") / f"{name}.reason.txt", [words.encode()])
        with self._original() as source:
            staging.write(bench.place("failed") / name, source.blocks())
            size = source.size
        staging.finish()
        now = bench.now()
        record = FileRecord(
            job=self.folder.name,
            kind=Kind.FILE,
            at=now,
            day=now.astimezone().date(),
            folder=bench.ledger.folder,
            name=self.path.name,
            output_name=name,
            sha256=digest,
            size=judged.size if judged else size,
            outcome=outcome,
            reason=reason,
            interchanges=interchange_records(judged.envelope) if judged else (),
            outputs=staging.outputs,
        )
        return Intent(
            record=record,
            moves=staging.moves,
            original=str(self.path),
            archive=str(bench.archived(self.path.name, name)),
            facts=audit_facts(record),
        )


def refusal_words(earlier: Earlier) -> str:
    """Return the sentence that says what stands in a file's way."""
    day = earlier.at[:10]
    if earlier.outcome is FileOutcome.DUPLICATE:
        return (
            f"The same content came on {day} as {earlier.name} and is not processed twice. If that file"
            " has claims that were kept back, correct them and send them with a new control number."
        )
    return (
        f"Its sender used interchange control number {earlier.control_number} (ISA13) on {day} already, in"
        f" {earlier.name}, for other content: let the practice system give the file a new number."
    )


def finish_job(folder: Path, intent: Intent, bench: Workbench) -> FileRecord:
    """Write a job's intent and carry it out.

    Raises:
        OutputError, LedgerError: to be tried again.
    """
    fault("staged")
    try:
        write_intent(folder, intent)
    except OSError as error:
        message = f"{folder}: cannot be written: {error.strerror}"
        raise OutputError(message) from error
    fault("intent")
    carry_out(folder, intent, bench.ledger)
    return intent.record
