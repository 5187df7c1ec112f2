"""What people do with a watched folder: release, find, withdraw, requeue, bypass, look, count."""

from __future__ import annotations

import json
import re
import sys
from typing import TYPE_CHECKING

import pytest

from tests.responses.samples import ack_277, ack_999, interchange
from tests.rules.harness import HERE, load_cases
from tests.watch.command import MIXED, PROFESSIONAL, Office, claim_file, stop, wait_for

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office.at(tmp_path)


@pytest.fixture
def mixed(office: Office) -> Office:
    """An office that has processed the demo file."""
    office.put("demo.837", MIXED.read_text(encoding="latin-1"))
    assert office.once().returncode == 1
    return office


def claims_of(data: bytes) -> list[str]:
    return re.findall(r"CLM\*([^*]+)\*", data.decode("latin-1"))


def rules_of(office: Office, claim: str) -> list[str]:
    found = office.run("find", claim)
    assert found.returncode == 0, found.stderr
    match = re.search(r"kept back by ([A-Z0-9, ]+);", found.stdout)
    assert match is not None, found.stdout
    return match[1].split(", ")


# ----------------------------------------------------------------------- release


def test_a_released_claim_leaves_in_a_file_of_its_own(mixed: Office) -> None:
    held = claims_of((mixed.root / "held" / "demo.837").read_bytes())
    (rule,) = rules_of(mixed, "DEMO0010")
    added = mixed.run("override", "add", "DEMO0010", rule, "--reason", "note seen", "--person", "A. Biller")
    assert added.returncode == 0, added.stderr
    assert mixed.once().returncode == 0
    released = (mixed.root / "clean" / "demo.released-1.837").read_bytes()
    assert claims_of(released) == ["DEMO0010"]
    left = claims_of((mixed.root / "held" / "demo.837").read_bytes())
    assert left == [claim for claim in held if claim != "DEMO0010"]
    isa = re.compile(rb"\*(\d{9})\*\d\*[PT]\*")
    numbers = {isa.search(data)[1] for data in mixed.everything("clean", "held").values()}  # type: ignore[index]
    assert len(numbers) == 3
    report = json.loads((mixed.root / "reports" / "demo.released-1.837.json").read_text())
    told = [f["message"] for claim in report["claims"] for f in claim["findings"] if f["rule"] == rule]
    assert any("released by A. Biller" in message and "note seen" in message for message in told)
    audit = next(mixed.state.glob("*/audit.jsonl")).read_text()
    assert "A. Biller" in audit
    assert "note seen" in audit
    checked = mixed.run("check", str(mixed.root / "clean" / "demo.released-1.837"))
    assert rule in checked.stdout, "the claim itself was not changed"


def test_a_released_claim_leaves_once(mixed: Office) -> None:
    (rule,) = rules_of(mixed, "DEMO0010")
    mixed.run("override", "add", "DEMO0010", rule, "--reason", "seen")
    mixed.once()
    again = mixed.run("override", "add", "DEMO0010", rule, "--reason", "seen")
    assert again.returncode == 2
    assert "released" in again.stderr
    mixed.run("requeue", "demo.837")
    mixed.once()
    assert [name for name in mixed.names("clean") if "released" in name] == ["demo.released-1.837"]


def test_a_claim_with_two_findings_waits_for_both(office: Office) -> None:
    text = claim_file(4, MIXED)
    office.put("demo.837", text)
    office.once()
    kept = json.loads(office.run("status", "--format", "json").stdout)["kept"]
    twice = next((claim for claim in kept if len(claim["rules"]) > 1), None)
    if twice is None:
        # Two findings on one claim: its charge is wrong as well.
        text = claim_file(5, MIXED).replace("CLM*D5M0010*440", "CLM*D5M0010*441")
        office.put("demo2.837", text)
        office.once()
        kept = json.loads(office.run("status", "--format", "json").stdout)["kept"]
        twice = next(claim for claim in kept if len(claim["rules"]) > 1)
    first, *others = twice["rules"]
    added = office.run("override", "add", twice["claim"], first, "--reason", "seen")
    assert others[0] in added.stdout
    office.once()
    assert not [name for name in office.names("clean") if "released" in name]
    for rule in others:
        office.run("override", "add", twice["claim"], rule, "--reason", "seen")
    office.once()
    assert len([name for name in office.names("clean") if "released" in name]) == 1


def test_a_claim_that_waited_leaves_with_its_pair(office: Office) -> None:
    # The imaging is on PCN0001, its procedure on PCN0002, whose charge is wrong.
    case = load_cases(HERE / "PAIR304.toml")[0]
    office.put("pair.837", case.input())
    assert office.once().returncode == 1
    assert office.names("clean") == []
    assert rules_of(office, "PCN0001") == ["PAIR304"]
    assert rules_of(office, "PCN0002") == ["BAL301"]
    added = office.run("override", "add", "PCN0002", "BAL301", "--reason", "the payer wants it so")
    assert added.returncode == 0, added.stderr
    office.once()
    released = (office.root / "clean" / "pair.released-1.837").read_bytes()
    assert sorted(claims_of(released)) == ["PCN0001", "PCN0002"]
    assert office.names("held") == office.names("rejected") == []
    assert office.run("reconcile").returncode == 0


def test_what_cannot_be_released_is_said(mixed: Office) -> None:
    for arguments, words in (
        (("NOSUCH", "PAIR101"), "knows no claim"),
        (("DEMO0010", "NOSUCH1"), "no rule"),
        (("DEMO0010", "IG301"), "cannot be released"),
        (("DEMO0010", "BAL301"), "does not stand against"),
        (("DEMO0001", "BAL301"), "no copy of the claim is kept back"),
    ):
        done = mixed.run("override", "add", *arguments, "--reason", "x")
        assert done.returncode == 2, done.stdout
        assert words in done.stderr
    empty = mixed.run("override", "add", "DEMO0010", rules_of(mixed, "DEMO0010")[0], "--reason", " ")
    assert empty.returncode == 2


def test_an_override_that_was_taken_back_does_not_count(mixed: Office) -> None:
    (rule,) = rules_of(mixed, "DEMO0010")
    mixed.run("override", "add", "DEMO0010", rule, "--reason", "seen")
    assert mixed.run("override", "remove", "1").returncode == 0
    mixed.once()
    assert mixed.names("clean") == ["demo.837"]
    assert "no override" in mixed.run("override", "list").stdout
    assert mixed.run("override", "remove", "1").returncode == 2


def test_a_corrected_claim_replaces_its_copy(mixed: Office) -> None:
    text = MIXED.read_text(encoding="latin-1").replace("*000000001*", "*000000077*")
    text = text.replace("*000000001~", "*000000077~").replace("CLM*DEMO0010*440", "CLM*DEMO0010*441")
    mixed.put("again.837", text)
    mixed.once()
    copies = mixed.run("find", "DEMO0010").stdout
    assert "superseded" in copies
    done = mixed.run("override", "add", "DEMO0010", rules_of(mixed, "DEMO0010")[0], "--reason", "seen")
    assert done.returncode == 0, done.stderr
    duplicates = json.loads((mixed.root / "reports" / "again.837.json").read_text())
    rules = {f["rule"] for claim in duplicates["claims"] for f in claim["findings"]}
    assert "DUP304" in rules, "the claims that left with the first file are known"


# ------------------------------------------------------------------ other requests


def test_withdraw(mixed: Office) -> None:
    assert mixed.run("withdraw", "DEMO0010", "--reason", "written off").returncode == 0
    mixed.once()
    assert "withdrawn" in mixed.run("find", "DEMO0010").stdout
    kept = json.loads(mixed.run("status", "--format", "json").stdout)["kept"]
    assert "DEMO0010" not in [claim["claim"] for claim in kept]
    assert mixed.run("reconcile").returncode == 0


def test_requeue_after_a_policy_changed(mixed: Office) -> None:
    kept = json.loads(mixed.run("status", "--format", "json").stdout)["kept"]
    rules = {rule for claim in kept for rule in claim["rules"]}
    lines = "".join(f'{rule} = "info"\n' for rule in sorted(rules))
    (mixed.root / "edi-guard.toml").write_text(f"[severity]\n{lines}")
    assert mixed.run("requeue", "held/demo.837").returncode == 0
    mixed.once()
    released = claims_of((mixed.root / "clean" / "demo.released-1.837").read_bytes())
    assert sorted(released) == sorted(claim["claim"] for claim in kept)
    assert mixed.names("held") == mixed.names("rejected") == []
    assert json.loads(mixed.run("status", "--format", "json").stdout)["kept"] == []
    nothing = mixed.run("requeue", "demo.837")
    assert nothing.returncode == 2
    assert "nothing to judge" in nothing.stderr


def test_requeue_of_a_refused_file(office: Office) -> None:
    (office.root / "edi-guard.toml").write_text('usage = "production"\n')
    office.put("a.837")
    assert office.once().returncode == 3
    (office.root / "edi-guard.toml").write_text("")
    back = office.run("requeue", "a.837")
    assert back.returncode == 0, back.stderr
    assert office.names("failed") == []
    assert office.once().returncode == 0
    assert office.names("clean") == ["a-2.837"]
    assert office.run("requeue", "nosuch.837").returncode == 2


def test_bypass(office: Office, tmp_path: Path) -> None:
    office.once()
    outside = tmp_path / "urgent.837"
    text = claim_file(8, MIXED)
    outside.write_text(text, encoding="latin-1")
    done = office.run("bypass", str(outside), "--reason", "filing limit today", "--person", "The Boss")
    assert done.returncode == 0, done.stderr
    assert "UNCHECKED" in done.stderr
    ran = office.once()
    assert ran.returncode == 0, ran.stderr
    assert office.everything("clean") == {"clean/urgent.837": text.encode("latin-1")}
    assert "UNCHECKED" in (office.root / "reports" / "urgent.837.unchecked.txt").read_text()
    assert "bypassed" in office.run("status").stdout
    audit = next(office.state.glob("*/audit.jsonl")).read_text()
    assert "The Boss" in audit
    # Once is once: the same content does not leave again, checked or not.
    outside.rename(tmp_path / "urgent2.837")
    office.run("bypass", str(tmp_path / "urgent2.837"), "--reason", "again")
    assert office.once().returncode == 3
    assert office.names("clean") == ["urgent.837"]


# --------------------------------------------------------------------- answers


def test_answers_are_matched_and_refusals_count(office: Office) -> None:
    office.put("a.837", claim_file(1))
    office.once()
    responses = office.root / "responses"
    (responses / "one.999").write_text(interchange(ack_999("1", "A")))
    (responses / "two.277").write_text(interchange(ack_277(("P1N0002", "A7:507"))))
    (responses / "bad.txt").write_text("what is this")
    ran = office.once()
    assert ran.returncode == 0, ran.stderr
    assert sorted(office.names("responses/done")) == ["one.999", "two.277"]
    assert office.names("responses/failed") == ["bad.txt"]
    assert '"matched": 1' in ran.stderr
    assert "P1N0002" not in ran.stderr
    assert "refused by 277CA" in office.run("find", "P1N0002").stdout
    # What the receiver refused is no duplicate when it is sent again.
    office.put("b.837", claim_file(1).replace("000000001", "000000002"))
    assert office.once().returncode == 0
    assert office.names("clean") == ["a.837", "b.837"]


def test_the_same_services_sent_again_are_held(office: Office) -> None:
    office.put("a.837", claim_file(1))
    office.once()
    office.put("b.837", claim_file(1).replace("000000001", "000000002"))
    assert office.once().returncode == 1
    assert rules_of(office, "P1N0002") == ["DUP304"]


def test_silence_is_told(office: Office, tmp_path: Path) -> None:
    (office.root / "edi-guard.toml").write_text("[watch]\nanswer-hours = 0.0001\n")
    office.put("a.837")
    office.once()
    wait_for(lambda: "No answer from the receiver to a.837" in office.run("status").stdout)
    ran = office.once()
    assert "silence" in ran.stderr
    (office.root / "responses" / "one.999").write_text(interchange(ack_999("1", "A")))
    wait_for(lambda: (office.once().returncode, office.names("responses/done")) == (0, ["one.999"]))
    assert "No answer" not in office.run("status").stdout


# ------------------------------------------------------------- looking and telling


def test_status_in_words_and_json(mixed: Office) -> None:
    facts = json.loads(mixed.run("status", "--format", "json").stdout)
    assert facts["running"] is False
    assert facts["today"]["files"] == {"processed": 1}
    total = sum(float(amount["dollars"]) for amount in facts["today"]["claims"].values())
    assert total == 4180.0
    words = mixed.run("status").stdout
    assert "NOT running" in words
    assert "DEMO0010" in words
    service = mixed.start()
    wait_for(lambda: json.loads(mixed.run("status", "--format", "json").stdout)["running"])
    wait_for(lambda: mixed.run("status", "--health").returncode == 0)
    stop(service)
    assert mixed.run("status", "--health").returncode == 1


def test_status_shows_the_payers_deadline(office: Office) -> None:
    office.put("a.837", MIXED.read_text(encoding="latin-1").replace("*60054~", "*EXAMPLE1~"))
    office.once("--example-payers")
    kept = json.loads(office.run("status", "--format", "json").stdout)["kept"]
    assert kept
    assert all(claim["deadline"] for claim in kept)


def test_reconcile_adds_up_and_misses_an_original(mixed: Office) -> None:
    mixed.put("b.837", "nonsense")
    mixed.once()
    done = mixed.run("reconcile")
    assert done.returncode == 0, done.stdout
    assert "14 claims" in done.stdout
    assert "which adds up" in done.stdout
    table = mixed.run("reconcile", "--format", "csv").stdout.splitlines()
    assert len(table) == 3
    (mixed.root / "archive" / "demo.837").unlink()
    missing = mixed.run("reconcile")
    assert missing.returncode == 1
    assert "ORIGINAL MISSING" in missing.stdout


def test_audit_verify_finds_a_change(mixed: Office) -> None:
    log = next(mixed.state.glob("*/audit.jsonl"))
    assert mixed.run("audit", "verify").returncode == 0
    log.write_text(log.read_text().replace("demo.837", "dema.837", 1))
    done = mixed.run("audit", "verify")
    assert done.returncode == 1
    assert "line" in done.stderr


def test_commands_on_a_folder_that_was_never_watched(office: Office) -> None:
    for command in (("status",), ("find", "X"), ("reconcile",), ("audit", "verify"), ("requeue", "x")):
        done = office.run(*command)
        assert done.returncode == 2
        assert "never watched" in done.stderr


def test_people_are_told(office: Office, tmp_path: Path) -> None:
    told = tmp_path / "told.jsonl"
    script = tmp_path / "tell.py"
    script.write_text(f"import sys\nopen({str(told)!r}, 'a').write(sys.argv[1] + '\\n')\n")
    (office.root / "edi-guard.toml").write_text(
        f'[notify]\ncommand = ["{sys.executable}", "{script}"]\n', encoding="utf-8"
    )
    office.put("bad.837", "nonsense")
    office.once()
    (message,) = [json.loads(line) for line in told.read_text().splitlines()]
    assert (message["event"], message["file"]) == ("failed", "bad.837")


def test_metrics_in_a_file(office: Office, tmp_path: Path) -> None:
    target = tmp_path / "edi.prom"
    office.put("demo.837", MIXED.read_text(encoding="latin-1"))
    office.once("--metrics-file", str(target))
    text = target.read_text()
    assert 'edi_guard_files_total{outcome="processed"} 1.0' in text
    assert 'edi_guard_claims_total{disposition="clean"} 5.0' in text
    assert "DEMO" not in text


def test_quiet_hours_and_schedule(office: Office) -> None:
    (office.root / "edi-guard.toml").write_text('[watch]\nquiet-hours = ["00:00-24:00"]\n')
    office.put("a.837")
    assert office.once().returncode == 0
    assert office.names("inbox") == ["a.837"]
    (office.root / "edi-guard.toml").write_text('[watch]\nquiet-hours = ["nonsense"]\n')
    wrong = office.once()
    assert wrong.returncode == 2
    assert "quiet hours" in wrong.stderr
    assert office.once("--schedule", "nonsense").returncode in (0, 2)


def test_a_clean_folder_needs_nothing(office: Office) -> None:
    done = office.once()
    assert done.returncode == 0
    assert PROFESSIONAL.is_file()
    assert office.names("clean") == []
