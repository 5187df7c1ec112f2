"""``edi-guard backtest`` on simulated pairs, and on what it cannot use."""

from __future__ import annotations

import csv
import functools
import io
import json
import subprocess
import sys
import tomllib
from typing import TYPE_CHECKING, Any

import pytest

from edi_guard.rules import load_rules
from edi_guard.simulation import Fate, Office
from tests.cli.command import run

if TYPE_CHECKING:
    from pathlib import Path

PAIRS = ("--claims", "claims", "--remits", "remits")


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Office]:
    folder = tmp_path_factory.mktemp("pairs")
    command = [sys.executable, "-m", "edi_guard.simulation", str(folder), "--claims", "1500", "--seed", "4"]
    subprocess.run(command, check=True)
    return folder, Office(4, 1500)


@functools.cache
def found(folder: Path, *arguments: str) -> Any:
    done = run("backtest", *PAIRS, "--format", "json", *arguments, cwd=folder)
    assert done.code == 0, done.err
    return json.loads(done.out)


def test_the_planted_truth_is_reported(pairs: tuple[Path, Office]) -> None:
    folder, office = pairs
    result = found(folder)
    lines = [line for claim in office.claims for line in claim.lines]
    turned = [c for c in office.claims if c.lines[0].fate in (Fate.TURNED_BACK, Fate.REFUSED)]
    silent = [c for c in office.claims if c.lines[0].fate is Fate.SILENCE]
    assert result["join"]["claims"] == len(office.claims)
    assert result["join"]["answered"] == len(office.claims) - len(turned) - len(silent)
    assert result["join"]["turned_back"] == len(turned)
    assert result["join"]["unjoined"] == {}
    assert result["total"]["undecided"] == sum(len(claim.lines) for claim in silent)
    assert float(result["total"]["dollars_denied"]) == sum(line.denied for line in lines)
    (rule,) = [one for one in result["rules"] if one["rule"] == "THER101"]
    predicts = load_rules()["THER101"].predicts
    predicted = {*predicts.carc, *predicts.claim_status}
    assert rule["recall"]["total"] == sum(line.reason in predicted for line in lines)
    assert {part["name"] for part in result["payers"]} == {claim.payer for claim in office.claims}
    assert {part["name"] for part in result["kinds"]} == {"837P", "837I"}
    # Nothing was checked with tables that are not loaded, and it is said.
    assert result["inputs"]["unchecked"]["CODE901"] == len(office.claims)


def test_in_words_and_without_patients(pairs: tuple[Path, Office]) -> None:
    done = run("backtest", *PAIRS, cwd=pairs[0])
    assert done.code == 0, done.err
    for said in ("THER101", "of these kept back", "authorization", "no rule speaks of it", "73221 RT"):
        assert said in done.out
    assert not _patients(done.out + done.err, pairs[1])


def _patients(text: str, office: Office) -> list[str]:
    marked = ["SAMPLE", "PATIENT", *(claim.account for claim in office.claims)]
    return [one for one in marked if one in text]


def test_as_a_page_with_charts(pairs: tuple[Path, Office], tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    done = run("backtest", *PAIRS, "--format", "html", "-o", str(page), cwd=pairs[0])
    assert (done.code, done.out) == (0, ""), done.err
    text = page.read_text(encoding="utf-8")
    assert text.count('<svg class="chart"') == 4
    assert "THER101" in text
    assert "Content-Security-Policy" in text
    assert not _patients(text, pairs[1])


def test_as_rows_for_a_spreadsheet(pairs: tuple[Path, Office]) -> None:
    done = run("backtest", *PAIRS, "--format", "csv", cwd=pairs[0])
    rows = list(csv.DictReader(io.StringIO(done.out)))
    result = found(pairs[0])
    (rule,) = [row for row in rows if row["section"] == "rule" and row["name"] == "THER101"]
    (same,) = [one for one in result["rules"] if one["rule"] == "THER101"]
    assert float(rule["precision"]) == same["precision"]["share"]
    assert (rule["hits"], rule["dollars_denied"]) == (str(same["hits"]), same["denied"])
    sections = {row["section"] for row in rows}
    assert sections == {
        "total", "claims", "rule", "bucket", "payer", "payer and rule", "kind", "kind and rule", "no rule",
    }  # fmt: skip


def test_two_configurations(pairs: tuple[Path, Office], tmp_path: Path) -> None:
    plain, milder = tmp_path / "a.toml", tmp_path / "b.toml"
    plain.write_text("")
    milder.write_text('[severity]\nTHER101 = "warn"\n')
    result = found(pairs[0], "--compare", str(plain), str(milder))
    now = found(pairs[0])
    assert result["first"] == {key: now["total"][key] for key in result["first"]}
    (rule,) = [one for one in now["rules"] if one["rule"] == "THER101"]
    assert result["released"]["lines"] == rule["hits"]
    assert result["held"]["lines"] == 0
    assert [one["rule"] for one in result["rules"]] == ["THER101"]
    again = run("backtest", *PAIRS, "--compare", str(plain), str(milder), cwd=pairs[0])
    assert "THER101 in 1 only" in again.out


def test_suggestions_are_a_configuration(pairs: tuple[Path, Office], tmp_path: Path) -> None:
    done = run("backtest", *PAIRS, "--suggest", "--false-hold-rate", "0.005", cwd=pairs[0])
    assert done.code == 0, done.err
    fragment = tmp_path / "suggested.toml"
    fragment.write_text(done.out)
    tables = tomllib.loads(done.out)["severity-by-payer"]
    assert {table["severity"] for table in tables} <= {"hold", "warn"}
    # Wherever it is worth it, the suggestion is to stop holding what a payer pays.
    assert {"rule": "DOC101", "payer": "62308", "severity": "warn"} in tables
    result = found(pairs[0], "--config", str(fragment))
    assert result["total"]["false_holds"]["share"] < found(pairs[0])["total"]["false_holds"]["share"]


def test_a_draft_is_a_mapping_that_finds_what_was_missed(pairs: tuple[Path, Office], tmp_path: Path) -> None:
    drafts = tmp_path / "drafts"
    done = run("backtest", *PAIRS, "--draft", str(drafts), cwd=pairs[0])
    assert done.code == 0, done.err
    # Medicare's denials for documents on request are a group too, and one payer's of what it saw twice.
    assert sorted(file.name for file in drafts.iterdir()) == [
        "draft-00430.xml",
        "draft-62308.xml",
        "draft-87726.xml",
        "draft-codes.xml",
    ]
    assert run("policies", "check", str(drafts), cwd=tmp_path).code == 0
    result = found(pairs[0], "--mappings", str(drafts))
    (rule,) = [one for one in result["rules"] if one["rule"] == "AUTH101"]
    lines = [
        (claim.service, line) for claim in pairs[1].claims for line in claim.lines if line.code == "73221"
    ]
    denied = [day for day, line in lines if line.reason == "197"]
    # The mapping begins with the first denial.
    assert rule["hits"] == sum(day >= min(denied) for day, _ in lines)
    assert rule["recall"]["count"] == len(denied)
    again = run("backtest", *PAIRS, "--draft", str(drafts), cwd=pairs[0])
    assert again.code == 2
    assert "never replaces a mapping" in again.err


def test_rules_in_shadow_are_measured_and_keep_nothing_back(
    pairs: tuple[Path, Office], tmp_path: Path
) -> None:
    config = tmp_path / "shadow.toml"
    config.write_text('shadow = ["THER"]\n')
    now, shadowed = found(pairs[0]), found(pairs[0], "--config", str(config))
    (plain,), (dark,) = (
        [one for one in result["rules"] if one["rule"] == "THER101"] for result in (now, shadowed)
    )
    assert dark["shadow"]
    assert dark["precision"] == plain["precision"]
    assert (
        shadowed["total"]["caught"]["count"] == now["total"]["caught"]["count"] - plain["precision"]["count"]
    )


def test_what_cannot_be_used_is_named_and_the_rest_is_measured(tmp_path: Path) -> None:
    office = Office(7, 60, months=1)
    for folder, files in (("claims", office.claim_files()), ("remits", office.answer_files())):
        (tmp_path / folder).mkdir()
        for name, text in files.items():
            (tmp_path / folder / name).write_text(text, encoding="ascii")
    name, text = next(iter(office.answer_files().items()))
    (tmp_path / "remits" / "b.835").write_text(text[:-40], encoding="ascii")
    (tmp_path / "claims" / "b.837").write_text("Dear Sir", encoding="ascii")
    done = run("backtest", *PAIRS, "--format", "json", cwd=tmp_path)
    assert done.code == 3, name
    result = json.loads(done.out)
    assert sorted(result["inputs"]["unusable"]) == ["claims/b.837", "remits/b.835"]
    # Of a broken file nothing counts, not even what was whole before the break.
    assert result["join"]["claims"] == len(office.claims)
    assert result["join"]["unjoined"] == {}


def test_claims_of_a_file_that_is_refused_whole_are_judged_all_the_same(tmp_path: Path) -> None:
    office = Office(7, 60, months=1)
    (tmp_path / "remits").mkdir()
    (tmp_path / "claims").mkdir()
    for name, text in office.answer_files().items():
        (tmp_path / "remits" / name).write_text(text, encoding="ascii")
    for name, text in office.claim_files().items():
        (tmp_path / "claims" / name).write_text(text.replace("IEA*1*", "IEA*2*"), encoding="ascii")
    result = found(tmp_path)
    assert result["join"]["claims"] == len(office.claims)
    assert result["join"]["unjoined"] == {}
    assert all("ENV303" in rules for rules in result["inputs"]["refused"].values())
    assert len(result["inputs"]["refused"]) == len(office.claim_files())
    assert result["total"]["caught"]["share"] == 1
    assert result["total"]["false_holds"]["share"] == 1


def test_numbers_of_few_cases_are_not_shown(tmp_path: Path) -> None:
    office = Office(7, 4, months=1)
    for name, text in {**office.claim_files(), **office.answer_files()}.items():
        (tmp_path / name).write_text(text, encoding="ascii")
    done = run("backtest", "--claims", ".", "--remits", ".", cwd=tmp_path)
    assert "too few" in done.out
    assert "%" not in done.out
    assert "$1" not in done.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--as-of", "yesterday"), "write claim-date or a day"),
        (("--suggest", "--format", "html"), "not as html"),
        (("--suggest",), "two months at least"),
    ],
)
def test_wrong_use_gets_one_sentence(arguments: tuple[str, ...], said: str, tmp_path: Path) -> None:
    office = Office(7, 5, months=1)
    for name, text in {**office.claim_files(), **office.answer_files()}.items():
        (tmp_path / name).write_text(text, encoding="ascii")
    done = run("backtest", "--claims", ".", "--remits", ".", *arguments, cwd=tmp_path)
    assert done.code == 2
    assert said in done.err


def test_claims_are_judged_as_of_their_day_or_another(pairs: tuple[Path, Office]) -> None:
    """On the day of their batch no service is in the future; two years before, every one was."""
    now, before = found(pairs[0]), found(pairs[0], "--as-of", "2024-11-01")
    assert now["total"]["caught"]["share"] < 1
    assert before["total"]["caught"]["share"] == before["total"]["false_holds"]["share"] == 1
