"""Every rule has its manual page and its cases."""

from __future__ import annotations

import re

import pytest

from edi_guard.findings import Tier
from edi_guard.rules import Rule, load_rules
from tests.rules.harness import HERE, all_cases, load_cases

RULES = load_rules()
SECTIONS = ["Why it is denied", "What to do", "Example", "Repair", "Exceptions", "Source"]
LONGEST_SUMMARY = 90
every_rule = pytest.mark.parametrize("rule", list(RULES.values()), ids=list(RULES))


@every_rule
def test_sections_stand_in_order_and_say_something(rule: Rule[object]) -> None:
    wanted = [title for title in SECTIONS if title != "Repair" or rule.repairs is not None]

    assert re.findall(r"^\s*## (.+?)\s*$", rule.page, re.MULTILINE) == wanted
    assert all(rule.section(title) for title in wanted)


@every_rule
def test_summary_names_the_fault_in_one_line(rule: Rule[object]) -> None:
    assert 0 < len(rule.summary) <= LONGEST_SUMMARY
    assert rule.summary.endswith(".")


@every_rule
def test_example_shows_what_is_denied_and_what_is_paid(rule: Rule[object]) -> None:
    example = rule.section("Example")

    assert "Denied:" in example
    assert "Paid:" in example


@every_rule
def test_has_a_case_that_finds_and_a_near_miss_that_does_not(rule: Rule[object]) -> None:
    cases = load_cases(HERE / f"{rule.code}.toml")

    assert any(case.finds for case in cases)
    assert any(not case.finds for case in cases)


def test_a_repairing_rule_has_a_case_in_which_it_repairs() -> None:
    repairing = {code for code, rule in RULES.items() if rule.repairs in (Tier.FORMAT, Tier.LOSSLESS)}
    shown = {case.rule for case in all_cases() if case.repairs}

    assert repairing <= shown


def test_every_case_file_belongs_to_a_rule() -> None:
    assert {path.stem for path in HERE.glob("*.toml")} <= set(RULES)


def test_no_rule_repairs_what_nobody_may_change() -> None:
    assert {rule.repairs for rule in RULES.values()} <= {None, Tier.FORMAT, Tier.LOSSLESS}
