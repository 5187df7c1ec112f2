"""The examples that mappings carry are run, and a wrong one is found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edi_guard.guide import CompiledGuide
from edi_guard.policy import PolicyErrors, load_policies
from edi_guard.policy_examples import claim_of, run_examples
from tests.cli.command import run
from tests.conftest import make_settings

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<policy xmlns="urn:edi-guard:policy:1" payer="60054" from="2026-01-01">
  <source retrieved="2026-11-20">A policy for tests (invented).</source>
"""


def _mapping(folder: Path, *elements: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "mine.xml").write_text(HEAD + "\n".join(elements) + "\n</policy>\n")
    return folder


def test_the_shipped_examples_are_right() -> None:
    settings = make_settings(policies=load_policies(example_payers=True), guide=CompiledGuide())
    results = list(run_examples(settings.policies.examples, settings))
    assert len(results) >= 13
    assert [result.example.title for result in results if not result.is_right] == []


def test_an_example_of_ones_own_changes_with_the_policy(tmp_path: Path) -> None:
    example = '<example title="no number" lines="20610 RT, G4000 RT" expect="AUTH101" on="2026-11-02"/>'
    wrong = run("policies", "test", _mapping(tmp_path / "without", example))
    assert wrong.code == 1
    assert "expected AUTH101" in wrong.out
    right = run("policies", "test", _mapping(tmp_path / "with", '<authorization code="G4000"/>', example))
    assert right.code == 0, right.out
    assert "of 14 examples are right" in right.out


def test_a_claim_expected_clean_that_is_kept_back_is_named(tmp_path: Path) -> None:
    example = '<example title="alone" lines="G4000 RT" expect="clean" on="2026-11-02"/>'
    done = run("policies", "test", _mapping(tmp_path / "mine", example))
    assert done.code == 1
    assert "WRONG" in done.out
    assert "PAIR101" in done.out


@pytest.mark.parametrize(
    "element",
    [
        '<example lines="G4000" expect="clean"/>',
        '<example title="x" lines="G4000,,20610" expect="clean"/>',
        '<example title="x" lines="G4000" expect="clean" kind="837D"/>',
    ],
)
def test_a_wrong_example_is_a_fault_of_the_mapping(tmp_path: Path, element: str) -> None:
    with pytest.raises(PolicyErrors):
        load_policies([_mapping(tmp_path / "mine", element)])


def test_examples_are_whole_files() -> None:
    settings = make_settings(policies=load_policies(example_payers=True), guide=CompiledGuide())
    for example in settings.policies.examples:
        text = claim_of(example)
        assert text.startswith("ISA*")
        assert text.endswith("IEA*1*000000001~")


def test_the_schema_is_found() -> None:
    done = run("policies", "schema")
    assert done.out.strip().endswith("policy.xsd")
