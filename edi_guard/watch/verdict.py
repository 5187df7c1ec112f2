"""What a judged file becomes: its outputs under temporary names, and the intent to let them go."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from edi_guard.config import ack_settings
from edi_guard.engine import Status
from edi_guard.findings import Disposition
from edi_guard.folders import Bundle, stage_bundle
from edi_guard.ledger.records import FileOutcome, FileRecord, Kind, SentRecord
from edi_guard.masking import Hasher, Phi
from edi_guard.report import make_report
from edi_guard.watch.addresses import interchange_records, read_addresses
from edi_guard.watch.facts import audit_facts
from edi_guard.watch.intent import Intent
from edi_guard.watch.names import outgoing_name
from edi_guard.watch.record import (
    claim_records,
    finding_records,
    repair_records,
    sent_records,
    total_of,
)
from edi_guard.written import reason_of, reports_beside
from edi_guard.x12 import Source

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from edi_guard.engine import Outcome
    from edi_guard.folders import Acknowledgments
    from edi_guard.partition import ControlNumbers
    from edi_guard.watch.desk import Terms
    from edi_guard.watch.opening import Opened
    from edi_guard.watch.staging import JobStaging
    from edi_guard.watch.workbench import Workbench


@dataclass(frozen=True, slots=True)
class _Renaming:
    """Writes the clean file under the name that it has when it leaves."""

    staging: JobStaging
    clean: Path
    leaving: Path

    def write(self, target: Path, blocks: Iterable[bytes]) -> Path:
        return self.staging.write(self.leaving if target == self.clean else target, blocks)


def judged_intent(
    bench: Workbench,
    folder: Path,
    path: Path,
    opened: Opened,
    outcome: Outcome,
    terms: Terms,
    begun: float,
) -> Intent:
    """Write a judged file's outputs under temporary names and return the intent to release them.

    Args:
        bench: folders, settings, memory.
        folder: the job's folder.
        path: the file in it.
        opened: its claims, open.
        outcome: its verdict.
        terms: what counts for it.
        begun: when the work began, on the monotonic clock.

    Raises:
        OutputError, LedgerError: to be tried again.
        ConservationError, InputChangedError: nothing may be released.
    """
    source = opened.source
    failed = outcome.status is Status.FAILED
    # What is refused is given back as it came, also where it is packed.
    name = bench.free_name(path.name if failed else opened.name, path.name)
    report = make_report(outcome, Phi(terms.config.phi), Hasher())
    numbers = bench.numbers
    acks = _acks(bench, source, outcome, terms, numbers)
    staging = bench.staging(folder)
    leaving = _leaving(bench, folder.name, name, source, outcome, terms)
    writer = _Renaming(staging, bench.place("clean") / name, leaving)
    with contextlib.ExitStack() as stack:
        stack.callback(numbers.settle)
        written = stack.enter_context(Source.from_path(path)) if failed else source
        texts = stack.enter_context(reports_beside(report, bench.jobs))
        bundle = Bundle(name, written, outcome, texts, reason_of(report), acks)
        stage_bundle(bundle, writer, bench.place, numbers, numbers.settle)
    sent = sent_of(staging, leaving, outcome.count_of(Disposition.CLEAN), split=terms.split_interchanges)
    staging.finish()
    now = bench.now()
    record = FileRecord(
        job=folder.name,
        kind=Kind.FILE,
        at=now,
        day=now.astimezone().date(),
        folder=bench.ledger.folder,
        name=path.name,
        output_name=name,
        sha256=outcome.sha256,
        size=outcome.size,
        outcome=FileOutcome.FAILED if failed else FileOutcome.PROCESSED,
        reason=_refusal(outcome) if failed else "",
        rules=outcome.rules_version[:80],
        policies=outcome.policies_version[:80],
        seconds=round(time.monotonic() - begun, 3),
        total=total_of(outcome),
        interchanges=interchange_records(outcome.envelope),
        sent=sent,
        outputs=staging.outputs,
        claims=claim_records(source, outcome, terms.settings.policies, bench.ledger.keyed),
        findings=finding_records(outcome),
        repairs=repair_records(outcome),
    )
    return Intent(
        record=record,
        moves=staging.moves,
        original=str(path),
        archive=str(bench.archived(path.name, name)),
        facts=audit_facts(record),
    )


def _acks(
    bench: Workbench, source: Source, outcome: Outcome, terms: Terms, numbers: ControlNumbers
) -> Acknowledgments:
    from edi_guard.acks import acknowledgments

    local = bench.now().astimezone()
    made = acknowledgments(source, outcome, ack_settings(terms.config), numbers, local, bench.jobs)
    return {kind.suffix: blocks for kind, blocks in made.items()}


def _leaving(bench: Workbench, job: str, name: str, source: Source, outcome: Outcome, terms: Terms) -> Path:
    """Return where the clean file belongs."""
    clean = bench.place("clean")
    if terms.outgoing_name == "{name}":
        return clean / name
    interchanges = outcome.envelope.interchanges
    control = interchanges[0].control_number if interchanges else ""
    local = bench.now().astimezone()
    wanted = outgoing_name(terms.outgoing_name, name, read_addresses(source), control, job, local)
    return clean / bench.free_name(wanted)


def sent_of(staging: JobStaging, leaving: Path, claims: int, *, split: bool) -> tuple[SentRecord, ...]:
    """Return what a receiver's answers to the clean file will name; cut it where that is wanted.

    Args:
        staging: holds the clean file, if there are clean claims.
        leaving: where it belongs.
        claims: how many claims it holds.
        split: whether each interchange leaves in a file of its own.
    """
    if not claims:
        return ()
    targets = staging.split(leaving) if split else [leaving]
    paths = staging.paths
    return tuple(sent for target in targets for sent in sent_records(paths[target], target.name, claims))


def _refusal(outcome: Outcome) -> str:
    """Return why a file was refused, in rule codes and sentences without patient data."""
    return "; ".join(f"{shared.finding.rule}: {shared.finding.message}" for shared in outcome.findings[:3])
