"""What starts the folder service: units, tasks, containers."""

from __future__ import annotations

import configparser
import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from lxml import etree

if TYPE_CHECKING:
    from pathlib import Path

TASK = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"


def init(kind: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "edi_guard", "init", "--service", kind, str(folder)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def unit(path: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(
        strict=False, interpolation=None, delimiters=("=",), comment_prefixes=("#",)
    )
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(path)
    return parser


def test_systemd(tmp_path: Path) -> None:
    folder = tmp_path / "my office 100%"
    done = init("systemd", folder)
    assert done.returncode == 0, done.stderr
    assert "systemctl enable --now edi-guard-watch" in done.stdout
    read = unit(folder / "service" / "edi-guard-watch.service")
    service = read["Service"]
    assert service["ExecStart"].endswith(f'watch "{folder}"'.replace("%", "%%"))
    assert service["ReadWritePaths"] == f'"{folder}"'.replace("%", "%%")
    for key, value in (
        ("UMask", "0077"),
        ("ProtectSystem", "strict"),
        ("NoNewPrivileges", "yes"),
        ("CapabilityBoundingSet", ""),
        ("KillSignal", "SIGTERM"),
        ("User", "edi-guard"),
    ):
        assert service[key] == value
    once = unit(folder / "service" / "edi-guard-once.service")["Service"]
    assert once["ExecStart"].endswith("--once")
    assert once["SuccessExitStatus"] == "1 3"
    assert unit(folder / "service" / "edi-guard-once.timer")["Timer"]["OnCalendar"] == "*:0/5"


@pytest.mark.parametrize(("name", "trigger"), [("watch", "BootTrigger"), ("once", "TimeTrigger")])
def test_windows(tmp_path: Path, name: str, trigger: str) -> None:
    folder = tmp_path / "A & B's <office>"
    assert init("windows", folder).returncode == 0
    data = (folder / "service" / f"edi-guard-{name}.xml").read_bytes()
    assert data.startswith((b"\xff\xfe", b"\xfe\xff")), "Task Scheduler wants UTF-16 with its mark"
    task = etree.fromstring(data)
    assert [etree.QName(child).localname for child in task] == [
        "RegistrationInfo",
        "Triggers",
        "Principals",
        "Settings",
        "Actions",
    ]
    assert task.find(f"{TASK}Triggers/{TASK}{trigger}") is not None
    execute = task.find(f"{TASK}Actions/{TASK}Exec")
    assert execute is not None
    assert [etree.QName(child).localname for child in execute] == ["Command", "Arguments", "WorkingDirectory"]
    arguments = execute.findtext(f"{TASK}Arguments")
    assert arguments == f'watch "{folder}"' + (" --once" if name == "once" else "")
    assert execute.findtext(f"{TASK}WorkingDirectory") == str(folder)
    settings = task.find(f"{TASK}Settings")
    assert settings is not None
    assert settings.findtext(f"{TASK}MultipleInstancesPolicy") == "IgnoreNew"


def test_docker(tmp_path: Path) -> None:
    folder = tmp_path / 'an "odd" office'
    assert init("docker", folder).returncode == 0
    image = (folder / "service" / "Dockerfile").read_text()
    assert "USER edi-guard" in image
    assert 'CMD ["watch", "/work"]' in image
    compose = (folder / "service" / "compose.yaml").read_text()
    source = next(line for line in compose.splitlines() if "source:" in line)
    assert json.loads(source.partition("source:")[2]) == str(folder)
    for line in ("read_only: true", "cap_drop: [ALL]", "stop_grace_period: 10m"):
        assert line in compose
    assert (folder / "service" / ".dockerignore").read_text().startswith("*")


@pytest.mark.parametrize("kind", ["systemd", "windows", "docker"])
def test_nothing_is_written_over(tmp_path: Path, kind: str) -> None:
    assert init(kind, tmp_path).returncode == 0
    before = {path: path.read_bytes() for path in (tmp_path / "service").iterdir()}
    again = init(kind, tmp_path)
    assert again.returncode == 2
    assert "exists already" in again.stderr
    assert {path: path.read_bytes() for path in (tmp_path / "service").iterdir()} == before
