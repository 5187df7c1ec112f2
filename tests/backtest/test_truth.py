"""On simulated pairs, what is measured is what was planted, exactly."""

from __future__ import annotations

import pytest

from edi_guard.backtest.claim_join import answers_of, join_claims
from edi_guard.backtest.interval import Share
from edi_guard.backtest.measure import measure_all, measure_rules
from edi_guard.backtest.replay import judged_lines, replay
from edi_guard.remittance import imbalances, read_remittances
from edi_guard.x12 import Source
from tests.backtest.simulator import Simulator
from tests.conftest import make_settings


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_planted_truth_is_measured(seed: int) -> None:
    made = Simulator(seed, 200)
    truth = made.truth
    with Source.from_bytes(made.claims().encode("ascii"), "claims.837") as source:
        said = {claim.key: (claim, kind, hits) for claim, kind, hits in replay(source, make_settings())}
    with Source.from_bytes(made.remittances().encode("ascii"), "era.835") as source:
        remittances = list(read_remittances(source))
    assert [one for remittance in remittances for one in imbalances(remittance)] == []
    join = join_claims(
        (claim for claim, _, _ in said.values()), answers_of(("era.835", r) for r in remittances)
    )

    assert join.unjoined == ()
    assert {one.sent.id for one in join.claims if not one.answers} == truth.unanswered
    assert {one.sent.id for one in join.claims if one.reversed} == truth.reversed

    lines = list(judged_lines(join, {key: (kind, hits) for key, (_, kind, hits) in said.items()}))
    assert len(lines) == 400
    found = measure_rules(lines, {"THER101": frozenset({"107"})})["THER101"]
    answered = len(truth.faulty - truth.unanswered)
    assert (found.hits, found.undecided) == (len(truth.faulty), len(truth.faulty & truth.unanswered))
    assert found.precision == Share(len(truth.denied), answered)
    assert found.recall == Share(len(truth.denied), len(truth.denied))
    denied = len(truth.denied) + len(truth.other)
    fine = 2 * (200 - len(truth.unanswered)) - denied
    assert found.false_holds == Share(answered - len(truth.denied), fine)
    assert found.denied == 120 * len(truth.denied)
    assert found.charge == 120 * len(truth.faulty)
    assert found.paid_at_risk == 96 * (answered - len(truth.denied))

    total = measure_all(lines)
    assert total.denied == Share(denied, 2 * (200 - len(truth.unanswered)))
    assert total.caught == Share(len(truth.denied), denied)
    assert total.dollars_denied == 120 * denied
