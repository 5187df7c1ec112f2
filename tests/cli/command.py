"""Runs the real command."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests import processes

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
    made = processes.run(*arguments, cwd=cwd, environment=env, stdin=stdin)
    return Done(
        made.returncode,
        made.stdout.decode("utf-8", "replace"),
        made.stderr.decode("utf-8", "replace"),
        made.stdout,
    )
