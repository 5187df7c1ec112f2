"""What is said of peers is asked of them; what is said of edi-guard holds."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from benchmarks import peers
from benchmarks.adapters import edi_guard
from benchmarks.detection import GROUPS, Pair, pairs
from benchmarks.environments import interpreter
from benchmarks.peer_list import OWN, PEERS
from benchmarks.peer_tables import Answers, Speed, tables
from benchmarks.processes import Cost

if TYPE_CHECKING:
    from benchmarks.peer_tables import Answer

ASKED = list(pairs())


# That the others are found is tested where they are planted.
ENVELOPES = [pair for pair in ASKED if pair.group == "envelope"]


@pytest.mark.parametrize("pair", ENVELOPES, ids=[pair.words for pair in ENVELOPES])
def test_edi_guard_notices_faults_of_the_envelope(pair: Pair, tmp_path: Path) -> None:
    (tmp_path / "wrong.837").write_text(pair.wrong)

    assert edi_guard(tmp_path / "wrong.837") > 0


def test_edi_guard_has_nothing_against_the_same_files_without_faults(tmp_path: Path) -> None:
    flawless = {pair.right for pair in ASKED}
    for text in flawless:
        (tmp_path / "right.837").write_text(text)
        assert edi_guard(tmp_path / "right.837") == 0


def test_every_group_has_faults() -> None:
    assert {pair.group for pair in ASKED} == GROUPS.keys()


def test_a_peer_is_asked_in_a_process_of_its_own(tmp_path: Path) -> None:
    asked = [pair for pair in ASKED if pair.words in {"837P: wrong total", "837P: wrong count of segments"}]

    (answers,) = peers.question({"pyx12": Path(sys.executable)}, tmp_path, asked)

    assert [(pair.group, right, bool(wrong)) for pair, right, wrong in answers.said] == [
        ("envelope", 0, True),
        ("sums", 0, False),
    ]


def _answers(*said: tuple[Answer, Answer]) -> Answers:
    return Answers("a peer", tuple((Pair("sums", "", str(n), ""), *two) for n, two in enumerate(said)))


def test_a_fault_is_noticed_where_more_is_said_than_without_it() -> None:
    assert _answers((0, 1), (3, 3), (3, 4), (5, 2)).noticed("sums") == "2"


def test_giving_up_is_noticing_unless_the_flawless_file_is_given_up_too() -> None:
    assert _answers((0, "KeyError"), ("KeyError", "KeyError")).noticed("sums") == "1 (1 by an exception)"


def test_a_program_without_checks_notices_nothing() -> None:
    answers = _answers((None, None))

    assert answers.noticed("sums") == "0"
    assert answers.false_alarms() == "0 of 1"


def test_errors_about_flawless_files_are_false_alarms() -> None:
    assert _answers((2, 3), (0, 1), ("KeyError", 0)).false_alarms() == "2 of 3"


def test_others_are_compared_with_the_first_of_edi_guard() -> None:
    speeds = [
        Speed("edi-guard", "check", "837P", 5.0, Cost(2.0, 2.0, 50.0, None, 0), 0),
        Speed("a peer", "validation", "837P", 5.0, Cost(20.0, 20.0, 500.0, 400.0, 0), 7),
        Speed("another", "reading", "837P", 5.0, Cost(1.0, 1.0, 30.0, 30.0, 0), None),
    ]

    text = tables(speeds, [_answers((0, 1))], [OWN, *PEERS], "a machine.")

    assert "| 837P | 5.0 | a peer | validation | 20.00 | 20.00 | 0.25 | 10.0 | 500 | 7 |" in text
    assert "| 837P | 5.0 | another | reading | 1.00 | 1.00 | 5.00 | 0.5 | 30 | none by design |" in text
    assert "| sums | 1 | 1 |" in text
    assert all(peer.title in text for peer in PEERS)


def test_peers_have_versions() -> None:
    assert all("==" in package for peer in PEERS for package in peer.packages)


def test_without_a_package_index_a_sentence_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    monkeypatch.setattr(peers, "PEERS", PEERS[-1:])

    assert peers.main(["--environments", str(tmp_path)]) == 1

    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(
        "openx12 is left out, since it could not be installed; is the Python package index"
    )
    assert said.err.count("\n") == 1


def test_what_is_installed_is_not_installed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "peer"
    home.mkdir()
    (home / "installed.txt").write_text(f"{sys.version}\npeer==1", encoding="utf-8")
    monkeypatch.setattr("benchmarks.environments.venv.create", _fail)

    assert interpreter(tmp_path, "peer", ["peer==1"]) == home / "bin" / "python"
    with pytest.raises(_MadeAnewError):
        interpreter(tmp_path, "peer", ["peer==2"])


class _MadeAnewError(Exception):
    pass


def _fail(*_: object, **__: object) -> None:
    raise _MadeAnewError
