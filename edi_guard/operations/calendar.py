"""When the service works: a schedule and quiet hours, both in the office's local time.

Quiet hours are ``HH:MM-HH:MM`` every day (over midnight too), days such as ``sat`` or ``sat,sun``, or a
span of the week such as ``fri 18:00-mon 06:00``. When clocks change, local time counts as it is read off
the wall.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from cronsim import CronSim, CronSimError

if TYPE_CHECKING:
    from collections.abc import Sequence

_DAYS: Final = "mon tue wed thu fri sat sun".split()
_DAY_MINUTES: Final = 24 * 60
_WEEK: Final = 7 * _DAY_MINUTES
_MOMENT: Final = r"(?:(?P<{0}day>mon|tue|wed|thu|fri|sat|sun)\s+)?(?P<{0}hour>\d{{1,2}}):(?P<{0}minute>\d\d)"
_SPAN: Final = re.compile(_MOMENT.format("a") + r"\s*-\s*" + _MOMENT.format("b"))
# A schedule that never meets an hour that is not quiet is looked for no longer than this.
_LONGEST: Final = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Calendar:
    """When the service works.

    Attributes:
        schedule: a cron expression of five fields; empty for always.
        quiet: quiet hours.

    Raises:
        ValueError: one of them cannot be understood; the sentence says which.
    """

    schedule: str = ""
    quiet: Sequence[str] = ()
    _spans: list[tuple[int, int]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Read the schedule and the quiet hours."""
        spans = [span for text in self.quiet for span in _spans(text)]
        object.__setattr__(self, "_spans", spans)
        if self.schedule:
            _moments(self.schedule, datetime(2026, 1, 1))  # noqa: DTZ001 - to see whether it can be read

    def may_run(self, now: datetime) -> bool:
        """Whether a moment is not in quiet hours."""
        minute = now.weekday() * _DAY_MINUTES + now.hour * 60 + now.minute
        return not any(
            first <= minute < last or first <= minute + _WEEK < last for first, last in self._spans
        )

    def next_run(self, after: datetime) -> datetime:
        """Return the next moment to work: by the schedule, and not in quiet hours.

        Without a schedule that is `after` itself, or the end of the quiet hours around it.

        Raises:
            ValueError: the schedule only names quiet hours.
        """
        if not self.schedule:
            return self._end_of_quiet(after)
        for moment in _moments(self.schedule, after):
            if moment - after > _LONGEST:
                break
            if self.may_run(moment):
                return moment
        message = f"the schedule {self.schedule!r} names no moment outside of quiet hours"
        raise ValueError(message)

    def _end_of_quiet(self, after: datetime) -> datetime:
        moment = after
        while not self.may_run(moment):
            moment = moment.replace(second=0, microsecond=0) + timedelta(minutes=1)
            if moment - after > timedelta(days=7):
                message = "the quiet hours leave no time to work"
                raise ValueError(message)
        return moment


def _moments(schedule: str, after: datetime) -> CronSim:
    try:
        return CronSim(schedule, after)
    except CronSimError as error:
        message = f"{schedule!r} is no cron expression of five fields, e.g. */15 6-20 * * mon-fri"
        raise ValueError(message) from error


def _spans(text: str) -> list[tuple[int, int]]:
    """Return quiet hours as minutes of the week, from Monday; the end may lie in the next week."""
    plain = " ".join(text.lower().split())
    names = [name.strip() for name in plain.split(",")]
    if all(name in _DAYS for name in names):
        return [(_DAYS.index(n) * _DAY_MINUTES, (_DAYS.index(n) + 1) * _DAY_MINUTES) for n in names]
    match = _SPAN.fullmatch(plain)
    if match is None or bool(match["aday"]) != bool(match["bday"]):
        message = f"{text!r} are no quiet hours: write 20:00-06:00, sat,sun or fri 18:00-mon 06:00"
        raise ValueError(message)
    first, last = (
        _minute(match["ahour"], match["aminute"], text),
        _minute(match["bhour"], match["bminute"], text),
    )
    if match["aday"]:
        first += _DAYS.index(match["aday"]) * _DAY_MINUTES
        last += _DAYS.index(match["bday"]) * _DAY_MINUTES
        return [(first, last if last > first else last + _WEEK)]
    if last <= first:
        last += _DAY_MINUTES
    return [(day * _DAY_MINUTES + first, day * _DAY_MINUTES + last) for day in range(7)]


def _minute(hour: str, minute: str, text: str) -> int:
    if int(hour) > 24 or int(minute) > 59 or (int(hour) == 24 and int(minute)):
        message = f"{text!r}: {hour}:{minute} is no time of day"
        raise ValueError(message)
    return int(hour) * 60 + int(minute)
