"""Writes what starts the folder service: a systemd unit, a Windows task, or a container."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import sys
from importlib import resources
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

import click

from edi_guard.folders import make_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

# Which templates each kind has, under which names they are written, and in which encoding.
FILES: Final[Mapping[str, Mapping[str, str]]] = {
    "systemd": {
        "edi-guard-watch.service": "edi-guard-watch.service",
        "edi-guard-once.service": "edi-guard-once.service",
        "edi-guard-once.timer": "edi-guard-once.timer",
    },
    "windows": {"edi-guard-watch.xml": "edi-guard-watch.xml", "edi-guard-once.xml": "edi-guard-once.xml"},
    "docker": {"Dockerfile": "Dockerfile", "compose.yaml": "compose.yaml", "dockerignore": ".dockerignore"},
}
NEXT: Final = {
    "systemd": """\
  sudo cp {service}/edi-guard-watch.service /etc/systemd/system/
  sudo useradd --system --home-dir /nonexistent --shell /usr/sbin/nologin edi-guard
  sudo chown -R edi-guard: {folder}
  sudo systemctl daemon-reload && sudo systemctl enable --now edi-guard-watch
or, for a run every five minutes instead: edi-guard-once.service with edi-guard-once.timer""",
    "windows": """\
  schtasks /Create /TN edi-guard /XML "{service}\\edi-guard-watch.xml"
  icacls "{folder}" /grant "*S-1-5-19:(OI)(CI)M"
or, for a run every five minutes instead: edi-guard-once.xml""",
    "docker": """\
  python -m build --wheel, and copy the wheel into {service}
  sudo chown -R 10837 {folder}
  docker compose --project-directory {service} up --build --detach""",
}


def write_service(kind: str, root: Path) -> None:
    """Write the files that start the service on a folder into ``DIR/service``, and say how to go on.

    Args:
        kind: ``systemd``, ``windows`` or ``docker``.
        root: the watched folder.

    Raises:
        click.ClickException: one of the files exists already, or cannot be written.
    """
    service = root / "service"
    values = _values(root)
    for name in FILES[kind].values():
        if (service / name).exists():
            message = f"{service / name} exists already: nothing was changed"
            raise click.ClickException(message)
    try:
        make_folder(service)
        for template, name in FILES[kind].items():
            text = _template(template).substitute(values)
            # Task Scheduler reads its files in UTF-16 only.
            encoding = "utf-16" if kind == "windows" else "utf-8"
            with (service / name).open("x", encoding=encoding, newline="\n") as stream:
                stream.write(text)
            click.echo(f"created {service / name}")
    except OSError as error:
        message = f"{service}: cannot be written: {error.strerror}"
        raise click.ClickException(message) from error
    click.echo("next:")
    quoted = str if kind == "windows" else shlex.quote
    click.echo(NEXT[kind].format(service=quoted(str(service)), folder=quoted(str(root.resolve()))))


def _template(name: str) -> Template:
    return Template((resources.files("edi_guard.cli") / "templates" / name).read_text(encoding="utf-8"))


def _values(root: Path) -> dict[str, str]:
    folder = str(root.resolve())
    command = _command()
    return {
        "exec_command": _systemd_quoted(command),
        "exec_folder": _systemd_quoted(folder),
        "unit_folder": _systemd_quoted(folder),
        "protect_home": _protect_home(folder),
        "command": escape(command),
        "argument": escape(_windows_quoted(folder)),
        "folder": escape(folder),
        # A JSON text is a YAML text too.
        "yaml_folder": json.dumps(folder),
    }


def _command() -> str:
    """Return where the command is that runs now."""
    beside = Path(sys.executable).parent / ("edi-guard.exe" if os.name == "nt" else "edi-guard")
    return str(beside) if beside.exists() else shutil.which("edi-guard") or "edi-guard"


def _systemd_quoted(text: str) -> str:
    """Return a path as unit files take it: percent signs and dollars doubled, blanks in quotes."""
    plain = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{plain}"' if any(c in plain for c in " \t'\"") else plain


def _windows_quoted(text: str) -> str:
    """Return a path as one argument; a backslash before the closing quote would escape it."""
    return '"' + text.rstrip("\\") + '"'


def _protect_home(folder: str) -> str:
    """Return how homes are hidden: not the one in which the folder lies."""
    return "no" if folder.startswith(("/home/", "/root/", "/run/user/")) else "yes"
