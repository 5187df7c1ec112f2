"""The table of published edits is what the rules say, and leaves none out."""

from __future__ import annotations

import csv

import pytest

from edi_guard.rules.published import implemented, left_out, table
from tests.conftest import ROOT

PAGE = ROOT / "docs" / "published-edits.md"
LIST = ROOT.parent / "shared" / "reference" / "claim-edits.csv"


def test_the_page_is_what_the_rules_say(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update-golden"):
        PAGE.write_text(table(), encoding="utf-8")

    assert PAGE.read_text(encoding="utf-8") == table(), "run pytest --update-golden and look at it"


def test_nothing_is_both_done_and_left_out() -> None:
    assert implemented().keys() & left_out().keys() == set()


def test_every_reason_says_something() -> None:
    assert all(len(reason) > 20 and reason.endswith(".") for reason in left_out().values())


@pytest.mark.skipif(not LIST.is_file(), reason="the list of published edits is not part of the project")
def test_no_published_edit_is_forgotten() -> None:
    with LIST.open(encoding="utf-8", newline="") as stream:
        wanted = {
            row["id"]
            for row in csv.DictReader(stream)
            if row["evidence"] == "text" and row["snip"] in "12345"
        }

    assert wanted - implemented().keys() - left_out().keys() == set()
