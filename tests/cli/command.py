"""Runs the real command."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str
    raw: bytes


def run(
    *arguments: object, cwd: Path | None = None, stdin: bytes = b"", env: dict[str, str] | None = None
) -> Done:
    """Run ``edi-guard`` with arguments in a process of its own."""
    command = [sys.executable, "-m", "edi_guard", *map(str, arguments)]
    made = subprocess.run(command, cwd=cwd, input=stdin, capture_output=True, check=False, env=env)
    return Done(
        made.returncode,
        made.stdout.decode("utf-8", "replace"),
        made.stderr.decode("utf-8", "replace"),
        made.stdout,
    )
