"""Judges one input: the one entry to everything below.

Pure: the same bytes and settings give the same outcome. A rule that crashes lets the exception out,
so that nothing of the file is released.
"""

from __future__ import annotations

import hashlib
from functools import cache
from typing import TYPE_CHECKING

from edi_guard.engine.across import look_across
from edi_guard.engine.crew import ForkedCrew
from edi_guard.engine.outcome import Outcome, SharedFinding, Status
from edi_guard.engine.outcome_claims import ListedClaims
from edi_guard.engine.reading import read_file, read_file_in_parts
from edi_guard.engine.second_pass import SecondPass
from edi_guard.engine.sectioned import RepairsWithdrawnError
from edi_guard.findings import Severity
from edi_guard.ordinals import Ordinals
from edi_guard.reference.place_of_service import shipped_tables
from edi_guard.rules.context import Context
from edi_guard.rules.envelope_faults import REFUSES
from edi_guard.rules.facts import FileFacts
from edi_guard.rules.ruleset import Ruleset
from edi_guard.rules.subjects import InputFile
from edi_guard.workers import jobs_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from edi_guard.engine.crew import Crew
    from edi_guard.engine.settings import Settings
    from edi_guard.engine.work import FirstPass, Progress
    from edi_guard.x12 import Source


def process(
    source: Source,
    settings: Settings,
    progress: Progress | None = None,
    jobs: int = 1,
    hire: Callable[[Source, Context], Crew] | None = None,
) -> Outcome:
    """Judge an input.

    Args:
        source: the bytes; they are read twice and must not change meanwhile.
        settings: the clock, the tables, the rules.
        progress: is told how far the reading is, transaction set by transaction set.
        jobs: how many processes work on it; the verdict is the same.
        hire: gives the crew that works on it in place of these processes.

    Returns:
        the verdict; with status `failed` and no claims when the file is refused whole.

    Raises:
        WorkerDiedError: one of several processes died; nothing is known of the file.
    """
    jobs = jobs_for(source.size, jobs)
    digest = sha256_of(source)

    def forked(source: Source, context: Context) -> Crew:
        return ForkedCrew(source, settings, context, jobs)

    in_parts = hire is not None or jobs > 1
    first, context, crew = _first_pass(source, settings, progress, hire or forked, in_parts=in_parts)
    refusals = _refusals(first, context)
    if refusals:
        return _refused(source, digest, settings, first, refusals)
    look_across(first.work, source, settings.ruleset, context)
    second = SecondPass(first.work, first.claims, source, settings, context)
    second.judge_file(InputFile(first.envelope, first.claims))
    second.judge_all(crew)
    return _outcome(source, digest, settings, first, second)


def _first_pass(
    source: Source,
    settings: Settings,
    progress: Progress | None,
    hire: Callable[[Source, Context], Crew],
    *,
    in_parts: bool,
) -> tuple[FirstPass, Context, Crew]:
    """Return what the first pass found, the context with the facts of the file, and the crew."""
    unmended: set[int] = set()
    while True:
        context = context_of(settings, FileFacts())
        crew = hire(source, context)
        try:
            if in_parts:
                first = read_file_in_parts(source, settings, context, crew, progress, unmended)
            else:
                first = read_file(source, settings, context, progress, unmended)
        except RepairsWithdrawnError as withdrawn:
            unmended.add(withdrawn.ordinal)
        else:
            return first, context, crew


def context_of(settings: Settings, facts: FileFacts) -> Context:
    """Return what rules are handed besides the thing they look at."""
    return Context(
        today=settings.today,
        policies=settings.policies,
        facts=facts,
        tables=settings.tables or shipped_tables(),
        manifest=settings.manifest,
        history=settings.history,
        usage=settings.usage,
    )


def sha256_of(source: Source) -> str:
    """Return the SHA-256 of an input's bytes, in hexadecimal."""
    digest = hashlib.sha256()
    for block in source.blocks():
        digest.update(block)
    return digest.hexdigest()


def _refusals(first: FirstPass, context: Context) -> tuple[SharedFinding, ...]:
    """Return why the file is refused whole; whoever selects rules cannot switch this off."""
    rules = _refusing_rules()
    claims = first.claims or len(first.broken)
    findings = list(rules.run(InputFile(first.envelope, claims), context))
    for transaction in first.broken:
        findings += rules.run(transaction, context)
    if first.broken and not findings:
        message = "a broken hierarchy that no rule names"
        raise RuntimeError(message)
    return tuple(SharedFinding(f.at_severity(Severity.REJECT), Ordinals()) for f in findings)


@cache
def _refusing_rules() -> Ruleset:
    return Ruleset(select=sorted(REFUSES))


def _refused(
    source: Source,
    digest: str,
    settings: Settings,
    first: FirstPass,
    refusals: tuple[SharedFinding, ...],
) -> Outcome:
    return Outcome(
        name=source.name,
        sha256=digest,
        size=source.size,
        today=settings.today,
        status=Status.FAILED,
        rules_version=settings.ruleset.version,
        policies_version=settings.policies.version,
        claims=ListedClaims(),
        findings=refusals,
        repairs=(),
        envelope=first.envelope,
    )


def _outcome(
    source: Source, digest: str, settings: Settings, first: FirstPass, second: SecondPass
) -> Outcome:
    verdicts = second.verdicts()
    plans = tuple(work.plan for work in first.work)
    return Outcome(
        name=source.name,
        sha256=digest,
        size=source.size,
        today=settings.today,
        status=Status.PROCESSED,
        rules_version=settings.ruleset.version,
        policies_version=settings.policies.version,
        claims=verdicts.claims,
        findings=verdicts.findings,
        repairs=verdicts.repairs,
        envelope=first.envelope,
        edits=(*second.file_edits, *(edit for plan in plans for edit in plan.home_edits)),
        plans=plans,
    )
