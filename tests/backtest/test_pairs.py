"""Claims and remittances that others wrote: whatever they hold, nothing is dropped."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from edi_guard.backtest.answers import read_answers
from edi_guard.backtest.replay import replay
from edi_guard.backtest.study import Gathering, Setup
from edi_guard.remittance import RemittanceError
from edi_guard.x12 import Source
from tests.conftest import ROOT, make_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

CORPUS = ROOT.parent / "shared" / "corpus"


def pairs() -> Iterator[tuple[str, str]]:
    # The corpus is not part of the project: without it there is nothing to read, and the counts agree.
    if (CORPUS / "PAIRS.csv").is_file():
        with (CORPUS / "PAIRS.csv").open(encoding="utf-8") as stream:
            yield from ((row["claim_file"], row["companion_file"]) for row in csv.DictReader(stream))


def test_every_answer_is_joined_or_counted() -> None:
    gathering = Gathering()
    answers = refused = 0
    claim_files, answer_files = ({pair[at] for pair in pairs()} for at in (0, 1))
    for name in sorted(claim_files):
        with Source((CORPUS / name).open("rb"), name) as source:
            gathering.take_claims(name, replay(source, make_settings()))
    for name in sorted(answer_files):
        with Source.from_path(CORPUS / name) as source:
            try:
                found = read_answers(source)
            except RemittanceError as error:
                gathering.refuse_answers(name, str(error))
                refused += 1
                continue
        answers += sum(len(one.claims) for one in found.remittances)
        gathering.take_answers(name, found)
    study = gathering.study(Setup({}))
    assert study.inputs.claim_files == len(claim_files)
    read = {one.sent.key[0] for one in study.join.claims}
    unusable = {name for name in study.inputs.unusable if name in claim_files}
    assert read | unusable == claim_files
    assert len(study.inputs.unusable) == len(unusable) + refused
    # A reversal that is joined takes an answer with it, which is kept apart.
    joined = sum(len(one.answers) + 2 * len(one.reversed) for one in study.join.claims)
    assert joined + len(study.join.unjoined) == answers
    assert len(study.lines) == sum(len(one.sent.lines) for one in study.join.claims)
