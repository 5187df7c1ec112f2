"""The guide finds what pyx12 finds, and neither dies nor falls silent where pyx12 does."""

from __future__ import annotations

import io
import json
import logging
import random

import pytest
from pyx12.params import params
from pyx12.x12n_document import x12n_document

from edi_guard.guide import ErrorLevel, GuideError, GuideInput, guide_for
from edi_guard.guide.pyx12_guide import Pyx12Guide
from edi_guard.x12 import EnvelopeReader, Source
from tests.builders import fixture
from tests.conftest import FIXTURES, effort

GUIDE = Pyx12Guide()
BASES = ["837p/base_guidance.edi", "837p/base_cob.edi", "837p/base_dependent.edi", "837i/base_inpatient.edi"]


def _input(text: str) -> GuideInput:
    with Source.from_bytes(text.encode("latin-1")) as source:
        (transaction,) = EnvelopeReader(source)
    segments = [segment.text for segment in transaction.segments]
    guide = guide_for(transaction.span.group.version)
    assert guide is not None
    return GuideInput(guide, segments, transaction.delimiters)


def _check(text: str) -> list[GuideError]:
    return GUIDE.check(_input(text))


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("837[pi]/*.edi")), ids=lambda path: path.stem)
def test_valid_claims_have_no_errors(path) -> None:
    assert _check(path.read_bytes().decode("latin-1")) == []


@pytest.mark.parametrize(
    "version", ["005010X222", "005010X222A2", "005010X223", "005010X223A1", "005010X223A3"]
)
def test_other_publications_are_read_with_the_adopted_guide(version: str) -> None:
    base = "837p/base_guidance.edi" if "X222" in version else "837i/base_outpatient.edi"
    adopted = "005010X222A1" if "X222" in version else "005010X223A2"

    assert _check(fixture(base).replace(adopted, version)) == []


def _replaced(old: str, new: str, base: str = BASES[0]) -> list[GuideError]:
    text = fixture(base)
    assert old in text
    return _check(text.replace(old, new, 1))


def test_too_many_components_do_not_stop_it() -> None:
    errors = _replaced("HC:G4000:RT", "HC:G4000:RT:59:76:KX:TEXT:G4001:MORE")

    assert ("SV1", 1, "3") in [(e.segment, e.element, e.code) for e in errors]
    assert {e.segment for e in errors} == {"SV1"}


def test_a_range_with_two_dashes_does_not_stop_it() -> None:
    errors = _replaced("DTP*472*D8*20261102", "DTP*472*RD8*2026-11-02-20261103")

    assert [(e.segment, e.element, e.code) for e in errors] == [("DTP", 3, "8")]


def test_characters_beyond_ascii_do_not_stop_it() -> None:
    assert {e.element for e in _replaced("DOE*JANE", "D\xd6E*JANE")} <= {3}


def test_a_segment_of_blanks_does_not_stop_it() -> None:
    asked = _input(fixture(BASES[0]))
    segments = [*asked.segments[:10], "   ", *asked.segments[10:]]

    errors = GUIDE.check(GuideInput(asked.guide, segments, asked.delimiters))

    assert 11 in {error.segment_number for error in errors}
    assert {error.segment_number for error in errors} <= {11, 12}


def test_a_very_long_segment_does_not_end_the_reading() -> None:
    errors = _replaced("N3*200 OAK AVENUE", "N3*" + "A" * 20_000)

    assert [(e.segment, e.element, e.code) for e in errors] == [("N3", 1, "5")]


def test_line_numbers_are_counted_in_institutional_claims_too() -> None:
    errors = _replaced("LX*2", "LX*3", "837i/base_outpatient.edi")

    assert [(e.segment, e.element, e.code) for e in errors] == [("LX", 1, "7")]


def test_what_is_missing_at_the_very_end_is_noticed() -> None:
    asked = _input(fixture(BASES[0]))
    cut = next(i for i, text in enumerate(asked.segments) if text.startswith("LX*2"))
    segments = [*asked.segments[: cut + 1], asked.segments[-1]]

    errors = GUIDE.check(GuideInput(asked.guide, segments, asked.delimiters))

    assert ("SV1", "3", "2400") in {(e.segment, e.code, e.loop) for e in errors}


def _pyx12_errors(text: str) -> set[tuple[str, int, str]] | None:
    """Return segment, ordinal and code of what pyx12's own checker says; None where it dies."""
    logging.getLogger("pyx12").disabled = True
    stream = io.StringIO()
    try:
        x12n_document(params(), io.StringIO(text), None, None, fd_json=stream)
    except Exception:  # noqa: BLE001 - pyx12 raises many kinds
        return None
    found: set[tuple[str, int, str]] = set()
    _collect(json.loads(stream.getvalue()), found)
    return found


def _collect(node: object, found: set[tuple[str, int, str]]) -> None:
    if isinstance(node, dict):
        segment, count = node.get("seg_id"), node.get("seg_count")
        if segment and isinstance(count, int):
            for element in node.get("elements", []):
                for error in element.get("errors", []):
                    found.add((segment, count, str(error.get("err_cde"))))
        for value in node.values():
            _collect(value, found)
    elif isinstance(node, list):
        for value in node:
            _collect(value, found)


def _mutations(base: str, count: int) -> list[str]:
    """Return files with one segment dropped, doubled, or one element blanked or spoiled."""
    chance = random.Random(base)  # noqa: S311 - a reproducible choice, no secret
    segments = fixture(base).split("~\n")
    made = []
    for _ in range(count):
        copy = list(segments)
        index = chance.randrange(3, len(copy) - 4)
        parts = copy[index].split("*")
        kind = chance.choice(["drop", "double", "blank", "spoil"])
        if kind == "drop":
            del copy[index]
        elif kind == "double":
            copy.insert(index, copy[index])
        else:
            element = chance.randrange(1, len(parts))
            parts[element] = "" if kind == "blank" else "QQQ"
            copy[index] = "*".join(parts)
        made.append("~\n".join(copy))
    return made


@pytest.mark.parametrize("base", [BASES[0], BASES[-1]])
def test_mutations_that_pyx12_refuses_are_refused(base: str) -> None:
    _compare_mutations(base, 15)


@pytest.mark.deep
@pytest.mark.parametrize("path", sorted(FIXTURES.glob("837[pi]/*.edi")), ids=lambda path: path.stem)
def test_many_mutations_that_pyx12_refuses_are_refused(path) -> None:
    _compare_mutations(path.relative_to(FIXTURES).as_posix(), effort(16))


def _compare_mutations(base: str, count: int) -> None:
    for text in _mutations(base, count):
        theirs = _pyx12_errors(text)
        try:
            ours = _check(text)
        except ValueError:
            continue  # the mutation broke the envelope, which is judged elsewhere
        for segment, number, code in theirs or ():
            if segment not in ("SE", "ST", "HL", "GE", "IEA"):
                assert (segment, number, code) in {
                    (e.segment, e.segment_number, e.code) for e in ours if e.level is ErrorLevel.ELEMENT
                }


def test_pyx12_never_logs(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("pyx12").setLevel(logging.DEBUG)
    with caplog.at_level(logging.DEBUG):
        _replaced("DOE*JANE", "ZZPHI*" + "ZZPHI" * 30)

    assert "ZZPHI" not in caplog.text
    assert capfd.readouterr() == ("", "")


def test_words_hold_no_value() -> None:
    for error in _replaced("MI*W000000001", "XX*ZZPHI"):
        assert "ZZPHI" not in error.words
