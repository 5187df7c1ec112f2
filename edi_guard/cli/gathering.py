"""Reads the claims and answers of a back-test, on several processes, in the order given."""

from __future__ import annotations

import gc
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from edi_guard.backtest.answers import Answers, read_answers
from edi_guard.backtest.replay import Replayed, replay
from edi_guard.backtest.study import Gathering
from edi_guard.cli.judge import is_large
from edi_guard.cli.several import each_in_order
from edi_guard.engine import sha256_of
from edi_guard.remittance import RemittanceError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edi_guard.backtest.replay import Clock, Hits
    from edi_guard.cli.inputs import Input
    from edi_guard.cli.progress import Gauge
    from edi_guard.engine import Settings
    from edi_guard.workers import WorkerDiedError
    from edi_guard.x12 import Source


@dataclass(frozen=True, slots=True)
class Given:
    """A file, and as what it was given."""

    item: Input
    is_claims: bool

    @property
    def size(self) -> int:
        """Its bytes."""
        return self.item.content.size


@dataclass(slots=True)
class Gathered:
    """What was read.

    Attributes:
        gathering: the claims and the answers.
        others: for each further configuration what its rules say of the claims.
        died: whether a process died over a file.
    """

    gathering: Gathering
    others: list[dict[tuple[str, int], Hits]]
    died: bool = False


@dataclass(frozen=True, slots=True)
class _Judged:
    """A file of claims as it was judged; `others` by the further configurations."""

    replayed: Replayed
    others: list[dict[tuple[str, int], Hits]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Unusable:
    """Why a file cannot be used."""

    why: str
    sha256: str = ""


_Looked = _Judged | Answers | _Unusable


def gather(
    given: Sequence[Given], configured: Sequence[Settings], clock: Clock, jobs: int, gauge: Gauge
) -> Gathered:
    """Read claims and answers.

    Args:
        given: the files, those with claims first.
        configured: by whose rules claims are judged; the first one counts, others are compared with it.
        clock: as of when claims are judged.
        jobs: how many processes work.
        gauge: is told how far it is.
    """
    found = Gathered(Gathering(), [{} for _ in configured[1:]])

    def look(one: Given, jobs: int) -> _Looked:
        try:
            with one.item.content.open() as source:
                if not one.is_claims:
                    return _answers(source)
                judged = [replay(source, each, clock, gauge.progress, jobs) for each in configured]
                return _Judged(judged[0], [other.hits for other in judged[1:]])
        except OSError as error:
            return _Unusable(f"cannot be read: {error.strerror}")
        finally:
            # What one file leaves behind would stand among what is kept, and never be given back.
            gc.collect()
            # A process of its own is not to look at its tables again after each file.
            gc.freeze()

    results = each_in_order(given, jobs, look, lambda one: one.is_claims and is_large(one.size))
    for one, result in zip(given, results, strict=True):
        gauge.finish(one.size, _take(one, result, found))
        # What is kept is looked at again when all is read; until then nothing of it can be thrown away.
        gc.freeze()
    return found


def _answers(source: Source) -> Answers | _Unusable:
    if source.refusal:
        return _Unusable(source.refusal)
    sha256 = sha256_of(source)
    try:
        return replace(read_answers(source), sha256=sha256)
    except RemittanceError as error:
        return _Unusable(str(error), sha256)


def _take(given: Given, result: _Looked | WorkerDiedError, found: Gathered) -> int:
    """Take what was read of a file, and return how many claims it holds."""
    gathering, path = found.gathering, given.item.path
    if isinstance(result, _Judged):
        if gathering.take_claims(path, result.replayed):
            for known, hits in zip(found.others, result.others, strict=True):
                known.update(hits)
        return len(result.replayed.claims)
    if isinstance(result, Answers):
        gathering.take_answers(path, result)
    elif isinstance(result, _Unusable):
        _refuse(given, result.why, result.sha256, gathering)
    else:
        found.died = True
        _refuse(given, f"not looked at: {result}", "", gathering)
    return 0


def _refuse(given: Given, why: str, sha256: str, gathering: Gathering) -> None:
    if given.is_claims:
        gathering.refuse_claims(given.item.path, why)
    else:
        gathering.refuse_answers(given.item.path, why, sha256)
