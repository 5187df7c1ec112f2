"""The documentation manifest that users load beside the claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edi_guard.rules.manifest import ManifestError, load_manifest

if TYPE_CHECKING:
    from pathlib import Path


HEAD = "claim,line,indication,rationale,integral,imaging-described,outcome-recorded\n"


@pytest.mark.parametrize(
    ("text", "name", "words"),
    [
        ("claim,indication\nA,yes\n", "m.csv", "m.csv:1: the manifest lacks line"),
        ("claim,line,mood\nA,1,yes\n", "m.csv", "'mood' is no item"),
        (HEAD + "A,1,perhaps,yes,yes,yes,yes\n", "m.csv", "m.csv:2: indication is neither yes nor no"),
        (HEAD + "A,1,yes,yes,yes,yes,yes\n" * 2, "m.csv", "m.csv:3: the same claim and line"),
        ("{", "m.json", "m.json:1: the manifest is not JSON"),
        ("{}", "m.json", "must be a list"),
    ],
)
def test_what_is_wrong_with_a_manifest_is_said(text: str, name: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")

    with pytest.raises(ManifestError, match=words):
        load_manifest(path)
