"""Faults as offices make them, to be planted into flawless claims.

Each is one mistake in one claim: what is written wrongly, left out, sent twice or spelled in a way that is
repaired. Next to the rule that names it a fault may wake others, as mistakes do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from benchmarks.spoiling import (
    add,
    change,
    hyphens,
    last_digit,
    leave_code_out,
    leave_procedure_out,
    put,
    remove,
    repeat_claim,
    repeat_diagnosis,
    repeat_line,
)

if TYPE_CHECKING:
    from benchmarks.spoiling import Spoil

Fate = Literal["rejected", "held", "warned", "repaired"]
Group = Literal["guide", "sums", "situation", "codes", "payers", "spelling"]
BOTH: Final = ("837P", "837I")
PROFESSIONAL: Final = ("837P",)
INSTITUTIONAL: Final = ("837I",)


@dataclass(frozen=True)
class Fault:
    """One way of getting a claim wrong.

    Attributes:
        rule: the rule that is to find it.
        group: what it offends.
        fate: what becomes of the claim.
        kinds: the kinds of file in which it is made.
        words: what is wrong.
        spoil: makes it, in the segments of one patient with one claim.
        guided: whether it is made in a claim with image guidance only.
    """

    rule: str
    group: Group
    fate: Fate
    kinds: tuple[str, ...]
    words: str
    spoil: Spoil
    guided: bool = False


def faults_of(kind: str) -> tuple[Fault, ...]:
    """Return the faults that are made in a kind of file (``837P``, ``837I``)."""
    return _BY_KIND[kind]


# One rule may stand here for several kinds of file, where the mistake is not the same in both.
FAULTS: Final = (
    Fault("IG101", "guide", "rejected", PROFESSIONAL, "no diagnosis", remove("HI*")),
    Fault("IG101", "guide", "rejected", INSTITUTIONAL, "no codes of the admission", remove("CL1*")),
    Fault("IG102", "guide", "rejected", BOTH, "no total", put("CLM*", 2, "")),
    Fault("IG201", "guide", "rejected", BOTH, "unknown release code", put("CLM*", 9, "Q")),
    Fault("IG202", "guide", "rejected", BOTH, "control number too long", put("REF*6R*", 2, "9" * 51)),
    Fault("BAL301", "sums", "rejected", BOTH, "wrong total", change("CLM*", 2, lambda a: add(a, "10"))),
    Fault("DX201", "situation", "rejected", PROFESSIONAL, "pointer to no diagnosis", put("SV1*", 7, "8")),
    Fault("DATE302", "situation", "rejected", PROFESSIONAL, "day to come", put("DTP*472*", 3, "20261224")),
    Fault("DATE341", "situation", "rejected", INSTITUTIONAL, "other day", put("DTP*472*", 3, "20261002")),
    Fault(
        "SIT144",
        "situation",
        "rejected",
        BOTH,
        "replacement of nothing",
        change("CLM*", 5, lambda place: f"{place[:-1]}7"),
    ),
    Fault("SIT167", "situation", "held", PROFESSIONAL, "no kind of insurance", put("SBR*", 9, "")),
    Fault("SIT220", "situation", "warned", BOTH, "no first name", put("NM1*IL*", 4, "")),
    Fault("DX301", "situation", "warned", PROFESSIONAL, "pointer twice", put("SV1*", 7, "1:1")),
    Fault("ID202", "codes", "rejected", PROFESSIONAL, "wrong NPI", change("NM1*82*", 9, last_digit)),
    Fault("ID202", "codes", "rejected", INSTITUTIONAL, "wrong NPI", change("NM1*71*", 9, last_digit)),
    Fault("CODE202", "codes", "rejected", BOTH, "no diagnosis code", put("HI*ABK:", 1, "ABK:99999")),
    Fault("CODE203", "codes", "rejected", INSTITUTIONAL, "no revenue code", put("SV2*", 1, "45A")),
    Fault("CODE242", "codes", "held", INSTITUTIONAL, "withdrawn point of origin", put("CL1*", 2, "7")),
    Fault("DX302", "codes", "held", INSTITUTIONAL, "diagnosis twice", repeat_diagnosis),
    Fault("REV101", "payers", "rejected", INSTITUTIONAL, "imaging without a code", leave_code_out),
    Fault("MOD301", "payers", "rejected", PROFESSIONAL, "26 and TC", change("SV1*", 1, "{}:26:TC".format)),
    Fault("PAIR101", "payers", "rejected", PROFESSIONAL, "guidance alone", leave_procedure_out, guided=True),
    Fault("DOC101", "payers", "held", PROFESSIONAL, "guidance without record", remove("PWK*"), guided=True),
    Fault("DUP301", "payers", "held", BOTH, "claim sent twice", repeat_claim),
    Fault("DUP303", "payers", "held", BOTH, "line written twice", repeat_line),
    Fault("FMT101", "spelling", "repaired", BOTH, "blank at the end", change("REF*6R*", 2, "{} ".format)),
    Fault("FMT103", "spelling", "repaired", BOTH, "lower-case diagnosis", put("HI*ABK:", 1, "ABK:r519")),
    Fault("FMT104", "spelling", "repaired", BOTH, "dot in a diagnosis", put("HI*ABK:", 1, "ABK:R51.9")),
    Fault("FMT107", "spelling", "repaired", BOTH, "hyphen in a ZIP code", put("N4*", 3, "62701-0001")),
    Fault("FMT108", "spelling", "repaired", BOTH, "hyphens in a date", change("DTP*472*", 3, hyphens)),
)
_BY_KIND: Final = {kind: tuple(fault for fault in FAULTS if kind in fault.kinds) for kind in BOTH}
