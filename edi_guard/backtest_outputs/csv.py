"""For spreadsheets: one row for each rule, kind of denial, payer, kind of claim and group without a rule."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

COLUMNS: Final = (
    "section",
    "payer",
    "kind",
    "name",
    "hits",
    "undecided",
    "decided",
    "denied",
    "precision",
    "precision_low",
    "precision_high",
    "denials",
    "denials_caught",
    "recall",
    "recall_low",
    "recall_high",
    "false_hold_rate",
    "charge",
    "expected",
    "dollars_denied",
    "dollars_caught",
    "paid_at_risk",
    "days_to_answer",
)
# A spreadsheet takes a cell that begins with one of these for a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def render(document: dict[str, Any]) -> str:
    """Return a summary as CSV with a heading; cells of few cases are empty."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    for row in _rows(document):
        writer.writerow({key: _plain(value) for key, value in row.items()})
    return stream.getvalue()


def _rows(found: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for name in ("total", "claims"):
        yield {"section": name, **_total(found[name])}
    yield from ({"section": "rule", **_rule(one)} for one in found["rules"])
    for one in found["buckets"]:
        yield {
            "section": "bucket",
            "name": one["bucket"],
            "hits": one["hits"],
            "undecided": one["undecided"],
            **_share(one["precision"], "decided", "denied", "precision"),
            **_share(one["recall"], "denials", "denials_caught", "recall"),
            "dollars_denied": one["dollars_denied"],
            "dollars_caught": one["dollars_caught"],
        }
    for section, column in (("payers", "payer"), ("kinds", "kind")):
        for part in found[section]:
            yield {"section": column, column: part["name"], **_total(part)}
            for one in part["rules"]:
                yield {"section": f"{column} and rule", column: part["name"], **_rule(one)}
    for one in found["gaps"]["groups"]:
        yield {
            "section": "no rule",
            "payer": one["payer"],
            "name": " ".join((one["code"], *one["modifiers"], f"place {one['place']}", one["reason"])),
            **_share(one["denied"], "decided", "denied", "precision"),
            "dollars_denied": one["dollars"],
        }


def _total(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "undecided": one["undecided"],
        **_share(one["denied"], "decided", "denied", ""),
        **_share(one["caught"], "denials", "denials_caught", "recall"),
        "false_hold_rate": one["false_holds"]["share"],
        "dollars_denied": one["dollars_denied"],
        "dollars_caught": one["dollars_caught"],
        "paid_at_risk": one["dollars_delayed"],
        "days_to_answer": one["days_to_answer"],
    }


def _rule(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": one["rule"],
        "hits": one["hits"],
        "undecided": one["undecided"],
        **_share(one["precision"], "decided", "denied", "precision"),
        **_share(one["recall"], "denials", "denials_caught", "recall"),
        "false_hold_rate": one["false_holds"]["share"],
        "charge": one["charge"],
        "expected": one["expected"],
        "dollars_denied": one["denied"],
        "paid_at_risk": one["paid_at_risk"],
    }


def _share(share: dict[str, Any], total: str, count: str, name: str) -> dict[str, Any]:
    row = {total: share["total"], count: share["count"]}
    if name:
        row[name] = share["share"]
        if share["interval"]:
            row[f"{name}_low"], row[f"{name}_high"] = share["interval"]
    return row


def _plain(value: object) -> object:
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return "" if value is None else value
