"""Claims of an earlier file judged again: what passes now leaves in a file of its own.

The original is read from the archive. Of its claims only those that are still kept back can leave, so
that none is sent twice; the files in ``held/`` and ``rejected/`` are written anew without them.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import TYPE_CHECKING

import msgspec

from edi_guard.conservation import check_conservation
from edi_guard.engine import ListedClaims, Outcome, Status, process, sha256_of
from edi_guard.findings import Disposition, Severity
from edi_guard.folders import InputChangedError
from edi_guard.ledger.kept import Original, kept_of, original_of, output_hash
from edi_guard.ledger.records import FileOutcome, FileRecord, Kind, State, StateRecord
from edi_guard.ledger.requests import Asked
from edi_guard.masking import Hasher, Phi
from edi_guard.ordinals import Ordinals
from edi_guard.partition import Part, PartWriter
from edi_guard.report import make_report
from edi_guard.watch.addresses import read_addresses
from edi_guard.watch.facts import audit_facts
from edi_guard.watch.faults import fault
from edi_guard.watch.intent import Intent
from edi_guard.watch.opening import open_claims
from edi_guard.watch.verdict import sent_of
from edi_guard.written import written_reports
from edi_guard.x12 import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from edi_guard.engine import ClaimOutcome
    from edi_guard.ledger.requests import Request
    from edi_guard.watch.desk import Terms
    from edi_guard.watch.staging import JobStaging
    from edi_guard.watch.workbench import Workbench

_KEPT = {State.HELD: Disposition.HELD, State.REJECTED: Disposition.REJECTED}


class NothingLeavesError(Exception):
    """A request that lets no claim go; the sentence is its answer."""


@dataclass(frozen=True, slots=True)
class _Decision:
    """Where each claim that was kept back goes.

    Attributes:
        outcome: the verdict, of these claims only and with these dispositions.
        going: the claims that leave.
        left_out: all other claims of the file.
    """

    outcome: Outcome
    going: frozenset[int]
    left_out: frozenset[int]

    def ordinals(self, disposition: Disposition) -> frozenset[int]:
        """Return the claims that go somewhere."""
        return frozenset(c.ordinal for c in self.outcome.claims if c.disposition is disposition)


def rejudged_intent(bench: Workbench, folder: Path, request: Request) -> Intent:
    """Judge a file's kept claims again, and return the intent to let go what passes.

    Args:
        bench: folders, settings, memory.
        folder: the job's folder.
        request: for one claim (`release`) or all (`requeue`).

    Raises:
        NothingLeavesError: no claim can leave; the sentence says why.
        OutputError, LedgerError: to be tried again.
        ConfigError, PolicyErrors, ConservationError, InputChangedError: nothing may be released.
        WorkerDiedError: a process that helped died; nothing was done yet.
    """
    original = original_of(bench.ledger.database, request.target)
    path = bench.archived(original.name, original.output_name) if original else None
    if original is None or path is None or not path.is_file():
        message = "the file's original is not in the archive any more"
        raise NothingLeavesError(message)
    shown = f"{bench.places.inbox.name}/{original.name}"
    with open_claims(path, shown, bench.limits).source as source:
        if source.refusal:
            message = f"{path.name} in the archive cannot be read: {source.refusal}"
            raise NothingLeavesError(message)
        if sha256_of(source) != original.sha256:
            message = f"{original.output_name} in the archive is not what was processed"
            raise NothingLeavesError(message)
        terms = bench.desk.terms(read_addresses(source), bench.today, bench.ledger, [original.job])
        settings = replace(terms.settings, whole_file=False)
        outcome = process(source, settings, jobs=bench.jobs)
        fault("judged")
        decision = _decide(outcome, kept_of(bench.ledger.database, original.job), request)
        return _intent(bench, folder, original, source, decision, terms, request)


def withdrawn_intent(bench: Workbench, folder: Path, request: Request) -> Intent:
    """Return the intent to close a claim that was kept back, because a person said so.

    Raises:
        NothingLeavesError: it is not kept back any more.
        LedgerError: to be tried again.
    """
    original = original_of(bench.ledger.database, request.target)
    if original is None or request.ordinal not in kept_of(bench.ledger.database, request.target):
        message = "the claim is not kept back any more"
        raise NothingLeavesError(message)
    states = (StateRecord(original.job, request.ordinal, State.WITHDRAWN, request.reason),)
    record = _record(bench, folder, original, original.output_name, request, Kind.WITHDRAW, states)
    return Intent(record=record, facts=audit_facts(record) | {"reason": request.reason})


# ------------------------------------------------------------------------- decide


def _decide(outcome: Outcome, kept: Mapping[int, State], request: Request) -> _Decision:
    if outcome.status is Status.FAILED:
        rules = ", ".join(dict.fromkeys(shared.finding.rule for shared in outcome.findings))
        message = f"the file would be refused whole now: {rules}"
        raise NothingLeavesError(message)
    verdicts = {claim.ordinal: claim for claim in outcome.claims if claim.ordinal in kept}
    passing = {n for n, claim in verdicts.items() if claim.disposition is Disposition.CLEAN}
    going = _with_pairs(request.ordinal, passing, verdicts) if request.kind is Asked.RELEASE else passing
    if not going:
        raise NothingLeavesError(_still_kept(outcome, verdicts, request))
    claims = []
    for ordinal, claim in sorted(verdicts.items()):
        where = Disposition.CLEAN if ordinal in going else _KEPT[kept[ordinal]]
        if request.kind is Asked.REQUEUE:
            where = claim.disposition
        claims.append(replace(claim, disposition=where))
    findings = tuple(shared for shared in outcome.findings if not kept.keys().isdisjoint(shared.affects))
    restricted = replace(outcome, claims=ListedClaims(claims), findings=findings)
    others = frozenset(claim.ordinal for claim in outcome.claims) - verdicts.keys()
    return _Decision(restricted, frozenset(going), others)


def _with_pairs(ordinal: int, passing: set[int], verdicts: Mapping[int, ClaimOutcome]) -> set[int]:
    """Return the claim that was asked for, with the claims that waited for it or that it waited for."""
    if ordinal not in passing:
        return set()
    going, found = set[int](), {ordinal}
    while found:
        going |= found
        found = {
            other
            for n in going
            for other in _neighbours(n, verdicts)
            if other in passing and other not in going
        }
    return going


def _neighbours(ordinal: int, verdicts: Mapping[int, ClaimOutcome]) -> set[int]:
    mine = {n for line in verdicts[ordinal].target_lines for n in line.primary_claims}
    theirs = {
        n
        for n, claim in verdicts.items()
        if any(ordinal in line.primary_claims for line in claim.target_lines)
    }
    return mine | theirs


def _still_kept(outcome: Outcome, verdicts: Mapping[int, ClaimOutcome], request: Request) -> str:
    if not verdicts:
        return "no claim of the file is kept back any more"
    if request.kind is Asked.REQUEUE:
        return f"none of the {len(verdicts)} claims that are kept back passes now"
    claim = verdicts.get(request.ordinal)
    if claim is None:
        return "the claim is not kept back any more"
    findings = list(claim.findings)
    findings += [shared.finding for shared in outcome.findings if claim.ordinal in shared.affects]
    rules = [finding.rule for finding in findings if finding.severity >= Severity.HOLD]
    return f"the claim is still kept back by {', '.join(dict.fromkeys(rules)) or 'the mode'}"


# ------------------------------------------------------------------------- write


def _intent(
    bench: Workbench,
    folder: Path,
    original: Original,
    source: Source,
    decision: _Decision,
    terms: Terms,
    request: Request,
) -> Intent:
    name = _released_name(bench, original)
    staging = bench.staging(folder)
    report = make_report(decision.outcome, Phi(terms.config.phi), Hasher())
    for suffix, blocks in written_reports(report).items():
        staging.write(bench.place("reports") / f"{name}{suffix}", blocks)
    removals = _write_parts(bench, staging, original, source, decision, name)
    sent = sent_of(staging, bench.place("clean") / name, len(decision.going), split=False)
    staging.finish()
    states = tuple(_states(original, decision, kept_of(bench.ledger.database, original.job), request))
    record = _record(bench, folder, original, name, request, Kind.REJUDGE, states)
    record = msgspec.structs.replace(record, sent=sent, outputs=staging.outputs)
    return Intent(
        record=record,
        moves=staging.moves,
        removals=tuple(map(str, removals)),
        facts=audit_facts(record) | {"reason": request.reason, "released": len(decision.going)},
    )


def _released_name(bench: Workbench, original: Original) -> str:
    path = PurePath(original.output_name)
    number = 1
    while True:
        wanted = f"{path.stem}.released-{number}{path.suffix}"
        if bench.free_name(wanted) == wanted:
            return wanted
        number += 1


def _write_parts(
    bench: Workbench,
    staging: JobStaging,
    original: Original,
    source: Source,
    decision: _Decision,
    name: str,
) -> list[Path]:
    """Write the parts and prove them; return the files that have nothing left in them.

    The file of the claims that leave comes last, as it must not be seen before they are gone elsewhere.
    """
    removals: list[Path] = []
    with contextlib.ExitStack() as stack:
        parts: dict[Disposition, Source] = {}
        unwritten: set[int] = set()
        for disposition in reversed(Disposition):
            ordinals = decision.ordinals(disposition)
            if disposition is Disposition.CLEAN:
                target = bench.place("clean") / name
            else:
                target = bench.place(disposition.value) / original.output_name
                if not _is_ours(bench, disposition, target):
                    unwritten |= ordinals
                    continue
            if not ordinals:
                removals.append(target)
                continue
            part = Part(Ordinals(ordinals), bench.numbers)
            path = staging.write(target, PartWriter(source, decision.outcome.plans, part).blocks())
            parts[disposition] = stack.enter_context(Source.from_path(path))
        claims = [claim for claim in decision.outcome.claims if claim.ordinal not in unwritten]
        left_out = decision.left_out | unwritten
        check_conservation(source, claims, decision.outcome.plans, parts, left_out=left_out)
        if sha256_of(source) != original.sha256 or source.is_changed():
            message = "the archived file was changed while it was read"
            raise InputChangedError(message)
    return [path for path in removals if path.parent != bench.place("clean")]


def _is_ours(bench: Workbench, disposition: Disposition, path: Path) -> bool:
    """Whether a file of claims still stands as it was written: a person's own changes are left alone."""
    if not path.is_file():
        return False
    with Source.from_path(path) as source:
        return sha256_of(source) == output_hash(bench.ledger.database, disposition.value, path.name)


def _states(
    original: Original, decision: _Decision, kept: Mapping[int, State], request: Request
) -> Iterable[StateRecord]:
    for claim in decision.outcome.claims:
        if claim.ordinal in decision.going:
            yield StateRecord(
                original.job, claim.ordinal, State.RELEASED, f"{request.person}: {request.reason}"
            )
        elif State(claim.disposition.value) is not kept[claim.ordinal]:
            yield StateRecord(original.job, claim.ordinal, State(claim.disposition.value), "judged again")


def _record(
    bench: Workbench,
    folder: Path,
    original: Original,
    output_name: str,
    request: Request,
    kind: Kind,
    states: tuple[StateRecord, ...],
) -> FileRecord:
    now = bench.now()
    released = sum(state.state is State.RELEASED for state in states)
    return FileRecord(
        job=folder.name,
        kind=kind,
        at=now,
        day=now.astimezone().date(),
        folder=bench.ledger.folder,
        name=original.name,
        output_name=output_name,
        sha256=original.sha256,
        size=0,
        outcome=FileOutcome.PROCESSED,
        reason=f"{released} claims released" if kind is Kind.REJUDGE else "withdrawn",
        person=request.person,
        source_job=original.job,
        request=request.id,
        states=states,
    )
