"""Archives as a user gives them to the commands."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.archives.making import zipped
from tests.cli.command import run
from tests.conftest import FIXTURES

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.command import Done

TODAY = ("--today", "2026-11-23")
DEMO = FIXTURES / "demo"
CLAIMS = (DEMO / "professional.837").read_bytes()
OTHERS = (DEMO / "institutional.837").read_bytes()
GOOD = (FIXTURES / "837p" / "base_guidance.edi").read_bytes()


def tree(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def reports(done: Done) -> dict[str, dict[str, object]]:
    return {report["input"]["path"]: report for report in map(json.loads, done.out.splitlines())}


def check(*paths: object, cwd: Path, stdin: bytes = b"", more: tuple[str, ...] = ()) -> Done:
    return run("check", *paths, *TODAY, "--format", "jsonl", *more, cwd=cwd, stdin=stdin)


def without_path(report: dict[str, object]) -> dict[str, object]:
    entry = report["input"]
    assert isinstance(entry, dict)
    return report | {"input": entry | {"path": ""}}


# ------------------------------------------------------------------------- what is found


def test_a_packed_file_gets_the_verdict_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "claims.837").write_bytes(CLAIMS)
    (tmp_path / "claims.837.gz").write_bytes(gzip.compress(CLAIMS[:5000]) + gzip.compress(CLAIMS[5000:]))
    (tmp_path / "batch.zip").write_bytes(zipped([("sub/claims.837", CLAIMS)]))
    plain = check("claims.837", cwd=tmp_path)
    packed = check("claims.837.gz", "batch.zip", cwd=tmp_path)
    streams = [
        check("-", cwd=tmp_path, stdin=(tmp_path / name).read_bytes())
        for name in ("claims.837.gz", "batch.zip")
    ]

    assert plain.code == packed.code == 1
    (expected,) = map(without_path, reports(plain).values())
    found = reports(packed)
    assert list(found) == ["claims.837.gz", "batch.zip:sub/claims.837"]
    assert [list(reports(done)) for done in streams] == [["-"], ["-:sub/claims.837"]]
    for done in (packed, *streams):
        assert all(without_path(report) == expected for report in reports(done).values())


def test_archives_are_found_in_folders(tmp_path: Path) -> None:
    folder = tmp_path / "inbox"
    folder.mkdir()
    for name in (
        "a.837.gz",
        "B.TXT.GZ",
        "c.gz",
        "access.log.gz",
        ".hidden.gz",
        "d.gz.part",
        "e.tar.gz",
        "f.tgz",
    ):
        (folder / name).write_bytes(gzip.compress(GOOD))
    (folder / "g.zip").write_bytes(zipped([("h.837", GOOD), ("i.pdf", b"%PDF")]))
    (folder / "link.zip").symlink_to(folder / "g.zip")

    found = reports(check("inbox", cwd=tmp_path))

    assert list(found) == ["inbox/B.TXT.GZ", "inbox/a.837.gz", "inbox/c.gz", "inbox/g.zip:h.837"]


def test_what_cannot_be_read_is_one_sentence_and_code_3(tmp_path: Path) -> None:
    (tmp_path / "cut.837.gz").write_bytes(gzip.compress(GOOD)[:-4])
    (tmp_path / "none.zip").write_bytes(zipped([("a.pdf", b"%PDF")]))
    (tmp_path / "mixed.zip").write_bytes(zipped([("a.837", GOOD), ("old.zip", b"x"), ("zero.837", b"")]))

    done = check("cut.837.gz", "none.zip", "mixed.zip", cwd=tmp_path)

    found = {
        path: [finding["message"] for finding in report["findings"]]  # type: ignore[attr-defined]
        for path, report in reports(done).items()
        if report["status"] == "failed"
    }
    assert done.code == 3
    assert "Traceback" not in done.err
    assert {path: len(messages) for path, messages in found.items()} == dict.fromkeys(
        ["cut.837.gz", "none.zip", "mixed.zip:old.zip", "mixed.zip:zero.837"], 1
    )
    assert "ends in the middle" in found["cut.837.gz"][0]
    assert found["mixed.zip:zero.837"] == ["the file is empty"]
    assert reports(done)["mixed.zip:a.837"]["status"] == "processed"


def test_show_goes_on_after_what_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped([("old.zip", b"x"), ("a.837", GOOD)]))

    done = run("show", "a.zip", *TODAY, cwd=tmp_path)

    assert done.code == 3
    assert "Claim PCN0001" in done.out
    assert done.err.count("a.zip:old.zip: it is an archive inside an archive") == 1


def test_the_limits_are_settings(tmp_path: Path) -> None:
    (tmp_path / "a.837.gz").write_bytes(gzip.compress(GOOD + b" " * (1 << 20)))
    assert check("a.837.gz", cwd=tmp_path).code == 0
    (tmp_path / "edi-guard.toml").write_text("[archives]\nmax-expanded-megabytes = 1\n")
    refused = check("a.837.gz", cwd=tmp_path)
    (tmp_path / "wrong.toml").write_text("[archives]\nmax-ratio = 0\n")
    wrong = check("a.837.gz", cwd=tmp_path, more=("--config", "wrong.toml"))

    assert refused.code == 3
    assert "raise archives.max-expanded-megabytes" in refused.out
    assert wrong.code == 2
    assert "archives.max-ratio" in wrong.err


def test_paths_and_names_of_members_are_printed_safely(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped([("\x1b[31mred\r.837", GOOD)]))

    done = run("clean", "a.zip", "--out", "out", *TODAY, cwd=tmp_path)

    assert done.code == 0
    assert "\x1b" not in done.out + done.err
    assert (tmp_path / "out/clean/_[31mred_.837").read_bytes() == GOOD


# ------------------------------------------------------------------------------- cleaning


def test_outputs_are_named_after_what_is_inside(tmp_path: Path) -> None:
    (tmp_path / "good.837.gz").write_bytes(gzip.compress(GOOD))
    (tmp_path / "day.zip").write_bytes(zipped([("a/c.837", GOOD), ("b/c.837", CLAIMS), ("d.837", OTHERS)]))

    done = run("clean", "good.837.gz", "day.zip", "--out", "out", *TODAY, "-q", cwd=tmp_path)

    assert done.code == 1
    assert tree(tmp_path / "out/clean") == ["a-c.837", "b-c.837", "d.837", "good.837"]
    assert (tmp_path / "out/clean/good.837").read_bytes() == GOOD
    assert (tmp_path / "out/clean/a-c.837").read_bytes() == GOOD
    assert tree(tmp_path / "out/held") == ["b-c.837", "d.837"]


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_what_is_written_is_the_same_as_of_the_files(tmp_path: Path, jobs: str) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files/p.837").write_bytes(CLAIMS)
    (tmp_path / "files/i.837").write_bytes(OTHERS)
    (tmp_path / "day.zip").write_bytes(zipped([("i.837", OTHERS), ("p.837", CLAIMS)]))
    for source, out in (("files", "one"), ("day.zip", "two")):
        assert run("clean", source, "--out", out, *TODAY, "-q", "--jobs", jobs, cwd=tmp_path).code == 1

    for folder in ("clean", "held", "rejected"):
        names = tree(tmp_path / "one" / folder)
        assert names == tree(tmp_path / "two" / folder) == ["i.837", "p.837"]
        for name in names:
            one, two = (tmp_path / out / folder / name for out in ("one", "two"))
            assert one.read_bytes() == two.read_bytes()


def test_a_file_that_is_larger_than_its_archive_looks(tmp_path: Path) -> None:
    """It is given to a process of its own as a small one, which finds a large one in it."""
    data = CLAIMS.replace(b"~", b"~" + b"\n" * 1000)
    (tmp_path / "a.837.gz").write_bytes(gzip.compress(data, 9) + gzip.compress(b""))
    (tmp_path / "b.837").write_bytes(GOOD)
    (tmp_path / "sitecustomize.py").write_text("import edi_guard.cli.judge as j\nj._LARGE = 100_000\n")
    env = os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), str(FIXTURES.parent)])}
    one, two = (
        run("check", "a.837.gz", "b.837", *TODAY, "--jobs", jobs, cwd=tmp_path, env=env)
        for jobs in ("1", "2")
    )

    assert len(data) > 100_000
    assert one.code == two.code == 1, two.err
    assert one.out == two.out


def test_of_an_archive_that_cannot_be_read_only_the_reason_is_written(tmp_path: Path) -> None:
    (tmp_path / "cut.837.gz").write_bytes(gzip.compress(GOOD)[:-4])
    (tmp_path / "cut.zip").write_bytes(zipped([("a.837", GOOD)])[:-4])

    done = run("clean", "cut.837.gz", "cut.zip", "--out", "out", *TODAY, "-q", cwd=tmp_path)

    assert done.code == 3
    assert tree(tmp_path / "out/failed") == ["cut.837.reason.txt", "cut.zip.reason.txt"]
    assert "ends in the middle" in (tmp_path / "out/failed/cut.zip.reason.txt").read_text()
    assert not (tmp_path / "out/clean").exists()


def test_running_again_renews_and_another_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped([("a.837", GOOD)]))
    for _ in range(2):
        assert run("clean", "a.zip", "--out", "out", *TODAY, "-q", cwd=tmp_path).code == 0
    (tmp_path / "a.837").write_bytes(GOOD)
    assert run("clean", "a.837", "--out", "out", *TODAY, "-q", cwd=tmp_path).code == 0, (
        "the same 837, not packed"
    )
    (tmp_path / "a.zip").write_bytes(zipped([("a.837", CLAIMS)]))
    other = run("clean", "a.zip", "--out", "out", *TODAY, "-q", cwd=tmp_path)

    assert other.code == 2
    assert "is of another input" in other.err
    assert (tmp_path / "out/clean/a.837").read_bytes() == GOOD


def test_the_same_name_in_two_archives_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    for name in ("a.zip", "b.zip"):
        (tmp_path / name).write_bytes(zipped([("claims.837", GOOD)]))

    done = run("clean", "a.zip", "b.zip", "--out", "out", cwd=tmp_path)

    assert done.code == 2
    assert "a.zip:claims.837 and b.zip:claims.837 have the same name" in done.err
    assert not (tmp_path / "out").exists()


def test_the_drop_in_form(tmp_path: Path) -> None:
    (tmp_path / "a.837.gz").write_bytes(gzip.compress(GOOD))
    (tmp_path / "one.zip").write_bytes(zipped([("a.837", GOOD), ("b.pdf", b"%PDF")]))
    (tmp_path / "two.zip").write_bytes(zipped([("a.837", GOOD), ("b.837", CLAIMS)]))
    for source, stdin in (("a.837.gz", b""), ("one.zip", b""), ("-", gzip.compress(GOOD))):
        done = run("clean", source, "-o", "-", *TODAY, cwd=tmp_path, stdin=stdin)
        assert (done.code, done.raw) == (0, GOOD)
    several = run("clean", "two.zip", "-o", "clean.837", cwd=tmp_path)
    own = run("clean", "one.zip", "-o", "one.zip", cwd=tmp_path)

    assert several.code == own.code == 2
    assert "takes one file" in several.err
    assert "one.zip is the input" in own.err
    assert tree(tmp_path) == ["a.837.gz", "one.zip", "two.zip"]


def test_an_archive_in_the_output_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped([("a.837", GOOD)]))

    done = run("clean", "a.zip", "--out", ".", cwd=tmp_path)

    assert done.code == 2
    assert "a.zip lies in the output folder" in done.err


@pytest.mark.parametrize("form", [("--out", "out"), ("-o", "out.837")])
def test_an_archive_that_changes_while_it_is_judged_is_not_released(
    tmp_path: Path, form: tuple[str, str]
) -> None:
    (tmp_path / "a.837.gz").write_bytes(gzip.compress(GOOD))
    # Another member comes while the rules run.
    (tmp_path / "sitecustomize.py").write_text(
        "import gzip, importlib\n"
        "p = importlib.import_module('edi_guard.engine.process')\n"
        "real = p.look_across\n"
        "def look(*arguments):\n"
        "    with open('a.837.gz', 'ab') as stream:\n"
        "        stream.write(gzip.compress(b'more'))\n"
        "    return real(*arguments)\n"
        "p.look_across = look\n"
    )
    env = os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), str(FIXTURES.parent)])}

    done = run("clean", "a.837.gz", *form, *TODAY, "-q", cwd=tmp_path, env=env)

    assert done.code == 2
    assert "was changed while it was read" in done.err
    assert not list(tmp_path.rglob("*.837"))
    assert not list(tmp_path.rglob("*.tmp"))


# ------------------------------------------------------------------------------- backtest


def test_backtest_reads_archives(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "edi_guard.simulation", str(tmp_path / "plain"), "--claims", "300"], check=True
    )
    claims, remits = (sorted((tmp_path / "plain" / kind).iterdir()) for kind in ("claims", "remits"))
    (tmp_path / "claims.zip").write_bytes(zipped((path.name, path.read_bytes()) for path in claims))
    (tmp_path / "packed").mkdir()
    for path in remits:
        (tmp_path / "packed" / f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
    results = [
        run("backtest", "--claims", one, "--remits", other, "--format", "json", cwd=tmp_path)
        for one, other in (("plain/claims", "plain/remits"), ("claims.zip", "packed"))
    ]
    broken = run("backtest", "--claims", "claims.zip", "--remits", "claims.zip", cwd=tmp_path)

    assert [done.code for done in results] == [0, 0], results[1].err
    assert json.loads(results[0].out) == json.loads(results[1].out)
    assert broken.code == 3
    assert "claims.zip: there is no file in the zip archive whose name ends in .277" in broken.out
