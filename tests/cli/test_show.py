"""``show`` says with what a target line goes."""

from __future__ import annotations

import pytest

from edi_guard.cli.show import _linked
from edi_guard.engine import TargetLine
from tests.cli.command import run
from tests.conftest import FIXTURES


@pytest.mark.parametrize(
    ("lines", "claims", "procedure", "earlier", "words"),
    [
        ((1, 3), (2,), True, True, "target code, goes with line 1, 3"),
        ((), (2,), False, True, "target code, goes with a procedure of an earlier file"),
        ((), (2, 4), False, False, "target code, goes with claim 2, 4 of the file"),
        ((), (), True, False, "target code, goes with the claim's inpatient procedure"),
        ((), (), False, False, "target code without a primary procedure"),
    ],
)
def test_with_what_a_target_line_goes(
    lines: tuple[int, ...],
    claims: tuple[int, ...],
    procedure: bool,  # noqa: FBT001 - a parameter of the test
    earlier: bool,  # noqa: FBT001 - a parameter of the test
    words: str,
) -> None:
    target = TargetLine(2, "G4000", (), lines, claims, primary_procedure=procedure, primary_earlier=earlier)

    assert _linked(target) == words


def test_an_inpatient_procedure_is_named() -> None:
    shown = run("show", FIXTURES / "837i" / "base_inpatient.edi", "--today", "2026-11-23")

    assert "goes with the claim's inpatient procedure" in shown.out


def test_a_claim_in_words() -> None:
    shown = run(
        "show", FIXTURES / "demo" / "professional.837", "--claim", "DEMO0005", "--today", "2026-11-23"
    )

    assert shown.out.splitlines() == [
        "Claim DEMO0005   837P   claim 5 of the file   $300.00   REJECTED",
        "  payer       60054 (CI)",
        "  billing     NPI 1999900016",
        "  bill        place of service 11, original",
        "  line    date        code         place  units   charge  diagnoses",
        "  line 1  2026-09-14  20610 RT     11      1 UN  $180.00  1",
        "  line 2  2026-09-14  G4000 50 RT  11      1 UN  $120.00  1",
        "        target code, goes with line 1",
        "        reject MOD301, CMS-1500 24D line 2: modifiers 50 and RT on G4000 exclude each other",
        "          do: Keep the modifier that the record supports and take the other one away.",
        "",
    ]


def test_other_payers_and_what_they_paid_are_named() -> None:
    shown = run("show", FIXTURES / "837p" / "base_cob.edi", "--today", "2026-11-23")

    assert "  other payer 60055 (CI), P, paid $240.00\n" in shown.out
