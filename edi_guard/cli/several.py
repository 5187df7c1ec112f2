"""Judges several inputs at once: small ones beside each other, large ones each by all processes together."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, TypeVar

import click

from edi_guard.cli.inputs import STANDARD_INPUT
from edi_guard.cli.judge import is_large
from edi_guard.workers import WorkerDiedError, in_order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from edi_guard.cli.inputs import Input
    from edi_guard.cli.judge import Judge

T = TypeVar("T")
R = TypeVar("R")


def judge_several(
    inputs: Sequence[Input],
    judge: Judge,
    look: Callable[[Input, Judge], R],
    on_death: Callable[[int], None] = lambda _: None,
) -> tuple[list[R], bool]:
    """Return what is made of each input, in order, and whether a process died over one.

    Args:
        inputs: what is judged; one whose process died is named, and the others go on.
        judge: judges; it knows how many processes there are.
        look: makes something of an input; it may run in a process of its own.
        on_death: is told the number of an input whose process died, counted from 0.
    """
    results: list[R] = []
    died = False
    for number, found in enumerate(_each(inputs, judge, look)):
        if isinstance(found, WorkerDiedError):
            click.echo(f"{inputs[number].path}: not judged, nothing of it is released: {found}", err=True)
            on_death(number)
            died = True
        else:
            results.append(found)
    return results, died


def _each(
    inputs: Sequence[Input], judge: Judge, look: Callable[[Input, Judge], R]
) -> Iterator[R | WorkerDiedError]:
    together = judge.jobs
    if together > 1 and len(inputs) > 1:
        for item in inputs:
            # Once for all processes, which begin with what is known here.
            judge.prepare(item.file)

    def look_with(item: Input, jobs: int) -> R:
        # What is made piece by piece cannot be handed over; how large an archive is may be known too late.
        judge.reports_whole = jobs < together
        judge.jobs = jobs
        return look(item, judge)

    yield from each_in_order(inputs, together, look_with, _is_large)


def each_in_order(
    tasks: Sequence[T], jobs: int, look: Callable[[T, int], R], is_large: Callable[[T], bool]
) -> Iterator[R | WorkerDiedError]:
    """Yield what is made of each task, in order, or that a process died over it.

    Args:
        tasks: what is done: small ones beside each other, large ones one after the other.
        jobs: how many processes there are.
        look: makes something of a task, with so many processes of its own.
        is_large: whether a task is done in this process, which lets the others help.
    """
    if jobs < 2 or len(tasks) == 1:
        yield from (_here(task, jobs, look) for task in tasks)
        return
    for here, some in groupby(tasks, is_large):
        if here:
            yield from (_here(task, jobs, look) for task in some)
        else:
            yield from in_order(lambda task: look(task, 1), some, jobs)


def _here(task: T, jobs: int, look: Callable[[T, int], R]) -> R | WorkerDiedError:
    try:
        return look(task, jobs)
    except WorkerDiedError as error:
        return error


def _is_large(item: Input) -> bool:
    """Whether an input is judged in this process; what comes from standard input can be read only here."""
    return item.file == STANDARD_INPUT or is_large(item.content.size)
