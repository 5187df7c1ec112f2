"""Single faults in otherwise flawless files, for asking several programs which of them they notice."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from benchmarks.faults import BOTH, faults_of
from benchmarks.generate import Generator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.faults import Fault

# What the faults offend, in the words of the table.
GROUPS: Final = {
    "envelope": "envelope: counts, control numbers, a cut-off file",
    "guide": "implementation guide: required, allowed, too long",
    "sums": "sums",
    "situation": "situation: pointers, dates, what goes with what",
    "codes": "codes and identifiers",
    "payers": "what payers deny: duplicates, modifiers, missing procedure or record",
    "spelling": "spelling: blanks, dots, hyphens, lower case",
}
_SEED: Final = 3
_ENOUGH_FOR_A_CLAIM: Final = 600


@dataclass(frozen=True)
class Pair:
    """A file with one fault, and the same file without it.

    Attributes:
        group: what the fault offends, a key of `GROUPS`.
        words: what is wrong.
        right: the text without it.
        wrong: the text with it.
    """

    group: str
    words: str
    right: str
    wrong: str


def pairs() -> Iterator[Pair]:
    """Yield all of them, professional and institutional."""
    for kind in BOTH:
        yield from _envelopes(kind)
        for fault in faults_of(kind):
            flawless = replace(fault, spoil=lambda _: None)
            yield Pair(fault.group, f"{kind}: {fault.words}", _text(kind, flawless), _text(kind, fault))


def _text(kind: str, *faults: Fault) -> str:
    share = 1.0 if faults else 0.0
    return "".join(Generator(kind, _SEED, share=share, faults=faults).blocks(_ENOUGH_FOR_A_CLAIM))


def _envelopes(kind: str) -> Iterator[Pair]:
    right = _text(kind)
    for words, wrong in (
        ("wrong count of segments", re.sub(r"SE\*(\d+)", r"SE*\g<1>1", right)),
        ("another number in SE", re.sub(r"(SE\*\d+\*)\d+", r"\g<1>0099", right)),
        ("wrong count of transaction sets", right.replace("\nGE*1*", "\nGE*2*")),
        ("another number in IEA", right.replace("IEA*1*000000001", "IEA*1*000000002")),
        ("cut off in the middle", right[: right.index("\nREF*6R")]),
    ):
        yield Pair("envelope", f"{kind}: {words}", right, wrong)
