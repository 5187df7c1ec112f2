"""A whole back-test: what was read, how it belongs together, and every line judged."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from edi_guard.backtest.buckets import Buckets
from edi_guard.backtest.claim_join import answers_of, join_claims
from edi_guard.backtest.expected import ExpectedPayments
from edi_guard.backtest.judge import judged_lines
from edi_guard.backtest.rejection import join_rejections
from edi_guard.remittance import imbalances

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edi_guard.backtest.answers import Answers
    from edi_guard.backtest.claim_join import Join
    from edi_guard.backtest.judged import JudgedLine
    from edi_guard.backtest.rejection import Rejections
    from edi_guard.backtest.replay import Hits, Replayed
    from edi_guard.backtest.sent import SentClaim
    from edi_guard.remittance import Remittance
    from edi_guard.responses import Responses


@dataclass(slots=True)
class Inputs:
    """What was read.

    Attributes:
        claim_files: files of claims.
        remittance_files: files of remittances.
        response_files: files of acknowledgments.
        unusable: files that could not be used, each with the reason.
        repeated: files that hold the same as an earlier one, each with that one; they count once.
        refused: files of claims that edi-guard refuses whole, each with the rules that refuse them.
        imbalances: sums in remittances that do not add up.
        unreadable: amounts and days in remittances that cannot be read.
        unchecked: for each rule that says what could not be checked, how often.
    """

    claim_files: int = 0
    remittance_files: int = 0
    response_files: int = 0
    unusable: dict[str, str] = field(default_factory=dict)
    repeated: dict[str, str] = field(default_factory=dict)
    refused: dict[str, tuple[str, ...]] = field(default_factory=dict)
    imbalances: int = 0
    unreadable: int = 0
    unchecked: Counter[str] = field(default_factory=Counter)


class Gathering:
    """Collects claims and answers, file after file; the files of claims first.

    A file may be given as both, in a folder with everything: it is used as what it is.
    """

    def __init__(self) -> None:
        self.inputs = Inputs()
        self.claims: list[SentClaim] = []
        self.hits: dict[tuple[str, int], Hits] = {}
        self._remittances: list[tuple[str, Remittance]] = []
        self._responses: list[Responses] = []
        # Files by what is in them.
        self._with_claims: dict[str, str] = {}
        self._without_claims: defaultdict[str, list[str]] = defaultdict(list)
        self._with_answers: dict[str, str] = {}

    def take_claims(self, path: str, replayed: Replayed) -> bool:
        """Take a file of claims, and return whether it counts: one that was given before does not."""
        if replayed.claims and self._is_repeated(path, replayed.sha256, self._with_claims):
            return False
        self.inputs.claim_files += 1
        self.claims += replayed.claims
        self.hits |= replayed.hits
        self.inputs.unchecked.update(replayed.unchecked)
        if not replayed.claims:
            self._without_claims[replayed.sha256].append(path)
            by = f" ({', '.join(replayed.refused)})" if replayed.refused else ""
            self.inputs.unusable[path] = f"no claims can be read: {replayed.why or 'there are none'}{by}"
        elif replayed.refused:
            self.inputs.refused[path] = replayed.refused
        return True

    def refuse_claims(self, path: str, why: str) -> None:
        """Take note of a file of claims that cannot be used."""
        self.inputs.claim_files += 1
        self.inputs.unusable[path] = why

    def take_answers(self, path: str, answers: Answers) -> None:
        """Take a file of answers."""
        if self._is_repeated(path, answers.sha256, self._with_answers):
            return
        for given in self._without_claims.pop(answers.sha256, ()):
            self.inputs.claim_files -= 1
            del self.inputs.unusable[given]
        if answers.responses is not None:
            self.inputs.response_files += 1
            self._responses.append(answers.responses)
            return
        self.inputs.remittance_files += 1
        for one in answers.remittances:
            self.inputs.imbalances += len(imbalances(one))
            self.inputs.unreadable += len(one.unreadable)
            self._remittances.append((path, one))

    def refuse_answers(self, path: str, why: str, sha256: str = "") -> None:
        """Take note of a file of answers that cannot be used, unless it was used as a file of claims."""
        if sha256 in self._with_claims:
            return
        self.inputs.remittance_files += 1
        self.inputs.unusable[path] = why

    def _is_repeated(self, path: str, sha256: str, known: dict[str, str]) -> bool:
        if sha256 not in known:
            if sha256:
                known[sha256] = path
            return False
        self.inputs.repeated[path] = known[sha256]
        return True

    def study(self, setup: Setup) -> Study:
        """Join what was collected, and judge it."""
        join = join_claims(self.claims, answers_of(self._remittances))
        rejections = join_rejections(self.claims, self._responses)
        lines = list(judged_lines(join, self.hits, rejections.claims, setup.shadow))
        return Study(self.inputs, join, rejections, lines, setup)

    def judged_as(self, study: Study, hits: Mapping[tuple[str, int], Hits], setup: Setup) -> Study:
        """Return the same claims and answers, judged by other rules."""
        lines = list(judged_lines(study.join, hits, study.rejections.claims, setup.shadow))
        return Study(self.inputs, study.join, study.rejections, lines, setup)


@dataclass(frozen=True)
class Setup:
    """What the rules promise, and how they run.

    Attributes:
        predicted: the reasons that each rule predicts.
        shadow: rules that run in shadow.
        buckets: what kind of denial a reason is.
    """

    predicted: Mapping[str, frozenset[str]]
    shadow: frozenset[str] = frozenset()
    buckets: Buckets = field(default_factory=Buckets)


@dataclass(frozen=True)
class Study:
    """What was read, how it belongs together, and every sent line judged.

    Attributes:
        inputs: what was read.
        join: the claims with their answers.
        rejections: the claims that were turned back.
        lines: every sent line, judged.
        setup: what the rules promise.
    """

    inputs: Inputs
    join: Join
    rejections: Rejections
    lines: list[JudgedLine]
    setup: Setup

    @cached_property
    def expected(self) -> ExpectedPayments:
        """What is usually paid."""
        return ExpectedPayments(self.lines)
