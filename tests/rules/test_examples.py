"""The examples on the rules' pages are run: what is said to be denied is found, what is paid is not.

An example that spells its segments is put into the rule's own cases: there must be a file and a place
in which the rule finds the denied segments, and is silent once the paid ones stand there instead. An
example in words is shown by the rule's cases: one that is found, and one that is not.
"""

from __future__ import annotations

import re
from itertools import islice, product
from typing import TYPE_CHECKING, NamedTuple

import pytest

from edi_guard.rules import load_rules
from tests.rules.harness import HERE, _Text, findings, load_cases, repairing_rules, run, settings_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from edi_guard.engine import Outcome
    from edi_guard.rules import Rule
    from tests.rules.harness import Case

RULES = load_rules()
REST = "…"
_SPELT = re.compile(r"`([A-Z][A-Z0-9]{1,2}\*[^`]*)~`")
_MOST_PLACES = 40


class Example(NamedTuple):
    """What a page's example spells: the same segments, denied and paid, without terminators."""

    denied: tuple[str, ...]
    paid: tuple[str, ...]


def texts(rule: Rule[object]) -> tuple[str, str]:
    """Return what a page says of the denied and of the paid claim."""
    match = re.fullmatch(r"Denied: (.+) Paid: (.+)", rule.section("Example"))
    assert match, f"{rule.code}: the page has no example of what is denied and what is paid"
    return match[1], match[2]


def example(rule: Rule[object]) -> Example | None:
    """Return a rule's example, if it spells one segment or more that is paid in another spelling."""
    said, said_of_paid = texts(rule)
    denied, paid = tuple(_SPELT.findall(said)), tuple(_SPELT.findall(said_of_paid))
    if "twice" in said:
        denied, paid = denied * 2, denied + paid
    same = [segment.partition("*")[0] for segment in denied] == [s.partition("*")[0] for s in paid]
    return Example(denied, paid) if denied and same and denied != paid else None


SPELT = {code: found for code, rule in RULES.items() if (found := example(rule))}


@pytest.mark.parametrize("code", RULES)
def test_a_case_shows_what_is_denied_and_one_what_is_paid(code: str) -> None:
    texts(RULES[code])
    shown = {case.finds for case in load_cases(HERE / f"{code}.toml")}
    assert shown == {True, False}


@pytest.mark.parametrize("code", SPELT)
def test_the_example_is_true(code: str, tmp_path: Path) -> None:
    assert any(_holds(case, SPELT[code], tmp_path) for case in load_cases(HERE / f"{code}.toml"))


def test_most_examples_with_segments_are_run() -> None:
    assert len(SPELT) > 90


def _holds(case: Case, wanted: Example, folder: Path) -> bool:
    """Return whether the rule tells the two apart at some place of a case's file."""
    settings = settings_of(case, folder)
    for places in islice(_places(case.input(), wanted), _MOST_PLACES):
        written = [_with(case.input(), places, segments) for segments in wanted]
        denied, paid = (_finds(case.rule, run(text, settings)) for text in written)
        if denied and not paid:
            return True
    return False


def _finds(code: str, outcome: Outcome) -> bool:
    return code in repairing_rules(outcome) or any(finding.rule == code for _, finding in findings(outcome))


def _places(text: str, wanted: Example) -> Iterator[tuple[int, ...]]:
    """Yield the segments that may be exchanged: the likeliest first, each with the right identifier."""
    segments = _Text.of(text).segments
    choices = []
    for denied, paid in zip(*wanted, strict=True):
        fitting = [
            index for index, one in enumerate(segments) if one.partition("*")[0] == denied.partition("*")[0]
        ]
        choices.append(sorted(fitting, key=lambda index: -_alike(segments[index], denied, paid)))
    for places in product(*choices):
        if len(set(places)) == len(places):
            yield places


def _alike(segment: str, denied: str, paid: str) -> int:
    parts = re.split(r"[*:]", segment)
    common = [
        [a for a, b in zip(parts, re.split(r"[*:]", one), strict=False) if a == b] for one in (denied, paid)
    ]
    return max(map(len, common))


def _with(text: str, places: tuple[int, ...], segments: tuple[str, ...]) -> str:
    made = _Text.of(text)
    for index, segment in zip(places, segments, strict=True):
        made.segments[index] = _completed(segment, made.segments[index])
    return str(made)


def _completed(segment: str, original: str) -> str:
    """Return a segment with what it leaves open taken from the one that it replaces."""
    if not segment.endswith(REST):
        return segment
    parts = segment.removesuffix(REST).rstrip("*").split("*")
    return "*".join([*parts, *original.split("*")[len(parts) :]])
