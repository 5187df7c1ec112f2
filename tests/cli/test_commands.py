"""The commands as a user runs them: exit codes, files, streams."""

from __future__ import annotations

import json
import os
import shutil
import stat
from typing import TYPE_CHECKING

import pytest

from edi_guard.rules import load_rules
from tests.builders import fixture
from tests.cli.command import run
from tests.conftest import FIXTURES

if TYPE_CHECKING:
    from pathlib import Path

TODAY = ("--today", "2026-11-23")
DEMO = FIXTURES / "demo"
CLEAN = FIXTURES / "837p" / "base_guidance.edi"
HELD = DEMO / "professional.837"


def _tree(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


# -------------------------------------------------------------------- exit codes


@pytest.mark.parametrize(
    ("paths", "code"),
    [
        ([CLEAN], 0),
        ([HELD], 1),
        ([FIXTURES / "broken" / "truncated.edi"], 3),
        ([CLEAN, HELD], 1),
        ([HELD, FIXTURES / "broken" / "empty.edi"], 3),
        ([FIXTURES / "nowhere.837"], 2),
    ],
)
def test_exit_codes_of_check(paths: list[Path], code: int) -> None:
    assert run("check", *paths, *TODAY, "-q").code == code


def test_a_folder_without_claims_is_no_input(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("nothing here")

    done = run("check", tmp_path)

    assert done.code == 4
    assert "no claim file" in done.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["check"],
        ["check", CLEAN, "--mode", "lenient"],
        ["check", CLEAN, "--today", "tomorrow"],
        ["check", CLEAN, "--select", "NOPE"],
        ["clean", CLEAN],
        ["clean", CLEAN, "--out", "x", "-o", "y"],
        ["rule", "PAIR999"],
        ["nonsense"],
    ],
)
def test_wrong_usage_is_one_sentence_and_code_2(arguments: list[object], tmp_path: Path) -> None:
    done = run(*arguments, cwd=tmp_path)

    assert done.code == 2
    assert "Traceback" not in done.err
    assert done.err.strip()
    assert _tree(tmp_path) == []


# ------------------------------------------------------------------------- clean


def test_clean_writes_the_folders_of_the_contract(tmp_path: Path) -> None:
    done = run("clean", DEMO, "--out", tmp_path / "out", *TODAY)

    assert done.code == 1
    assert _tree(tmp_path / "out") == [
        ".edi-guard-control-numbers",
        "acks/institutional.837.277ca",
        "acks/institutional.837.999",
        "acks/professional.837.277ca",
        "acks/professional.837.999",
        "clean/institutional.837",
        "clean/professional.837",
        "held/institutional.837",
        "held/professional.837",
        "rejected/institutional.837",
        "rejected/professional.837",
        "reports/institutional.837.csv",
        "reports/institutional.837.html",
        "reports/institutional.837.json",
        "reports/professional.837.csv",
        "reports/professional.837.html",
        "reports/professional.837.json",
    ]


def test_what_is_written_as_clean_is_clean_and_held_stays_held(tmp_path: Path) -> None:
    run("clean", DEMO, "--out", tmp_path / "out", *TODAY, "-q")

    assert run("check", tmp_path / "out" / "clean", *TODAY, "-q").code == 0
    for folder in ("held", "rejected"):
        done = run("check", tmp_path / "out" / folder, *TODAY, "--format", "jsonl")
        reports = [json.loads(line) for line in done.out.splitlines()]
        assert done.code == 1
        assert all(report["summary"]["clean"] == 0 for report in reports)


def test_a_dry_run_equals_the_real_run(tmp_path: Path) -> None:
    dry = json.loads(run("check", HELD, *TODAY, "--format", "json").out)
    run("clean", HELD, "--out", tmp_path / "out", *TODAY, "-q")
    real = json.loads((tmp_path / "out/reports/professional.837.json").read_text())

    assert dry == real


def test_a_clean_file_comes_out_byte_for_byte(tmp_path: Path) -> None:
    run("clean", CLEAN, "--out", tmp_path / "out", *TODAY, "-q")

    assert (tmp_path / "out/clean" / CLEAN.name).read_bytes() == CLEAN.read_bytes()
    assert not (tmp_path / "out/held").exists()


def test_a_refused_file_goes_to_failed_with_its_reason(tmp_path: Path) -> None:
    source = FIXTURES / "broken/segment_count.edi"
    done = run("clean", source, "--out", tmp_path / "out", *TODAY, "-q")

    assert done.code == 3
    assert (tmp_path / "out/failed/segment_count.edi").read_bytes() == source.read_bytes()
    reason = (tmp_path / "out/failed/segment_count.edi.reason.txt").read_text()
    assert "SE01 says" in reason
    assert "What to do" in reason
    assert not (tmp_path / "out/clean").exists()


def test_held_files_get_control_numbers_of_their_own(tmp_path: Path) -> None:
    run("clean", DEMO, "--out", tmp_path / "out", *TODAY, "-q")
    numbers = [
        path.read_text().split("*")[13]
        for folder in ("clean", "held", "rejected")
        for path in sorted((tmp_path / "out" / folder).iterdir())
    ]

    assert numbers[:2] == ["000000002", "000000001"]
    assert len(set(numbers)) == len(numbers)
    assert all(number >= "900000001" for number in numbers[2:])


@pytest.mark.skipif(os.name == "nt", reason="Windows has no POSIX permissions")
def test_outputs_are_for_the_user_only(tmp_path: Path) -> None:
    run("clean", DEMO, "--out", tmp_path / "out", *TODAY, "-q")
    for path in [tmp_path / "out", *(tmp_path / "out").rglob("*")]:
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), path


def test_running_again_renews_the_outputs(tmp_path: Path) -> None:
    first = run("clean", DEMO, "--out", tmp_path / "out", *TODAY, "-q")
    before = _tree(tmp_path / "out")
    second = run("clean", DEMO, "--out", tmp_path / "out", *TODAY, "-q")

    assert first.code == second.code == 1
    assert _tree(tmp_path / "out") == before


def test_running_again_leaves_no_claim_in_two_places(tmp_path: Path) -> None:
    run("clean", HELD, "--out", tmp_path / "out", *TODAY, "-q")
    run("clean", HELD, "--out", tmp_path / "out", *TODAY, "-q", "--mode", "advisory")

    assert not (tmp_path / "out/held/professional.837").exists()
    assert not (tmp_path / "out/rejected/professional.837").exists()


def test_another_input_of_the_same_name_is_not_written_over(tmp_path: Path) -> None:
    other = tmp_path / "professional.837"
    other.write_bytes(CLEAN.read_bytes())
    run("clean", HELD, "--out", tmp_path / "out", *TODAY, "-q")
    before = (tmp_path / "out/clean/professional.837").read_bytes()

    refused = run("clean", other, "--out", tmp_path / "out", *TODAY, "-q")
    assert refused.code == 2
    assert "--force" in refused.err
    assert (tmp_path / "out/clean/professional.837").read_bytes() == before

    assert run("clean", other, "--out", tmp_path / "out", *TODAY, "-q", "--force").code == 0
    assert (tmp_path / "out/clean/professional.837").read_bytes() == other.read_bytes()


def test_two_inputs_of_one_name_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "claims.837").write_bytes(CLEAN.read_bytes())

    done = run("clean", tmp_path / "a", tmp_path / "b", "--out", tmp_path / "out")

    assert done.code == 2
    assert "same name" in done.err
    assert not (tmp_path / "out").exists()


def test_an_input_inside_the_output_folder_is_refused(tmp_path: Path) -> None:
    claims = tmp_path / "claims.837"
    claims.write_bytes(CLEAN.read_bytes())

    assert run("clean", claims, "--out", tmp_path).code == 2
    assert _tree(tmp_path) == ["claims.837"]


def test_what_a_killed_run_left_behind_is_cleared_away_later(tmp_path: Path) -> None:
    staging = tmp_path / "out" / ".edi-guard-staging"
    staging.mkdir(parents=True)
    old, new = staging / ".a.837.00.tmp", staging / ".b.837.00.tmp"
    old.write_text("half a file")
    new.write_text("another run's file")
    os.utime(old, (0, 0))

    run("clean", CLEAN, "--out", tmp_path / "out", *TODAY, "-q")

    assert not old.exists()
    assert new.exists()


def test_an_output_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "clean").write_text("a file where a folder belongs")

    done = run("clean", CLEAN, "--out", tmp_path / "out", *TODAY, "-q")

    assert done.code == 2
    assert "cannot be written" in done.err
    assert not any(path.endswith(".tmp") for path in _tree(tmp_path))


# ----------------------------------------------------------------------- drop-in


def test_the_drop_in_form(tmp_path: Path) -> None:
    names = {name: tmp_path / f"{name}.837" for name in ("clean", "held", "rejected")}
    done = run(
        "clean", HELD, "-o", names["clean"], "--held", names["held"], "--rejected", names["rejected"],
        "--report", tmp_path / "report.json", "--format", "json", *TODAY,
    )  # fmt: skip

    assert done.code == 1
    report = json.loads((tmp_path / "report.json").read_text())
    counts = [path.read_text().count("CLM*") for path in names.values()]
    assert counts == [report["summary"][name] for name in names]
    assert sum(counts) == report["summary"]["claims"] == 14


def test_the_drop_in_form_through_pipes() -> None:
    done = run("clean", "-", "-o", "-", *TODAY, stdin=CLEAN.read_bytes())

    assert done.code == 0
    assert done.raw == CLEAN.read_bytes()
    assert "CLEAN" in done.err


def test_the_drop_in_form_leaves_no_old_clean_file_behind(tmp_path: Path) -> None:
    target = tmp_path / "clean.837"
    target.write_text("yesterday's claims")

    done = run("clean", FIXTURES / "broken/truncated.edi", "-o", target, *TODAY, "-q")

    assert done.code == 3
    assert not target.exists()


def test_the_drop_in_form_never_writes_over_its_input(tmp_path: Path) -> None:
    claims = tmp_path / "claims.837"
    claims.write_bytes(CLEAN.read_bytes())

    assert run("clean", claims, "-o", claims).code == 2
    assert claims.read_bytes() == CLEAN.read_bytes()


# ------------------------------------------------------------------- other commands


def test_every_rule_has_a_page_on_the_command_line() -> None:
    table = run("rules").out

    assert [line.split()[0] for line in table.splitlines()] == list(load_rules())
    page = run("rule", "pair101").out
    assert "What to do:" in page
    assert "CARC 107, B15" in page


def test_a_rule_that_does_not_exist_gets_a_suggestion() -> None:
    assert "PAIR101" in run("rule", "PAIR110").err


def test_policies_check_and_show(tmp_path: Path) -> None:
    assert run("policies", "check").code == 0
    (tmp_path / "mine.xml").write_text("<policy/>")
    wrong = run("policies", "check", tmp_path)
    assert wrong.code == 2
    assert "mine.xml:1:" in wrong.out

    shown = run("policies", "show", "G4000", "--payer", "EXAMPLE1", "--on", "2026-11-02", "--example-payers")
    assert shown.code == 0
    assert "At most 2 on each side within 180 days; else hold." in shown.out
    assert "(example-commercial.xml:10)" in shown.out
    assert "Authorization" not in shown.out
    listed = run("policies", "show", "G4000", "--payer", "EXAMPLE1", "--example-payers", "--all")
    assert "Authorization" in listed.out
    assert "does not apply: is about EXAMPLE3" in listed.out
    assert run("policies", "show", "99213").code == 2


def test_wrong_mappings_stop_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "mine.xml").write_text("<policy/>")

    done = run("clean", CLEAN, "--out", tmp_path / "out", "--mappings", tmp_path)

    assert done.code == 2
    assert "mine.xml:1:" in done.err
    assert not (tmp_path / "out" / "clean").exists()


def test_show_masks_unless_told_otherwise() -> None:
    masked = run("show", HELD, "--claim", "DEMO0001", *TODAY)
    whole = run("show", HELD, "--claim", "DEMO0001", *TODAY, "--phi", "full")

    assert masked.code == whole.code == 0
    assert "G4000 RT" in masked.out
    assert "goes with line 1" in masked.out
    assert "DOE" not in masked.out
    assert "DOE" in whole.out


def test_init_starts_a_folder_that_works(tmp_path: Path) -> None:
    begun = run("init", tmp_path / "work")
    assert begun.code == 0
    assert "PAIR101" in begun.out, "there is something to see at once"
    sample = run("clean", tmp_path / "work/sample", "--out", tmp_path / "work/out", "-q")
    assert sample.code == 1
    assert (tmp_path / "work/out/reports/sample.837.html").is_file()
    shutil.rmtree(tmp_path / "work/out")
    (tmp_path / "work/inbox/claims.837").write_bytes(CLEAN.read_bytes())

    done = run("clean", tmp_path / "work/inbox", "--out", tmp_path / "work/out", *TODAY, "-q")

    assert done.code == 0
    assert run("init", tmp_path / "work").code == 2


def test_help_and_version_are_quick_and_whole() -> None:
    helped = run("--help").out

    assert all(name in helped for name in ("check", "clean", "show", "rule", "policies", "config", "init"))
    assert run("--version").out.startswith("edi-guard, version")


def test_several_formats() -> None:
    assert run("check", HELD, *TODAY, "--format", "csv").out.startswith("file,claim,ordinal")
    lines = run("check", DEMO, *TODAY, "--format", "jsonl").out.splitlines()
    assert [json.loads(line)["schema"] for line in lines] == ["edi-guard/report/1"] * 2
    array = json.loads(run("check", DEMO, *TODAY, "--format", "json").out)
    assert len(array) == 2
    assert ":0001:" in run("check", HELD, *TODAY, "--format", "concise").out


def test_colour_only_where_it_is_asked_for() -> None:
    assert "\x1b[" not in run("check", HELD, *TODAY).out
    assert "\x1b[" in run("check", HELD, *TODAY, "--color", "always").out


def test_an_internal_error_is_said_without_data(tmp_path: Path) -> None:
    plugin = tmp_path / "sitecustomize.py"
    plugin.write_text(
        "import edi_guard.rules.pairing as p\n"
        "def crash(line, context):\n"
        "    raise ValueError('ZZPHI ' + line.claim.patient.party.last_name)\n"
        "p.assess = crash\n"
    )
    env = os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), str(FIXTURES.parent)])}

    done = run("clean", CLEAN, "--out", tmp_path / "out", *TODAY, env=env)

    assert done.code == 2
    assert "internal error: ValueError" in done.err
    assert "ZZPHI" not in done.err + done.out
    assert "DOE" not in done.err + done.out
    assert _tree(tmp_path / "out") == []


def test_wrong_bytes_give_one_sentence(tmp_path: Path) -> None:
    claims = tmp_path / "claims.837"
    claims.write_text(fixture("837p/base_guidance.edi").replace("~", "\x00"), encoding="latin-1")

    done = run("check", claims, *TODAY, "--format", "concise")

    assert done.code in (0, 3)
    assert "Traceback" not in done.err
