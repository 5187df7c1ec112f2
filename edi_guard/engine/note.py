"""What one segment says, as far as a glance needs it."""

from __future__ import annotations

from functools import lru_cache

NO_AMOUNT = -1
NO_POINTER = 1000


# What kind of segment a note is about; an index into `Collector`'s takers.
OTHER, LEVEL, SUBSCRIBER, PERSON, BIRTH, PAYER, CLAIM, DIAGNOSES = range(8)
LINE, SERVICE, SERVICE_DATE, CONTROL_NUMBER, STATEMENT, ADDRESS, ATTENDING = range(8, 15)

# What a segment says: what kind it is (one of the above); the bits of the rules that may have something
# to say because of it; its values (see the methods of `Takers`); cents of an amount, or `NO_AMOUNT`; the
# highest diagnosis pointer, or `NO_POINTER`; what it shows of itself, as bits of `Sign`. A bare tuple,
# since there is one for most segments of a file.
Note = tuple[int, int, tuple[str, ...], int, int, int]

SILENT: Note = (OTHER, 0, (), 0, 0, 0)


def make_note(
    part: int, values: tuple[str, ...] = (), number: int = 0, pointer: int = 0, signs: int = 0
) -> Note:
    """Return a note that wakes nobody."""
    return (part, 0, values, number, pointer, signs)


def waking(note: Note | None, rules: int) -> Note:
    """Return a note that wakes rules; of nothing else where there was none."""
    return (note[0], rules, *note[2:]) if note else (OTHER, rules, (), 0, 0, 0)


@lru_cache(maxsize=10_000)
def cents(text: str) -> int:
    """Return an amount in cents, `NO_AMOUNT` where it is none, negative or finer than cents."""
    whole, point, part = text.partition(".")
    if not point:
        return int(whole) * 100 if whole.isdigit() and whole.isascii() else NO_AMOUNT
    if len(part) > 2 or not (whole + part).isdigit() or not text.isascii():
        return NO_AMOUNT
    return int(whole or "0") * 100 + int((part + "0")[:2])
