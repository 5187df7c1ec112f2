"""Runs the rules over what was sent, with the clock and the tables of the time.

A claim is judged as of the day of its file's first batch (BHT04), with the tables that were in force by then:
what a later table says, nobody could have known. Files that are refused whole are read all the same, as far
as they hold claims: a payer may have answered them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from edi_guard.backtest.sent import batch_of, sent_claim
from edi_guard.claims import claim_kind, read_claims, read_day
from edi_guard.engine import Status, process
from edi_guard.findings import Severity
from edi_guard.reference.place_of_service import shipped_tables
from edi_guard.sharing import Sharing
from edi_guard.x12 import EnvelopeReader, IsaFault, read_delimiters

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from edi_guard.backtest.sent import SentClaim
    from edi_guard.claims import Transaction
    from edi_guard.engine import Outcome as Verdict
    from edi_guard.engine import Settings
    from edi_guard.engine.work import Progress
    from edi_guard.findings import Finding
    from edi_guard.x12 import Source

Hits = dict[int, dict[str, Severity]]
"""For each line's number, the rules that hit it; number 0 is for the claim as a whole."""

Clock = Callable[["Settings", "date | None"], "Settings"]
"""Returns settings as they were on a day; the day is None when a file states none."""

# A rule's code by which it says that something could not be checked; of files as such it says other things.
_UNCHECKED = "9"
_FILES = "ENV"
# A first batch stands within so many characters.
_HEAD = 16_384


@dataclass(slots=True)
class Replayed:
    """A file of claims with what the rules say of each.

    Attributes:
        claims: in file order.
        hits: for each claim's key, what the rules say.
        refused: the rules by which the file is refused whole; its claims may be incomplete then.
        why: the first reason for that in words; empty where the file is not refused.
        unchecked: for each rule that says what could not be checked, of how many claims.
        sha256: of the file's bytes.
    """

    claims: list[SentClaim] = field(default_factory=list)
    hits: dict[tuple[str, int], Hits] = field(default_factory=dict)
    refused: tuple[str, ...] = ()
    why: str = ""
    unchecked: Counter[str] = field(default_factory=Counter)
    sha256: str = ""


def as_of_claim(settings: Settings, day: date | None) -> Settings:
    """Return settings with the clock and the tables of a day."""
    if day is None:
        return settings
    tables = settings.tables or shipped_tables()
    return replace(settings, today=day, tables=tables.as_of(day))


def as_of(day: date) -> Clock:
    """Return a clock that stands still: every claim is judged as of one day."""

    def stand_still(settings: Settings, _: date | None) -> Settings:
        return as_of_claim(settings, day)

    return stand_still


def batch_day(source: Source) -> date | None:
    """Return the day of a file's first batch (BHT04); None when there is none that can be read."""
    head = source.read(0, _HEAD)
    text = head[max(head.find("ISA"), 0) :]
    delimiters = read_delimiters(text)
    if isinstance(delimiters, IsaFault):
        return None
    for piece in text.split(delimiters.segment):
        name, *elements = piece.strip().split(delimiters.element)
        if name == "BHT":
            return read_day(elements[3].strip()) if len(elements) > 3 else None
    return None


def replay(
    source: Source,
    settings: Settings,
    clock: Clock = as_of_claim,
    progress: Progress | None = None,
    jobs: int = 1,
) -> Replayed:
    """Return the claims of a file, each with what the rules say of it.

    Args:
        source: a file of claims as it was sent.
        settings: the rules, mappings and tables; `today` counts where a file states no day.
        clock: as of when claims are judged.
        progress: is told how far the reading is.
        jobs: how many processes work on it.

    Raises:
        WorkerDiedError: one of several processes died.
    """
    verdict = process(source, clock(settings, batch_day(source)), progress, jobs)
    made = Replayed(sha256=verdict.sha256)
    if verdict.status is Status.FAILED:
        _take_refused(source, verdict, made)
    else:
        _take_judged(source, verdict, made)
    return made


def _take_judged(source: Source, verdict: Verdict, made: Replayed) -> None:
    hits: defaultdict[int, Hits] = defaultdict(dict)
    for claim in verdict.claims.remarkable():
        for finding in claim.findings:
            _note(finding, (claim.ordinal,), finding.line or 0, hits, made)
    for one in verdict.findings:
        _note(one.finding, one.affects, 0, hits, made)
    made.hits = {(source.name, ordinal): said for ordinal, said in hits.items()}
    sharing = Sharing()
    for plan in verdict.plans:
        # As it was sent: without the repairs that would have been made.
        _take(replace(plan, edits=()).read(source), source.name, made, sharing)


def _take_refused(source: Source, verdict: Verdict, made: Replayed) -> None:
    made.refused = tuple(dict.fromkeys(one.finding.rule for one in verdict.findings))
    made.why = verdict.findings[0].finding.message
    sharing = Sharing()
    for text in EnvelopeReader(source):
        kind = claim_kind(text.span.version or text.span.group.version)
        if text.span.kind == "837" and kind is not None:
            _take(read_claims(text, kind, len(made.claims) + 1), source.name, made, sharing)
    made.hits = {claim.key: {0: dict.fromkeys(made.refused, Severity.REJECT)} for claim in made.claims}


def _take(transaction: Transaction, file: str, made: Replayed, sharing: Sharing) -> None:
    batch = batch_of(transaction.text)
    made.claims += [sent_claim(claim, file, batch, sharing) for claim in transaction.claims]
    transaction.dissolve()


def _note(
    finding: Finding, ordinals: Sequence[int], line: int, hits: defaultdict[int, Hits], made: Replayed
) -> None:
    """Note what is said of a line, or with 0 of whole claims."""
    severity = finding.shadow or finding.severity
    if severity > Severity.INFO:
        for ordinal in ordinals:
            said = hits[ordinal].setdefault(line, {})
            said[finding.rule] = max(severity, said.get(finding.rule, severity))
    elif finding.rule[-3] == _UNCHECKED and not finding.rule.startswith(_FILES):
        made.unchecked[finding.rule] += len(ordinals)
    # What else is only said for information was never meant to stop anything.


def hits_of_lines(claim: SentClaim, hits: Hits) -> Iterator[dict[str, Severity]]:
    """Yield, for each line of a claim, the rules that hit the line or the claim as a whole."""
    whole = hits.get(0, {})
    for line in claim.lines:
        own = hits.get(line.number)
        if not own:
            yield whole
            continue
        severer = {rule: max(severity, whole.get(rule, severity)) for rule, severity in own.items()}
        yield {**whole, **severer}
