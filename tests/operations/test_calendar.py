from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi_guard.operations.calendar import Calendar

# A Monday.
MONDAY = datetime(2026, 11, 23, tzinfo=timezone(timedelta(hours=-6)))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return MONDAY + timedelta(days=day, hours=hour, minutes=minute)


@pytest.mark.parametrize(
    ("quiet", "moment", "works"),
    [
        ("20:00-06:00", at(0, 19, 59), True),
        ("20:00-06:00", at(0, 20), False),
        ("20:00-06:00", at(1, 5, 59), False),
        ("20:00-06:00", at(1, 6), True),
        # Sunday night into Monday, over the end of the week.
        ("20:00-06:00", at(0, 3), False),
        ("12:00-13:00", at(3, 12, 30), False),
        ("12:00-13:00", at(3, 13), True),
        ("00:00-24:00", at(2, 0), False),
        ("sat,sun", at(5, 0), False),
        ("sat,sun", at(6, 23, 59), False),
        ("sat,sun", at(0, 0), True),
        ("Fri 18:00 - Mon 06:00", at(4, 17, 59), True),
        ("Fri 18:00 - Mon 06:00", at(4, 18), False),
        ("Fri 18:00 - Mon 06:00", at(6, 12), False),
        ("Fri 18:00 - Mon 06:00", at(0, 5, 59), False),
        ("Fri 18:00 - Mon 06:00", at(0, 6), True),
    ],
)
def test_quiet_hours(quiet: str, moment: datetime, works: bool) -> None:  # noqa: FBT001
    assert Calendar(quiet=[quiet]).may_run(moment) is works


@pytest.mark.parametrize("quiet", ["", "8-9", "25:00-26:00", "12:60-13:00", "mon 8:00-9:00", "monday", "a"])
def test_wrong_quiet_hours(quiet: str) -> None:
    with pytest.raises(ValueError, match=r"quiet hours|time of day"):
        Calendar(quiet=[quiet])


@pytest.mark.parametrize("schedule", ["nonsense", "* * *", "61 * * * *", "*/15 6-20 * * foo"])
def test_wrong_schedules(schedule: str) -> None:
    with pytest.raises(ValueError, match="cron expression"):
        Calendar(schedule)


def test_schedules() -> None:
    assert Calendar("*/15 * * * *").next_run(at(0, 8, 1)) == at(0, 8, 15)
    assert Calendar("0 7 * * mon-fri").next_run(at(4, 8)) == at(7, 7)
    assert Calendar("0 * * * *", ["20:00-06:00"]).next_run(at(0, 19, 30)) == at(1, 6)
    assert Calendar().next_run(at(0, 8, 1)) == at(0, 8, 1)
    assert Calendar(quiet=["20:00-06:00"]).next_run(at(0, 22)) == at(1, 6)


def test_a_schedule_in_quiet_hours_only_is_said() -> None:
    with pytest.raises(ValueError, match="outside of quiet hours"):
        Calendar("0 3 * * *", ["20:00-06:00"]).next_run(MONDAY)
    with pytest.raises(ValueError, match="no time"):
        Calendar(quiet=["00:00-24:00"]).next_run(MONDAY)


@given(st.integers(0, 7 * 24 * 60 - 1), st.integers(0, 1439), st.integers(0, 1439))
def test_every_minute_is_quiet_or_not_as_the_clock_says(minute: int, first: int, last: int) -> None:
    moment = MONDAY + timedelta(minutes=minute)
    of_day = minute % 1440
    inside = first <= of_day < last if first < last else of_day >= first or of_day < last
    text = f"{first // 60:02d}:{first % 60:02d}-{last // 60:02d}:{last % 60:02d}"
    assert Calendar(quiet=[text]).may_run(moment) is not inside
