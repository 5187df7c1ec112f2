"""Each format, held against a file that a person has looked at."""

from __future__ import annotations

import csv
import inspect
import io
import json
import re
from typing import Any

import jsonschema
import msgspec
import pytest

from edi_guard.engine import process
from edi_guard.masking import Hasher, Phi
from edi_guard.outputs import Style, formats, render
from edi_guard.outputs import csv as csv_output
from edi_guard.outputs.text import EVERY_TIME
from edi_guard.report import Report, make_report
from edi_guard.x12 import Source
from tests.builders import fixture
from tests.conftest import ROOT, make_settings

GOLDEN = ROOT / "tests" / "outputs" / "golden"
SCHEMA = ROOT / "docs" / "report.schema.json"
INPUTS = ["demo/professional.837", "demo/institutional.837", "broken/segment_count.edi"]


def _report(name: str, phi: Phi = Phi.MINIMAL) -> Report:
    with Source.from_bytes(fixture(name).encode("latin-1"), name) as source:
        report = make_report(process(source, make_settings()), phi, Hasher(b"a key for tests"))
    # What changes with every edit of a rule or mapping says nothing about the format.
    tool = msgspec.structs.replace(report.tool, rules="sha256:…", policies="sha256:…")
    return msgspec.structs.replace(report, tool=tool)


def _golden(name: str, text: str, *, update: bool) -> None:
    path = GOLDEN / name
    if update:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    assert text == path.read_bytes().decode("utf-8"), "run pytest --update-golden and look at the difference"


@pytest.mark.parametrize("format_name", formats())
@pytest.mark.parametrize("name", INPUTS)
def test_golden(name: str, format_name: str, request: pytest.FixtureRequest) -> None:
    text = render(format_name, [_report(name)])
    if format_name == "html":
        # Style and script are files of their own, and tried in a browser.
        text = re.sub(r"<(style|script)>.*?</\1>", r"<\1></\1>", text, flags=re.DOTALL)
    stem = name.replace("/", "-")

    _golden(f"{stem}.{format_name}", text, update=request.config.getoption("--update-golden"))


def test_json_has_the_shape_of_the_contract() -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    for name in INPUTS:
        for phi in Phi:
            jsonschema.validate(json.loads(render("json", [_report(name, phi)])), schema)


def test_the_schema_is_that_of_the_types(request: pytest.FixtureRequest) -> None:
    made = json.dumps(_without_margins(msgspec.json.schema(Report)), indent=2) + "\n"
    if request.config.getoption("--update-golden"):
        SCHEMA.write_text(made, encoding="utf-8")

    assert SCHEMA.read_text(encoding="utf-8") == made


def _without_margins(schema: Any) -> Any:
    """Return a schema without the margins that msgspec before 0.23 leaves in what dataclasses say."""
    if isinstance(schema, list):
        return [_without_margins(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: _without_margins(value) for key, value in schema.items()}
    if isinstance(made.get("description"), str):
        made["description"] = inspect.cleandoc(made["description"])
    return made


def test_one_input_is_an_object_several_are_an_array() -> None:
    one, two = _report(INPUTS[0]), _report(INPUTS[1])

    assert isinstance(json.loads(render("json", [one])), dict)
    assert len(json.loads(render("json", [one, two]))) == 2
    assert len(render("jsonl", [one, two]).splitlines()) == 2


def test_amounts_are_decimal_strings_that_add_up() -> None:
    charges = json.loads(render("json", [_report(INPUTS[0])]))["summary"]["charges"]

    parts = [float(charges[key]) for key in ("clean", "held", "rejected")]
    assert f"{sum(parts):.2f}" == charges["total"]


def test_spreadsheets_get_no_formula() -> None:
    report = _report(INPUTS[0])
    claims = (msgspec.structs.replace(report.claims[3], id='=HYPERLINK("x")'),)
    text = render("csv", [msgspec.structs.replace(report, claims=claims)])
    (row,) = [row for row in csv.DictReader(io.StringIO(text)) if row["claim"]]

    assert row["claim"].startswith("'=")


def test_rows_of_any_length_come_in_one_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    report = _report(INPUTS[0])
    (one, *_) = report.findings
    one = msgspec.structs.replace(one, message="a \N{SNOWMAN} is wrong", affects=list(range(1, 501)))
    report = msgspec.structs.replace(report, findings=(one, *report.findings))
    monkeypatch.setattr(csv_output, "_BLOCK", 7)
    monkeypatch.setattr(csv_output, "_ORDINALS_AT_ONCE", 3)

    rows = list(csv.DictReader(io.StringIO(render("csv", [report]))))

    (row,) = [row for row in rows if row["message"] == one.message]
    assert row["affects"] == " ".join(map(str, range(1, 501)))
    assert len(rows) == len(report.findings) + sum(len(claim.findings) for claim in report.claims)


@pytest.mark.parametrize("width", [40, 80, 200])
def test_text_keeps_to_the_width(width: int) -> None:
    text = render("text", [_report(INPUTS[0])], Style(width=width))

    assert max(map(len, text.splitlines())) <= width


def test_text_says_only_with_v_that_there_is_no_ledger() -> None:
    """It is true of every file checked by itself, and would be on every screen."""
    report = _report("837p/base_guidance.edi")
    words = next(finding.message for finding in report.findings if finding.rule == "DUP901")[:40]

    plain, verbose = render("text", [report]), render("text", [report], Style(verbose=True))
    assert (words in plain, words in verbose) == (False, True)
    notes = len([f for f in report.findings if f.severity == "info" and f.rule not in EVERY_TIME])
    assert f"Worth knowing: {notes} note" in plain
    for rule in EVERY_TIME:
        assert "Worth knowing" not in render("text", [_only(report, rule)])


def _only(report: Report, rule: str) -> Report:
    findings = tuple(finding for finding in report.findings if finding.rule == rule)
    counts = msgspec.structs.replace(report.summary.findings, info=len(findings))
    summary = msgspec.structs.replace(report.summary, findings=counts)
    return msgspec.structs.replace(report, findings=findings, summary=summary)


def test_text_says_what_to_do_before_why() -> None:
    lines = render("text", [_report(INPUTS[0])]).splitlines()

    for index, line in enumerate(lines):
        if "Why:" in line and "Do:" in "".join(lines[index - 3 : index]):
            break
    else:
        pytest.fail("no finding with both")
