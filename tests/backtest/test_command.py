"""``edi-guard backtest`` on simulated pairs, and on what it cannot use."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.backtest.simulator import Simulator
from tests.cli.command import run

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def pairs(tmp_path: Path) -> Simulator:
    made = Simulator(7, 120)
    for folder, name, text in (("claims", "a.837", made.claims()), ("remits", "a.835", made.remittances())):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / name).write_text(text, encoding="ascii")
    return made


def test_the_planted_truth_is_reported(pairs: Simulator, tmp_path: Path) -> None:
    done = run("backtest", "--claims", "claims", "--remits", "remits", "--format", "json", cwd=tmp_path)
    assert done.code == 0, done.err
    found = json.loads(done.out)
    truth = pairs.truth
    assert found["join"]["answered"] == 120 - len(truth.unanswered)
    assert found["join"]["reversed"] == len(truth.reversed)
    assert found["join"]["unjoined"] == {}
    (rule,) = [one for one in found["rules"] if one["rule"] == "THER101"]
    assert rule["hits"] == len(truth.faulty)
    assert rule["precision"]["count"] == len(truth.denied)
    assert rule["precision"]["total"] == len(truth.faulty - truth.unanswered)
    assert rule["recall"]["share"] == 1
    assert float(rule["denied"]) == 120 * len(truth.denied)
    assert float(found["total"]["dollars_denied"]) == 120 * (len(truth.denied) + len(truth.other))
    # A dozen claims at least were denied for something else; of fewer than eleven no share would be shown.
    assert found["payers"] == [{"name": "60054", **found["total"]}]


def test_in_words_and_without_patients(pairs: Simulator, tmp_path: Path) -> None:
    done = run("backtest", "--claims", "claims", "--remits", "remits", cwd=tmp_path)
    assert done.code == 0, done.err
    assert "THER101" in done.out
    assert "Denied lines" in done.out
    for marked in ("SIM0", "JANE", "DOE", "W0000"):
        assert marked not in done.out + done.err
    assert pairs.truth.denied


def test_what_cannot_be_used_is_named_and_the_rest_is_measured(pairs: Simulator, tmp_path: Path) -> None:
    (tmp_path / "remits" / "b.835").write_text(pairs.remittances()[:-40], encoding="ascii")
    (tmp_path / "claims" / "b.837").write_text("Dear Sir", encoding="ascii")
    done = run("backtest", "--claims", "claims", "--remits", "remits", "--format", "json", cwd=tmp_path)
    assert done.code == 3
    found = json.loads(done.out)
    assert sorted(found["inputs"]["refused"]) == ["claims/b.837", "remits/b.835"]
    assert found["join"]["claims"] == 120
    # Of a broken file nothing counts, not even what was whole before the break.
    assert found["join"]["unjoined"] == {}
    assert found["join"]["answered"] == found["join"]["answers"] == 120 - len(pairs.truth.unanswered)


def test_shares_of_few_cases_are_not_shown(tmp_path: Path) -> None:
    made = Simulator(7, 5)
    (tmp_path / "a.837").write_text(made.claims(), encoding="ascii")
    (tmp_path / "a.835").write_text(made.remittances(), encoding="ascii")
    done = run("backtest", "--claims", "a.837", "--remits", "a.835", cwd=tmp_path)
    assert done.code == 0
    assert "too few" in done.out
    assert "%" not in done.out
