"""Archives that land in the inbox: their claims leave, the archive is kept as it came."""

from __future__ import annotations

import errno
import gzip
import re
import time
from typing import TYPE_CHECKING

import pytest

from edi_guard.archives import Limits, SpoolError
from edi_guard.folders import OutputError
from edi_guard.watch import opening
from edi_guard.watch.faults import POINTS
from edi_guard.watch.names import archived_name
from edi_guard.watch.opening import open_claims
from tests.archives.making import zipped
from tests.watch.command import MIXED, PROFESSIONAL, Office, claim_file, stop, wait_for
from tests.watch.test_kills import KILLED, Uploader, finish

if TYPE_CHECKING:
    from pathlib import Path

WHOLE = PROFESSIONAL.read_bytes()


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office.at(tmp_path)


def put(office: Office, name: str, data: bytes) -> bytes:
    office.put(name, data.decode("latin-1"))
    return data


def packed(number: int, base: Path = PROFESSIONAL) -> bytes:
    return gzip.compress(claim_file(number, base).encode())


def reconciled(office: Office) -> str:
    done = office.run("reconcile")
    assert done.returncode == 0, done.stdout
    return done.stdout


# ----------------------------------------------------------------------------- what leaves


def test_what_is_packed_leaves_as_claims_and_the_archive_is_kept(office: Office) -> None:
    gzipped = put(office, "a.837.gz", packed(1))
    archive = put(office, "day.zip", zipped([("sub/b.837", claim_file(2).encode()), ("readme.md", b"x")]))
    done = office.once()
    assert done.returncode == 0, done.stderr
    assert office.everything("clean") == {
        "clean/a.837": claim_file(1).encode(),
        "clean/b.837": claim_file(2).encode(),
    }
    assert office.everything("archive") == {"archive/a.837.gz": gzipped, "archive/b.837.zip": archive}
    assert office.names("inbox") == office.names("work") == []
    assert "a.837.html" in office.names("reports")
    assert '"inbox/day.zip:sub/b.837"' in (office.root / "reports" / "b.837.json").read_text()
    reconciled(office)


def test_the_same_claims_are_known_again_packed_or_not(office: Office) -> None:
    put(office, "a.837", claim_file(1).encode())
    assert office.once().returncode == 0
    gzipped = put(office, "b.837.gz", packed(1))
    archive = put(office, "c.zip", zipped([("d.837", claim_file(1).encode())]))
    assert office.once().returncode == 3
    assert office.names("clean") == ["a.837"]
    failed = office.everything("failed")
    assert failed["failed/b.837.gz"] == gzipped
    assert failed["failed/c.zip"] == archive
    for name in ("b.837.gz", "c.zip"):
        assert b"The same content came on" in failed[f"failed/{name}.reason.txt"]
    reconciled(office)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("two.zip", zipped([("a.837", WHOLE), ("b.837", WHOLE)]), "there are 2 claim files"),
        ("in.zip", zipped([("a.837", WHOLE), ("b.zip", WHOLE)]), "there are 2 claim files and archives"),
        ("none.zip", zipped([("a.pdf", b"%PDF")]), "no file in the zip archive"),
        ("bad.837.gz", gzip.compress(WHOLE)[:-8] + bytes(8), "damaged"),
        ("cut.837.gz", gzip.compress(WHOLE[:-20]), "has no terminator|ends in the middle"),
    ],
)
def test_what_cannot_be_processed_is_given_back_as_it_came(
    office: Office, name: str, data: bytes, words: str
) -> None:
    put(office, name, data)
    assert office.once().returncode == 3
    failed = office.everything("failed")
    assert failed[f"failed/{name}"] == data
    assert re.search(words, failed[f"failed/{name}.reason.txt"].decode())
    assert office.everything("archive") == {f"archive/{name}": data}
    assert office.names("clean") == []
    reconciled(office)


def test_a_name_that_comes_again_gets_a_number_and_no_original_is_written_over(office: Office) -> None:
    came = [packed(1)[:-8] + bytes(8), packed(2), packed(3), packed(4)[:-8] + bytes(8)]
    for data in came:
        put(office, "a.837.gz", data)
        office.once()
    put(office, "a.837", claim_file(5).encode())
    office.once()
    assert sorted(office.everything("archive").values()) == sorted([*came, claim_file(5).encode()])
    assert sorted(office.everything("clean").values()) == [claim_file(n).encode() for n in (2, 3, 5)]
    reconciled(office)


def test_the_limits_are_settings(office: Office) -> None:
    (office.root / "edi-guard.toml").write_text("[archives]\nmax-expanded-megabytes = 1\n")
    put(office, "a.837.gz", gzip.compress(WHOLE + b"\n" * (1 << 20)))
    assert office.once().returncode == 3
    assert "raise archives.max-expanded-megabytes" in (office.root / "failed/a.837.gz.reason.txt").read_text()


# ------------------------------------------------------------------------------- settling


def test_an_archive_is_waited_for_until_it_is_complete(office: Office) -> None:
    data = zipped([("a.837", claim_file(1).encode())])
    other = packed(2)
    service = office.start()
    for name, whole in (("a.zip", data), ("b.837.gz", other)):
        with (office.inbox / name).open("wb") as stream:
            stream.write(whole[:300])
            stream.flush()
            # Longer than a file must be left alone.
            time.sleep(0.8)
            stream.write(whole[300:])
    wait_for(lambda: len(office.names("archive")) == 2)
    stop(service)
    assert office.everything("clean") == {
        "clean/a.837": claim_file(1).encode(),
        "clean/b.837": claim_file(2).encode(),
    }


def test_an_archive_that_stays_incomplete_is_given_up(office: Office) -> None:
    (office.root / "edi-guard.toml").write_text("[watch]\ngive-up-minutes = 0.02\n")
    put(office, "a.837.gz", packed(1)[:-10])
    assert office.once().returncode == 0
    assert office.names("inbox") == ["a.837.gz"]
    wait_for(lambda: office.once().returncode == 3)
    assert "ends in the middle" in (office.root / "failed" / "a.837.gz.reason.txt").read_text()


# --------------------------------------------------------------------------------- people


def test_claims_are_released_from_the_archive(office: Office) -> None:
    put(office, "demo.837.gz", gzip.compress(MIXED.read_bytes()))
    assert office.once().returncode == 1
    found = office.run("find", "DEMO0010").stdout
    assert str(office.root.resolve() / "archive" / "demo.837.gz") in found
    rule = found.partition("kept back by ")[2].split(";")[0]
    assert office.run("override", "add", "DEMO0010", rule, "--reason", "seen").returncode == 0
    assert office.once().returncode == 0
    assert b"CLM*DEMO0010*" in (office.root / "clean" / "demo.released-1.837").read_bytes()
    assert b"CLM*DEMO0010*" not in (office.root / "held" / "demo.837").read_bytes()
    assert office.run("requeue", "archive/demo.837.gz").returncode == 0
    reconciled(office)


def test_a_refused_archive_goes_back_to_the_inbox(office: Office) -> None:
    data = zipped([("a.837", claim_file(1).encode()), ("b.837", claim_file(2).encode())])
    put(office, "two.zip", data)
    assert office.once().returncode == 3
    done = office.run("requeue", "failed/two.zip")
    assert done.returncode == 0, done.stderr
    assert office.everything("inbox") == {"inbox/two.zip": data}
    assert office.names("failed") == []


def test_an_archive_is_passed_on_unchecked(office: Office) -> None:
    office.once()
    data = packed(1, MIXED)
    put(office, "a.837.gz", data)
    done = office.run("bypass", "inbox/a.837.gz", "--reason", "an emergency")
    assert done.returncode == 0, done.stderr
    assert office.once().returncode == 0
    assert office.everything("clean") == {"clean/a.837": claim_file(1, MIXED).encode()}
    assert office.everything("archive") == {"archive/a.837.gz": data}
    cut = office.root / "cut.gz"
    cut.write_bytes(data[:-9])
    refused = office.run("bypass", str(cut), "--reason", "an emergency")
    assert refused.returncode == 2
    assert "ends in the middle" in refused.stderr
    put(office, "b.837.gz", gzip.compress(gzip.decompress(data), 1))
    assert office.run("bypass", "inbox/b.837.gz", "--reason", "again").returncode == 0
    assert office.once().returncode == 3
    assert office.names("clean") == ["a.837"]
    assert "b.837.gz" in office.names("failed")


def test_originals_are_kept_as_long_as_is_wanted(office: Office) -> None:
    put(office, "a.837.gz", packed(1))
    office.once()
    (office.root / "edi-guard.toml").write_text("[ledger]\nkeep-archive-days = 1\n")
    assert office.once().returncode == 0
    assert office.names("archive") == ["a.837.gz"]
    ledger = next(office.state.glob("*/ledger.sqlite"))
    import sqlite3

    with sqlite3.connect(ledger) as connection:
        connection.execute("UPDATE files SET day = '2020-01-01'")
    connection.close()
    assert office.once().returncode == 0
    assert office.names("archive") == []


# ---------------------------------------------------------------------------------- kills


@pytest.mark.parametrize(
    "point",
    [
        pytest.param(p, marks=() if p in ("claimed", "recorded") else pytest.mark.deep)
        for p in POINTS[POINTS.index("begun") :]
        if p != "removed"
    ],
)
def test_killed_at_a_step(office: Office, point: str) -> None:
    inputs = {"a.837.gz": packed(1), "b.zip": zipped([("c.837", claim_file(2, MIXED).encode())])}
    for name, data in inputs.items():
        put(office, name, data)
    uploader = Uploader(office)
    assert office.once(EDI_GUARD_FAULT=point).returncode == KILLED
    uploader.take()
    finish(office)
    uploader.take()
    assert sorted(uploader.names) == ["a.837", "c.837"]
    assert set(uploader.names.values()) == {1}
    assert office.everything("archive") == {
        "archive/a.837.gz": inputs["a.837.gz"],
        "archive/c.837.zip": inputs["b.zip"],
    }
    assert office.names("held") == ["c.837"]
    reconciled(office)


# ------------------------------------------------------------------------------------ parts


@pytest.mark.parametrize(
    ("came_as", "output_name", "archived"),
    [
        ("a.837", "a.837", "a.837"),
        ("a.837.gz", "a-2.837", "a-2.837.gz"),
        ("A.837.GZ", "A.837", "A.837.GZ"),
        ("day.zip", "b.837", "b.837.zip"),
        ("day.zip", "day.zip", "day.zip"),
        ("day.zip", "day-2.zip", "day-2.zip"),
    ],
)
def test_how_an_original_is_called(came_as: str, output_name: str, archived: str) -> None:
    assert archived_name(came_as, output_name) == archived


def test_no_room_for_what_is_packed_stops_the_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        name = "a.837"

        def open(self) -> None:
            raise SpoolError(errno.ENOSPC, "No space left on device; make room there", "/room")

    monkeypatch.setattr(opening, "only_content", lambda *_: Full())
    with pytest.raises(OutputError, match=r"inbox/a\.gz: cannot be expanded into /room: No space left"):
        open_claims(tmp_path / "a.gz", "inbox/a.gz", Limits())
    assert list(tmp_path.iterdir()) == []
