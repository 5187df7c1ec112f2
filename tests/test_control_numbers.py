"""Control numbers: none twice, and none left out by whoever comes to an end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi_guard.control_numbers import FIRST_NUMBER, NumbersAhead, StoredControlNumbers
from edi_guard.ledger.counters import LedgerControlNumbers
from edi_guard.ledger.database import open_database, sqlite_url
from edi_guard.workers import in_order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

Counter = StoredControlNumbers | LedgerControlNumbers


@pytest.fixture(params=["folder", "ledger"])
def counter(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Counter]]:
    """Return what opens the counter of one place again and again."""
    if request.param == "folder":
        yield lambda: StoredControlNumbers(tmp_path)
        return
    database = open_database(sqlite_url(tmp_path / "ledger.sqlite"))
    yield lambda: LedgerControlNumbers(database, FIRST_NUMBER, FIRST_NUMBER + 99_999_998)
    database.close()


def test_they_count_on(counter: Callable[[], Counter]) -> None:
    drawn = []
    for count in (1, 2, 7, 40, 1):
        numbers = counter()
        drawn += [numbers() for _ in range(count)]
        numbers.settle()
    assert drawn == list(range(FIRST_NUMBER, FIRST_NUMBER + 51))


def test_two_at_once_draw_none_twice(counter: Callable[[], Counter]) -> None:
    one, other = counter(), counter()
    drawn = [numbers() for _ in range(30) for numbers in (one, other, one)]
    one.settle()
    other.settle()
    drawn += [counter()() for _ in range(3)]
    assert len(set(drawn)) == len(drawn)


def test_a_process_draws_none_that_another_took(tmp_path: Path) -> None:
    numbers = StoredControlNumbers(tmp_path)
    drawn = [numbers() for _ in range(3)]
    drawn += in_order(lambda _: numbers(), range(40), 2)  # type: ignore[arg-type]
    drawn += [numbers() for _ in range(9)]
    assert len(set(drawn)) == len(drawn) == 52


def test_many_are_written_down_in_few_steps() -> None:
    steps: list[int] = []

    def take(count: int) -> int:
        steps.append(count)
        return sum(steps[:-1])

    numbers = NumbersAhead(take, lambda _: None)
    assert [numbers() for _ in range(20_000)] == list(range(20_000))
    assert len(steps) < 12


@given(st.lists(st.integers(0, 30), max_size=8))
def test_what_is_given_back_is_taken_again(counts: list[int]) -> None:
    state = {"next": 0}

    def take(count: int) -> int:
        state["next"] += count
        return state["next"] - count

    def give_back(left: range) -> None:
        assert left.stop == state["next"]
        state["next"] = left.start

    numbers = NumbersAhead(take, give_back)
    drawn = []
    for count in counts:
        drawn += [numbers() for _ in range(count)]
        numbers.settle()
    assert drawn == list(range(sum(counts)))
    assert state["next"] == sum(counts)
