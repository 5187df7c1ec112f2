"""The segments that reports show: the right one, the right part, and nothing of a patient's."""

from __future__ import annotations

import pytest

from edi_guard.engine import process
from edi_guard.excerpts import Excerpts
from edi_guard.masking import Phi
from edi_guard.outputs import Style, render
from edi_guard.report import make_report
from edi_guard.x12 import Source
from tests.builders import fixture
from tests.conftest import FIXTURES, ROOT, make_settings

SETTINGS = make_settings()
FILES = sorted(
    str(p.relative_to(FIXTURES))
    for folder in ("demo", "837p", "837i", "delimiters", "broken", "second/837p", "second/837i")
    for p in (FIXTURES / folder).iterdir()
    if p.is_file()
)
GOLDEN = ROOT / "tests" / "outputs" / "golden"


@pytest.mark.parametrize("name", FILES)
def test_what_is_underlined_is_what_was_found(name: str) -> None:
    text = (FIXTURES / name).read_bytes()
    with Source.from_bytes(text, name) as source:
        outcome = process(source, SETTINGS)
        whole, masked = (Excerpts(source, outcome.envelope, phi) for phi in (Phi.FULL, Phi.MINIMAL))
        findings = [shared.finding for shared in outcome.findings]
        findings += [finding for claim in outcome.claims for finding in claim.findings]
        for finding in findings:
            place = finding.location
            excerpt = whole.at(place)
            if place is None or excerpt is None:
                continue
            assert excerpt.text.startswith(place.segment)
            meant = text[place.byte_start : place.byte_end].decode("latin-1")
            if place.element and meant:
                assert excerpt.text[excerpt.start : excerpt.end] == meant
            hidden = masked.at(place)
            assert hidden is not None
            assert 0 <= hidden.start < hidden.end
            assert hidden.text.count("*") == excerpt.text.count("*")


def test_patients_values_are_left_out() -> None:
    # A fault in each place where something of a patient stands.
    text = fixture("837p/base_office.edi")
    for old, new in (
        ("NM1*IL*1*DOE*JANE****MI*W000000001", "NM1*IL*9*DOE*JANE****MI*W000000001"),
        ("DMG*D8*19700101*F", "DMG*D8*19700199*F"),
        ("N4*SPRINGFIELD*IL*62702", "N4*SPRINGFIELD*IL*6270"),
        ("HI*ABK:M25511*ABF:M7541", "HI*ABK:M25511*ABF:M25511"),
    ):
        assert old in text
        text = text.replace(old, new, 1)
    with Source.from_bytes(text.encode("latin-1")) as source:
        outcome = process(source, SETTINGS)
        report = make_report(outcome, Phi.MINIMAL, source=source)
        shown = render("text", [report], Style(verbose=True, diff=True))
        bare = render("text", [make_report(outcome, Phi.NONE, source=source)], Style(verbose=True))
    assert "DMG*" in shown
    for secret in ("DOE", "JANE", "W000000001", "19700199", "M25511", "OAK AVENUE"):
        assert secret not in shown
    assert "SV1*" not in bare


@pytest.mark.parametrize("width", [80, 200])
def test_golden_of_check(width: int, request: pytest.FixtureRequest) -> None:
    name = "demo/professional.837"
    with Source.from_bytes(fixture(name).encode("latin-1"), name) as source:
        outcome = process(source, SETTINGS)
        report = make_report(outcome, source=source)
    text = render("text", [report], Style(width=width, diff=True, statistics=True))
    path = GOLDEN / f"check-{width}.text"
    if request.config.getoption("--update-golden"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8"), "run pytest --update-golden and look at the difference"
    assert max(map(len, text.splitlines())) <= width
    assert "\x1b" not in text


def test_colours_and_links_where_the_terminal_has_them() -> None:
    name = "demo/professional.837"
    with Source.from_bytes(fixture(name).encode("latin-1"), name) as source:
        report = make_report(process(source, SETTINGS))
    colored = render("text", [report], Style(color=True, pages="https://rules.example/x"))
    assert "\x1b]8;" in colored
    assert "https://rules.example/x/pair101/" in colored
    assert "\x1b]8;" not in render("text", [report], Style(color=True))
