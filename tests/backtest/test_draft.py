"""A draft is always a mapping that can be loaded, whatever claims wrote into their codes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edi_guard.backtest.buckets import Buckets
from edi_guard.backtest.draft import draft_policies
from edi_guard.backtest.gaps import find_gaps
from edi_guard.backtest.judged import LEAST_CASES
from edi_guard.backtest.outcome import Decision, Outcome
from edi_guard.policy import load_policies
from tests.backtest.making import judged

if TYPE_CHECKING:
    from pathlib import Path

    from edi_guard.backtest.judged import JudgedLine

PAID = Outcome(Decision.PAID, Decimal(0), Decimal(80), (), ())
TODAY = date(2026, 11, 24)


def denied(reason: str) -> Outcome:
    return Outcome(Decision.DENIED, Decimal(100), Decimal(0), (reason,), ())


def drafts(lines: list[JudgedLine]) -> dict[str, str]:
    return draft_policies(find_gaps(lines, Buckets()), lambda code: code == "G4000", TODAY)


def load(made: dict[str, str], folder: Path) -> None:
    for number, text in enumerate(made.values()):
        (folder / f"draft-{number}.xml").write_text(text, encoding="utf-8")
    load_policies([folder])
    for file in folder.iterdir():
        file.unlink()


def group(reason: str, number: int = LEAST_CASES, code: str = "73721", place: str = "19") -> list[JudgedLine]:
    return [judged(denied(reason), {}, code=code, place=place, beside=("99213",)) for _ in range(number)]


@pytest.mark.parametrize(
    ("reason", "paid", "statement"),
    [
        ("197", {}, '<authorization code="73721" severity="warn"/>'),
        ("5", {"place": "11"}, '<setting code="73721" places="11" severity="warn"/>'),
        ("151", {"place": "19", "units": 3}, '<units code="73721" maximum="3" severity="warn"/>'),
        (
            "107",
            {"place": "19", "beside": ("20610",)},
            '<pairing code="73721" primaries="20610" missing="warn"/>',
        ),
        ("252", {}, '<documentation code="73721" note-minimum="20" severity="warn"/>'),
    ],
)
def test_what_was_paid_says_what_is_wanted(
    reason: str, paid: dict[str, object], statement: str, tmp_path: Path
) -> None:
    good = [judged(PAID, {}, code="73721", **paid) for _ in range(3)]  # type: ignore[arg-type]
    made = drafts([*group(reason), *good])
    assert statement in made["60054"]
    load(made, tmp_path)


def test_few_cases_make_no_draft() -> None:
    assert drafts(group("197", LEAST_CASES - 1)) == {}


def test_what_a_rule_speaks_of_is_no_gap() -> None:
    from edi_guard.findings import Severity

    told = [judged(denied("197"), {"AUTH101": Severity.WARN}, code="73721") for _ in range(20)]
    assert find_gaps(told, Buckets()) == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    code=st.text(min_size=0, max_size=8),
    place=st.text(max_size=4),
    payer=st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=12),
    reason=st.sampled_from(["197", "5", "151", "107", "252", "29", "50", "97"]),
)
def test_whatever_the_codes_are_the_draft_can_be_loaded(
    code: str, place: str, payer: str, reason: str, tmp_path: Path
) -> None:
    lines = [judged(denied(reason), {}, code=code, place=place, payer=payer) for _ in range(LEAST_CASES)]
    load(drafts(lines), tmp_path)
