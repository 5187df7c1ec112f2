"""Examples that a mapping carries: a few lines of a claim, and what is to be said of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from edi_guard.policy.statements import Source

if TYPE_CHECKING:
    from lxml.etree import _Element

# A payer that no mapping knows, for examples of mappings that are about all payers.
ANY_PAYER = "EXAMPLE0"


@dataclass(frozen=True, slots=True)
class PolicyExample:
    """One example.

    Attributes:
        title: what is special about it.
        lines: procedure codes, each with its modifiers.
        expect: rules that must find something; empty when the claim must be clean.
        on: the date of service, and of the check.
        kind: ``837P`` or ``837I``.
        payer: 2010BB NM109.
        filing_indicator: SBR09.
        place: place of service; on an 837I the type of bill's first two digits.
        diagnoses: ICD-10-CM codes.
        note: NTE ADD of the claim.
        authorization: REF G1 of the claim.
        taxonomy: of the rendering (837P) or attending (837I) provider.
        birth_date: the patient's.
        source: where it stands.
    """

    title: str
    lines: tuple[tuple[str, ...], ...]
    expect: tuple[str, ...]
    on: date
    kind: str
    payer: str
    filing_indicator: str
    place: str
    diagnoses: tuple[str, ...]
    note: str
    authorization: str
    taxonomy: str
    birth_date: date
    source: Source


def read_example(element: _Element, root: _Element, file: str, citation: str) -> PolicyExample:
    """Return an example from its element; the schema has been checked.

    Raises:
        ValueError: a line has no procedure code.
    """
    lines = tuple(tuple(line.split()) for line in element.get("lines", "").split(","))
    if not all(lines):
        message = "an example's lines are codes with their modifiers, separated by commas: 20610 RT, G4000 RT"
        raise ValueError(message)
    kind = element.get("kind", "837P")
    expect = element.get("expect", "clean")
    return PolicyExample(
        title=element.get("title", ""),
        lines=lines,
        expect=() if expect == "clean" else tuple(expect.split()),
        on=date.fromisoformat(element.get("on") or root.get("from") or "2026-11-02"),
        kind=kind,
        payer=element.get("payer") or root.get("payer") or ANY_PAYER,
        filing_indicator=element.get("filing-indicator", "CI"),
        place=element.get("place", "11" if kind == "837P" else "13"),
        diagnoses=tuple(element.get("diagnoses", "M25511").split()),
        note=element.get("note", ""),
        authorization=element.get("authorization", ""),
        taxonomy=element.get("taxonomy", "207X00000X"),
        birth_date=date.fromisoformat(element.get("birth-date", "1970-01-01")),
        source=Source(file, element.sourceline or 0, citation),
    )
