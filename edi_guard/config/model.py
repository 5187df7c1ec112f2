"""What ``edi-guard.toml`` may say, with the defaults."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - msgspec reads the annotations
from typing import Annotated, Literal

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

    store: str = ""
    hcpcs: str = ""


class Documentation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """The documentation manifest."""

    manifest: str = ""


class Acks(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """Which acknowledgments `clean` writes."""

    enabled: bool = True
    kinds: list[AckName] = msgspec.field(default_factory=lambda: ["999", "277CA", "TA1"])
    line_breaks: bool = False


class Archives(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """How far gzip and zip archives are expanded."""

    max_expanded_megabytes: Annotated[int, msgspec.Meta(ge=1)] = 4096
    max_ratio: Annotated[int, msgspec.Meta(ge=1)] = 200


class Folders(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """The folders of the folder service, where they are not those of the contract."""

    inbox: str = ""
    work: str = ""
    clean: str = ""
    held: str = ""
    rejected: str = ""
    failed: str = ""
    reports: str = ""
    acks: str = ""
    archive: str = ""
    responses: str = ""


class Watch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """The folder service."""

    settle_seconds: float = 5
    poll_seconds: float = 2
    give_up_minutes: float = 30
    longest_write_minutes: float = 240
    schedule: str = ""
    quiet_hours: list[str] = msgspec.field(default_factory=list)
    repeated_control_number: Literal["refuse", "accept"] = "refuse"
    outgoing_name: str = "{name}"
    split_interchanges: bool = False
    alarm_minutes: float = 60
    answer_hours: float = 0
    heartbeat_file: str = ""
    metrics_port: int = 0
    metrics_file: str = ""


class LedgerTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """Where the ledger is, and how long what stands beside it is kept."""

    url: str = ""
    key_file: str = ""
    keep_archive_days: int = 0
    keep_report_days: int = 0


class Notify(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """The command that is told of alarms."""

    command: list[str] = msgspec.field(default_factory=list)
    timeout_seconds: float = 30
    repeat_minutes: float = 60


class Backtest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """The back-test: adjustment reasons of each kind of denial, where they are not those shipped."""

    denials: dict[str, list[str]] = msgspec.field(default_factory=dict)


class Partner(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """Settings for the files of one sender, receiver or billing provider, over the general ones."""

    sender: str = ""
    receiver: str = ""
    provider: str = ""
    mode: Literal["strict", "standard", "advisory"] | None = None
    usage: Literal["any", "test", "production"] | None = None
    on_reject: Literal["claim", "file"] | None = None
    select: list[str] | None = None
    ignore: list[str] | None = None
    mappings: list[str] | None = None
    outgoing_name: str = ""
    split_interchanges: bool | None = None


class Config(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """The whole configuration."""

    extend: str = ""
    mode: Literal["strict", "standard", "advisory"] = "standard"
    usage: Literal["any", "test", "production"] = "any"
    on_reject: Literal["claim", "file"] = "claim"
    phi: Literal["none", "minimal", "full"] = "minimal"
    select: list[str] = msgspec.field(default_factory=lambda: ["ALL"])
    ignore: list[str] = msgspec.field(default_factory=list)
    shadow: list[str] = msgspec.field(default_factory=list)
    mappings: list[str] = msgspec.field(default_factory=list)
    example_payers: bool = False
    severity: dict[str, Level] = msgspec.field(default_factory=dict)
    severity_by_payer: list[PayerSeverity] = msgspec.field(default_factory=list)
    exceptions: list[ExceptionTable] = msgspec.field(default_factory=list)
    repair: Repair = msgspec.field(default_factory=Repair)
    reference: Reference = msgspec.field(default_factory=Reference)
    documentation: Documentation = msgspec.field(default_factory=Documentation)
    acks: Acks = msgspec.field(default_factory=Acks)
    archives: Archives = msgspec.field(default_factory=Archives)
    folders: Folders = msgspec.field(default_factory=Folders)
    watch: Watch = msgspec.field(default_factory=Watch)
    ledger: LedgerTable = msgspec.field(default_factory=LedgerTable)
    notify: Notify = msgspec.field(default_factory=Notify)
    backtest: Backtest = msgspec.field(default_factory=Backtest)
    partners: list[Partner] = msgspec.field(default_factory=list)


TABLES: dict[str, type[msgspec.Struct]] = {
    "repair": Repair,
    "reference": Reference,
    "documentation": Documentation,
    "acks": Acks,
    "archives": Archives,
    "folders": Folders,
    "watch": Watch,
    "ledger": LedgerTable,
    "notify": Notify,
    "backtest": Backtest,
}
PATHS = (
    ("mappings",),
    ("reference", "store"),
    ("reference", "hcpcs"),
    ("documentation", "manifest"),
    ("ledger", "key-file"),
    ("watch", "heartbeat-file"),
    ("watch", "metrics-file"),
    *(("folders", folder) for folder in Folders.__struct_fields__),
)
