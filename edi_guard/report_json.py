"""A report as JSON, piece by piece: its claims, and the claims that findings concern, may be millions."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from edi_guard.report import Report, SharedFindingReport, SharedRepairReport

_STEP: Final = 2
_ORDINALS_AT_ONCE: Final = 10_000


def report_pieces(report: Report, indent: int | None = None) -> Iterator[str]:
    """Yield the text of a report.

    Args:
        report: the report.
        indent: the column at which it stands, for a text of many lines; None for one line.
    """
    inner = _inner(indent)
    yield "{"
    for number, name in enumerate(report.__struct_fields__):
        yield f"{',' if number else ''}{_line(inner)}{_key(name, indent)}"
        if name == "claims":
            yield from list_pieces(((_text(claim, _inner(inner)),) for claim in report.claims), inner)
        elif name in ("findings", "repairs"):
            shared = getattr(report, name)
            yield from list_pieces((_shared_pieces(one, _inner(inner)) for one in shared), inner)
        else:
            yield _text(getattr(report, name), inner)
    yield f"{_line(indent)}}}"


def list_pieces(items: Iterable[Iterable[str]], indent: int | None) -> Iterator[str]:
    """Yield the text of a list, from the texts of its items in pieces."""
    opening = "["
    for item in items:
        yield f"{opening}{_line(_inner(indent))}"
        yield from item
        opening = ","
    yield "[]" if opening == "[" else f"{_line(indent)}]"


def _shared_pieces(one: SharedFindingReport | SharedRepairReport, indent: int | None) -> Iterator[str]:
    text = _text(msgspec.structs.replace(one, affects=()), indent)
    # Within a text value the quotes would be escaped.
    key = _key("affects", indent)
    before, _, after = text.partition(f"{key}[]")
    yield before
    yield key
    yield from _ordinals(one.affects, _inner(indent))
    yield after


def _ordinals(ordinals: Sequence[int], indent: int | None) -> Iterator[str]:
    if not ordinals:
        yield "[]"
        return
    between = f",{_line(_inner(indent))}"
    remaining = iter(ordinals)
    opening = f"[{_line(_inner(indent))}"
    while some := list(islice(remaining, _ORDINALS_AT_ONCE)):
        yield opening
        yield between.join(map(str, some))
        opening = between
    yield f"{_line(indent)}]"


def _text(value: object, indent: int | None) -> str:
    data = msgspec.json.encode(value)
    if indent is None:
        return data.decode()
    return msgspec.json.format(data, indent=_STEP).decode().replace("\n", _line(indent))


def _key(name: str, indent: int | None) -> str:
    return f'"{name}":' if indent is None else f'"{name}": '


def _line(indent: int | None) -> str:
    return "" if indent is None else "\n" + " " * indent


def _inner(indent: int | None) -> int | None:
    return None if indent is None else indent + _STEP
