"""Work on several processes: in order, whatever happens to one of them."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING

import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edi_guard.findings import Edit
from edi_guard.workers import WorkerDiedError, beside, in_order
from edi_guard.x12.edits import EditConflictError

if TYPE_CHECKING:
    from collections.abc import Iterator


_OTHERS: set[int] = set()


@pytest.fixture(autouse=True)
def _others() -> None:
    """Note what other tests have left running, such as the process that the commands are forked from."""
    _OTHERS.clear()
    _OTHERS.update(child.pid for child in psutil.Process().children())


def _children() -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if child.pid not in _OTHERS]


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 9), max_size=30), st.integers(1, 4))
def test_answers_come_in_the_order_of_the_tasks(tasks: list[int], jobs: int) -> None:
    def work(task: int) -> int:
        time.sleep(task / 3000)
        return task * task

    assert list(in_order(work, tasks, jobs)) == [task * task for task in tasks]


def test_tasks_are_made_as_they_are_needed() -> None:
    made: list[int] = []

    def tasks() -> Iterator[int]:
        for task in range(1000):
            made.append(task)
            yield task

    answers = in_order(lambda task: task, tasks(), 2)
    assert [next(answers) for _ in range(10)] == list(range(10))
    assert len(made) < 30
    answers.close()
    assert not _children()


def test_a_process_that_dies_fails_its_own_task_only() -> None:
    def work(task: int) -> int:
        if task % 7 == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        return task

    answers = list(in_order(work, range(20), 3))

    assert [n for n, answer in enumerate(answers) if isinstance(answer, WorkerDiedError)] == [3, 10, 17]
    assert [answer for answer in answers if isinstance(answer, int)] == [n for n in range(20) if n % 7 != 3]
    assert not _children()


def test_what_work_raises_is_raised_when_its_turn_comes() -> None:
    def work(task: int) -> int:
        if task == 2:
            message = "two"
            raise KeyError(message)
        return task

    answers = in_order(work, range(9), 2)
    assert [next(answers), next(answers)] == [0, 1]
    with pytest.raises(KeyError, match="two") as raised:
        next(answers)
    assert any("in a process of its own" in note for note in raised.value.__notes__)
    assert not _children()


def test_an_exception_that_cannot_travel_is_named() -> None:
    def work(_: int) -> int:
        raise EditConflictError(Edit(5, "a", "b"))

    with pytest.raises(RuntimeError, match="EditConflictError: the edit at byte 5 does not fit the text"):
        list(in_order(work, range(3), 2))


def test_an_answer_that_cannot_travel_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="an answer cannot be sent"):
        list(in_order(lambda _: lambda: None, range(3), 2))


def test_processes_leave_when_the_one_that_asked_is_killed() -> None:
    inner, outer = os.pipe()
    asking = os.fork()
    if asking == 0:

        def work(_: int) -> int:
            os.write(outer, f"{os.getpid()} ".encode())
            time.sleep(60)
            return 0

        list(in_order(work, range(4), 2))
        os._exit(0)
    working: list[int] = []
    while len(working) < 2:
        working += map(int, os.read(inner, 100).split())
    os.kill(asking, signal.SIGKILL)
    os.waitpid(asking, 0)
    left = [psutil.Process(number) for number in working if psutil.pid_exists(number)]
    _, alive = psutil.wait_procs(left, timeout=10)
    os.close(inner)
    os.close(outer)
    assert not alive


# ------------------------------------------------------------------------------ beside


def test_one_thing_is_done_while_another_is() -> None:
    def meet() -> int:
        time.sleep(0.3)
        return os.getpid()

    begun = time.monotonic()
    with beside(meet) as found:
        time.sleep(0.3)
        pid = found()
        assert found() == pid != os.getpid()
        assert time.monotonic() - begun < 0.55
    assert not _children()


def test_what_nobody_waits_for_is_ended() -> None:
    begun = time.monotonic()
    with beside(lambda: time.sleep(60)):
        (child,) = _children()
    assert not child.is_running()
    assert time.monotonic() - begun < 10


def test_what_is_done_beside_needs_no_memory_afterwards() -> None:
    with beside(lambda: b"a" * 1_000_000) as found:
        assert _children()
        assert len(found()) == 1_000_000
        (child,) = _children()
        for _ in range(500):
            if child.status() == psutil.STATUS_ZOMBIE:
                break
            time.sleep(0.02)
        assert child.status() == psutil.STATUS_ZOMBIE
        assert len(found()) == 1_000_000


def test_what_is_done_beside_may_fail() -> None:
    with beside(lambda: 1 // 0) as found, pytest.raises(ZeroDivisionError):
        found()
    with beside(lambda: os.kill(os.getpid(), signal.SIGKILL)) as ended, pytest.raises(WorkerDiedError):
        ended()
    assert not _children()
