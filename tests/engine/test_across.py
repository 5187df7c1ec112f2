"""Claims of one file that have something in common are found, however many there are."""

from __future__ import annotations

import pytest

from edi_guard.engine import across
from tests.builders import fixture
from tests.conftest import make_settings
from tests.engine.everything import all_of


@pytest.mark.parametrize("slots", [1, 4, 1000])
@pytest.mark.parametrize("at_once", [1, 2, 200_000])
def test_in_portions_of_any_size(monkeypatch: pytest.MonkeyPatch, slots: int, at_once: int) -> None:
    text = "".join(
        fixture("demo/professional.837").replace("*000000001", f"*{number:09d}") for number in (1, 2, 3)
    )
    usual = all_of(text, make_settings())
    assert str(usual["report"]).count('"rule": "DUP') >= 5

    monkeypatch.setattr(across, "_SLOTS_PER_CLAIM", slots)
    monkeypatch.setattr(across, "_AT_ONCE", at_once)

    assert all_of(text, make_settings()) == usual
