"""Sections beyond the verdict: files of some claims, the ledger, ``show``, back-tests, memory."""

from __future__ import annotations

import itertools
import json
import os
import random
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from benchmarks.generate import Generator, write
from edi_guard.backtest.replay import replay
from edi_guard.cli.show import _claims
from edi_guard.conservation import ConservationError, check_conservation
from edi_guard.engine import process
from edi_guard.findings import Disposition
from edi_guard.ledger.keys import KeyedHash
from edi_guard.masking import Phi
from edi_guard.ordinals import Ordinals
from edi_guard.partition import Part, PartWriter
from edi_guard.watch.record import claim_records
from edi_guard.x12 import Source
from tests.conftest import make_settings
from tests.engine.everything import all_of
from tests.engine.long_files import PROFESSIONAL, planted, shorten

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from edi_guard.claims import Claim
    from edi_guard.engine import Settings

PLAIN = make_settings()
TEXT = planted(PROFESSIONAL, 3, 300)


@dataclass(frozen=True)
class Judged:
    ordinal: int
    disposition: Disposition


@dataclass(frozen=True)
class Released:
    """A person released rules on every third claim."""

    rules: tuple[str, ...]

    def of(self, claim: Claim) -> Mapping[str, str]:
        return dict.fromkeys(self.rules, "seen by a person") if claim.ordinal % 3 == 0 else {}


def _written(text: str, seed: int) -> tuple[dict[Disposition, bytes], int]:
    """Split a file at random, some claims left out; return the parts, proved, and the number of plans."""
    chance = random.Random(seed)  # noqa: S311 - a reproducible choice, no secret
    with Source.from_bytes(text.encode("latin-1")) as source:
        plans = process(source, PLAIN).plans
        where: dict[int, Disposition | None] = {
            ordinal: chance.choice([*Disposition, None]) for plan in plans for ordinal in plan.ordinals
        }
        numbers = itertools.count(900_000_001)
        parts = {
            disposition: b"".join(
                PartWriter(
                    source,
                    plans,
                    Part(
                        Ordinals(n for n, place in where.items() if place is disposition),
                        lambda: next(numbers),
                    ),
                ).blocks()
            )
            for disposition in Disposition
        }
        judged = [Judged(ordinal, place) for ordinal, place in where.items() if place is not None]
        left_out = [ordinal for ordinal, place in where.items() if place is None]
        written = {place: Source.from_bytes(data) for place, data in parts.items()}
        check_conservation(source, judged, plans, written, left_out=left_out)
        with pytest.raises(ConservationError):
            check_conservation(source, judged[1:], plans, written, left_out=left_out)
        return parts, len(plans)


@pytest.mark.parametrize("seed", range(4))
def test_files_of_some_claims(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, plans = _written(TEXT, seed)
    assert plans == 1
    shorten(monkeypatch, section=(1, 900, 3000, 9000)[seed])
    found, plans = _written(TEXT, seed)

    assert plans > 5
    assert found == whole


@pytest.mark.parametrize("section", [1, 2000])
def test_what_a_person_released(section: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = ("DUP301", "DUP302", "DOC301", "ID203", "ID204", "ID206", "ID224", "IG101", "IG201", "IG260")
    settings = make_settings(waivers=Released(rules))
    whole = all_of(TEXT, settings)
    shorten(monkeypatch, section=section)

    assert str(whole["report"]).count("seen by a person") > 5
    assert all_of(TEXT, settings) == whole


def _others(text: str, settings: Settings) -> tuple[object, ...]:
    with Source.from_bytes(text.encode("latin-1"), "claims.837") as source:
        outcome = process(source, settings)
        records = claim_records(source, outcome, settings.policies, KeyedHash(b"a key for tests"))
        shown = list(_claims(source, outcome, None, Phi.FULL))
        replayed = replay(source, settings)
        return records, shown, replayed.claims, replayed.hits, replayed.unchecked


def test_the_ledger_and_show_and_the_back_test(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = _others(TEXT, PLAIN)
    shorten(monkeypatch)

    assert _others(TEXT, PLAIN) == whole


def test_progress_is_told_section_by_section(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "".join(Generator("837P", 1, claims_per_transaction=None).blocks(20_000))
    shorten(monkeypatch)
    told: list[tuple[int, int]] = []
    with Source.from_bytes(text.encode("latin-1")) as source:
        outcome = process(source, PLAIN, lambda end, claims, _: told.append((end, claims)))

    assert len(told) == len(outcome.plans) > 5
    assert told == sorted(told)
    assert told[-1] == (outcome.plans[0].span.end, len(outcome.claims))


# A process begins with the peak of the one that made it: a small one stands between this one and the command.
_MEASURED = """
import os, subprocess, sys
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
print(os.waitstatus_to_exitcode(status), usage.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10))
"""


def _peak(*arguments: object) -> float:
    """Run the command, and return the most memory it took, in megabytes."""
    command = [sys.executable, "-c", _MEASURED, sys.executable, "-m", "edi_guard", *map(str, arguments)]
    code, peak = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout.split()
    assert int(code) in (0, 1)
    return float(peak)


@pytest.mark.skipif(not hasattr(os, "wait4"), reason="the system does not say how much memory was used")
def test_memory_does_not_follow_the_length_of_a_transaction_set(tmp_path: Path) -> None:
    """Held whole, the larger one alone would take more than the limit."""
    peaks = []
    for size in (1_500_000, 5_000_000):
        file = tmp_path / f"{size}.837"
        write(file, "837P", size, share=0.003, claims_per_transaction=None)
        out = tmp_path / f"out-{size}"
        peaks.append(_peak("clean", file, "--out", out, "--today", "2026-11-23", "-q", "--jobs", "1"))
        report = json.loads((out / "reports" / f"{size}.837.json").read_text(encoding="utf-8"))
        assert report["summary"]["claims"] > size // 600

    assert peaks[1] < 160
    assert peaks[1] - peaks[0] < 60
