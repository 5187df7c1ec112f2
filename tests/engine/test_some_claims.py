"""What is read of a few claims of a transaction set alone is what is read of all of them."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from benchmarks.generate import Generator
from edi_guard.claims import read_claims
from edi_guard.engine import RepairSwitch, first_pass
from edi_guard.guide.pyx12_guide import Pyx12Guide
from tests.conftest import effort, make_settings
from tests.engine.everything import all_of
from tests.engine.long_files import INSTITUTIONAL, PROFESSIONAL, planted, recounted
from tests.engine.test_screen import _changed

if TYPE_CHECKING:
    from edi_guard.claims import ClaimKind, Transaction
    from edi_guard.engine import Settings
    from edi_guard.x12 import TransactionText

LOSSLESS = tuple(RepairSwitch(rule) for rule in ("SIT", "MOD", "CODE", "DOC", "ID"))
SETTINGS = {
    "plain": make_settings(),
    "lossless repairs": make_settings(lossless_repairs=LOSSLESS),
    "no repairs": make_settings(format_repairs=False),
}
KINDS = ("837P", "837I")


def _is_the_same(text: str, settings: Settings) -> None:
    # With pyx12 alone nothing is known before all claims are read.
    assert all_of(text, settings) == all_of(text, replace(settings, guide=Pyx12Guide()))


def _generated(kind: str, seed: int, share: float) -> str:
    return "".join(Generator(kind, seed, share=share, claims_per_transaction=12).blocks(12_000))


def _spoiled(kind: str, seed: int) -> tuple[str, Settings]:
    """Return a file with faults as offices make them, and perhaps changes at random; and settings."""
    chance = random.Random(seed)  # noqa: S311 - a reproducible choice, no secret
    text = _generated(kind, seed, chance.choice((0.0, 0.1, 0.5)))
    if chance.random() < 0.6:
        # A count can be put right of one transaction set only.
        text = "".join(Generator(kind, seed, share=0.3, claims_per_transaction=None).blocks(7_000))
        for _ in range(chance.choice((1, 1, 2, 4))):
            text = _changed(text, chance)
        text = recounted(text)
    return text, SETTINGS[chance.choice(list(SETTINGS))]


@pytest.mark.parametrize("settings", list(SETTINGS))
@pytest.mark.parametrize("kind", KINDS)
def test_faults_as_offices_make_them(kind: str, settings: str) -> None:
    for seed in range(2):
        _is_the_same(_generated(kind, seed, 0.3), SETTINGS[settings])


@pytest.mark.parametrize("settings", list(SETTINGS))
@pytest.mark.parametrize("guide", [PROFESSIONAL, INSTITUTIONAL])
def test_a_defect_for_many_rules(guide: str, settings: str) -> None:
    _is_the_same(planted(guide, 5, 150), SETTINGS[settings])


@pytest.mark.parametrize("kind", KINDS)
def test_changes_at_random(kind: str) -> None:
    for seed in range(12):
        _is_the_same(*_spoiled(kind, seed))


@pytest.mark.deep
@pytest.mark.parametrize("part", range(8))
@pytest.mark.parametrize("kind", KINDS)
def test_many_changes_at_random(kind: str, part: int) -> None:
    for seed in range(1000 * part, 1000 * part + effort(14)):
        _is_the_same(*_spoiled(kind, seed))


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("guide", [PROFESSIONAL, INSTITUTIONAL])
def test_defects_in_any_order(guide: str, seed: int) -> None:
    _is_the_same(planted(guide, seed, 300), list(SETTINGS.values())[seed % 3])


def test_where_claims_alone_are_at_fault_the_others_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything above would hold, too, if all claims were read always."""
    read: list[int] = []

    def watched(text: TransactionText, kind: ClaimKind, first_ordinal: int) -> Transaction:
        made = read_claims(text, kind, first_ordinal)
        read.append(len(made.claims))
        return made

    text = "".join(Generator("837P", 1, share=0.0, claims_per_transaction=None).blocks(20_000))
    broken = recounted(text.replace("\nHI*ABK:", "\nHI*ABK:x", 1).replace("*UN*1*", "*UN*1 *", 1))
    monkeypatch.setattr(first_pass, "read_claims", watched)

    assert "FMT101" in str(all_of(broken, SETTINGS["plain"])["report"])
    assert not read
