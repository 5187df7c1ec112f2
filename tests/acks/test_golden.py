"""Whole acknowledgments, held against files that a person has looked at."""

from __future__ import annotations

import pytest

from edi_guard.acks import AckKind, AckSettings
from tests.acks.making import made
from tests.builders import fixture
from tests.conftest import ROOT

GOLDEN = ROOT / "tests" / "acks" / "golden"
CASES = [
    ("demo/professional.837", AckKind.FUNCTIONAL),
    ("demo/professional.837", AckKind.CLAIMS),
    ("demo/institutional.837", AckKind.CLAIMS),
    ("delimiters/two_interchanges.edi", AckKind.CLAIMS),
    ("broken/same_interchange_twice.edi", AckKind.FUNCTIONAL),
    ("broken/truncated.edi", AckKind.INTERCHANGE),
]


@pytest.mark.parametrize(("name", "kind"), CASES)
def test_golden(name: str, kind: AckKind, request: pytest.FixtureRequest) -> None:
    text = made(fixture(name), wanted=AckSettings(line_breaks=True))[1][kind]
    path = GOLDEN / f"{name.replace('/', '-')}{kind.suffix}"
    if request.config.getoption("--update-golden"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="ascii", newline="")

    assert text == path.read_text(encoding="ascii"), "run pytest --update-golden and look at the difference"
