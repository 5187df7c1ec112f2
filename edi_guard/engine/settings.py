"""Everything a verdict depends on besides the input."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from edi_guard.findings import Disposition, Severity, Tier

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from edi_guard.claims import Claim
    from edi_guard.guide import GuideCheck
    from edi_guard.policy import Policies
    from edi_guard.reference import ReferenceTables
    from edi_guard.rules.context import Manifest
    from edi_guard.rules.history import History
    from edi_guard.rules.ruleset import Ruleset


class Mode(enum.StrEnum):
    """How strictly severities turn into dispositions (contract: severities and dispositions)."""

    STRICT = "strict"
    STANDARD = "standard"
    ADVISORY = "advisory"

    def disposition(self, worst: Severity) -> Disposition:
        """Return where a claim goes whose worst finding has this severity."""
        if self is Mode.ADVISORY or worst is Severity.INFO:
            return Disposition.CLEAN
        if worst is Severity.REJECT:
            return Disposition.REJECTED
        if worst is Severity.HOLD or self is Mode.STRICT:
            return Disposition.HELD
        return Disposition.CLEAN


@dataclass(frozen=True, slots=True)
class SeverityChange:
    """The configuration's severity for rules whose code begins with `rule`, of one payer or all."""

    rule: str
    severity: Severity
    payer: str = ""


@dataclass(frozen=True, slots=True)
class RuleException:
    """A rule that does not count for some claims until a day, with the reason.

    Attributes:
        rule: a code or prefix.
        until: the last day on which it holds.
        reason: why, for the report.
        payer: 2010BB NM109; empty for every payer.
        procedure: a procedure code; empty for every line.
    """

    rule: str
    until: date
    reason: str
    payer: str = ""
    procedure: str = ""


@dataclass(frozen=True, slots=True)
class RepairSwitch:
    """A lossless repair (tier B) that is on: its rule, for one payer or all."""

    rule: str
    payer: str = ""


class Waivers(Protocol):
    """Findings that a person released on single claims."""

    def __bool__(self) -> bool:
        """Whether there is any."""

    def of(self, claim: Claim) -> Mapping[str, str]:
        """Return the rules that do not count on a claim, each with the words for the report."""


@dataclass(frozen=True)
class Settings:
    """The inputs of every verdict.

    Attributes:
        today: the day of the check.
        policies: the mappings.
        ruleset: the rules in force.
        guide: checks against the implementation guide.
        mode: strict, standard or advisory.
        usage: ISA15 that this configuration expects, ``P`` or ``T``; empty when either will do.
        format_repairs: whether tier A repairs are made.
        lossless_repairs: tier B repairs that are on.
        severities: the configuration's own severities; the last that matches wins.
        exceptions: rules that do not count for some claims.
        shadow: rules, or beginnings of their codes, that are counted and not applied.
        tables: reference tables; None for those that ship.
        manifest, history: what rules may ask besides; None when there is none.
        waivers: findings that a person released; None when there is none.
        whole_file: whether one claim that does not pass keeps all others of the file back.
    """

    today: date
    policies: Policies
    ruleset: Ruleset
    guide: GuideCheck
    mode: Mode = Mode.STANDARD
    usage: str = ""
    format_repairs: bool = True
    lossless_repairs: tuple[RepairSwitch, ...] = ()
    severities: tuple[SeverityChange, ...] = ()
    exceptions: tuple[RuleException, ...] = ()
    shadow: tuple[str, ...] = ()
    tables: ReferenceTables | None = None
    manifest: Manifest | None = None
    history: History | None = None
    waivers: Waivers | None = None
    whole_file: bool = False

    def is_shadow(self, rule: str) -> bool:
        """Whether a rule runs in shadow."""
        return bool(self.shadow) and rule.startswith(self.shadow)

    def repairs(self, tier: Tier, rule: str, payer: str) -> bool:
        """Whether a repair of this tier and rule is made for a payer."""
        if self.is_shadow(rule):
            return False
        if tier is Tier.FORMAT:
            return self.format_repairs
        return tier is Tier.LOSSLESS and any(
            rule.startswith(switch.rule) and switch.payer in ("", payer) for switch in self.lossless_repairs
        )
