"""What ``edi-guard.toml`` may say, with the defaults."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - msgspec reads the annotations
from typing import Literal

import msgspec


class ConfigError(Exception):
    """The configuration cannot be used; one sentence says where and what would be right."""


Level = Literal["info", "warn", "hold", "reject"]
AckName = Literal["999", "277CA", "TA1"]


class PayerSeverity(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """The severity of rules for one payer."""

    rule: str
    payer: str
    severity: Level


class ExceptionTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """A rule that does not count for some claims until a day."""

    rule: str
    until: date
    reason: str
    payer: str = ""
    procedure: str = ""


class PayerRepair(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """Lossless repairs for one payer."""

    payer: str
    lossless: list[str]


class Repair(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """Which repairs are made."""

    format: bool = True
    lossless: list[str] = msgspec.field(default_factory=list)
    payers: list[PayerRepair] = msgspec.field(default_factory=list)


class Reference(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """Reference tables."""

    hcpcs: str = ""


class Documentation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """The documentation manifest."""

    manifest: str = ""


class Acks(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """Which acknowledgments `clean` writes."""

    enabled: bool = True
    kinds: list[AckName] = msgspec.field(default_factory=lambda: ["999", "277CA", "TA1"])
    line_breaks: bool = False


class Config(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """The whole configuration."""

    extend: str = ""
    mode: Literal["strict", "standard", "advisory"] = "standard"
    usage: Literal["any", "test", "production"] = "any"
    phi: Literal["none", "minimal", "full"] = "minimal"
    select: list[str] = msgspec.field(default_factory=lambda: ["ALL"])
    ignore: list[str] = msgspec.field(default_factory=list)
    mappings: list[str] = msgspec.field(default_factory=list)
    example_payers: bool = False
    severity: dict[str, Level] = msgspec.field(default_factory=dict)
    severity_by_payer: list[PayerSeverity] = msgspec.field(default_factory=list)
    exceptions: list[ExceptionTable] = msgspec.field(default_factory=list)
    repair: Repair = msgspec.field(default_factory=Repair)
    reference: Reference = msgspec.field(default_factory=Reference)
    documentation: Documentation = msgspec.field(default_factory=Documentation)
    acks: Acks = msgspec.field(default_factory=Acks)


TABLES: dict[str, type[msgspec.Struct]] = {
    "repair": Repair,
    "reference": Reference,
    "documentation": Documentation,
    "acks": Acks,
}
PATHS = (("mappings",), ("reference", "hcpcs"), ("documentation", "manifest"))
