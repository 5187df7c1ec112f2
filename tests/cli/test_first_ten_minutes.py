"""A new user follows the README: from an empty folder to a report, then a policy of their own."""

from __future__ import annotations

import os
import re
import shlex
from typing import TYPE_CHECKING

import pytest

from tests.cli.command import run
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

README = (ROOT / "README.md").read_text(encoding="utf-8")
POLICY = """<?xml version="1.0" encoding="UTF-8"?>
<policy xmlns="urn:edi-guard:policy:1" payer="60054" from="2026-01-01">
  <source retrieved="2026-11-20">Our payer's imaging policy (invented).</source>
  <authorization code="G4000"/>
  <example title="without a number" on="2026-11-02" lines="20610 RT, G4000 RT" expect="AUTH101"/>
</policy>
"""


def _sessions() -> list[tuple[str, list[str]]]:
    """Return the commands that the README shows with what they print."""
    found = []
    for block in re.findall(r"^```[a-z]*\n(.*?)^```", README, re.DOTALL | re.MULTILINE):
        parts = re.split(r"^\$ (.+)$", block, flags=re.MULTILINE)
        for command, printed in zip(parts[1::2], parts[2::2], strict=True):
            found.append((command, [line for line in printed.splitlines() if line.strip() not in ("", "…")]))
    return found


@pytest.mark.parametrize(("command", "printed"), _sessions())
def test_what_the_readme_shows_is_what_is_printed(command: str, printed: list[str], tmp_path: Path) -> None:
    words = [word if word != "demo-out" else str(tmp_path / word) for word in shlex.split(command)[1:]]
    done = run(*words, "--today", "2026-11-23", cwd=ROOT)
    shown = done.out.splitlines()
    place = 0
    for line in printed:
        assert line in shown[place:], f"{command} does not print {line!r}"
        place = shown.index(line, place) + 1


def test_two_commands_to_a_report_and_a_policy_that_changes_a_verdict(tmp_path: Path) -> None:
    assert run("init", "work", cwd=tmp_path).code == 0
    assert run("clean", "work/sample", "--out", "work/out", "-q", cwd=tmp_path).code == 1
    assert (tmp_path / "work/out/reports/sample.837.html").read_text(encoding="utf-8").startswith("<!doctype")
    before = run("check", "work/sample", "--format", "concise", cwd=tmp_path)
    assert "AUTH101" not in before.out
    (tmp_path / "work/mappings/payer-60054.xml").write_text(POLICY, encoding="utf-8")
    assert run("policies", "check", "work/mappings", cwd=tmp_path).code == 0
    tested = run("policies", "test", "work/mappings", cwd=tmp_path)
    assert tested.code == 0, tested.out
    config = tmp_path / "work/edi-guard.toml"
    text = config.read_text(encoding="utf-8")
    assert '# mappings = ["mappings"]' in text
    config.write_text(text.replace("# mappings = ", "mappings = "), encoding="utf-8")
    after = run("check", "work/sample", "--format", "concise", cwd=tmp_path)
    assert "AUTH101 hold" in after.out
    shown = run("policies", "show", "G4000", "--payer", "60054", "--mappings", "work/mappings", cwd=tmp_path)
    assert "prior authorization number (REF G1) is wanted" in shown.out
    own = os.environ | {"EDI_GUARD_STATE_DIR": str(tmp_path / "state")}
    watched = run("watch", "work", "--once", "-q", cwd=tmp_path, env=own)
    assert watched.code == 0, watched.err


def test_every_file_that_the_documents_name_is_there() -> None:
    for path in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name} names {target}"
