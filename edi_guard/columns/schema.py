"""What the tables hold: every column with its type, where its value comes from, and what it means.

The one place that says so. Arrow's and Spark's types, the rows and the documentation are made of it.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Final


class Kind(enum.Enum):
    """A simple type, by the name that the documentation gives it."""

    TEXT = "text"
    INTEGER = "integer"
    LONG = "long integer"
    BOOLEAN = "boolean"
    AMOUNT = "decimal(18,2)"
    QUANTITY = "decimal(18,3)"
    DATE = "date"


DECIMALS: Final = {Kind.AMOUNT: (18, 2), Kind.QUANTITY: (18, 3)}
"""Digits, and how many of them stand behind the point."""


@dataclass(frozen=True, slots=True)
class Record:
    """A value with named parts."""

    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list; none of its values is missing."""

    item: Kind | Record


Type = Kind | Record | ListOf


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table, or a part of a record.

    Attributes:
        name: how questions name it.
        type: what it holds.
        words: what it means.
        source: where its value is found, attribute by attribute, from what the row or record is about;
            empty for the value itself. Where one of the attributes is missing, so is the value.
        nullable: whether it may be missing.
    """

    name: str
    type: Type
    words: str
    source: str = ""
    nullable: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A table; of each there is one, so that being the same is being equal.

    Attributes:
        name: its file is called so.
        words: what a row is.
        columns: in order.
    """

    name: str
    words: str
    columns: tuple[Column, ...]

    @property
    def record(self) -> Record:
        """A row as one value."""
        return Record(self.columns)


def _optional(name: str, kind: Type, words: str, source: str) -> Column:
    """Return a column whose value may be missing."""
    return Column(name, kind, words, source, nullable=True)


_ORDINALS: Final = ListOf(Kind.INTEGER)
_WORDS: Final = ListOf(Kind.TEXT)


def _place(above: str) -> tuple[Column, ...]:
    """Return where something stands, below an attribute that may be missing."""
    return (
        _optional("loop", Kind.TEXT, "the guide's loop", f"{above}.loop"),
        _optional("segment", Kind.TEXT, "the segment's identifier", f"{above}.segment"),
        _optional("element", Kind.TEXT, "the element, e.g. SV101-2", f"{above}.element"),
        _optional(
            "segment_number",
            Kind.INTEGER,
            "counted from 1 at ST; from ISA for segments of the envelope",
            f"{above}.segment_number",
        ),
        _optional("byte_start", Kind.LONG, "the first byte in the file", f"{above}.byte_start"),
        _optional("byte_end", Kind.LONG, "the byte after the last", f"{above}.byte_end"),
    )


def _finding(above: str = "") -> tuple[Column, ...]:
    """Return what a finding says, found below an attribute."""

    def at(source: str) -> str:
        return f"{above}{source}"

    return (
        Column("rule", Kind.TEXT, "the rule's code", at("rule")),
        Column("rule_name", Kind.TEXT, "the rule's name", at("name")),
        Column("snip", Kind.INTEGER, "SNIP type, 1 to 7", at("snip")),
        Column("severity", Kind.TEXT, "reject, hold, warn or info", at("severity")),
        _optional("line", Kind.INTEGER, "the service line; missing where it is about the claim", at("line")),
        *_place(at("location")),
        Column("form_locator", Kind.TEXT, "the box of the CMS-1500 or UB-04", at("form_locator")),
        Column("observed", Kind.TEXT, "what stands there", at("observed")),
        Column("expected", Kind.TEXT, "what would be right", at("expected")),
        Column("message", Kind.TEXT, "what is wrong", at("message")),
        Column("fix", Kind.TEXT, "what to do", at("fix")),
        Column("source", Kind.TEXT, "where the rule's statement stands, e.g. g4000.xml:12", at("source")),
        Column("carc", _WORDS, "likely adjustment reasons (835)", at("predicts.carc")),
        Column("rarc", _WORDS, "likely remark codes (835)", at("predicts.rarc")),
        Column("claim_status", _WORDS, "likely category:status codes (277CA)", at("predicts.claim_status")),
        _optional("charge_at_risk", Kind.AMOUNT, "what would not be paid", at("charge_at_risk")),
        Column("repairable", Kind.BOOLEAN, "whether a safe repair exists", at("repairable")),
        Column(
            "shadow",
            Kind.TEXT,
            "the severity that it would have, where its rule is only counted; else empty",
            at("shadow"),
        ),
    )


_REPAIR: Final = (
    Column("rule", Kind.TEXT, "the code of the rule that asked for it", "rule"),
    Column("title", Kind.TEXT, "what it does", "title"),
    Column("tier", Kind.TEXT, "A changes how a value is spelled; B is switched on by the user", "tier"),
    _optional("line", Kind.INTEGER, "the service line; missing above the lines", "line"),
    *_place("location"),
    Column("before", Kind.TEXT, "the text that is replaced", "before"),
    Column("after", Kind.TEXT, "the text that is put there", "after"),
)
_AFFECTS: Final = Column("affects", _ORDINALS, "the ordinals of the claims that inherit it", "affects")
_TARGET_LINE: Final = (
    Column("line", Kind.INTEGER, "the service line", "line"),
    Column("code", Kind.TEXT, "its procedure code, which has a mapping", "code"),
    Column("modifiers", _WORDS, "in order", "modifiers"),
    Column("primary_lines", _ORDINALS, "lines of the claim that are its primary", "primary_lines"),
    Column("primary_claims", _ORDINALS, "other claims with its primary, by ordinal", "primary_claims"),
    Column("primary_procedure", Kind.BOOLEAN, "an inpatient principal procedure is it", "primary_procedure"),
    Column("primary_earlier", Kind.BOOLEAN, "the primary left with an earlier file", "primary_earlier"),
)
_LINE: Final = (
    Column("line", Kind.INTEGER, "counted from 1", "line"),
    Column("revenue_code", Kind.TEXT, "empty on professional claims", "revenue_code"),
    Column("code", Kind.TEXT, "the procedure code", "code"),
    Column("modifiers", _WORDS, "in order", "modifiers"),
    _optional("service_from", Kind.DATE, "first day of service", "service_from"),
    _optional("service_to", Kind.DATE, "last day of service", "service_to"),
    Column("place", Kind.TEXT, "place of service; empty on institutional claims", "place"),
    Column("pointers", Kind.TEXT, "diagnosis pointers, as letters", "pointers"),
    _optional("charge", Kind.AMOUNT, "the line's charge", "charge"),
    _optional("units", Kind.QUANTITY, "of service", "units"),
)
_PATIENT: Final = (
    Column("name", Kind.TEXT, "last and first name", "name"),
    Column("member", Kind.TEXT, "the subscriber's identifier", "member"),
    _optional("birth_date", Kind.DATE, "the patient's", "birth_date"),
    Column("diagnoses", _WORDS, "codes in order", "diagnoses"),
)
_INPUT: Final = (
    Column("path", Kind.TEXT, "the input as it was named", "input.path"),
    Column("sha256", Kind.TEXT, "of the input's bytes", "input.sha256"),
    Column("today", Kind.DATE, "the day of the check", "input.today"),
)


def _claim(*, nullable: bool) -> tuple[Column, ...]:
    """Return what names a claim and says where it goes."""
    return (
        Column("ordinal", Kind.INTEGER, "counted from 1 in the input", "claim.ordinal", nullable=nullable),
        Column("claim_id", Kind.TEXT, "CLM01", "claim.id", nullable=nullable),
        Column("claim_type", Kind.TEXT, "837P or 837I", "claim.type", nullable=nullable),
        Column("disposition", Kind.TEXT, "clean, held or rejected", "claim.disposition", nullable=nullable),
        Column("payer_id", Kind.TEXT, "2010BB NM109", "claim.payer.id", nullable=nullable),
        Column("filing_indicator", Kind.TEXT, "SBR09", "claim.payer.filing_indicator", nullable=nullable),
        _optional("service_from", Kind.DATE, "first day of service", "claim.service_from"),
        _optional("service_to", Kind.DATE, "last day of service", "claim.service_to"),
    )


_IF_SAID: Final = "; only of claims about which something is said"

CLAIMS: Final = Table(
    "claims",
    "a claim, with what was found and repaired on it",
    (
        *_INPUT,
        *_claim(nullable=False),
        _optional("charge", Kind.AMOUNT, "CLM02; missing where it is no amount", "claim.charge"),
        Column("interchange_control_number", Kind.TEXT, "ISA13", "claim.interchange"),
        Column("group_control_number", Kind.TEXT, "GS06", "claim.group"),
        Column("transaction_control_number", Kind.TEXT, "ST02", "claim.transaction"),
        Column(
            "target_lines",
            ListOf(Record(_TARGET_LINE)),
            "lines whose code has a mapping",
            "claim.target_lines",
        ),
        Column(
            "findings",
            ListOf(Record(_finding())),
            "of the claim and its lines; what stands above the claim is in the findings table only",
            "claim.findings",
        ),
        Column("repairs", ListOf(Record(_REPAIR)), "made on the claim and its lines", "claim.repairs"),
        _optional(
            "facility",
            Kind.TEXT,
            f"place of service, or type of bill without its frequency{_IF_SAID}",
            "claim.view.facility",
        ),
        _optional("frequency", Kind.TEXT, f"CLM05-3{_IF_SAID}", "claim.view.frequency"),
        _optional(
            "statement_from",
            Kind.DATE,
            "first day of an institutional claim's statement",
            "claim.view.statement_from",
        ),
        _optional("statement_to", Kind.DATE, "its last day", "claim.view.statement_to"),
        _optional(
            "diagnosis_count",
            Kind.INTEGER,
            f"how many diagnoses it has{_IF_SAID}",
            "claim.view.diagnosis_count",
        ),
        _optional("lines", ListOf(Record(_LINE)), f"the service lines{_IF_SAID}", "claim.view.lines"),
        _optional(
            "patient", Record(_PATIENT), "whose claim it is; with `--phi full` only", "claim.view.patient"
        ),
    ),
)

FINDINGS: Final = Table(
    "findings",
    "a finding: of a claim, or, with no ordinal, of the input or a level above its claims",
    (
        *_INPUT,
        *_claim(nullable=True),
        *_finding("finding."),
        _optional(
            "transaction_control_number",
            Kind.TEXT,
            "ST02 of the transaction set that it is in",
            "transaction",
        ),
        Column(
            "affects",
            _ORDINALS,
            "the ordinals of the claims that it counts for: its own, or those that inherit it",
            "affects",
        ),
    ),
)

INPUTS: Final = Table(
    "inputs",
    "an input, also one that was refused whole or could not be judged",
    (
        Column("path", Kind.TEXT, "the input as it was named", "input.path"),
        _optional("sha256", Kind.TEXT, "of its bytes", "input.sha256"),
        _optional("bytes", Kind.LONG, "its size", "input.bytes"),
        Column("today", Kind.DATE, "the day of the check", "input.today"),
        Column(
            "status",
            Kind.TEXT,
            "processed; failed: refused whole, its findings say why; or unjudged, with an error",
            "status",
        ),
        _optional("error", Kind.TEXT, "why it could not be judged; such an input is unjudged", "error"),
        Column("version", Kind.TEXT, "of edi-guard", "tool.version"),
        Column("rules", Kind.TEXT, "a hash of the rules in force", "tool.rules"),
        Column("policies", Kind.TEXT, "a hash of the mappings in force", "tool.policies"),
        _optional("claims", Kind.INTEGER, "how many claims it holds", "summary.claims"),
        _optional("clean", Kind.INTEGER, "how many of them pass", "summary.clean"),
        _optional("held", Kind.INTEGER, "how many are held", "summary.held"),
        _optional("rejected", Kind.INTEGER, "how many are rejected", "summary.rejected"),
        _optional("charge_total", Kind.AMOUNT, "all claims' charges", "summary.charges.total"),
        _optional("charge_clean", Kind.AMOUNT, "of those that pass", "summary.charges.clean"),
        _optional("charge_held", Kind.AMOUNT, "of the held ones", "summary.charges.held"),
        _optional("charge_rejected", Kind.AMOUNT, "of the rejected ones", "summary.charges.rejected"),
        _optional("reject_findings", Kind.INTEGER, "how many", "summary.findings.reject"),
        _optional("hold_findings", Kind.INTEGER, "how many", "summary.findings.hold"),
        _optional("warn_findings", Kind.INTEGER, "how many", "summary.findings.warn"),
        _optional("info_findings", Kind.INTEGER, "how many", "summary.findings.info"),
        _optional("repairs", Kind.INTEGER, "how many were made", "summary.repairs"),
        Column("shared_repairs", ListOf(Record((*_REPAIR, _AFFECTS))), "those above the claims", "repairs"),
    ),
)

TABLES: Final = (CLAIMS, FINDINGS, INPUTS)
