"""Tells people: calls a command of theirs with one JSON argument."""

from __future__ import annotations

import json
import platform
import subprocess
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import structlog

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

# What a notification may say: no patient data.
FACTS: Final = frozenset("file job outcome error rule count seconds dollars".split())
_MINUTE: Final = 60.0


class Notifier:
    """Calls the command, and does not repeat itself."""

    def __init__(
        self,
        command: Sequence[str],
        timeout_seconds: float = 30,
        *,
        folder: str = "",
        repeat_minutes: float = 60,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the command.

        Args:
            command: the program and its arguments; none, and nobody is told.
            timeout_seconds: how long it may take.
            folder: the watched folder's own name, for the message.
            repeat_minutes: how long the same event about the same subject is not told again.
            clock: seconds that only go forward.
        """
        self._command = list(command)
        self._timeout = timeout_seconds
        self._folder = folder
        self._repeat = repeat_minutes * _MINUTE
        self._clock = clock
        self._told: dict[tuple[str, str], float] = {}

    def send(self, event: str, facts: Mapping[str, str | float]) -> bool:
        """Tell of an event; return whether the command was called and was content.

        Raises:
            ValueError: a fact is not on the list of what may be told.
        """
        unknown = facts.keys() - FACTS
        if unknown:
            message = f"a notification may not say {sorted(unknown)}"
            raise ValueError(message)
        key = (event, str(facts.get("file", "")))
        now = self._clock()
        if not self._command or now - self._told.get(key, float("-inf")) < self._repeat:
            return False
        self._told[key] = now
        return self._call(
            {
                "event": event,
                "at": datetime.now(UTC).isoformat(timespec="seconds"),
                "host": platform.node(),
                "folder": self._folder,
                **facts,
            }
        )

    def clear(self, event: str, subject: str) -> None:
        """Forget that an event was told, as it is over."""
        self._told.pop((event, subject), None)

    def _call(self, message: Mapping[str, str | float]) -> bool:
        try:
            done = subprocess.run(  # noqa: S603 - the command is the user's own, called without a shell
                [*self._command, json.dumps(message)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=self._timeout,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            structlog.get_logger().warning("notification failed", error=type(error).__name__)
            return False
        if done.returncode:
            structlog.get_logger().warning("notification failed", exit_code=done.returncode)
        return done.returncode == 0
