"""The peers: other programs that read 837 files, what is installed of them, and what they are made for.

What is said of each was read in its documentation and source, and seen at work, in the version named here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_PYDANTIC: Final = "pydantic==2.14.4"


@dataclass(frozen=True)
class Peer:
    """A program.

    Attributes:
        name: of the package.
        packages: what is installed, in an environment of its own; empty for edi-guard itself.
        does: what is timed; see ``benchmarks/adapters.py``.
        licence: in short.
        reads: which files, and into what.
        checks: what it looks at when a file is checked.
        streams: whether memory stays the same for larger files.
        more: what else it does with claims.
    """

    name: str
    packages: tuple[str, ...]
    does: str
    licence: str
    reads: str
    checks: str
    streams: str
    more: str

    @property
    def title(self) -> str:
        """Name and version."""
        return self.packages[0].replace("==", " ") if self.packages else self.name


OWN: Final = Peer(
    "edi-guard",
    (),
    "check",
    "Apache-2.0",
    "837P and 837I, any delimiters, several interchanges",
    "envelope, guide, sums, situations, codes by shape or by loaded tables, duplicates, what payers deny",
    "yes, but for some bytes a claim; verdicts on disk",
    "repairs spelling, splits good from bad claims, writes 999, 277CA and TA1",
)
PEERS: Final = (
    Peer(
        "pyx12",
        ("pyx12==4.0.0", "defusedxml==0.7.1"),
        "validation",
        "BSD",
        "837P, 837I and other sets, any delimiters, segment by segment",
        "envelope and guide: required, allowed, order, repetition, syntax notes, dates; of codes: places,"
        " states, countries; no sums, no situations",
        "yes",
        "writes 999; no repair but of counts, no splitting",
    ),
    Peer(
        "linuxforhealth-x12",
        ("linuxforhealth-x12==0.57.0", "pydantic==1.10.27"),
        "reading into models, which check",
        "Apache-2.0",
        "837P, 837I and others into pydantic models; needs pydantic 1",
        "guide as far as the models say it, and claim totals; the first transaction set with an error ends"
        " the reading",
        "a transaction set at a time",
        "writes models back, amounts spelled anew",
    ),
    Peer(
        "validedi",
        ("validedi==0.4.0", _PYDANTIC, "PyYAML==6.0.4", "jsonschema==4.26.0"),
        "validation",
        "MIT",
        "837P and 837I with `~`, `*` and `:` only, into pydantic models",
        "rules of its own: required segments, NPI, places, claim totals, shape of codes (it wants a dot in"
        " ICD-10 codes, which an 837 must not have)",
        "no",
        "lists claims",
    ),
    Peer(
        "x12-python",
        ("x12-python==0.1.0", _PYDANTIC),
        "validation",
        "MIT",
        "any X12, any delimiters, loops by HL only",
        "pairs of envelope segments, control numbers, segment counts, BHT; nothing in a claim unless called"
        " segment by segment",
        "its segment reader does, its check does not",
        "writes 997 and 999, says its documentation",
    ),
    Peer(
        "openx12",
        ("openx12==0.2.1",),
        "reading into dictionaries",
        "MIT",
        "837P and 837I with `~`, `*` and `:` only, into dictionaries",
        "nothing",
        "no",
        "summaries and tables of claims",
    ),
)
