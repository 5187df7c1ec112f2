"""Sets of claims, by ordinal: kept as runs, so that all claims of a file cost no more than one."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Final, overload

# Claims are counted from 1; eight bytes each.
_ORDINAL: Final = "Q"


class Ordinals(Sequence[int]):
    """Some claims of a file, ascending; equal to any sequence of the same numbers."""

    __slots__ = ("_before", "_starts", "_stops")

    def __init__(self, ordinals: Iterable[int] = (), *, runs: Iterable[range] = ()) -> None:
        """Take ordinals and runs of them in any order; one that comes twice counts once."""
        starts, stops, before = array(_ORDINAL), array(_ORDINAL), array(_ORDINAL)
        count = 0
        for run in _merged(chain(_runs_of(ordinals), runs)):
            starts.append(run.start)
            stops.append(run.stop)
            before.append(count)
            count += len(run)
        before.append(count)
        self._starts, self._stops, self._before = starts, stops, before

    @property
    def runs(self) -> Iterator[range]:
        """The runs without a gap, ascending."""
        return map(range, self._starts, self._stops)

    def __len__(self) -> int:
        return self._before[-1]

    def __iter__(self) -> Iterator[int]:
        for run in self.runs:
            yield from run

    def __contains__(self, ordinal: object) -> bool:
        if not isinstance(ordinal, int):
            return False
        index = bisect_right(self._starts, ordinal) - 1
        return index >= 0 and ordinal < self._stops[index]

    @overload
    def __getitem__(self, index: int) -> int: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[int]: ...

    def __getitem__(self, index: int | slice) -> int | Sequence[int]:
        if isinstance(index, slice):
            return [self[n] for n in range(*index.indices(len(self)))]
        place = index if index >= 0 else len(self) + index
        if not 0 <= place < len(self):
            raise IndexError(index)
        run = bisect_right(self._before, place) - 1
        return self._starts[run] + place - self._before[run]

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Ordinals):
            return self._starts == other._starts and self._stops == other._stops
        if isinstance(other, Sequence):
            return len(self) == len(other) and all(map(int.__eq__, self, other))
        return NotImplemented

    def __hash__(self) -> int:
        return hash((self._starts.tobytes(), self._stops.tobytes()))

    def __repr__(self) -> str:
        return f"Ordinals(runs={list(self.runs)!r})"

    def isdisjoint(self, run: range) -> bool:
        """Whether none of a run's ordinals is among these."""
        index = bisect_right(self._starts, run.stop - 1) - 1
        return not run or index < 0 or self._stops[index] <= run.start

    def issuperset(self, run: range) -> bool:
        """Whether all of a run's ordinals are among these."""
        index = bisect_right(self._starts, run.start) - 1
        return not run or (index >= 0 and run.stop <= self._stops[index])


def _runs_of(ordinals: Iterable[int]) -> Iterator[range]:
    if isinstance(ordinals, Ordinals):
        yield from ordinals.runs
        return
    if isinstance(ordinals, range) and ordinals.step == 1:
        yield ordinals
        return
    start = stop = 0
    for ordinal in ordinals:
        if ordinal == stop and start < stop:
            stop += 1
            continue
        if start < stop:
            yield range(start, stop)
        start, stop = ordinal, ordinal + 1
    if start < stop:
        yield range(start, stop)


def _merged(runs: Iterable[range]) -> Iterator[range]:
    """Yield runs ascending, those that touch or overlap as one."""
    start = stop = 0
    for run in sorted((run for run in runs if run), key=_start):
        if start < stop and run.start <= stop:
            stop = max(stop, run.stop)
            continue
        if start < stop:
            yield range(start, stop)
        start, stop = run.start, run.stop
    if start < stop:
        yield range(start, stop)


def _start(run: range) -> int:
    return run.start


class OrdinalCollector:
    """Collects ordinals that come in portions, most of them ascending."""

    __slots__ = ("_runs",)

    def __init__(self, ordinals: Iterable[int] = ()) -> None:
        self._runs: list[range] = []
        self.update(ordinals)

    def update(self, ordinals: Iterable[int]) -> None:
        """Take more of them."""
        runs = self._runs
        for run in _runs_of(ordinals):
            if runs and runs[-1].start <= run.start <= runs[-1].stop:
                runs[-1] = range(runs[-1].start, max(runs[-1].stop, run.stop))
            else:
                runs.append(run)

    def collected(self) -> Ordinals:
        """Return all that came."""
        return Ordinals(runs=self._runs)
