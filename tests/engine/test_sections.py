"""A transaction set that is read in sections gets what it gets when it is read whole, byte for byte."""

from __future__ import annotations

import inspect
import random
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from benchmarks.generate import Generator
from edi_guard import workers
from edi_guard.claims import BillingProvider, Dependent, Level, Subscriber
from edi_guard.engine import RepairSwitch, process
from edi_guard.rules import load_rules
from edi_guard.x12 import Source
from tests.builders import fixture
from tests.conftest import CORPUS, effort, make_settings
from tests.engine.everything import all_of
from tests.engine.long_files import INSTITUTIONAL, PROFESSIONAL, planted, recounted, shorten
from tests.engine.test_screen import FILES, _changed
from tests.engine.trees import claim_files

if TYPE_CHECKING:
    from edi_guard.engine import Settings

PLAIN = make_settings()
MENDING = make_settings(
    lossless_repairs=tuple(RepairSwitch(rule) for rule in ("SIT", "MOD", "CODE", "DOC", "ID"))
)
UNMENDED = make_settings(format_repairs=False)
SETTINGS = {"plain": PLAIN, "lossless repairs": MENDING, "no repairs": UNMENDED}
SIZES = (1, 900, 6000)


def _plans(text: str, settings: Settings) -> int:
    with Source.from_bytes(text.encode("latin-1")) as source:
        return len(process(source, settings).plans)


def _in_sections(
    text: str, settings: Settings, *, held: int = 300, section: int = 900, jobs: int = 1
) -> tuple[dict[str, object], int]:
    """Return everything that comes of a file in sections, and how many plans it was."""
    with pytest.MonkeyPatch.context() as patch:
        shorten(patch, held, section)
        patch.setattr(workers, "_WORTH_SEVERAL", 0)
        return all_of(text, settings, jobs), _plans(text, settings)


def _is_the_same(text: str, settings: Settings = PLAIN, **limits: int) -> dict[str, object]:
    """Compare, and return what came of the file; it must have been cut."""
    whole = all_of(text, settings)
    found, plans = _in_sections(text, settings, **limits)

    assert plans > text.count("\nST*") + text.count("~ST*")
    assert found == whole
    return whole


def _generated(kind: str, size: int = 20_000, share: float = 0.0, seed: int = 1) -> str:
    """Return a file of one transaction set."""
    generator = Generator(kind, seed, share=share, claims_per_transaction=None)
    return "".join(generator.blocks(size))


# ------------------------------------------------------------------------ what is right


@pytest.mark.parametrize("section", SIZES)
@pytest.mark.parametrize("kind", ["837P", "837I"])
def test_good_claims(kind: str, section: int) -> None:
    text = _generated(kind)

    assert _is_the_same(text, section=section)["clean"] == text.encode("latin-1")


@pytest.mark.parametrize("kind", ["837P", "837I"])
def test_several_processes(kind: str) -> None:
    _is_the_same(_generated(kind, share=0.3), jobs=2)


@pytest.mark.parametrize("line_end", ["", "\r\n", "\n  "])
@pytest.mark.parametrize("name", SETTINGS)
def test_line_ends(name: str, line_end: str) -> None:
    _is_the_same(_generated("837P", share=0.3).replace("~\n", f"~{line_end}"), SETTINGS[name])


@pytest.mark.parametrize("delimiters", ["|>\n^", "+:'^", "*:\x1c^", "\xa7\xb6\xff^"])
def test_other_delimiters(delimiters: str) -> None:
    text = _generated("837P", share=0.3).replace("~\n", "~")
    table = dict(zip(map(ord, "*:~"), delimiters, strict=False))
    changed = text.translate(table)

    whole = all_of(changed, MENDING)
    found, plans = _in_sections(changed, MENDING)

    assert plans > 1
    assert found == whole


@hypothesis_settings(max_examples=40)
@given(text=claim_files(), section=st.sampled_from([1, 400, 1500]))
def test_any_tree_of_levels(text: str, section: int) -> None:
    found, _ = _in_sections(text, PLAIN, section=section)

    assert found == all_of(text, PLAIN)


def test_several_long_transaction_sets() -> None:
    text = "".join(Generator("837P", 3, share=0.2, claims_per_transaction=12).blocks(25_000))

    assert text.count("\nST*") >= 3
    _is_the_same(text, MENDING)


def test_short_ones_beside_long_ones() -> None:
    text = "".join(Generator("837I", 3, claims_per_transaction=12).blocks(16_000))
    shortest = min(len(part) for part in text.split("\nST*")[1:])
    whole = all_of(text, PLAIN)
    found, plans = _in_sections(text, PLAIN, held=shortest + 100)

    assert plans > text.count("\nST*")
    assert found == whole


# ------------------------------------------------------------------------ what is found


@pytest.mark.parametrize("name", SETTINGS)
@pytest.mark.parametrize("guide", [PROFESSIONAL, INSTITUTIONAL])
def test_a_defect_for_every_rule(guide: str, name: str) -> None:
    text = planted(guide, 7, 400)

    assert str(_is_the_same(text, SETTINGS[name])["report"]).count('"rule"') > 100


@pytest.mark.parametrize("section", SIZES)
def test_faults_above_the_claims_count_for_all_of_them(section: int) -> None:
    text = _generated("837P").replace("*Y*A*Y*Y", "*Y*A*Y*Y ", 3)
    text = text.replace("NM1*41*2*EDI GUARD TEST BILLING*", "NM1*41*2*EDI GUARD TEST BILLING *")
    text = text.replace("N4*SPRINGFIELD*IL*627010001", "N4*SPRINGFIELD*IL*6270-10001", 1)
    text = text.replace("PRV*BI*PXC*207X00000X", "PRV*BI*PXC*207X0000XX", 1)
    report = str(_is_the_same(text, section=section)["report"])

    assert report.count('"title": "remove') == 4
    assert '"rule": "ID223"' in report


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("NM1*40*2*SAMPLE CLEARINGHOUSE*****46*CLEARTEST~\n", ""),
        ("REF*EI*123456789~\n", ""),
        ("N3*100 MAIN STREET~\n", ""),
        ("NM1*85*2*SAMPLE PRACTICE 1*", "NM1*85*2**"),
        ("PER*IC*BILLING OFFICE*TE*5552100100", "PER*IC*BILLING OFFICE*TE"),
    ],
)
def test_what_the_guide_has_against_header_and_provider(old: str, new: str) -> None:
    text = _generated("837P")
    changed = recounted(
        text.replace(old, new, 1) if old in text else re.sub(r"N3\*\d+ MAIN STREET~\n", "", text)
    )

    assert changed != text
    assert '"rule": "IG' in str(_is_the_same(changed)["report"])


@pytest.mark.parametrize("place", [3, 20, 37])
@pytest.mark.parametrize("lost", ["HI*", "LX*1", "SV1*", "NM1*PR", "SBR*", "N4*", "DMG*"])
def test_what_the_guide_has_against_a_claim_in_the_middle(lost: str, place: int) -> None:
    segments = _generated("837P").split("~\n")
    found = [index for index, segment in enumerate(segments) if segment.startswith(lost)]
    del segments[found[min(place, len(found) - 2)]]

    _is_the_same(recounted("~\n".join(segments)), section=400)


def test_more_claims_of_one_patient_than_the_guide_allows() -> None:
    text = fixture("837p/base_office.edi")
    start, end = text.index("CLM*"), text.index("\nSE*") + 1
    claim = text[start:end]
    many = "".join(claim.replace("CLM*", f"CLM*N{n}X") for n in range(130))
    report = str(_is_the_same(recounted(text[:start] + many + text[end:]), section=3000)["report"])

    assert len(re.findall(r'"rule": "IG401"', report)) == 30


def test_added_segments_are_counted_once() -> None:
    text = recounted(re.sub(r"REF\*6R\*\d+L[12]~\n", "", _generated("837P")))
    report = str(_is_the_same(text, MENDING)["report"])

    assert report.count("count the added segments") == 1
    assert report.count('"title": "number the line"') > 50


def test_repairs_to_which_the_guide_objects_are_taken_back_everywhere() -> None:
    text = _generated("837P").replace("*Y*A*Y*Y~", "*Y*A*Y*Y ~", 5)
    broken = re.sub(r"(NM1\*IL\*1\*)\w+(\*\w+\*\*\*\*MI\*W)", r"\1 \2", text, count=1)
    report = str(_is_the_same(broken)["report"])

    assert report.count('"rule": "FMT901"') == 1
    assert '"title"' not in report


# ------------------------------------------------------------------------ what is irregular


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("HL*20*1*22*0", "HL*21*1*22*0"),
        ("HL*20*1*22*0", "HL*20*7*22*0"),
        ("HL*20*1*22*0", "HL*20*1*24*0"),
        ("HL*20*1*22*0", "HL*20*1*22*1"),
        ("HL*20*1*22*0", "HL*20*1*22"),
        ("HL*20*1*22*0~", "HL*20*1*22*0~\n~"),
        ("HL*1**20*1~", "HL*1**20*1~\nCLM*X*1***11:B:1*Y*A*Y*Y~"),
        ("SE*", "~\nSE*"),
        ("SE*", "SE*9"),
        ("*0001~\nGE", "*0002~\nGE"),
        ("HL*20*1*22*0~", "HL*20*1*22*0~\nGS*HC~"),
    ],
)
def test_irregular_transaction_sets(old: str, new: str) -> None:
    text = _generated("837P")
    assert old in text
    changed = text.replace(old, new, 1)
    changed = changed if "SE*" in old or "GE" in old else recounted(changed)

    assert _in_sections(changed, PLAIN)[0] == all_of(changed, PLAIN)


@pytest.mark.parametrize("length", [2000, 9000, 15_001, 19_000])
def test_truncated_inside(length: int) -> None:
    text = _generated("837P")[:length]

    assert _in_sections(text, PLAIN)[0] == all_of(text, PLAIN)


def test_a_provider_without_a_number_is_judged_by_all_its_subscribers() -> None:
    text = re.sub(r"(NM1\*85\*2\*SAMPLE PRACTICE \d+)\*{5}XX\*\d+", r"\1", _generated("837P"))
    text = recounted(re.sub(r"(NM1\*PR\*[^~]*~\n)", r"\1REF*G2*A123~\n", text))
    last = text.rindex("REF*G2*A123~\n")
    report = all_of(recounted(text[:last] + text[last + 13 :]), PLAIN)

    assert '"rule": "SIT232"' in str(report["report"])
    assert _in_sections(recounted(text[:last] + text[last + 13 :]), PLAIN)[0] == report


def test_no_other_rule_about_a_level_looks_at_those_below_it() -> None:
    """One that did would see a part of them; `GuideJoints` knows of the one that does."""
    levels = (Level, BillingProvider, Subscriber, Dependent)
    looking = {
        rule.code
        for rule in load_rules().values()
        if rule.on in levels and re.search(r"\.(children|claims|all_claims)\b", inspect.getsource(rule.check))
    }

    assert looking == {"SIT232"}


# ------------------------------------------------------------------------ what is changed at random


def _stays_the_same(count: int, seed: int) -> int:
    """Compare changed files; return how many were cut."""
    chance = random.Random(seed)  # noqa: S311 - a reproducible choice, no secret
    cut = 0
    for _ in range(count):
        if chance.random() < 0.7:
            share = chance.choice((0.0, 0.3))
            text = _generated(chance.choice(("837P", "837I")), 8_000, share, chance.randrange(50))
        else:
            text = fixture(chance.choice(FILES))
        for _ in range(chance.choice((0, 1, 1, 2, 4))):
            text = _changed(text, chance)
        text = recounted(text)
        settings = chance.choice(list(SETTINGS.values()))
        found, plans = _in_sections(text, settings, section=chance.choice((1, 300, 1500)))
        cut += plans > text.count("ST*837")
        assert found == all_of(text, settings)
    return cut


def test_changed_files() -> None:
    assert _stays_the_same(25, 1) > 5


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(2, 2 + effort(6)))
def test_many_changed_files(seed: int) -> None:
    assert _stays_the_same(60, seed) > 20


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(effort(3)))
@pytest.mark.parametrize("guide", [PROFESSIONAL, INSTITUTIONAL])
def test_defects_in_any_order(guide: str, seed: int) -> None:
    # Three give each size and each of the settings once; nine give every pair of them.
    section = SIZES[(seed + seed // 3) % 3]
    _is_the_same(
        planted(guide, seed, 2000), (PLAIN, MENDING, UNMENDED)[seed % 3], section=section, jobs=1 + seed % 2
    )


@pytest.mark.deep
def test_files_of_other_people() -> None:
    if not CORPUS.is_dir():
        return
    for path in sorted(path for path in CORPUS.glob("*/*") if path.is_file()):
        text = path.read_bytes().decode("latin-1")
        assert _in_sections(text, PLAIN)[0] == all_of(text, PLAIN), path.name
