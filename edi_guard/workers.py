"""Work on all cores: processes that know what this one knew when they began, and answer in order.

The processes are forked, so that settings, tables and texts need not be handed over; only tasks and results
travel. A process that dies fails its own task: another one takes its place. Where a system cannot fork, there
is one process, this one.
"""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import pickle
import signal
import threading
import time
import traceback
from dataclasses import dataclass
from functools import cache
from multiprocessing import connection
from typing import TYPE_CHECKING, Any, Final, Generic, NoReturn, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

T = TypeVar("T")
R = TypeVar("R")

# Smaller files are done before other processes have begun.
_WORTH_SEVERAL: Final = 1_000_000
# So many tasks may wait for an earlier one for each process; more would only fill memory.
_AHEAD: Final = 3
_ENDS_IN_SECONDS: Final = 5
_LOOKS_EVERY_SECONDS: Final = 0.5
_SIGNALS: Final = frozenset({signal.SIGINT, signal.SIGTERM})


class WorkerDiedError(Exception):
    """The process that worked on a task ended without an answer: killed, or out of memory."""


def can_fork() -> bool:
    """Whether this system can make processes that know what this one knows."""
    return "fork" in multiprocessing.get_all_start_methods()


def available_cores() -> int:
    """Return how many cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def jobs_for(size: int, jobs: int) -> int:
    """Return how many of some processes share the work on so many bytes: all of them, or one."""
    return jobs if size >= _WORTH_SEVERAL else 1


def in_order(
    work: Callable[[T], R], tasks: Iterable[T], jobs: int
) -> Generator[R | WorkerDiedError, None, None]:
    """Yield what work makes of each task, in the order of the tasks.

    Args:
        work: what is done; it may know anything. What it changes, it changes for itself only.
        tasks: what it is done with; asked for as processes become free, so that they may be made on the way.
        jobs: how many processes; with 1, or where a system cannot fork, the work is done here.

    Yields:
        the result, or a `WorkerDiedError` in its place where the process died.

    Raises:
        Exception: whatever work raises, when its turn comes.
    """
    if jobs < 2 or not can_fork():
        yield from map(work, tasks)
        return
    team: _Team[T, R] = _Team(work, jobs)
    try:
        yield from team.run(tasks)
    finally:
        team.end()


def all_in_order(work: Callable[[T], R], tasks: Iterable[T], jobs: int) -> Iterator[R]:
    """Yield what work makes of each task, as `in_order` does; one process that dies ends it all.

    Raises:
        WorkerDiedError: a process died.
        Exception: whatever work raises, when its turn comes.
    """
    # Whatever happens, the processes go now and not when their generator is collected.
    with contextlib.closing(in_order(work, tasks, jobs)) as found:
        for answer in found:
            if isinstance(answer, WorkerDiedError):
                raise answer
            yield answer


@contextlib.contextmanager
def beside(work: Callable[[], R]) -> Iterator[Callable[[], R]]:
    """Have work done in a process of its own, while this one does other work.

    Args:
        work: what is done; it may know anything. What it changes, it changes for itself only.

    Yields:
        what waits for the end of the work, as often as it is called, and returns the result; it raises what
        the work raises, or a `WorkerDiedError`. Where a system cannot fork, it does the work.
    """
    if not can_fork():
        yield cache(work)
        return
    team: _Team[None, R] = _Team(lambda _: work(), 1, once=True)

    def result() -> R:
        found = next(results)
        if isinstance(found, WorkerDiedError):
            raise found
        return found

    try:
        team.hand_over(0, None)
        results = team.run([])
        yield cache(result)
    finally:
        team.end()


@dataclass(slots=True)
class _Failure:
    """An exception on its way from a process to the one that asked."""

    error: Exception


@dataclass(slots=True)
class _Member:
    process: BaseProcess
    line: Connection
    task: int | None = None


class _Team(Generic[T, R]):
    def __init__(self, work: Callable[[T], R], jobs: int, *, once: bool = False) -> None:
        """Begin without a process; with `once`, each ends behind its first task, and its memory is free."""
        self._work = work
        self._jobs = jobs
        self._once = once
        self._members: list[_Member] = []
        self._done: dict[int, Any] = {}

    def run(self, tasks: Iterable[T]) -> Iterator[R | WorkerDiedError]:
        """Yield the results in order."""
        waiting = enumerate(tasks)
        following = next(waiting, None)
        due = 0
        while following is not None or due in self._done or any(m.task is not None for m in self._members):
            while following is not None and following[0] < due + self._jobs * _AHEAD:
                if not self.hand_over(*following):
                    break
                following = next(waiting, None)
            if due not in self._done:
                self._receive()
            while due in self._done:
                yield self._result(self._done.pop(due))
                due += 1

    def hand_over(self, number: int, task: T) -> bool:
        """Give a task to a process; return whether there is one without."""
        member = self._free()
        if member is None:
            return False
        member.task = number
        member.line.send(task)
        return True

    @staticmethod
    def _result(answer: Any) -> R | WorkerDiedError:
        if isinstance(answer, _Failure):
            raise answer.error
        return cast("R | WorkerDiedError", answer)

    def _free(self) -> _Member | None:
        """Return a process without a task, a new one as long as there may be more."""
        free = next((member for member in self._members if member.task is None), None)
        if free is None and len(self._members) < self._jobs:
            free = self._begin()
        return free

    def _begin(self) -> _Member:
        context = multiprocessing.get_context("fork")
        own, other = context.Pipe()
        # A process that held this one's ends would keep the others from noticing that this one is gone.
        ours = [own, *(member.line for member in self._members)]
        # What lives now is shared with the new process as long as neither touches it.
        gc.freeze()
        process = context.Process(
            target=_serve, args=(self._work, other, ours), kwargs={"once": self._once}, daemon=True
        )
        # A signal waits until the new process has said what it does with it.
        known = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        try:
            process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, known)
            gc.unfreeze()
        other.close()
        member = _Member(process, own)
        self._members.append(member)
        return member

    def _receive(self) -> None:
        """Wait until some process answers, or is gone."""
        busy = {member.line: member for member in self._members if member.task is not None}
        for line in connection.wait(list(busy)):
            member = busy[cast("Connection", line)]
            try:
                answer = member.line.recv()
            except (EOFError, ConnectionError):
                self._bury(member)
                continue
            self._done[cast("int", member.task)] = answer
            member.task = None

    def _bury(self, member: _Member) -> None:
        member.process.join()
        member.line.close()
        self._members.remove(member)
        self._done[cast("int", member.task)] = WorkerDiedError(
            f"the process that worked on it ended with code {member.process.exitcode}"
        )

    def end(self) -> None:
        """Let the processes go: at once where one is still at work, so that it can clean up."""
        for member in self._members:
            if member.task is not None:
                member.process.terminate()
            member.line.close()
        for member in self._members:
            member.process.join(_ENDS_IN_SECONDS)
            if member.process.exitcode is None:
                member.process.kill()
                member.process.join()
        self._members.clear()


def _serve(work: Callable[[T], R], line: Connection, ours: Iterable[Connection], *, once: bool) -> None:
    """Do task after task until nobody asks any more, or one only."""
    gc.freeze()
    # Ctrl-C reaches every process of a terminal; the first one tells the others what to do.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _stop)
    try:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        for other in ours:
            other.close()
        threading.Thread(target=_leave_with, args=(os.getppid(),), daemon=True).start()
        _serve_one(work, line)
        while not once:
            _serve_one(work, line)
    except (EOFError, ConnectionError, KeyboardInterrupt):
        pass
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)


def _serve_one(work: Callable[[T], R], line: Connection) -> None:
    answer = _answer(work, line.recv())
    try:
        line.send(answer)
    except (pickle.PicklingError, TypeError, AttributeError) as error:
        line.send(_Failure(RuntimeError(f"an answer cannot be sent: {type(error).__name__}")))


def _answer(work: Callable[[T], R], task: T) -> R | _Failure:
    try:
        return work(task)
    except Exception as error:  # noqa: BLE001 - raised again where it was asked for
        return _Failure(_sendable(error))


def _sendable(error: Exception) -> Exception:
    """Return an exception that arrives, with where it was raised."""
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - made here
    except Exception:  # noqa: BLE001 - whatever an exception's own code raises
        error = RuntimeError(f"{type(error).__name__}: {error}")
    # A traceback names code and no values.
    error.add_note(f"in a process of its own:\n{traceback.format_exc()}")
    return error


def _leave_with(parent: int) -> None:
    """End this process when the one that asked is gone: nobody wants the answer, and locks are to be free."""
    while os.getppid() == parent:
        time.sleep(_LOOKS_EVERY_SECONDS)
    os._exit(1)


def _stop(*_: object) -> NoReturn:
    raise KeyboardInterrupt
