"""What is given to a back-test: found, used as what it is, counted once, or named with the reason."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from edi_guard.archives import DiskFile, plain_content
from edi_guard.backtest.replay import as_of_claim, batch_day
from edi_guard.cli.gathering import Given, gather
from edi_guard.cli.inputs import Input
from edi_guard.cli.progress import Gauge
from edi_guard.simulation import Office
from edi_guard.x12 import Source
from tests.cli.command import run
from tests.conftest import make_settings

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.command import Done

OFFICE = Office(7, 60, months=1)
CLAIMS, ANSWERS = OFFICE.claim_files(), OFFICE.answer_files()
REMITTANCE = next(text for name, text in ANSWERS.items() if name.endswith(".835"))
CLAIM_FILE = next(iter(CLAIMS.values()))


def write(folder: Path, files: dict[str, str], suffix: str = "") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}{suffix}").write_text(text, encoding="latin-1", newline="")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "claims", CLAIMS)
    write(tmp_path / "remits", ANSWERS)
    return tmp_path


def backtest(folder: Path, *claims: object, remits: object = "remits", form: str = "json") -> Done:
    given = [part for path in claims or ("claims",) for part in ("--claims", path)]
    return run("backtest", *given, "--remits", remits, "--format", form, "--jobs", "1", cwd=folder)


def found(folder: Path, *claims: object, remits: object = "remits") -> Any:
    done = backtest(folder, *claims, remits=remits)
    assert done.code == 0, done.err + done.out
    return json.loads(done.out)


@pytest.mark.parametrize(
    ("claims", "remits", "said"),
    [
        ("empty", "remits", "there is no file of claims in empty: names end in .837, .dat,"),
        ("claims", "empty", "there is no remittance or acknowledgment in empty: names end in .277, .277ca,"),
        ("remits", "claims", "there is no file of claims in remits"),
    ],
)
def test_nothing_to_read_is_said(folder: Path, claims: str, remits: str, said: str) -> None:
    (folder / "empty").mkdir()
    done = backtest(folder, claims, remits=remits)
    assert (done.code, done.out) == (4, "")
    assert done.err.startswith(said)
    assert done.err.count("\n") == 1


def test_folders_in_folders_are_read_and_hidden_ones_are_not(folder: Path, tmp_path: Path) -> None:
    plain = found(folder)
    for number, (name, text) in enumerate(CLAIMS.items()):
        write(tmp_path / "year" / f"{number % 3}" / "deep", {name: text})
    write(tmp_path / "year" / ".trash", {"b.837": CLAIM_FILE})
    deep = found(folder, "year")
    assert deep == plain


def test_a_folder_with_everything_may_be_given_as_both(folder: Path, tmp_path: Path) -> None:
    plain = found(folder)
    write(tmp_path / "mixed", {**CLAIMS, **ANSWERS}, ".edi")
    assert found(folder, "mixed", remits="mixed") == plain


def test_what_is_given_again_counts_once(folder: Path) -> None:
    plain = found(folder)
    name, text = next(iter(CLAIMS.items()))
    assert found(folder, "claims", f"claims/{name}", "../" + folder.name + "/claims") == plain
    write(folder / "copies", {"copy.837": text})
    write(folder / "remits", {"copy.835": REMITTANCE})
    again = found(folder, "claims", "copies")
    first = next(name for name, text in sorted(ANSWERS.items()) if text == REMITTANCE)
    assert again["inputs"].pop("repeated") == {
        "copies/copy.837": f"claims/{name}",
        f"remits/{max(first, 'copy.835')}": f"remits/{min(first, 'copy.835')}",
    }
    del plain["inputs"]["repeated"]
    assert again == plain
    words = backtest(folder, "claims", "copies", form="text").out
    assert f"counted once: copies/copy.837 is the same as claims/{name}" in words


@pytest.mark.parametrize(
    ("text", "of_claims", "of_answers"),
    [
        ("", "the file is empty (ENV101)", "no whole X12 interchange (empty file)"),
        ("Dear Sir or Madam", "does not begin with ISA", "no whole X12 interchange (not x12)"),
        ("\x00" * 5000, "does not begin with ISA", "no whole X12 interchange (not x12)"),
        (
            REMITTANCE[: len(REMITTANCE) * 2 // 3],
            "the file ends in the middle",
            "no whole X12 interchange (truncated)",
        ),
        (REMITTANCE + "\n", "is 835 (a remittance advice), not a claim", None),
        (CLAIM_FILE + "\n", None, "there is no remittance (835) in it, nor an acknowledgment"),
        (CLAIM_FILE[:700], None, "no whole X12 interchange (truncated)"),
        (CLAIM_FILE[:120], "no claims can be read: ", "no whole X12 interchange (truncated)"),
    ],
)
def test_what_cannot_be_used_is_named_with_the_reason(
    folder: Path, text: str, of_claims: str | None, of_answers: str | None
) -> None:
    write(folder, {"odd.837": text})
    for claims, remits, why in (("odd.837", "remits", of_claims), ("claims", "odd.837", of_answers)):
        done = backtest(folder, claims, remits=remits)
        unusable = json.loads(done.out)["inputs"]["unusable"]
        assert done.err == ""
        if why is not None:
            assert done.code == 3
            assert list(unusable) == ["odd.837"]
            assert why in unusable["odd.837"]
            assert "odd.837" not in unusable["odd.837"]


def test_a_file_that_cannot_be_read_keeps_nothing_else_from_being_measured(folder: Path) -> None:
    given = [
        Given(Input(str(path), plain_content(DiskFile(path, str(path)))), path.parent.name == "claims")
        for name in ("claims", "remits")
        for path in sorted((folder / name).iterdir())
    ]
    gone = [one for one in given if one.item.path.endswith(("P.837", ".835"))][::7]
    for one in gone:
        (folder / one.item.path).unlink()
    read = gather(given, [make_settings()], as_of_claim, 1, Gauge()).gathering
    reason = "cannot be read: No such file or directory"
    assert read.inputs.unusable == {one.item.path: reason for one in gone}
    assert read.claims
    assert read.inputs.claim_files + read.inputs.remittance_files + read.inputs.response_files == len(given)


def test_other_delimiters_say_the_same(folder: Path, tmp_path: Path) -> None:
    plain = found(folder)
    others = str.maketrans({"*": "|", ":": ">", "~": "\x1d", "^": "!"})
    for name, files in (("claims", CLAIMS), ("remits", ANSWERS)):
        write(tmp_path / "other" / name, {file: text.translate(others) for file, text in files.items()})
    assert found(tmp_path / "other") == plain


def test_amounts_that_cannot_be_read_are_counted(folder: Path) -> None:
    assert found(folder)["inputs"]["unreadable"] == 0
    (name, text), *_ = ((n, t) for n, t in ANSWERS.items() if "\nSVC*" in t)
    head, _, rest = text.partition("\nSVC*")
    code, charge, paid, *others = rest.split("*")
    write(folder / "remits", {name: f"{head}\nSVC*" + "*".join((code, charge, "1E9", *others))})
    assert paid != "1E9"
    result = found(folder)
    assert result["inputs"]["unreadable"] == 1
    assert result["inputs"]["imbalances"] > 0
    words = backtest(folder, form="text").out
    assert "1 amounts and days in the remittances cannot be read" in words


@pytest.mark.parametrize(
    ("text", "day"),
    [
        (CLAIM_FILE, OFFICE.claims[0].sent.isoformat()[:8]),
        ("\xef\xbb\xbf\r\n" + CLAIM_FILE, "2026-11-"),
        (CLAIM_FILE.replace("BHT*", "BHX*"), "None"),
        ("ISA*00", "None"),
        ("", "None"),
    ],
)
def test_the_day_of_the_first_batch(text: str, day: str) -> None:
    with Source.from_bytes(text.encode("latin-1")) as source:
        assert str(batch_day(source)).startswith(day)
