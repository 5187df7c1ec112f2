"""Runs commands and says what they cost: seconds, and memory as the operating system counts it.

Two figures of memory, since one command may be several processes:

- the largest process: `ru_maxrss`, which `wait4` reports of a process and those it waited for. It is exact,
  and says nothing of processes at work at the same time.
- all together: the sum of what each process holds, sampled while they run. Forked processes share most of
  their pages, and adding up resident sizes would count those once a process. Linux divides each page by the
  number of processes that have it (PSS, ``/proc/PID/smaps_rollup``), so that the sum counts it once: of
  libraries that others have loaded, too, a part only. A peak between two samples is not seen. The peak of
  a control group would see it, but counts cached pages of files, too.

The kernel lets a process begin with its parent's peak: what runs this has to stay small.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

import psutil

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence

Name = TypeVar("Name", bound="Hashable")

_SAMPLES_EVERY_SECONDS = 0.05
# A sample takes the longer the more memory there is to count. It may take a twentieth of the time, and in a
# long run a hundredth: where all cores are at work, it takes that from what is measured.
_REST = 20
_LONG_REST = 100
_REST_OF_ELAPSED = 10
_KILOBYTES = 1 << 10
_MEGABYTES = 1 << 20


@dataclass(frozen=True)
class Cost:
    """What a command cost.

    Attributes:
        seconds: from its start to its end, with starting Python and importing.
        processor: seconds that processors worked for it, in all its processes; what else the machine does
            lengthens the other seconds more than these.
        largest: the most memory of any of its processes, in megabytes.
        together: the most memory of all of them at a time; None where it was not sampled or the system
            does not tell.
        status: its exit code.
    """

    seconds: float
    processor: float
    largest: float
    together: float | None
    status: int

    def and_again(self, other: Cost) -> Cost:
        """Return the cost over two runs of the same: the faster one, and the most memory of both."""
        sampled = [cost.together for cost in (self, other) if cost.together is not None]
        return replace(
            min(self, other, key=lambda cost: cost.seconds),
            largest=max(self.largest, other.largest),
            together=max(sampled, default=None),
        )


class CommandFailedError(Exception):
    """A command that was to be measured did not do its work."""


def run(command: Sequence[str], *, sample: bool = False, accepted: Iterable[int] = (0, 1)) -> Cost:
    """Run a command, its standard output thrown away, and return what it cost.

    Args:
        command: the program and its arguments.
        sample: whether the memory of all its processes is sampled.
        accepted: exit codes of work that was done; edi-guard's 1 says that claims are kept back.

    Raises:
        CommandFailedError: it ended with another exit code.
    """
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603 - our own commands
    sampler = _Sampler(process.pid) if sample else None
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in accepted:
        message = f"exit code {process.returncode} from {' '.join(command)}"
        raise CommandFailedError(message)
    processor = usage.ru_utime + usage.ru_stime
    largest = usage.ru_maxrss / (_KILOBYTES if sys.platform != "darwin" else _MEGABYTES)
    return Cost(seconds, processor, largest, sampler.end() if sampler else None, process.returncode)


def fastest(commands: Mapping[Name, Sequence[str]], rounds: int, *, sample: bool = True) -> dict[Name, Cost]:
    """Run each of several named commands once a round and return what each cost at its fastest.

    Taking turns spreads what else the machine does over all of them. The memory of all processes is sampled
    in the last round only, as that takes a little of the time, and not at all unless `sample`.

    Raises:
        CommandFailedError: one of them did not do its work.
    """
    costs: dict[Name, Cost] = {}
    for number in range(rounds):
        for name, command in commands.items():
            cost = run(command, sample=sample and number == rounds - 1)
            costs[name] = costs[name].and_again(cost) if name in costs else cost
    return costs


class _Sampler:
    """Samples a process and its children until it is told to end."""

    def __init__(self, identifier: int) -> None:
        self._process = psutil.Process(identifier)
        self._most: float | None = None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._thread.start()

    def end(self) -> float | None:
        """Return the most memory that was seen, in megabytes."""
        self._over.set()
        self._thread.join()
        return self._most

    def _sample(self) -> None:
        rest = 0.0
        started = time.perf_counter()
        while not self._over.wait(rest):
            begun = time.perf_counter()
            held = _held_by_all(self._process)
            if held:
                self._most = max(self._most or 0.0, held / _MEGABYTES)
            now = time.perf_counter()
            rest = rest_after(now - begun, now - started)


def rest_after(sample: float, elapsed: float) -> float:
    """Return how long to wait for the next sample, in seconds.

    Args:
        sample: how long the last one took.
        elapsed: since the first one began.
    """
    longest = min(sample * _LONG_REST, elapsed / _REST_OF_ELAPSED)
    return max(_SAMPLES_EVERY_SECONDS, sample * _REST, longest)


def _held_by_all(process: psutil.Process) -> int:
    """Return the bytes that a process and all below it hold; 0 when none is left or nobody tells."""
    try:
        family = [process, *process.children(recursive=True)]
    except psutil.Error:
        return 0
    return sum(map(_held_by, family))


def _held_by(process: psutil.Process) -> int:
    try:
        # Only Linux has it; elsewhere the tuple has no such field.
        return int(getattr(process.memory_full_info(), "pss", 0))
    except psutil.Error:
        return 0
