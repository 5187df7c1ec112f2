"""The tables of ``make bench-peers``, in Markdown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from benchmarks.detection import GROUPS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.detection import Pair
    from benchmarks.peer_list import Peer
    from benchmarks.processes import Cost

# How many errors a program reports, None where it has no checks, or the exception with which it gave up.
Answer = int | str | None
_RIGHT: Final = " --: |"
_TIMED: Final = (
    "| kind | MB | program | timed | seconds | processor | MB/s | times edi-guard's | MB of memory | errors |"
)
_NOTICED: Final = (
    "Single faults, each in a file of one claim. A fault counts as noticed where more errors are reported"
    " than about the same file without it, so that false alarms that come twice count, too:"
)


@dataclass(frozen=True)
class Speed:
    """What a program took for a flawless file.

    Attributes:
        program: its name.
        does: what was timed.
        kind: of file.
        megabytes: of the file.
        cost: of the fastest run.
        errors: what it said against the file.
    """

    program: str
    does: str
    kind: str
    megabytes: float
    cost: Cost
    errors: Answer


@dataclass(frozen=True)
class Answers:
    """What a program said about files without and with a fault.

    Attributes:
        program: its name.
        said: each pair of files, with what it said about the right and the wrong one.
    """

    program: str
    said: tuple[tuple[Pair, Answer, Answer], ...]

    def noticed(self, group: str) -> str:
        """Return how many faults of a group it noticed, and how many of these by giving up."""
        mine = [(right, wrong) for pair, right, wrong in self.said if pair.group == group]
        gave_up = sum(isinstance(wrong, str) and not isinstance(right, str) for right, wrong in mine)
        said_more = sum(_count(wrong) > _count(right) for right, wrong in mine)
        return f"{said_more + gave_up} ({gave_up} by an exception)" if gave_up else str(said_more)

    def false_alarms(self) -> str:
        """Return how many different flawless files it has something against."""
        about = {pair.right: right for pair, right, _ in self.said}
        return f"{sum(right not in (0, None) for right in about.values())} of {len(about)}"


def _count(answer: Answer) -> int:
    return answer if isinstance(answer, int) else 0


def tables(speeds: Sequence[Speed], answers: Sequence[Answers], peers: Sequence[Peer], machine: str) -> str:
    """Return three tables: what each program does, what it takes, and what it notices.

    Args:
        speeds: edi-guard's first one of each kind is what the others are compared with.
        answers: of each program.
        peers: the programs in question.
        machine: on what it was measured.
    """
    return "\n\n".join(
        (
            f"Measured on {machine}",
            _programs(peers),
            "Flawless files, each program at the fullest check of a file that it offers:",
            _speeds(speeds),
            _NOTICED,
            _noticed(answers),
        )
    )


def _programs(peers: Sequence[Peer]) -> str:
    lines = [
        "| program | licence | reads | checks | memory bounded | with claims it also |",
        f"|{' --- |' * 6}",
    ]
    lines += [f"| {p.title} | {p.licence} | {p.reads} | {p.checks} | {p.streams} | {p.more} |" for p in peers]
    return "\n".join(lines)


def _speeds(speeds: Sequence[Speed]) -> str:
    own: dict[str, float] = {}
    for speed in speeds:
        own.setdefault(speed.kind, speed.cost.seconds)
    lines = [_TIMED, f"| --- |{_RIGHT} --- | --- |{_RIGHT * 6}"]
    for speed in speeds:
        cost = speed.cost
        lines.append(
            f"| {speed.kind} | {speed.megabytes:.1f} | {speed.program} | {speed.does}"
            f" | {cost.seconds:.2f} | {cost.processor:.2f} | {speed.megabytes / cost.seconds:.2f}"
            f" | {cost.seconds / own[speed.kind]:.1f}"
            f" | {max(cost.largest, cost.together or 0):,.0f} | {_errors(speed.errors)} |"
        )
    return "\n".join(lines)


def _errors(answer: Answer) -> str:
    return "none by design" if answer is None else f"{answer:,}" if isinstance(answer, int) else answer


def _noticed(answers: Sequence[Answers]) -> str:
    pairs = [pair for pair, _, _ in answers[0].said]
    lines = [
        f"| what is wrong | files | {' | '.join(a.program for a in answers)} |",
        f"| --- |{_RIGHT}{_RIGHT * len(answers)}",
    ]
    for group, words in GROUPS.items():
        cells = " | ".join(a.noticed(group) for a in answers)
        lines.append(f"| {words} | {sum(pair.group == group for pair in pairs)} | {cells} |")
    lines.append(f"| nothing: false alarms |  | {' | '.join(a.false_alarms() for a in answers)} |")
    return "\n".join(lines)
