"""Where and with what a benchmark ran: figures mean nothing without it."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from pathlib import Path

import edi_guard
from edi_guard.workers import available_cores


def describe() -> str:
    """Return a sentence: processor, cores, system, Python, edi-guard, day, and how busy it all is.

    To be asked for before the measurements, which are work themselves.
    """
    today = datetime.now(tz=UTC).date().isoformat()
    return (
        f"{_processor()}, {available_cores()} cores, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, edi-guard {edi_guard.__version__}, {today}; "
        f"load average before it began {os.getloadavg()[0]:.1f}."
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
