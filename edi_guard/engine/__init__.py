"""One input in, one outcome out."""

from edi_guard.engine.outcome import (
    AppliedRepair,
    ClaimOutcome,
    Outcome,
    SharedFinding,
    SharedRepair,
    Status,
    TargetLine,
)
from edi_guard.engine.outcome_claims import ListedClaims, OutcomeClaims
from edi_guard.engine.process import process, sha256_of
from edi_guard.engine.settings import (
    Mode,
    RepairSwitch,
    RuleException,
    Settings,
    SeverityChange,
    Waivers,
)

__all__ = [
    "AppliedRepair",
    "ClaimOutcome",
    "ListedClaims",
    "Mode",
    "Outcome",
    "OutcomeClaims",
    "RepairSwitch",
    "RuleException",
    "Settings",
    "SeverityChange",
    "SharedFinding",
    "SharedRepair",
    "Status",
    "TargetLine",
    "Waivers",
    "process",
    "sha256_of",
]
