"""``make bench``: edi-guard against pyx12 and ``split`` on the same bytes, in one run.

Every measurement is a process of its own, timed from its start to its end; of several runs the fastest
counts. pyx12's validation runs on a megabyte, since its speed does not depend on the size.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.generate import write
from benchmarks.processes import CommandFailedError, fastest
from benchmarks.tables import compare

MEGABYTE = 1_000_000
KINDS = ("837P", "837I")
TODAY = "2026-11-23"
REFERENCE = "pyx12 validation"


@dataclass(frozen=True)
class Result:
    """One measurement: seconds from start to end, and the most memory in megabytes."""

    what: str
    kind: str
    size: int
    claims: int
    seconds: float
    memory: float

    @property
    def speed(self) -> float:
        """Megabytes a second."""
        return self.size / MEGABYTE / self.seconds


def measure(command: list[str], rounds: int) -> tuple[float, float]:
    """Return the fastest of several runs in seconds, and the most memory of any in megabytes."""
    try:
        cost = fastest({"": command}, rounds, sample=False)[""]
    except CommandFailedError as error:
        raise SystemExit(str(error)) from error
    return cost.seconds, cost.largest


def commands(file: Path, out: Path) -> dict[str, list[str]]:
    """Return what is measured on a file."""
    own = [sys.executable, "-m", "edi_guard"]
    other = [sys.executable, "-m", "benchmarks.measured"]
    return {
        "edi-guard check": [*own, "check", str(file), "--today", TODAY, "-q"],
        "edi-guard clean": [*own, "clean", str(file), "--out", str(out), "--today", TODAY, "-q", "--force"],
        REFERENCE: [*other, "pyx12-validation", str(file)],
        "pyx12 reader": [*other, "pyx12-reader", str(file)],
        "split": [*other, "split", str(file)],
    }


def run(folder: Path, sizes: dict[str, int], rounds: int) -> list[Result]:
    """Measure everything on files of both kinds."""
    results: list[Result] = []
    for kind in KINDS:
        for name, size in sizes.items():
            file = folder / f"{kind}-{name}.837"
            claims = write(file, kind, size).claims
            out = folder / "out"
            for what, command in commands(file, out).items():
                if what == REFERENCE and size > 2 * MEGABYTE:
                    continue
                seconds, memory = measure(command, 1 if what == REFERENCE else rounds)
                results.append(Result(what, kind, file.stat().st_size, claims, seconds, memory))
                shutil.rmtree(out, ignore_errors=True)
    return results


def table(results: list[Result]) -> str:
    """Return the measurements as a Markdown table."""
    reference = {r.kind: r.speed for r in results if r.what == REFERENCE and r.size > MEGABYTE // 2}
    lines = [
        f"| what | kind | MB | claims | seconds | MB/s | claims/s | memory MB | times {REFERENCE} |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    lines += [
        f"| {r.what} | {r.kind} | {r.size / MEGABYTE:.2f} | {r.claims} | {r.seconds:.2f} | {r.speed:.2f}"
        f" | {r.claims / r.seconds:.0f} | {r.memory:.0f} | {r.speed / reference[r.kind]:.1f} |"
        for r in results
    ]
    return "\n".join(lines)


def main() -> int:
    """Measure, plant, and return 1 when a planted defect was missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--megabytes", type=int, default=10, help="size of the large files")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each measurement")
    arguments = parser.parse_args()
    sizes = {"100 claims": 44_000, "1 MB": MEGABYTE, "large": arguments.megabytes * MEGABYTE}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        results = run(folder, sizes, arguments.rounds)
        sys.stdout.write(table(results) + "\n\n")
        large = {kind: folder / f"{kind}-large.837" for kind in KINDS}
        sys.stdout.write(compare(folder, large, measure, arguments.rounds) + "\n\n")
        os.environ.pop("EDI_GUARD_REFERENCE_STORE")
        # Imported only now: what is measured begins with the memory of the process that starts it.
        from benchmarks.defects import plant

        planted = plant(folder / "837P-1 MB.837")
    sys.stdout.write(
        f"Planted defects: {len(planted.together)} in one file of a megabyte, {len(planted.alone)} in files"
        f" of their own; {len(planted.missed)} missed {planted.missed or ''};"
        f" {len(planted.without_case)} rules without a case {planted.without_case or ''}\n"
    )
    return 1 if planted.missed or planted.without_case else 0


if __name__ == "__main__":
    sys.exit(main())
