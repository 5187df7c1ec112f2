"""What many tests share."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from edi_guard.engine import Settings
from edi_guard.guide import CompiledGuide
from edi_guard.policy import load_policies
from edi_guard.rules import load_rules
from edi_guard.rules.ruleset import Ruleset

ROOT = Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "fixtures"
CORPUS = ROOT.parent / "shared" / "corpus"
TODAY = date(2026, 11, 23)

# Long tests try this many times as much; CI does what fits into half an hour.
EFFORT = float(os.environ.get("EDI_GUARD_TEST_EFFORT", "1"))


def effort(count: int) -> int:
    """Return how often a long test tries something."""
    return max(1, round(count * EFFORT))


# No test looks at the tables of the machine it runs on.
os.environ["EDI_GUARD_REFERENCE_STORE"] = str(ROOT / "build" / "no-such-store.sqlite")

settings.register_profile(
    "edi-guard", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("edi-guard")


def make_settings(**changes: object) -> Settings:
    """Return settings with the shipped mappings and every rule."""
    load_rules()
    values: dict[str, object] = {
        "today": TODAY,
        "policies": load_policies(),
        "ruleset": Ruleset(),
        "guide": CompiledGuide(),
    }
    return Settings(**(values | changes))  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def standard() -> Settings:
    """Settings as shipped."""
    return make_settings()


@pytest.fixture(scope="session")
def corpus() -> list[Path]:
    """Claim files that other people wrote, where they are present."""
    return sorted(path for path in CORPUS.glob("*/*") if path.is_file()) if CORPUS.is_dir() else []


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a person renew the golden files, to look at what changed."""
    parser.addoption("--update-golden", action="store_true", default=False)
