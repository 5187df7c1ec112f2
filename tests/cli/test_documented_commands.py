"""Every command line in the documents' examples is run as it stands, in the order in which it stands there.

The office they are run in has what the documents speak of: claims.837 with the claim PCN0001, which is
kept back, an inbox, mappings and tables of its own, and a watched folder that has processed the file and
has it again.
"""

from __future__ import annotations

import functools
import os
import re
import shlex
import shutil
import zipfile
from typing import TYPE_CHECKING

import pytest

from edi_guard.simulation import Office
from tests.cli.command import Done, run
from tests.conftest import ROOT
from tests.rules.harness import change

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
pytestmark = pytest.mark.deep

FOLDER_COMMANDS = {"status", "find", "override", "withdraw", "requeue", "reconcile", "bypass", "audit"}
# Verdicts are no failures: a claim that is kept back ends with 1.
RIGHT = {0, 1}


def claims_file() -> str:
    """Return a file whose claim PCN0001 is kept back, by PAIR301."""
    text = (ROOT / "fixtures/837p/base_guidance.edi").read_text(encoding="latin-1")
    return change(text, {"DTP[2].03": "20261103"}, (), ())


@functools.cache
def simulated() -> dict[str, dict[str, str]]:
    """Return the files of an office, claims that were sent and their answers."""
    office = Office(1, 200, months=3)
    return {"sent": office.claim_files(), "eras": office.answer_files()}


class Place:
    """A folder in which the documents' commands find what they name."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.env = os.environ | {
            "EDI_GUARD_STATE_DIR": str(root / "state"),
            "EDI_GUARD_REFERENCE_STORE": str(root / "tables.sqlite"),
        }
        (root / "inbox").mkdir()
        for folder in (root, root / "inbox"):
            (folder / "claims.837").write_text(claims_file(), encoding="latin-1")
        shutil.copytree(ROOT / "mappings" / "payers", root / "my-mappings")
        for kind, files in simulated().items():
            (root / kind).mkdir()
            for name, text in files.items():
                (root / kind / name).write_text(text, encoding="ascii")
        for name in ("now.toml", "other.toml"):
            (root / name).write_text('mode = "standard"\n')
        tables = ROOT / "fixtures" / "tables"
        shutil.copy(tables / "icd10cm_order_2027.txt", root)
        for name, table in (
            ("ccipra-v323r0-f1", "ccipra-v322r0-f1.TXT"),
            ("hcpcs", "HCPC2026_OCT_ANWEB.csv"),
        ):
            with zipfile.ZipFile(root / f"{name}.zip", "w") as archive:
                archive.write(tables / table, table)

    def run(self, line: str, cwd: Path | None = None) -> Done:
        words = shlex.split(line.replace("/srv/claims", str(self.root / "srv")))[1:]
        if words[0] == "watch":
            words.append("--once")
        return run(*words, cwd=cwd or self.root, env=self.env)

    def watched(self) -> Path:
        """Make the folder that the service's commands are run in, with one processed file."""
        work = self.root / "watched"
        assert self.run("edi-guard init watched").code == 0
        (work / "inbox" / "claims.837").write_text(claims_file(), encoding="latin-1")
        assert self.run("edi-guard watch watched --settle-seconds 0.05").code in RIGHT
        (work / "inbox" / "claims.837").write_text(claims_file(), encoding="latin-1")
        return work


def lines() -> Iterator[tuple[str, str]]:
    for path in DOCUMENTS:
        text = path.read_text(encoding="utf-8")
        for block in re.findall(r"^```[a-z]*\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
            for line in re.findall(r"^(edi-guard [a-z].*)$", block, re.MULTILINE):
                yield path.name, re.split(r"\s{2,}", line)[0]


LINES = list(lines())


@pytest.mark.parametrize(("document", "line"), LINES)
def test_a_documented_command_runs(document: str, line: str, tmp_path: Path) -> None:
    place = Place(tmp_path)
    cwd = place.watched() if line.split()[1] in FOLDER_COMMANDS and "--dir" not in line else None
    if "--dir work" in line:
        place.watched().rename(tmp_path / "work")
    if line == "edi-guard watch work":
        place.run("edi-guard init work")
    if line.startswith("edi-guard reference") and "import" not in line:
        imported = run("reference", "import", ROOT / "fixtures/tables/ccipra-v322r0-f1.TXT", env=place.env)
        assert imported.code == 0
    done = place.run(line, cwd)
    assert done.code in RIGHT, f"{document}: {line}\n{done.err}"
    assert done.out or done.err or "-o " in line or line.startswith("edi-guard watch"), line
    assert "Traceback" not in done.err


def test_there_are_commands() -> None:
    assert len(LINES) > 25
