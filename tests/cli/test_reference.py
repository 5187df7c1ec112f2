"""``edi-guard reference``: import, list, verify, remove; and what is found once tables are loaded."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.cli.command import Done, run
from tests.conftest import FIXTURES
from tests.rules.harness import change

if TYPE_CHECKING:
    from pathlib import Path

TABLES = FIXTURES / "tables"
PAIRS = TABLES / "ccipra-v322r0-f1.TXT"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    text = (FIXTURES / "837p/base_medicare.edi").read_text(encoding="latin-1")
    changed = change(text, {"SV1[1].01": "HC:20611:RT"}, (), ())
    (tmp_path / "claims.837").write_text(changed, encoding="latin-1")
    return tmp_path


def edi_guard(folder: Path, *words: object) -> Done:
    env = os.environ | {"EDI_GUARD_REFERENCE_STORE": str(folder / "tables.sqlite")}
    return run(*words, cwd=folder, env=env)


def test_a_table_that_is_imported_is_looked_into(folder: Path) -> None:
    before = edi_guard(folder, "check", "claims.837", "--format", "concise", "--today", "2026-11-23")
    assert "PAIR201 reject" in before.out
    assert "PTP901 info" in before.out

    done = edi_guard(folder, "reference", "import", PAIRS)
    assert done.code == 0, done.err
    assert done.out == "ccipra-v322r0-f1.TXT: ncci-pairs (practitioner), v322r0: 8 rows, from 2024-01-01\n"

    after = edi_guard(folder, "check", "claims.837", "--format", "concise", "--today", "2026-11-23")
    assert "PTP301 reject" in after.out
    assert "PAIR201" not in after.out
    assert "PTP901" not in after.out


def test_all_samples_are_imported_listed_verified_and_removed(folder: Path) -> None:
    assert edi_guard(folder, "reference", "list").out.startswith("nothing is loaded")
    done = edi_guard(folder, "reference", "import", *sorted(TABLES.iterdir()))
    assert done.code == 0, done.err
    assert len(done.out.splitlines()) == len(list(TABLES.iterdir()))

    listed = edi_guard(folder, "reference", "list").out
    assert "ncci-pairs (practitioner)  v322r0  from 2024-01-01\n    f1 ccipra-v322r0-f1.TXT: 8 rows" in listed
    verified = edi_guard(folder, "reference", "verify")
    assert (verified.code, verified.out) == (0, "81 rows, all there\n")

    removed = edi_guard(folder, "reference", "remove", "ncci-pairs", "v322r0", "--setting", "outpatient")
    assert (removed.code, removed.out) == (0, "removed ncci-pairs v322r0\n")
    assert "ncci-pairs (outpatient)" not in edi_guard(folder, "reference", "list").out
    assert edi_guard(folder, "reference", "remove", "ncci-pairs", "v1").code == 2


def test_what_is_no_table_is_one_sentence(folder: Path) -> None:
    for name, data in (("empty.zip", b""), ("letter.txt", b"Dear Sir"), ("noise.xlsx", os.urandom(500))):
        (folder / name).write_bytes(data)
        done = edi_guard(folder, "reference", "import", name)
        assert done.code == 2
        assert done.err.count("\n") == 1
        assert name in done.err
    assert edi_guard(folder, "reference", "import", "nowhere.txt").code == 2
    assert edi_guard(folder, "reference", "verify").out == "0 rows, all there\n"


def test_a_store_that_is_damaged_stops_the_check(folder: Path) -> None:
    (folder / "tables.sqlite").write_bytes(b"no store" * 1000)
    done = edi_guard(folder, "check", "claims.837")
    assert done.code == 2
    assert "no store of reference tables" in done.err
    assert "Traceback" not in done.err


def test_the_configuration_may_name_the_store(folder: Path) -> None:
    edi_guard(folder, "reference", "import", PAIRS)
    (folder / "tables.sqlite").rename(folder / "own.sqlite")
    (folder / "edi-guard.toml").write_text('[reference]\nstore = "own.sqlite"\n', encoding="utf-8")
    assert "v322r0" in edi_guard(folder, "reference", "list").out
    found = edi_guard(folder, "check", "claims.837", "--format", "concise", "--today", "2026-11-23")
    assert "PTP301 reject" in found.out
    (folder / "own.sqlite").unlink()
    done = edi_guard(folder, "check", "claims.837")
    assert done.code == 2
    assert "reference.store names" in done.err


def test_kinds_are_listed(folder: Path) -> None:
    lines = edi_guard(folder, "reference", "kinds").out.splitlines()
    assert len(lines) == 15
    assert lines[0].startswith("ncci-pairs")
