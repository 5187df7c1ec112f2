"""Waits for something to happen in a folder; where the system tells nothing, a time-out comes instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator
    from pathlib import Path


class Waker:
    """Waits between scans. Events only shorten the wait: what counts is what a scan sees."""

    def __init__(self, folders: list[Path], seconds: float, stop: threading.Event) -> None:
        """Watch some folders, and wake after `seconds` anyway."""
        self._seconds = seconds
        self._stop = stop
        self._events = self._begin(folders)

    def _begin(self, folders: list[Path]) -> Iterator[object] | None:
        try:
            from watchfiles import watch

            return iter(
                watch(
                    *folders,
                    stop_event=self._stop,
                    rust_timeout=max(100, int(self._seconds * 1000)),
                    yield_on_timeout=True,
                    raise_interrupt=False,
                    recursive=False,
                    debounce=200,
                    step=50,
                )
            )
        except (ImportError, OSError, RuntimeError):
            return None

    def wait(self) -> None:
        """Return when something happened, after the seconds, or when the service is to stop."""
        if self._events is not None:
            try:
                next(self._events)
            except (StopIteration, OSError, RuntimeError):
                # Some shares take watches and then fail: from now on the clock alone wakes.
                self._events = None
            else:
                return
        self._stop.wait(self._seconds)
