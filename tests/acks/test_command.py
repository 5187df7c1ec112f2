"""The real command writes acknowledgments beside its other outputs."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.acks.making import envelope_of, errors_of_pyx12
from tests.builders import fixture
from tests.cli.command import run
from tests.conftest import FIXTURES

if TYPE_CHECKING:
    from pathlib import Path

DAY = ("--today", "2026-11-23")


def _written(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "acks").glob("*"))


def _clean(path: Path, out: Path, *more: object) -> int:
    return run("clean", path, "--out", out, *DAY, "-q", *more).code


def test_a_folder_of_acknowledgments(tmp_path: Path) -> None:
    code = _clean(FIXTURES / "demo", tmp_path / "out")

    assert code == 1
    assert _written(tmp_path / "out") == [
        "institutional.837.277ca",
        "institutional.837.999",
        "professional.837.277ca",
        "professional.837.999",
    ]
    numbers = []
    for path in (tmp_path / "out" / "acks").iterdir():
        text = path.read_text(encoding="ascii")
        assert errors_of_pyx12(text) == ""
        numbers += [i.control_number for i in envelope_of(text).interchanges]
    for folder in ("held", "rejected"):
        for path in (tmp_path / "out" / folder).iterdir():
            numbers += [i.control_number for i in envelope_of(path.read_text(encoding="ascii")).interchanges]
    assert len(numbers) == len(set(numbers))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_they_are_for_the_user_only(tmp_path: Path) -> None:
    _clean(FIXTURES / "837p" / "base_office.edi", tmp_path / "out")

    assert (tmp_path / "out" / "acks").stat().st_mode & 0o777 == 0o700
    assert {p.stat().st_mode & 0o777 for p in (tmp_path / "out" / "acks").iterdir()} == {0o600}


def test_a_refused_file_gets_ta1_and_999_only(tmp_path: Path) -> None:
    code = _clean(FIXTURES / "broken" / "truncated.edi", tmp_path / "out")

    assert code == 3
    assert _written(tmp_path / "out") == ["truncated.edi.999", "truncated.edi.ta1"]


def test_running_again_renews_them_and_removes_what_is_not_due(tmp_path: Path) -> None:
    claims = tmp_path / "claims.837"
    claims.write_text(fixture("837p/base_office.edi"), encoding="ascii")
    _clean(claims, tmp_path / "out")
    before = (tmp_path / "out" / "acks" / "claims.837.999").read_text(encoding="ascii")
    _clean(claims, tmp_path / "out")
    after = (tmp_path / "out" / "acks" / "claims.837.999").read_text(encoding="ascii")
    (tmp_path / "edi-guard.toml").write_text('[acks]\nkinds = ["999"]\n', encoding="utf-8")
    _clean(claims, tmp_path / "out")

    assert before[:84] == after[:84]
    assert before != after
    assert _written(tmp_path / "out") == ["claims.837.999"]


def test_another_inputs_answers_are_not_written_over(tmp_path: Path) -> None:
    claims = tmp_path / "claims.837"
    claims.write_text(fixture("837p/base_office.edi"), encoding="ascii")
    other = tmp_path / "out" / "acks" / "claims.837.999"
    other.parent.mkdir(parents=True)
    other.write_text("another", encoding="ascii")

    assert _clean(claims, tmp_path / "out") == 2
    assert other.read_text(encoding="ascii") == "another"
    assert _clean(claims, tmp_path / "out", "--force") == 0


def test_they_can_be_switched_off(tmp_path: Path) -> None:
    config = tmp_path / "edi-guard.toml"
    config.write_text("[acks]\nenabled = false\n", encoding="utf-8")
    _clean(FIXTURES / "837p" / "base_office.edi", tmp_path / "out", "--config", config)

    assert not (tmp_path / "out" / "acks").exists()
    assert (tmp_path / "out" / "clean" / "base_office.edi").exists()


def test_lines_of_their_own(tmp_path: Path) -> None:
    config = tmp_path / "edi-guard.toml"
    config.write_text("[acks]\nline-breaks = true\n", encoding="utf-8")
    _clean(FIXTURES / "837p" / "base_office.edi", tmp_path / "out", "--config", config)
    data = (tmp_path / "out" / "acks" / "base_office.edi.999").read_bytes()

    assert data.count(b"~\n") == data.count(b"~") == 10


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[acks]\nkind = ['999']\n", "acks.kind; did you mean acks.kinds"),
        ("[acks]\nkinds = ['997']\n", "997"),
    ],
)
def test_a_wrong_setting_is_said(text: str, words: str, tmp_path: Path) -> None:
    config = tmp_path / "edi-guard.toml"
    config.write_text(text, encoding="utf-8")
    done = run("clean", FIXTURES / "demo", "--out", tmp_path / "out", "--config", config)

    assert done.code == 2
    assert words in done.err


def test_the_drop_in_form_writes_them_where_asked(tmp_path: Path) -> None:
    claims = FIXTURES / "demo" / "professional.837"
    answers = tmp_path / "answers"
    quiet = run("clean", claims, "-o", tmp_path / "a.837", *DAY, "-q")
    asked = run("clean", claims, "-o", tmp_path / "b.837", "--acks", answers, *DAY, "-q")

    assert (quiet.code, asked.code) == (1, 1)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.837", "answers", "b.837"]
    names = sorted(path.name for path in answers.iterdir())
    assert names == ["professional.837.277ca", "professional.837.999"]


def test_the_drop_in_form_answers_a_refused_file(tmp_path: Path) -> None:
    (tmp_path / "clean.837").write_text("old", encoding="ascii")
    claims = FIXTURES / "broken" / "segment_count.edi"
    done = run("clean", claims, "-o", tmp_path / "clean.837", "--acks", tmp_path / "answers", *DAY, "-q")

    assert done.code == 3
    assert not (tmp_path / "clean.837").exists()
    assert [path.name for path in (tmp_path / "answers").iterdir()] == ["segment_count.edi.999"]


def test_the_folder_form_has_a_place_of_its_own(tmp_path: Path) -> None:
    done = run("clean", FIXTURES / "demo", "--out", tmp_path / "out", "--acks", tmp_path / "answers")

    assert done.code == 2
    assert "--acks belongs to the drop-in form" in done.err


def test_check_writes_none(tmp_path: Path) -> None:
    run("check", FIXTURES / "demo", *DAY, cwd=tmp_path)

    assert list(tmp_path.iterdir()) == []
