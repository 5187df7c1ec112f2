"""Turns a configuration into the engine's settings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from edi_guard.config.model import ConfigError
from edi_guard.config.reference import reference_tables
from edi_guard.engine import (
    Mode,
    RepairSwitch,
    RuleException,
    Settings,
    SeverityChange,
)
from edi_guard.findings import Severity, Tier
from edi_guard.guide import CompiledGuide
from edi_guard.policy import load_policies
from edi_guard.rules import load_rules
from edi_guard.rules.manifest import DocumentationManifest, ManifestError, load_manifest
from edi_guard.rules.ruleset import Ruleset, matches

if TYPE_CHECKING:
    from datetime import date

    from edi_guard.acks import AckSettings
    from edi_guard.archives import Limits
    from edi_guard.config.load import Loaded
    from edi_guard.config.model import Config, ExceptionTable
    from edi_guard.engine import Waivers
    from edi_guard.guide import GuideCheck
    from edi_guard.policy import Policies
    from edi_guard.reference import ReferenceTables
    from edi_guard.rules.history import History

_USAGE = {"any": "", "test": "T", "production": "P"}


@dataclass(frozen=True, slots=True)
class Named:
    """What a configuration names by its path, opened.

    Attributes:
        policies: the mappings.
        tables: the reference tables.
        manifest: the documentation manifest, None when there is none.
    """

    policies: Policies
    tables: ReferenceTables
    manifest: DocumentationManifest | None


def open_named(config: Config) -> Named:
    """Open what a configuration names.

    Raises:
        ConfigError: a file or folder does not exist or cannot be used.
        PolicyErrors: a mapping is wrong.
    """
    return Named(named_policies(config), reference_tables(config), named_manifest(config))


def build_settings(
    loaded: Loaded,
    today: date,
    *,
    named: Named | None = None,
    guide: GuideCheck | None = None,
    history: History | None = None,
    waivers: Waivers | None = None,
) -> Settings:
    """Return the engine's settings.

    Args:
        loaded: the configuration.
        today: the day of the check.
        named: what the configuration names, where it was opened before; by default it is opened.
        guide: knows the implementation guides; by default the compiled ones.
        history: the ledger, None when there is none.
        waivers: findings that a person released, None when there is no ledger.

    Raises:
        ConfigError: a setting names a rule, file or folder that does not exist.
        PolicyErrors: a mapping is wrong.
    """
    config = loaded.config
    _check_rules(loaded)
    opened = named or open_named(config)
    return Settings(
        today=today,
        policies=opened.policies,
        ruleset=Ruleset(config.select, config.ignore),
        guide=guide or CompiledGuide(),
        mode=Mode(config.mode),
        usage=_USAGE[config.usage],
        format_repairs=config.repair.format,
        lossless_repairs=_switches(config),
        severities=_severities(config),
        exceptions=tuple(_exception(table) for table in config.exceptions),
        shadow=tuple("" if code == "ALL" else code for code in config.shadow),
        tables=opened.tables,
        manifest=opened.manifest,
        history=history,
        waivers=waivers,
        whole_file=config.on_reject == "file",
    )


def ack_settings(config: Config) -> AckSettings:
    """Return which acknowledgments are written."""
    from edi_guard.acks import AckKind, AckSettings

    kinds = frozenset(map(AckKind, config.acks.kinds)) if config.acks.enabled else frozenset[AckKind]()
    return AckSettings(kinds, line_breaks=config.acks.line_breaks)


def archive_limits(config: Config) -> Limits:
    """Return how far archives are expanded."""
    from edi_guard.archives import Limits

    archives = config.archives
    return Limits(archives.max_expanded_megabytes << 20, archives.max_ratio)


def expired_exceptions(config: Config, today: date) -> list[ExceptionTable]:
    """Return the exceptions whose day has passed; they no longer count."""
    return [table for table in config.exceptions if table.until < today]


def named_policies(config: Config) -> Policies:
    """Read the mappings that a configuration names, and those that ship.

    Raises:
        ConfigError: there is no such folder.
        PolicyErrors: a mapping is wrong.
    """
    return load_policies(_folders(config), example_payers=config.example_payers)


def _folders(config: Config) -> list[Path]:
    folders = [Path(folder) for folder in config.mappings]
    for folder in folders:
        if not folder.exists():
            message = f"there is no folder {folder} with mappings"
            raise ConfigError(message)
    return folders


def _check_rules(loaded: Loaded) -> None:
    config = loaded.config
    known = list(load_rules())
    named = [
        *(("select", code) for code in config.select),
        *(("ignore", code) for code in config.ignore),
        *(("shadow", code) for code in config.shadow),
        *(("severity", code) for code in config.severity),
        *(("severity-by-payer", table.rule) for table in config.severity_by_payer),
        *(("exceptions", table.rule) for table in config.exceptions),
        *(("repair.lossless", code) for code in config.repair.lossless),
        *(("repair.payers", code) for table in config.repair.payers for code in table.lossless),
    ]
    for key, code in named:
        if not any(matches(rule, (code,)) for rule in known):
            where = f"{loaded.path}: " if loaded.path else ""
            message = f"{where}{key} names {code}, which is neither a rule nor the beginning of one"
            raise ConfigError(message)
    _check_lossless(config)


def _check_lossless(config: Config) -> None:
    rules = load_rules()
    wanted = [*config.repair.lossless, *(c for t in config.repair.payers for c in t.lossless)]
    for code in wanted:
        matched = [rule for name, rule in rules.items() if matches(name, (code,))]
        if not any(rule.repairs is Tier.LOSSLESS for rule in matched):
            message = f"repair.lossless names {code}, which has no lossless repair"
            raise ConfigError(message)


def _switches(config: Config) -> tuple[RepairSwitch, ...]:
    everywhere = [RepairSwitch(code) for code in config.repair.lossless]
    for table in config.repair.payers:
        everywhere += [RepairSwitch(code, table.payer) for code in table.lossless]
    return tuple(everywhere)


def _severities(config: Config) -> tuple[SeverityChange, ...]:
    changes = [SeverityChange(rule, Severity.from_label(level)) for rule, level in config.severity.items()]
    # The longest code last, so that the most exact one wins; payers' own after all others.
    changes.sort(key=lambda change: len(change.rule))
    changes += [
        SeverityChange(table.rule, Severity.from_label(table.severity), table.payer)
        for table in config.severity_by_payer
    ]
    return tuple(changes)


def _exception(table: ExceptionTable) -> RuleException:
    if not table.reason.strip():
        message = f"the exception for {table.rule} needs a reason"
        raise ConfigError(message)
    return RuleException(table.rule, table.until, table.reason, table.payer, table.procedure)


def named_manifest(config: Config) -> DocumentationManifest | None:
    """Read the documentation manifest that a configuration names, None when it names none.

    Raises:
        ConfigError: it cannot be read.
    """
    if not config.documentation.manifest:
        return None
    try:
        return load_manifest(Path(config.documentation.manifest))
    except ManifestError as error:
        raise ConfigError(str(error)) from error
