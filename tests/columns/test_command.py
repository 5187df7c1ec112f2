"""``edi-guard check --format parquet``: where it writes, and what it says when it cannot."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest

from edi_guard.columns import TABLES
from edi_guard.folder_outputs import folder_format, folder_formats
from edi_guard.outputs import formats
from tests.cli.command import run
from tests.conftest import FIXTURES

if TYPE_CHECKING:
    from pathlib import Path

DEMO = FIXTURES / "demo" / "professional.837"
FILES = {f"{table.name}.parquet" for table in TABLES}


def _check(folder: Path, *arguments: object, env: dict[str, str] | None = None) -> tuple[int, str]:
    done = run("check", DEMO, "--today", "2026-11-23", *arguments, "--format", "parquet", cwd=folder, env=env)
    assert done.out == ""
    return done.code, done.err


def test_a_folder_for_the_user_only_holds_a_file_for_each_table(tmp_path: Path) -> None:
    assert _check(tmp_path, "-o", "tables") == (1, "")

    folder = tmp_path / "tables"
    assert {path.name for path in folder.iterdir()} == FILES
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert pq.read_table(folder / "claims.parquet").num_rows == 14


def test_running_again_renews_the_files(tmp_path: Path) -> None:
    _check(tmp_path, "-o", "tables")
    _check(tmp_path, FIXTURES / "demo" / "institutional.837", "-o", "tables")

    assert {path.name for path in (tmp_path / "tables").iterdir()} == FILES
    assert pq.read_table(tmp_path / "tables" / "inputs.parquet").num_rows == 2


@pytest.mark.parametrize("options", [[], ["-o", "-"]])
def test_a_terminal_or_pipe_gets_no_parquet(options: list[str], tmp_path: Path) -> None:
    code, error = _check(tmp_path, *options)

    assert code == 2
    assert "name their folder with -o DIR" in error


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "kept.txt").write_text("kept")
    code, error = _check(tmp_path, "-o", "kept.txt")

    assert code == 2
    assert "kept.txt is a file and no folder" in error
    assert (tmp_path / "kept.txt").read_text() == "kept"


def test_nothing_half_written_is_left(tmp_path: Path) -> None:
    (tmp_path / "tables" / "findings.parquet").mkdir(parents=True)
    code, error = _check(tmp_path, "-o", "tables")

    assert code == 2
    assert "findings.parquet: cannot be written" in error
    assert not [path for path in (tmp_path / "tables").iterdir() if path.name.endswith(".tmp")]


def test_without_pyarrow_one_sentence_says_how_to_get_it(tmp_path: Path) -> None:
    (tmp_path / "pyarrow.py").write_text("raise ImportError\n")
    env = {**os.environ, "PYTHONPATH": str(tmp_path)}
    code, error = _check(tmp_path, "-o", "tables", env=env)

    assert code == 2
    assert error == (
        "Error: --format parquet cannot be written, as pyarrow is not installed:"
        " pip install 'edi-guard[columns]'\n"
    )
    assert not (tmp_path / "tables").exists()
    assert run("check", DEMO, "--today", "2026-11-23", "--format", "json", env=env).code == 1


def test_formats_are_told_apart() -> None:
    assert folder_formats() == ["parquet"]
    assert not set(folder_formats()) & set(formats())
    with pytest.raises(KeyError):
        folder_format("json")
