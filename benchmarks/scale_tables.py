"""The tables of ``make bench-scale``, in Markdown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.processes import Cost


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """What one command cost on one file.

    Attributes:
        megabytes: of the file.
        claims: in the file.
        percent: of the claims that have a fault, as was asked for.
        is_giant: whether the file is one single transaction set.
        kept_back: claims held or rejected.
        repaired: claims repaired.
        command: ``check`` or ``clean``.
        jobs: processes.
        cost: of the fastest run.
    """

    megabytes: float
    claims: int
    percent: float
    is_giant: bool
    kept_back: int
    repaired: int
    command: str
    jobs: int
    cost: Cost

    def __str__(self) -> str:
        """Say it in a line, for who waits."""
        return (
            f"{self.megabytes:.0f} MB, {self.percent:g} % faults, {self.command} --jobs {self.jobs}: "
            f"{self.cost.seconds:.1f} s"
        )

    @property
    def file(self) -> tuple[float, float, bool]:
        """Which file it was: its size, its faults and its shape tell them apart."""
        return (self.megabytes, self.percent, self.is_giant)


_COSTS = "jobs | seconds | processor | MB/s | claims/s | speed-up | largest process, MB | all processes, MB"
_RIGHT = " | ".join(["--:"] * 8)


def tables(measured: Sequence[Measurement], machine: str) -> str:
    """Return the tables: by size, by faults, and for a single transaction set, each where it was measured.

    Args:
        measured: at least one process for each file and command.
        machine: on what it was measured.
    """
    many = [m for m in measured if not m.is_giant]
    usual = many[0].percent if many else 0.0
    others = {m.megabytes for m in many if m.percent != usual}
    near = [m for m in many if any(_is_near(m.megabytes, size) for size in others)]
    parts = [f"Measured on {machine}"]
    by_size = [m for m in many if m.percent == usual]
    if by_size:
        parts.append(f"Transaction sets of 200 claims, {usual:g} % of the claims with a fault:")
        parts.append(_table(("MB", "claims"), by_size, measured))
    if near:
        parts.append("More and fewer faults:")
        parts.append(_table(("faults", "kept back", "repaired"), sorted(near, key=_by_faults), measured))
    giants = [m for m in measured if m.is_giant]
    if giants:
        parts.append(f"One single transaction set, {giants[0].percent:g} % of the claims with a fault:")
        parts.append(_table(("MB", "claims"), giants, measured))
    return "\n\n".join(parts)


def _is_near(size: float, other: float) -> bool:
    """Whether two files were meant to be of one size: each ends with a whole claim."""
    return abs(size - other) < 0.01 * other + 0.01


def _by_faults(measurement: Measurement) -> float:
    return measurement.percent


def _table(names: Sequence[str], shown: Sequence[Measurement], measured: Sequence[Measurement]) -> str:
    single = {(m.file, m.command): m.cost.seconds for m in measured if m.jobs == 1}
    lines = [f"| {' | '.join(names)} | command | {_COSTS} |", f"|{' --: |' * len(names)} --- | {_RIGHT} |"]
    lines += [_row(names, m, single[m.file, m.command]) for m in shown]
    return "\n".join(lines)


def _row(names: Sequence[str], m: Measurement, alone: float) -> str:
    seconds = m.cost.seconds
    together = "?" if m.cost.together is None else f"{m.cost.together:,.0f}"
    first = {
        "MB": f"{m.megabytes:,.0f}",
        "claims": f"{m.claims:,}",
        "faults": f"{m.percent:g} %",
        "kept back": f"{m.kept_back / m.claims:.1%}",
        "repaired": f"{m.repaired / m.claims:.1%}",
    }
    cells = [
        *(first[name] for name in names),
        f"`{m.command}`",
        str(m.jobs),
        _seconds(seconds),
        _seconds(m.cost.processor),
        f"{m.megabytes / seconds:.1f}",
        f"{m.claims / seconds:,.0f}",
        f"{alone / seconds:.2f}" if m.jobs > 1 else "",
        f"{m.cost.largest:,.0f}",
        together,
    ]
    return f"| {' | '.join(cells)} |"


def _seconds(seconds: float) -> str:
    return f"{seconds:,.1f}" if seconds >= 10 else f"{seconds:.2f}"
