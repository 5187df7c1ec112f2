"""The configuration: where it is found, what wins, and what is wrong with it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from edi_guard.config import ConfigError, build_settings, expired_exceptions, find_config, load_config
from edi_guard.engine import Mode
from edi_guard.findings import Severity, Tier
from tests.cli.command import run
from tests.conftest import FIXTURES, TODAY

if TYPE_CHECKING:
    from pathlib import Path


def _write(folder: Path, text: str, name: str = "edi-guard.toml") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_the_nearest_one_upward_counts_alone(tmp_path: Path) -> None:
    _write(tmp_path, 'mode = "strict"\nphi = "full"\n')
    near = _write(tmp_path / "a", 'mode = "advisory"\n')
    (tmp_path / "a" / "b").mkdir()

    found = find_config(tmp_path / "a" / "b")

    assert found == near.resolve()
    assert load_config(found, environment={}).config.phi == "minimal"


def test_extend_takes_the_other_file_and_lets_this_one_win(tmp_path: Path) -> None:
    _write(tmp_path, 'mode = "strict"\nphi = "full"\n')
    path = _write(tmp_path / "a", 'extend = "../edi-guard.toml"\nphi = "none"\n')

    config = load_config(path, environment={}).config

    assert (config.mode, config.phi) == ("strict", "none")


def test_extend_in_a_circle_is_said(tmp_path: Path) -> None:
    path = _write(tmp_path, 'extend = "edi-guard.toml"\n')

    with pytest.raises(ConfigError, match="leads back"):
        load_config(path, environment={})


def test_command_line_over_environment_over_file_over_default(tmp_path: Path) -> None:
    path = _write(tmp_path, 'mode = "strict"\nphi = "full"\nusage = "test"\n')
    loaded = load_config(path, {"mode": "standard"}, {"EDI_GUARD_MODE": "advisory", "EDI_GUARD_PHI": "none"})

    origins = {setting.key: (setting.value, setting.origin) for setting in loaded.settings}
    assert origins["mode"] == ("standard", "command line")
    assert origins["phi"] == ("none", "environment")
    assert origins["usage"] == ("test", str(path))
    assert origins["select"] == (["ALL"], "default")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("mdoe = 'strict'\n", "no setting mdoe; did you mean mode"),
        ("[repair]\nformats = true\n", "no setting repair.formats; did you mean repair.format"),
        ("mode = 'lenient'\n", "mode"),
        ("mode = \n", "is not TOML"),
        ("[[exceptions]]\nrule = 'PAIR101'\nuntil = 2027-01-01\n", "reason"),
        ("[[exceptions]]\nrule = 'PAIR101'\nreason = 'x'\n", "until"),
    ],
)
def test_what_is_wrong_is_said_with_a_suggestion(text: str, words: str, tmp_path: Path) -> None:
    path = _write(tmp_path, text)

    with pytest.raises(ConfigError, match=words) as error:
        load_config(path, environment={})
    assert str(path) in str(error.value)


@pytest.mark.parametrize(
    "text",
    [
        "select = ['NOPE']\n",
        "[severity]\nPAIR9 = 'warn'\n",
        "[repair]\nlossless = ['PAIR101']\n",
        "mappings = ['nowhere']\n",
        "[reference]\nhcpcs = 'nowhere.txt'\n",
        "[documentation]\nmanifest = 'nowhere.csv'\n",
        "[[exceptions]]\nrule = 'PAIR101'\nuntil = 2027-01-01\nreason = ' '\n",
    ],
)
def test_settings_that_name_what_does_not_exist_are_refused(text: str, tmp_path: Path) -> None:
    loaded = load_config(_write(tmp_path, text), environment={})

    with pytest.raises(ConfigError):
        build_settings(loaded, TODAY)


def test_settings_come_from_the_configuration(tmp_path: Path) -> None:
    path = _write(
        tmp_path,
        "mode = 'strict'\nusage = 'production'\nignore = ['SIM']\n"
        "[severity]\nUNIT = 'warn'\nUNIT401 = 'reject'\n"
        "[repair]\nformat = false\nlossless = ['MOD203']\n"
        "[[repair.payers]]\npayer = '60054'\nlossless = ['MOD202']\n",
    )
    settings = build_settings(load_config(path, environment={}), TODAY)

    assert settings.mode is Mode.STRICT
    assert settings.usage == "P"
    assert "SIM301" not in settings.ruleset.rules
    assert [change.severity for change in settings.severities] == [Severity.WARN, Severity.REJECT]
    assert settings.repairs(Tier.LOSSLESS, "MOD203", "1")
    assert settings.repairs(Tier.LOSSLESS, "MOD202", "60054")
    assert not settings.repairs(Tier.LOSSLESS, "MOD202", "1")
    assert not settings.repairs(Tier.FORMAT, "FMT101", "60054")
    assert not settings.repairs(Tier.SUGGESTION, "MOD304", "60054")


def test_an_exception_that_ended_is_said_and_does_not_count(tmp_path: Path) -> None:
    _write(tmp_path, "[[exceptions]]\nrule = 'PAIR101'\nuntil = 2026-01-01\nreason = 'old'\n")
    claims = tmp_path / "claims.837"
    claims.write_bytes((FIXTURES / "demo/professional.837").read_bytes())

    config = load_config(tmp_path / "edi-guard.toml", environment={}).config
    done = run("check", claims, "--today", "2026-11-23", "-q")

    assert len(expired_exceptions(config, date(2026, 1, 2))) == 1
    assert done.code == 1
    assert "ended on 2026-01-01" in done.err


def test_the_config_command_shows_values_and_origins(tmp_path: Path) -> None:
    path = _write(tmp_path, "mode = 'strict'\n")

    shown = run("config", tmp_path).out

    line = next(line for line in shown.splitlines() if line.startswith("mode "))
    assert "strict" in line
    assert str(path) in line
