"""Ways to spoil the segments of one patient with one claim: what faults are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    Spoil = Callable[[list[str]], None]


def find(segments: list[str], start: str) -> int:
    """Return where the first segment that begins so stands.

    Raises:
        ValueError: there is none.
    """
    for index, segment in enumerate(segments):
        if segment.startswith(start):
            return index
    message = f"no segment begins with {start}"
    raise ValueError(message)


def put(start: str, element: int, value: str) -> Spoil:
    """Return what writes a value into the first segment that begins so."""
    return change(start, element, lambda _: value)


def change(start: str, element: int, new: Callable[[str], str]) -> Spoil:
    """Return what changes a value of the first segment that begins so."""

    def spoil(segments: list[str]) -> None:
        index = find(segments, start)
        elements = segments[index].split("*")
        elements[element] = new(elements[element])
        segments[index] = "*".join(elements).rstrip("*")

    return spoil


def remove(start: str) -> Spoil:
    """Return what leaves the first segment that begins so out."""

    def spoil(segments: list[str]) -> None:
        del segments[find(segments, start)]

    return spoil


def last_digit(number: str) -> str:
    """Return a number with another last digit."""
    return f"{number[:-1]}{(int(number[-1]) + 1) % 10}"


def hyphens(day: str) -> str:
    """Return a date as databases write it."""
    return f"{day[:4]}-{day[4:6]}-{day[6:]}"


def add(amount: str, more: str) -> str:
    """Return the sum of two amounts."""
    cents = _cents(amount) + _cents(more)
    return f"{cents // 100}.{cents % 100:02d}".rstrip("0").rstrip(".")


def _cents(amount: str) -> int:
    whole, _, fraction = amount.partition(".")
    return int(whole) * 100 + int(fraction.ljust(2, "0"))


def repeat_line(segments: list[str]) -> None:
    """Write the last line once more, and charge it once more."""
    first = max(i for i, segment in enumerate(segments) if segment.startswith("LX*"))
    number, service, *rest = segments[first:]
    charge = service.split("*")[2 if service.startswith("SV1") else 3]
    again = [f"LX*{int(number[3:]) + 1}", service, *rest]
    change("REF*6R*", 2, lambda control: f"{control}R")(again)
    change("CLM*", 2, lambda total: add(total, charge))(segments)
    segments += again


def repeat_claim(segments: list[str]) -> None:
    """Send the claim once more under another number, as who has had no answer does."""
    again = segments[find(segments, "CLM*") :]
    change("CLM*", 1, lambda number: f"{number}R")(again)
    if any(segment.startswith("PWK*") for segment in again):
        change("PWK*", 6, lambda number: f"{number}R")(again)
    segments += again


def repeat_diagnosis(segments: list[str]) -> None:
    """Write the principal diagnosis as the only other one, too."""
    principal = segments[find(segments, "HI*ABK:")].split(":")[1]
    segments[:] = [segment for segment in segments if not segment.startswith("HI*ABF:")]
    segments.insert(find(segments, "HI*APR:") + 1, f"HI*ABF:{principal}")


def leave_code_out(segments: list[str]) -> None:
    """Charge imaging by its department alone, without a code for what was done."""
    change("SV2*", 1, lambda _: "0402")(segments)
    change("SV2*", 2, lambda _: "")(segments)


def leave_procedure_out(segments: list[str]) -> None:
    """Leave the line that the image guidance belongs to out, and its charge."""
    first = find(segments, "LX*1")
    del segments[first : find(segments, "LX*2")]
    segments[first] = "LX*1"
    put("CLM*", 2, segments[first + 1].split("*")[2])(segments)
