"""A marked patient appears in no log, error, terminal output or default report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.builders import fixture
from tests.cli.command import run

if TYPE_CHECKING:
    from pathlib import Path

MARKS = {
    "name": ("DOE*JANE", "ZZPHINAME*ZZPHIFIRST"),
    "member id": ("W000000001", "ZZPHI0001"),
    "birth date": ("D8*19700101", "D8*19711213"),
    "address": ("200 OAK AVENUE", "ZZPHI STREET"),
    "diagnosis": ("ABK:M25511", "ABK:S83241A"),
    "note": ("HI*ABK", "NTE*ADD*ZZPHI note of the provider~\nHI*ABK"),
}
SEEN = ("ZZPHI", "19711213", "1971-12-13", "S83241A")
# Faults at the marked places, so that the values are in the hands of rules and repairs.
FAULTS = [
    ("ZZPHI0001", "ZZPHI 0001"),
    ("ZZPHI0001", "ZZPHI0001 "),
    ("D8*19711213", "D8*1971-12-13"),
    ("D8*19711213", "D8*19711213X"),
    ("ABK:S83241A", "ABK:S83.241A"),
    ("ABK:S83241A", "ABK:S83241A*ABF:S83241A"),
    ("ZZPHINAME*", "ZZPHI\xd1AME*"),
    ("ZZPHI STREET", "ZZPHI\nSTREET"),
    ("ZZPHINAME*ZZPHIFIRST", "ZZPHINAME*" + "ZZPHIFIRST" * 10),
    ("NTE*ADD*ZZPHI note", "NTE*XXX*ZZPHI\xfc note"),
    ("NM1*IL*1*", "NM1*ILX*1*"),
    ("SBR*P*18", "SBR*P*ZZPHI"),
]


def _marked(base: str) -> str:
    text = fixture(base)
    for old, new in MARKS.values():
        text = text.replace(old, new)
    count = text[text.index("ST*837") : text.index("\nSE*")].count("~") + 1
    start = text.index("\nSE*") + 4
    return text[:start] + str(count) + text[text.index("*", start) :]


@pytest.mark.parametrize("base", ["837p/base_guidance.edi", "837i/base_outpatient.edi"])
@pytest.mark.parametrize("fault", [("", ""), *FAULTS], ids=lambda fault: fault[1][:24] or "none")
def test_a_marked_patient_is_nowhere(base: str, fault: tuple[str, str], tmp_path: Path) -> None:
    text = _marked(base)
    text = text.replace(fault[0], fault[1]) if fault[0] else text
    claims = tmp_path / "claims.837"
    claims.write_bytes(text.encode("latin-1"))

    done = run("clean", claims, "--out", tmp_path / "out", "--today", "2026-11-23", "-v")
    shown = done.out + done.err
    for path in (tmp_path / "out").rglob("*"):
        shown += path.name
        if path.parent.name == "reports" or path.name.endswith(".reason.txt"):
            shown += path.read_text(encoding="utf-8")

    assert done.code in (0, 1, 3)
    assert [mark for mark in SEEN if mark in shown] == []


def test_none_shows_hashes_and_ordinals_only(tmp_path: Path) -> None:
    claims = tmp_path / "claims.837"
    claims.write_bytes(_marked("837p/base_guidance.edi").replace("*UN*1***1", "*UN*2***1").encode("latin-1"))

    shown = run("check", claims, "--today", "2026-11-23", "-v", "--phi", "none", "--format", "json").out

    assert "PCN0001" not in shown
    assert "2026-11-02" not in shown
    assert '"ordinal": 1' in shown


def test_full_shows_what_was_asked_for(tmp_path: Path) -> None:
    claims = tmp_path / "claims.837"
    text = _marked("837p/base_guidance.edi").replace("ZZPHI0001", "ZZPHI 0001")
    claims.write_bytes(text.encode("latin-1"))

    shown = run("check", claims, "--today", "2026-11-23", "--phi", "full", "--format", "json").out

    assert "ZZPHI 0001" in shown
