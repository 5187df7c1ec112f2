"""The folder service on a real disk: what goes in, what comes out, and that nothing is lost."""

from __future__ import annotations

import json
import os
import shutil
import time
from typing import TYPE_CHECKING

import pytest

from tests.conftest import FIXTURES
from tests.watch.command import MIXED, PROFESSIONAL, Office, claim_file, stop, wait_for

if TYPE_CHECKING:
    from pathlib import Path

OUTPUTS = ("clean", "held", "rejected", "failed", "reports", "acks")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office.at(tmp_path)


def test_a_clean_file_leaves(office: Office) -> None:
    office.put("a.837")
    done = office.once()
    assert done.returncode == 0, done.stderr
    assert office.everything("clean") == {"clean/a.837": PROFESSIONAL.read_bytes()}
    assert office.everything("archive") == {"archive/a.837": PROFESSIONAL.read_bytes()}
    assert office.names("inbox") == office.names("work") == []


def test_the_same_outputs_as_clean(office: Office, tmp_path: Path) -> None:
    for path in (*sorted((FIXTURES / "demo").iterdir()), FIXTURES / "broken" / "segment_count.edi"):
        office.put(path.name, path.read_text(encoding="latin-1"))
    other = tmp_path / "other"
    shutil.copytree(office.inbox, other / "inbox")
    names = sorted(path.name for path in office.inbox.iterdir())
    cleaned = tmp_path / "cleaned"
    plain = office.run("clean", *(f"../other/inbox/{name}" for name in names), "--out", str(cleaned))
    assert plain.returncode == 3, plain.stderr
    done = office.once()
    assert done.returncode == 3, done.stderr
    for folder in ("clean", "held", "rejected", "failed"):
        expected = {
            f"{folder}/{path.name}": path.read_bytes()
            for path in (cleaned / folder).iterdir()
            if not path.name.endswith(".reason.txt")
        }
        found = office.everything(folder)
        assert {name: data for name, data in found.items() if not name.endswith(".reason.txt")} == expected
    assert office.names("reports") == sorted(path.name for path in (cleaned / "reports").iterdir())
    assert office.names("acks") == sorted(path.name for path in (cleaned / "acks").iterdir())


def test_the_same_content_is_not_processed_twice(office: Office) -> None:
    office.put("a.837")
    office.once()
    office.put("b.837")
    done = office.once()
    assert done.returncode == 3
    assert office.names("clean") == ["a.837"]
    assert office.names("failed") == ["b.837", "b.837.reason.txt"]
    assert "came on" in (office.root / "failed" / "b.837.reason.txt").read_text()
    assert office.names("archive") == ["a.837", "b.837"]


def test_a_control_number_is_not_used_twice(office: Office) -> None:
    office.put("a.837", claim_file(7))
    office.once()
    office.put("b.837", claim_file(7).replace("P7N0002", "P7N0003"))
    done = office.once()
    assert done.returncode == 3
    assert office.names("clean") == ["a.837"]
    assert "000000007" in (office.root / "failed" / "b.837.reason.txt").read_text()


def test_a_name_that_comes_again_gets_a_number(office: Office) -> None:
    for number in (1, 2, 3):
        office.put("a.837", claim_file(number))
        assert office.once().returncode == 0
    assert office.names("clean") == ["a-2.837", "a-3.837", "a.837"]
    assert (office.root / "clean" / "a-3.837").read_text() == claim_file(3)


def test_a_name_is_not_given_twice_though_the_uploader_took_the_file_away(office: Office) -> None:
    office.put("a.837", claim_file(1))
    office.once()
    (office.root / "clean" / "a.837").unlink()
    office.put("a.837", claim_file(2))
    office.once()
    assert office.names("clean") == ["a-2.837"]


def test_a_poison_file_does_not_stop_the_good_ones(office: Office) -> None:
    office.put("a.837", claim_file(1))
    office.put("b.837", "this is no claim file at all")
    office.put("c.837", claim_file(2).replace("SE*29", "SE*28"))
    office.put("d.837", claim_file(3))
    assert office.once().returncode == 3
    assert office.names("clean") == ["a.837", "d.837"]
    assert [n for n in office.names("failed") if not n.endswith(".txt")] == ["b.837", "c.837"]
    assert len(office.names("archive")) == 4


def test_litter_links_and_folders_stay(office: Office, tmp_path: Path) -> None:
    for name in (".hidden", "~$a.doc", "b.tmp", "c.part", "Thumbs.db"):
        (office.inbox / name).write_text("x")
    (office.inbox / "folder").mkdir()
    secret = tmp_path / "secret.837"
    shutil.copyfile(PROFESSIONAL, secret)
    (office.inbox / "link.837").symlink_to(secret)
    done = office.once()
    assert done.returncode == 0, done.stderr
    assert len(office.names("inbox")) == 7
    assert office.names("clean") == []
    assert "link" in done.stderr


def test_an_incomplete_file_waits_and_is_given_up(office: Office) -> None:
    (office.root / "edi-guard.toml").write_text("[watch]\ngive-up-minutes = 0.03\n")
    office.put("a.837", PROFESSIONAL.read_text()[:-30])
    assert office.once().returncode == 0
    assert office.names("inbox") == ["a.837"]
    for _ in range(5):
        office.once()
        if not office.names("inbox"):
            break
        os.sync()
    wait_for(lambda: not office.names("inbox") or office.once().returncode == 3, 30)
    assert [n for n in office.names("failed") if not n.endswith(".txt")] == ["a.837"]


def test_a_writer_that_pauses_is_waited_for(office: Office) -> None:
    text = claim_file(5)
    service = office.start()
    target = office.inbox / "slow.837"
    with target.open("w", newline="") as stream:
        for start in range(0, len(text), 200):
            stream.write(text[start : start + 200])
            stream.flush()
            # Longer than a file must be left alone.
            time.sleep(0.6 if start == 400 else 0.01)
    wait_for(lambda: office.names("archive") == ["slow.837"])
    stop(service)
    assert office.everything("clean") == {"clean/slow.837": text.encode()}, office.log_path.read_text()


def test_a_file_replaced_while_it_is_read_is_two_files(office: Office) -> None:
    service = office.start()
    for number in range(1, 6):
        office.put("a.837", claim_file(number))
    wait_for(lambda: office.names("inbox") == [] and office.names("work") == [])
    stop(service)
    sent = list(office.everything("clean").values())
    archived = list(office.everything("archive").values())
    assert sorted(sent) == sorted(archived)
    assert len(set(sent)) == len(sent)
    assert claim_file(5).encode() in sent


def test_two_services_on_one_folder(office: Office) -> None:
    first = office.start()
    wait_for((office.root / ".edi-guard-holder").exists)
    second = office.once()
    assert second.returncode == 2
    assert "watched already" in second.stderr
    office.put("a.837")
    wait_for(lambda: office.names("archive") == ["a.837"])
    stop(first)
    assert first.returncode == 0
    assert office.once().returncode == 0


def test_a_killed_service_gives_the_lock_back(office: Office) -> None:
    first = office.start()
    wait_for((office.root / ".edi-guard-holder").exists)
    first.kill()
    first.communicate()
    office.put("a.837")
    assert office.once().returncode == 0
    assert office.names("clean") == ["a.837"]


def test_a_folder_that_cannot_be_written_is_said_before_anything_is_taken(office: Office) -> None:
    office.put("a.837")
    assert office.once().returncode == 0
    office.put("b.837", claim_file(2))
    shutil.rmtree(office.root / "clean")
    (office.root / "clean").write_text("a file, not a folder")
    done = office.once()
    assert done.returncode == 2
    assert "clean" in done.stderr
    assert "Traceback" not in done.stderr
    assert office.names("inbox") == ["b.837"]
    (office.root / "clean").unlink()
    assert office.once().returncode == 0
    assert office.names("clean") == ["b.837"]


def test_badly_nested_folders_are_refused(office: Office) -> None:
    (office.root / "edi-guard.toml").write_text('[folders]\nclean = "inbox/clean"\n')
    done = office.once()
    assert done.returncode == 2
    assert "inbox" in done.stderr


def test_a_lost_ledger_is_not_replaced_silently(office: Office) -> None:
    office.put("a.837")
    office.once()
    shutil.rmtree(office.state)
    office.put("b.837", claim_file(2))
    done = office.once()
    assert done.returncode == 2
    assert "--new-ledger" in done.stderr
    assert office.names("inbox") == ["b.837"]
    assert office.once("--new-ledger").returncode == 0


def test_a_wrong_mapping_stops_the_work_and_nothing_is_lost(office: Office) -> None:
    office.put("a.837")
    (office.root / "mappings").mkdir()
    (office.root / "mappings" / "mine.xml").write_text("<nonsense/>")
    (office.root / "edi-guard.toml").write_text('mappings = ["mappings"]\n')
    done = office.once()
    assert done.returncode == 2
    assert office.names("inbox") == ["a.837"]
    (office.root / "edi-guard.toml").write_text("")
    assert office.once().returncode == 0


def test_no_patient_data_in_log_ledger_or_audit(office: Office) -> None:
    office.put("a.837", MIXED.read_text(encoding="latin-1"))
    done = office.once()
    assert done.returncode == 1
    told = done.stderr + done.stdout
    stored = b"".join(path.read_bytes() for path in office.state.rglob("*") if path.is_file())
    for secret in ("DOE", "JANE", "MILLER", "STONE", "W000000001", "DEMO0001", "19700101"):
        assert secret not in told
        assert secret.encode() not in stored


def test_partners_have_settings_of_their_own(office: Office) -> None:
    (office.root / "edi-guard.toml").write_text(
        '[[partners]]\nsender = "EDIGUARDTEST"\non-reject = "file"\n'
        'outgoing-name = "{date}-{control}{suffix}"\n'
    )
    office.put("good.837", claim_file(3))
    office.put("mixed.837", MIXED.read_text(encoding="latin-1"))
    assert office.once().returncode == 1
    assert [name[8:] for name in office.names("clean")] == ["-000000003.837"]
    report = json.loads((office.root / "reports" / "mixed.837.json").read_text())
    assert report["summary"]["clean"] == 0
    assert any(finding["rule"] == "ENV401" for finding in report["findings"])


def test_an_interchange_each(office: Office) -> None:
    (office.root / "edi-guard.toml").write_text("[watch]\nsplit-interchanges = true\n")
    office.put("two.837", claim_file(1) + claim_file(2))
    assert office.once().returncode == 0
    sent = office.everything("clean")
    assert sorted(sent) == ["clean/two.1.837", "clean/two.2.837"]
    assert b"".join(sent[name] for name in sorted(sent)) == (claim_file(1) + claim_file(2)).encode()


def test_the_clock_set_back_delays_nothing(office: Office) -> None:
    path = office.put("a.837")
    ahead = path.stat().st_mtime + 7 * 86400
    os.utime(path, (ahead, ahead))
    assert office.once().returncode == 0
    assert office.names("clean") == ["a.837"]
