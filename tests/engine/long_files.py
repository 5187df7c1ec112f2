"""Transaction sets that are too long to be held, as soon as the limits are low enough."""

from __future__ import annotations

import random
import re
from functools import cache
from typing import TYPE_CHECKING

from edi_guard.claims import sections
from edi_guard.x12 import source, window
from tests.cli.test_never_crashes import _recounted
from tests.rules.harness import all_cases

if TYPE_CHECKING:
    import pytest

    from tests.rules.harness import Case

PROFESSIONAL, INSTITUTIONAL = "005010X222A1", "005010X223A2"
_LEVELS = {"20": "", "22": "20", "23": "22"}


def shorten(patch: pytest.MonkeyPatch, held: int = 500, section: int = 1500) -> None:
    """Have transaction sets longer than `held` read in sections of about `section`, in short blocks."""
    patch.setattr(source, "BLOCK", 701)
    patch.setattr(window, "_OVERLAP", 300)
    patch.setattr(window, "LONGEST_HELD", held)
    patch.setattr(sections, "SECTION_BYTES", section)


def recounted(text: str) -> str:
    """Return a file whose SE01 counts its segments; of one transaction set."""
    return _recounted(text)


@cache
def _cases() -> tuple[Case, ...]:
    return tuple(
        case
        for case in all_cases()
        if not (case.config or case.history or case.policy or case.payers or case.prefix)
        and not case.rule.startswith("ENV")
    )


def planted(guide: str, seed: int, count: int) -> str:
    """Return a file of one transaction set with the claims of many rules' cases, each under its provider.

    Args:
        guide: of which the cases are.
        seed: another one gives another order.
        count: from how many cases they are taken; those of other guides or with another form are left out.
    """
    chance = random.Random(seed)  # noqa: S311 - a reproducible choice, no secret
    frame: tuple[list[str], list[str]] | None = None
    body: list[str] = []
    for case in chance.sample(_cases(), min(count, len(_cases()))):
        text = case.input()
        if text[:4] != "ISA*" or text[105:106] != "~" or f"*{guide}~" not in text:
            continue
        segments = [segment.strip("\r\n") for segment in text.split("~")]
        first = next(i for i, s in enumerate(segments) if s.startswith("HL*"))
        last = next(i for i, s in enumerate(segments) if s.startswith("SE*"))
        levels = _renumbered(segments[first:last], sum(s.startswith("HL*") for s in body))
        if levels:
            body += levels
            frame = frame or (segments[:first], segments[last:])
    assert frame is not None
    return recounted("~\n".join([*frame[0], *body, *frame[1]]))


def _renumbered(segments: list[str], before: int) -> list[str]:
    """Return levels and claims with HL numbers that go on; nothing where their hierarchy is not regular."""
    numbers: dict[str, str] = {}
    codes: dict[str, str] = {}
    made: list[str] = []
    for segment in segments:
        elements = segment.split("*")
        if elements[0] == "HL":
            parent, code = (elements[2], elements[3]) if len(elements) == 5 else ("", "")
            if code not in _LEVELS or codes.get(parent, "") != _LEVELS[code]:
                return []
            numbers[elements[1]] = str(before + len(numbers) + 1)
            codes[elements[1]] = code
            elements[1:3] = numbers[elements[1]], numbers.get(parent, "")
        made.append("*".join(elements))
    return [] if re.search(r"(?m)^(ST|SE|GS)\*|^$", "\n".join(made)) or not _flagged(made) else made


def _flagged(segments: list[str]) -> bool:
    """Whether HL04 says what follows."""
    levels = [segment.split("*")[3:5] for segment in segments if segment.startswith("HL*")]
    following = [code for code, _ in levels[1:]] + [""]
    return all(
        (flag == "1") == (bool(after) and _LEVELS[after] == code)
        for (code, flag), after in zip(levels, following, strict=True)
    )
