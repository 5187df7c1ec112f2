"""Sets of ordinals say what sets and sorted tuples of the same numbers say."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from edi_guard.ordinals import OrdinalCollector, Ordinals

NUMBERS = st.lists(st.integers(1, 60), max_size=40)
RUNS = st.builds(lambda start, length: range(start, start + length), st.integers(1, 60), st.integers(0, 10))


@given(NUMBERS)
def test_they_are_the_sorted_numbers(numbers: list[int]) -> None:
    expected = tuple(sorted(set(numbers)))
    made = Ordinals(numbers)

    assert tuple(made) == expected
    assert made == expected
    assert len(made) == len(expected)
    assert [made[n] for n in range(len(made))] == list(expected)
    assert [made[n] for n in range(-len(made), 0)] == list(expected)
    assert made[1:3] == list(expected[1:3])
    assert all((n in made) == (n in expected) for n in range(70))


@given(NUMBERS, RUNS)
def test_runs_are_within_or_apart_as_sets_are(numbers: list[int], run: range) -> None:
    made = Ordinals(numbers)

    assert made.isdisjoint(run) == set(numbers).isdisjoint(run)
    assert made.issuperset(run) == set(numbers).issuperset(run)


@given(NUMBERS, NUMBERS)
def test_equal_ones_are_equal_however_they_were_made(first: list[int], second: list[int]) -> None:
    collector = OrdinalCollector(first)
    collector.update(second)
    made = Ordinals([*first, *second])

    assert collector.collected() == made
    assert hash(collector.collected()) == hash(made)
    assert (Ordinals(first) == Ordinals(second)) == (set(first) == set(second))


@given(st.lists(RUNS))
def test_runs_may_overlap(runs: list[range]) -> None:
    assert tuple(Ordinals(runs=runs)) == tuple(sorted({n for run in runs for n in run}))


def test_all_claims_of_a_large_file_are_one_run() -> None:
    assert list(Ordinals(iter(range(1, 100_001))).runs) == [range(1, 100_001)]
