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
