"""Whatever the input: exit code 0, 1 or 3, with a sentence, and never a traceback."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edi_guard.cli import main
from edi_guard.control_numbers import ClockControlNumbers
from edi_guard.engine import Status, process
from edi_guard.findings import Disposition
from edi_guard.folders import check_parts, part_blocks
from edi_guard.outputs import formats, render
from edi_guard.report import make_report
from edi_guard.x12 import Source
from tests.builders import fixture
from tests.conftest import effort, make_settings

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = make_settings()
BASES = ["837p/base_guidance.edi", "837p/base_cob.edi", "837i/base_inpatient.edi", "demo/professional.837"]


def _judge(data: bytes) -> Status:
    """Judge, report in every format, split, and prove the split."""
    with Source.from_bytes(data) as source:
        outcome = process(source, SETTINGS)
        report = make_report(outcome)
        assert all(render(name, [report]) is not None for name in formats())
        if outcome.status is Status.FAILED:
            assert report.findings
            return outcome.status
        numbers = ClockControlNumbers()
        parts = {
            disposition: b"".join(part_blocks(source, outcome, disposition, numbers))
            for disposition in Disposition
        }
        check_parts(source, outcome, {d: Source.from_bytes(part) for d, part in parts.items() if part})
    return outcome.status


@pytest.mark.parametrize("letter", ["\xff", "\xb5", "\xdf", "\xe9"])
def test_letters_whose_capitals_no_file_can_hold(letter: str) -> None:
    text = fixture(BASES[1])
    changed = text.replace("HC:20610", f"HC:2{letter}610").replace("ABK:M", f"ABK:{letter}")
    assert changed != text
    assert _judge(changed.encode("latin-1")) is Status.PROCESSED


@given(st.binary(max_size=400))
def test_arbitrary_bytes_are_refused(data: bytes) -> None:
    assert _judge(data) is Status.FAILED


@given(st.binary(max_size=300))
def test_arbitrary_bytes_behind_a_header(data: bytes) -> None:
    head = fixture(BASES[0])[:400].encode("latin-1")

    assert _judge(head + data) is Status.FAILED


def _mutate(text: str, chance: random.Random) -> str:
    kind = chance.randrange(5)
    place = chance.randrange(107, len(text))
    if kind == 0:
        return text[:place] + chr(chance.randrange(256)) + text[place + 1 :]
    if kind == 1:
        return text[:place] + text[place + chance.randrange(1, 30) :]
    if kind == 2:
        return text[:place] + text[place - chance.randrange(1, 30) : place] + text[place:]
    segments = text.split("~")
    index = chance.randrange(1, len(segments) - 1)
    if kind == 3:
        segments[index] = segments[chance.randrange(1, len(segments) - 1)]
    else:
        parts = segments[index].split("*")
        parts[chance.randrange(1, len(parts) + 1) - 1] = chance.choice(
            ["", "X" * 90, "-1", "0", "2026", ":::"]
        )
        segments[index] = "*".join(parts)
    return "~".join(segments)


def _recounted(text: str) -> str:
    """Put the right count into SE01, so that the mutation reaches the rules."""
    segments = [s.strip() for s in text.split("~")]
    try:
        start = next(i for i, s in enumerate(segments) if s.startswith("ST*"))
        end = next(i for i, s in enumerate(segments) if s.startswith("SE*"))
    except StopIteration:
        return text
    old = next(s for s in text.split("~") if s.strip().startswith("SE*"))
    parts = old.split("*")
    parts[1] = str(sum(bool(s) for s in segments[start : end + 1]))
    return text.replace(old, "*".join(parts))


@pytest.mark.parametrize("base", BASES)
def test_an_empty_segment_goes_with_its_rejected_claims(base: str) -> None:
    text = fixture(base).replace("~\nSE*", "~\n~\nSE*")

    assert _judge(text.encode("latin-1")) is Status.PROCESSED


@settings(max_examples=150)
@given(base=st.sampled_from(BASES), seed=st.integers(0, 10**6))
def test_mutated_claims_end_in_a_verdict(base: str, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a reproducible choice, no secret
    text = fixture(base)
    for _ in range(chance.randrange(1, 4)):
        text = _mutate(text, chance)

    _judge(_recounted(text).encode("latin-1"))


@pytest.mark.deep
@settings(max_examples=effort(300))
@given(base=st.sampled_from(BASES), seed=st.integers(0, 10**9))
def test_many_mutated_claims_end_in_a_verdict(base: str, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a reproducible choice, no secret
    text = fixture(base)
    for _ in range(chance.randrange(1, 6)):
        text = _mutate(text, chance)

    _judge(_recounted(text).encode("latin-1"))


@settings(max_examples=25)
@given(data=st.one_of(st.binary(max_size=200), st.integers(0, 10**6)))
def test_the_command_ends_in_0_1_or_3(data: bytes | int, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder: Path = tmp_path_factory.mktemp("claims")
    if isinstance(data, int):
        chance = random.Random(data)  # noqa: S311 - a reproducible choice, no secret
        data = _recounted(_mutate(fixture(BASES[0]), chance)).encode("latin-1")
    (folder / "claims.837").write_bytes(data)

    with pytest.raises(SystemExit) as ended:
        main(
            ["clean", str(folder / "claims.837"), "--out", str(folder / "out"), "-q", "--today", "2026-11-23"]
        )

    assert ended.value.code in (0, 1, 3)
    assert not list((folder / "out").rglob("*.tmp"))
