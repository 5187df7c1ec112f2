"""A claim as the paper form would show it: our own drawing, the boxes a biller knows by number.

CMS-1500 (02/12) for professional claims, UB-04 for institutional ones. Values that reports do not show
are hidden here too.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from edi_guard.report import ClaimReport, FindingReport, LineViewReport, ViewReport

HIDDEN: Final = "hidden"
_LOCATOR: Final = re.compile(r"(?:CMS-1500|UB-04) (.+?)(?: line (\d+))?")
_ORDER: Final = ("reject", "hold", "warn", "info")

# Box, and what stands over it, in our own words.
_PROFESSIONAL: Final = (
    ("1", "Kind of insurance"),
    ("1a", "Member id"),
    ("2", "Patient"),
    ("3", "Birth date"),
    ("4", "Insured"),
    ("6", "Relationship"),
    ("9", "Other insured"),
    ("10", "Accident"),
    ("11", "Group"),
    ("14", "Onset"),
    ("17", "Referred by"),
    ("18", "Hospital stay"),
    ("19", "Notes, attachments"),
    ("21", "Diagnoses"),
    ("22", "Resubmission"),
    ("23", "Authorization"),
    ("25", "Tax id"),
    ("26", "Claim number"),
    ("28", "Total charge"),
    ("29", "Paid"),
    ("31", "Rendering"),
    ("32", "Service place"),
    ("33", "Billing provider"),
)
_PROFESSIONAL_COLUMNS: Final = (
    ("24A", "Dates"),
    ("24B", "Place"),
    ("24D", "Procedure, modifiers"),
    ("24E", "Pointer"),
    ("24F", "Charge"),
    ("24G", "Units"),
    ("24J", "Rendering"),
)
_INSTITUTIONAL: Final = (
    ("1", "Provider"),
    ("3a", "Claim number"),
    ("4", "Type of bill"),
    ("5", "Tax id"),
    ("6", "Statement period"),
    ("8", "Patient"),
    ("9", "Address"),
    ("10", "Birth date"),
    ("11", "Sex"),
    ("12-13", "Admission"),
    ("14", "Admission type"),
    ("15", "Admission source"),
    ("16", "Discharge hour"),
    ("17", "Discharge status"),
    ("18-28", "Condition codes"),
    ("31-34", "Occurrences"),
    ("39-41", "Value codes"),
    ("50", "Payer"),
    ("56", "Provider NPI"),
    ("60", "Member id"),
    ("63", "Authorization"),
    ("64", "Payer's claim number"),
    ("67", "Principal diagnosis"),
    ("67A-Q", "Other diagnoses"),
    ("69", "Admitting diagnosis"),
    ("70", "Reason for visit"),
    ("74", "Principal procedure"),
    ("76", "Attending"),
    ("77", "Operating"),
    ("80", "Notes"),
)
_INSTITUTIONAL_COLUMNS: Final = (
    ("42", "Revenue"),
    ("44", "Procedure, modifiers"),
    ("45", "Date"),
    ("46", "Units"),
    ("47", "Charge"),
    ("48", "Not covered"),
)

KINDS: Final = {True: "CMS-1500", False: "UB-04"}
_BOXES: Final = {True: _PROFESSIONAL, False: _INSTITUTIONAL}
_COLUMNS: Final = {True: _PROFESSIONAL_COLUMNS, False: _INSTITUTIONAL_COLUMNS}
_WHOLE_LINES: Final = ("24", "42-48")


def form_of(claim: ClaimReport) -> dict[str, Any] | None:
    """Return a claim's form: boxes and lines, with the findings that concern each.

    Returns:
        None where the report holds nothing to draw.
    """
    view = claim.view
    if view is None:
        return None
    professional = claim.type == "837P"
    marks = _marks(claim)
    values = _professional(claim, view) if professional else _institutional(claim, view)
    boxes = _BOXES[professional]
    columns = [box for box, _ in _COLUMNS[professional]]
    lines = [_line(line, columns, marks, professional=professional) for line in view.lines]
    drawn = {(box, 0) for box, _ in boxes} | {
        (box, line.line) for line in view.lines for box in (*columns, *_WHOLE_LINES)
    }
    return _without_empty(
        {
            "kind": KINDS[professional],
            "values": {box: values[box] for box, _ in boxes if values.get(box)},
            "marks": {box: marks[box, 0] for box, _ in boxes if (box, 0) in marks},
            "lines": lines,
            # Findings on boxes that are not drawn, or that name no line.
            "other": [[box, line, found] for (box, line), found in marks.items() if (box, line) not in drawn],
        }
    )


def drawings() -> dict[str, dict[str, list[tuple[str, str]]]]:
    """Return the boxes and columns of both forms, each with what stands over it."""
    return {
        KINDS[professional]: {"boxes": list(_BOXES[professional]), "columns": list(_COLUMNS[professional])}
        for professional in (True, False)
    }


def _without_empty(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value}


def _marks(claim: ClaimReport) -> dict[tuple[str, int], list[str]]:
    """Return the findings of each box and line, worst first: severity and rule in one text."""
    marks: dict[tuple[str, int], list[str]] = {}
    for finding in sorted(claim.findings, key=lambda f: _ORDER.index(f.severity)):
        box, line = _box(finding)
        if box:
            marks.setdefault((box, line), []).append(f"{finding.severity} {finding.rule}")
    return marks


def _box(finding: FindingReport) -> tuple[str, int]:
    match = _LOCATOR.fullmatch(finding.form_locator)
    if match is None:
        return "", 0
    box = match[1].partition(" (")[0]
    # 33a and the like are drawn within 33.
    wide = re.fullmatch(r"(17|24|31|32|33)[ab]", box)
    return (wide[1] if wide else box), int(match[2] or 0)


def _professional(claim: ClaimReport, view: ViewReport) -> dict[str, str]:
    patient = view.patient
    return {
        "1": claim.payer.filing_indicator,
        "1a": patient.member if patient else HIDDEN,
        "2": patient.name if patient else HIDDEN,
        "3": (patient.birth_date or "") if patient else HIDDEN,
        "21": " ".join(patient.diagnoses) if patient else _counted(view.diagnosis_count),
        "22": "" if view.frequency == "1" else view.frequency,
        "26": claim.id,
        "28": claim.charge or "",
    }


def _institutional(claim: ClaimReport, view: ViewReport) -> dict[str, str]:
    patient = view.patient
    return {
        "3a": claim.id,
        "4": f"0{view.facility}{view.frequency}",
        "6": _days(view.statement_from, view.statement_to),
        "8": patient.name if patient else HIDDEN,
        "10": (patient.birth_date or "") if patient else HIDDEN,
        "50": claim.payer.id,
        "60": patient.member if patient else HIDDEN,
        "67": " ".join(patient.diagnoses[:1]) if patient else _counted(min(1, view.diagnosis_count)),
        "67A-Q": " ".join(patient.diagnoses[1:]) if patient else _counted(max(0, view.diagnosis_count - 1)),
    }


def _counted(count: int) -> str:
    return f"{count} {HIDDEN}" if count else ""


def _days(first: str | None, last: str | None) -> str:
    if not first:
        return ""
    return first if first == last or not last else f"{first} to {last}"


def _line(
    line: LineViewReport, columns: list[str], marks: dict[tuple[str, int], list[str]], *, professional: bool
) -> dict[str, Any]:
    code = " ".join((line.code, *line.modifiers))
    days = _days(line.service_from, line.service_to)
    values: dict[str, str | None]
    if professional:
        values = {"24A": days, "24B": line.place, "24D": code, "24E": line.pointers}
        values |= {"24F": line.charge, "24G": line.units}
    else:
        values = {"42": line.revenue_code, "44": code, "45": days, "46": line.units, "47": line.charge}
    return _without_empty(
        {
            "line": line.line,
            "cells": [values.get(box) or "" for box in columns],
            "marks": {box: marks[box, line.line] for box in columns if (box, line.line) in marks},
            "whole": [mark for box in _WHOLE_LINES for mark in marks.get((box, line.line), [])],
        }
    )
