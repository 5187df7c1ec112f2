"""A glance may never miss what the rules would say: with it and without it, the report is the same."""

from __future__ import annotations

import itertools
import random
import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from edi_guard.claims import claim_kind, read_claims
from edi_guard.engine import process, screen
from edi_guard.engine.glance import glance_of, likeness_of
from edi_guard.guide import CompiledGuide
from edi_guard.guide.pyx12_guide import Pyx12Guide
from edi_guard.outputs import render
from edi_guard.report import make_report
from edi_guard.rules import load_rules
from edi_guard.rules.facts import claim_fact
from edi_guard.rules.history import ReleasedClaim, ReleasedService
from edi_guard.x12 import EnvelopeReader, Source
from tests.builders import fixture
from tests.cli.test_never_crashes import _mutate, _recounted
from tests.conftest import FIXTURES, effort, make_settings
from tests.earlier import EarlierFiles
from tests.reference.samples import FILES as SAMPLES
from tests.reference.samples import tables_of

if TYPE_CHECKING:
    from collections.abc import Collection
    from collections.abc import Set as AbstractSet

    from edi_guard.engine import Settings
    from edi_guard.rules.facts import ClaimFact

FILES = sorted(str(p.relative_to(FIXTURES)) for p in (*FIXTURES.glob("837[pi]/*"), *FIXTURES.glob("demo/*")))
GLANCING = make_settings(guide=CompiledGuide())
# With pyx12 alone there is no screen: every claim is built and every rule runs on it.
THOROUGH = replace(GLANCING, guide=Pyx12Guide())
VALUES = (
    "|X|-1|0|20260230|20261102|20271102|1.5|12|A:B| LEAD|TRAIL |XX|ZZ|D8|RD8|20261101-20261105|G4000"
    "|HC:G4000:26|HC:20610:RT:RT|HC:20610:LT:RT|HC:g4000|1:1|5|1:2|ABK:M1711|W1 2|20310101-20310102"
).split("|")


def _report(text: str, settings: Settings) -> str:
    with Source.from_bytes(text.encode("latin-1")) as source:
        return render("json", [make_report(process(source, settings))])


def _changed(text: str, chance: random.Random) -> str:
    if chance.random() < 0.5:
        return _mutate(text, chance)
    segments = text.split("~")
    at = chance.randrange(2, len(segments) - 1)
    elements = [*segments[at].split("*"), ""]
    elements[chance.randrange(1, len(elements))] = chance.choice(VALUES)
    segments[at] = "*".join(elements)
    return "~".join(segments)


def _with(settings: Settings, history: EarlierFiles | None) -> Settings:
    return replace(settings, history=history)


def _is_missed_by_no_glance(count: int, seed: int, *, with_ledger: bool = False) -> None:
    chance = random.Random(seed)  # noqa: S311 - a reproducible choice, no secret
    for _ in range(count):
        text = fixture(chance.choice(FILES))
        history = EarlierFiles.of(text, GLANCING) if with_ledger else None
        for _ in range(chance.choice((1, 1, 2, 3))):
            text = _changed(text, chance)
        text = _recounted(text)
        assert _report(text, _with(GLANCING, history)) == _report(text, _with(THOROUGH, history))


@pytest.fixture(params=[1, screen._RUNS_BEFORE_TRACE], ids=["traces", "no traces"])
def _traces(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small files would never get to traces."""
    monkeypatch.setattr(screen, "_RUNS_BEFORE_TRACE", request.param)


@pytest.mark.usefixtures("_traces")
@pytest.mark.parametrize("name", FILES)
def test_fixtures_get_the_same_report(name: str) -> None:
    assert _report(fixture(name), GLANCING) == _report(fixture(name), THOROUGH)


@pytest.mark.usefixtures("_traces")
def test_mutated_claims_get_the_same_report() -> None:
    _is_missed_by_no_glance(60, 1)


@pytest.mark.usefixtures("_traces")
def test_mutated_claims_that_left_before_get_the_same_report() -> None:
    _is_missed_by_no_glance(30, 5, with_ledger=True)


@pytest.mark.usefixtures("_traces")
@pytest.mark.parametrize("name", FILES)
def test_a_file_that_left_before_gets_the_same_report(name: str) -> None:
    history = EarlierFiles.of(fixture(name), GLANCING)
    report = _report(fixture(name), _with(GLANCING, history))

    assert report == _report(fixture(name), _with(THOROUGH, history))
    assert '"rule": "DUP304"' in report


@pytest.mark.deep
@pytest.mark.usefixtures("_traces")
@pytest.mark.parametrize("seed", range(2, 4))
def test_many_mutated_claims_get_the_same_report(seed: int) -> None:
    _is_missed_by_no_glance(effort(90), seed)


def test_every_rule_names_what_wakes_it() -> None:
    """One that does not runs on every claim, and makes every file slow."""
    about_claims = [r for r in load_rules().values() if r.on.__name__ != "InputFile"]

    assert [rule.code for rule in about_claims if rule.is_always_awake] == []


def _many(count: int, change: str = "") -> str:
    """Return the demo's first claim many times over, the last one changed."""
    text = fixture("837p/base_office.edi")
    head, rest = text.split("HL*2*", 1)
    body, tail = rest.rsplit("SE*", 1)
    one = f"HL*2*{body}"
    claims = [one.replace("HL*2*", f"HL*{n + 2}*").replace("CLM*", f"CLM*N{n}X") for n in range(count)]
    if change:
        old, new = change.split(">")
        assert old in claims[-1]
        claims[-1] = claims[-1].replace(old, new, 1)
    return _recounted(f"{head}{''.join(claims)}SE*{tail}")


def _of_different_patients(text: str) -> str:
    numbers = itertools.count(1)
    return re.sub(r"(?<=\*MI\*)\w+", lambda _: f"W{next(numbers):09}", text)


CHANGES = [
    "",
    "SV1*HC:99213:25>SV1*HC:9921",
    "LX*2~>LX*3~",
    "*UN*1***1~>*UN*0***1~",
    "HI*ABK:M25511>HI*ABK:7194",
    "DMG*D8*19700101>DMG*D8*19701301",
    "PCN0002*200*>PCN0002*210*",
    "20261102>20271102",
    "DTP*472*D8*20261102~>DTP*472*D8*20261102~\nREF*6R*A1~",
    "HL*151*1*22*0>HL*151*1*22*1",
    "HC:20550>HC:G4000",
]


@pytest.mark.parametrize("change", CHANGES)
def test_long_files_get_the_same_report(change: str) -> None:
    text = _many(150, change)

    assert _report(text, GLANCING) == _report(text, THOROUGH)


def test_of_a_long_file_those_that_left_before_are_found() -> None:
    text = _of_different_patients(_many(150))
    before = _of_different_patients(_many(3))
    history = EarlierFiles.of(before, GLANCING)
    report = _report(text, _with(GLANCING, history))

    assert report == _report(text, _with(THOROUGH, history))
    assert report.count('"rule": "DUP304"') == before.count("CLM*")


@pytest.mark.usefixtures("_traces")
def test_a_claim_that_was_repaired_and_nothing_else_is_drawn() -> None:
    text = fixture("837p/base_office.edi").replace("ABK:M25511", "ABK:M25.511")
    report = _report(text, GLANCING)

    assert '"rule": "FMT104"' in report
    assert '"view": {' in report
    assert report == _report(text, THOROUGH)


@pytest.mark.usefixtures("_traces")
def test_a_level_that_was_repaired_above_claims_without_findings_is_told() -> None:
    text = fixture("837p/base_office.edi").replace("SPRINGFIELD*IL*627010001", "SPRINGFIELD*IL*62701-0001")
    # No rule has anything to say about lines that have a control number.
    text = re.sub(r"(LX\*(\d)~\s*[^~]*~\s*[^~]*~\n)", r"\1REF*6R*\2~\n", text).replace("SE*29", "SE*31")
    report = _report(text, GLANCING)

    assert '"rule": "FMT107"' in report
    assert report == _report(text, THOROUGH)


TABLES = tables_of(list(SAMPLES.items()))
TABLE_VALUES = (
    "HC:20611:RT|HC:20610|HC:20550|HC:20550:59:RT|HC:20550:LT|HC:99213|HC:99213:25|HC:76942|HC:76942:50|HC:64495|"
    "HC:64493|HC:20704|HC:27447:62|HC:A0000|HC:J9999|HC:J1100|HC:20610:ZQ|HC:20610:TC|ABK:M2551|ABK:Q9999|ABK:A000|"
    "20251231|20240101|20231231|20260930|3|9|30:B:1|66:B:1|30|66|0610|0999|207X00000Y|999|36|11:B:7"
).split("|")


def _with_tables(settings: Settings) -> Settings:
    return replace(settings, tables=TABLES)


def _is_missed_by_no_glance_with_tables(count: int, seed: int) -> set[str]:
    chance = random.Random(seed)  # noqa: S311 - a reproducible choice, no secret
    found: set[str] = set()
    for _ in range(count):
        text = fixture(chance.choice(FILES))
        for _ in range(chance.choice((1, 2, 3))):
            segments = text.split("~")
            wanted = [n for n, s in enumerate(segments) if re.match(r"\s*(SV[12]|HI|CLM|DTP|PRV|CAS)\*", s)]
            at = chance.choice(wanted)
            elements = [*segments[at].split("*"), ""]
            name = elements[0].strip()
            place = {"SV1": 1, "SV2": 2}.get(name, 0) if chance.random() < 0.7 else 0
            values = [v for v in TABLE_VALUES if v.startswith("HC:")] if place else TABLE_VALUES
            elements[place or chance.randrange(1, len(elements))] = chance.choice(values)
            segments[at] = "*".join(elements)
            text = "~".join(segments)
        text = _recounted(text)
        report = _report(text, _with_tables(GLANCING))
        assert report == _report(text, _with_tables(THOROUGH))
        found |= set(re.findall(r'"rule": "(\w+)"', report))
    return found


@pytest.mark.usefixtures("_traces")
@pytest.mark.parametrize("name", FILES)
def test_with_tables_fixtures_get_the_same_report(name: str) -> None:
    assert _report(fixture(name), _with_tables(GLANCING)) == _report(fixture(name), _with_tables(THOROUGH))


@pytest.mark.usefixtures("_traces")
def test_with_tables_mutated_claims_get_the_same_report() -> None:
    _is_missed_by_no_glance_with_tables(60, 1)


@pytest.mark.deep
@pytest.mark.usefixtures("_traces")
@pytest.mark.parametrize("seed", range(2, 4))
def test_with_tables_many_mutated_claims_get_the_same_report(seed: int) -> None:
    found = _is_missed_by_no_glance_with_tables(effort(200), seed)
    wanted = (
        "PTP301 PTP302 PTP303 MUE401 MUE402 AOC101 MOD305 CODE247 CODE248 CODE249 CODE250 CODE251".split()
    )
    assert len(found.intersection(wanted)) >= 8


@pytest.mark.parametrize("change", ["", "HC:20550>HC:G4000", "HC:99213:25>HC:99213", "HC:20550>HC:20610"])
def test_with_tables_long_files_get_the_same_report(change: str) -> None:
    # One patient has all the claims of a day, so that they count together.
    text = _many(30, change)

    assert _report(text, _with_tables(GLANCING)) == _report(text, _with_tables(THOROUGH))


class _EverythingWasSent:
    """A ledger in which every claim was released before, with every attachment and procedure."""

    def likenesses(self, wanted: Collection[int]) -> AbstractSet[int]:
        return set(wanted)

    def services(self, patient: tuple[str, ...], since: date, until: date) -> list[ReleasedService]:
        return [ReleasedService("20610", ("RT",), until, until, "", "60054")]

    def same_services(self, fact: ClaimFact) -> ReleasedClaim | None:
        return ReleasedClaim(date(2026, 11, 16), "earlier.837")

    def attachment(self, control_number: str, fact: ClaimFact) -> ReleasedClaim | None:
        return ReleasedClaim(date(2026, 11, 16), "earlier.837")


@pytest.mark.usefixtures("_traces")
@pytest.mark.parametrize("name", FILES)
def test_with_a_ledger_fixtures_get_the_same_report(name: str) -> None:
    history = _EverythingWasSent()
    glancing, thorough = replace(GLANCING, history=history), replace(THOROUGH, history=history)
    report = _report(fixture(name), glancing)
    assert report == _report(fixture(name), thorough)
    assert "DUP901" not in report


@pytest.mark.parametrize("name", FILES)
def test_a_claim_and_its_facts_are_alike(name: str) -> None:
    with Source.from_bytes(fixture(name).encode("latin-1")) as source:
        for text in EnvelopeReader(source):
            kind = claim_kind(text.span.version or text.span.group.version)
            if kind is None:
                continue
            for claim in read_claims(text, kind, 1).claims:
                assert glance_of(claim).likeness == likeness_of(claim_fact(claim))


@pytest.mark.parametrize("name", FILES)
def test_glances_wake_what_the_ledger_knows(name: str) -> None:
    """The likeness that a glance sees is the one that the ledger keeps."""
    asked: set[int] = set()

    class Asked(_EverythingWasSent):
        def likenesses(self, wanted: Collection[int]) -> AbstractSet[int]:
            asked.update(wanted)
            return set()

    text = fixture(name).encode("latin-1")
    with Source.from_bytes(text) as source:
        outcome = process(source, replace(GLANCING, history=Asked()))
        kept = {
            likeness_of(claim_fact(claim)) for plan in outcome.plans for claim in plan.read(source).claims
        }
    assert asked == kept
