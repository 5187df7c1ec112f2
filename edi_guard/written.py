"""The reports that are written beside a file's parts."""

from __future__ import annotations

import contextlib
import tempfile
from typing import IO, TYPE_CHECKING, Final

from edi_guard.outputs import rendered
from edi_guard.report import is_failed
from edi_guard.workers import beside, jobs_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from edi_guard.report import Report

WRITTEN_REPORTS: Final = {".html": "html", ".json": "json", ".csv": "csv"}
_BLOCK: Final = 1 << 20


def written_reports(report: Report) -> dict[str, Iterator[bytes]]:
    """Return the text of each report that stands in ``reports/``, in blocks, by its suffix."""
    return {suffix: _encoded(name, report) for suffix, name in WRITTEN_REPORTS.items()}


@contextlib.contextmanager
def reports_beside(report: Report, jobs: int) -> Iterator[dict[str, Iterator[bytes]]]:
    """Yield the text of each report, made by a process of its own while this one does other work.

    Args:
        report: the report.
        jobs: how many processes there are; with one, this one makes the texts when they are asked for.

    What is yielded raises a `WorkerDiedError` where the process died, and an `OSError` where the temporary
    folder is full.
    """
    texts = written_reports(report)
    if jobs_for(report.input.bytes, jobs) < 2:
        yield texts
        return
    with contextlib.ExitStack() as stack:
        # The process writes where this one reads.
        kept = {suffix: stack.enter_context(tempfile.TemporaryFile()) for suffix in texts}

        def make() -> None:
            for suffix, blocks in texts.items():
                kept[suffix].writelines(blocks)
                kept[suffix].flush()

        made = stack.enter_context(beside(make))
        yield {suffix: _read(stream, made) for suffix, stream in kept.items()}


def _read(stream: IO[bytes], made: Callable[[], None]) -> Iterator[bytes]:
    made()
    stream.seek(0)
    while block := stream.read(_BLOCK):
        yield block


def _encoded(name: str, report: Report) -> Iterator[bytes]:
    return (text.encode() for text in rendered(name, [report]))


def reason_of(report: Report) -> str:
    """Return the sentences that say why a file was refused; empty when it was not."""
    if not is_failed(report):
        return ""
    lines = [f"{report.input.path} was refused whole: nothing of it is released.", ""]
    for finding in report.findings:
        lines += [f"{finding.rule}: {finding.message}.", f"  What to do: {finding.fix}"]
    return "\n".join(lines) + "\n"
