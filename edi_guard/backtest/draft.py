"""Drafts mappings from denials that no rule speaks of: a beginning for a person to review, never a rule.

What a statement needs is taken from the lines that were paid: their places, their units, what stood beside
them. Everything only warns. For reasons that no statement can express, a remark says what to look up.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import quoteattr

from edi_guard.policy.codeset import code_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import date

    from edi_guard.backtest.gaps import Gap
    from edi_guard.backtest.judged import JudgedLine

CODES: Final = "codes"
_TIMELY: Final = "timely-filing"
_NAMESPACE: Final = "urn:edi-guard:policy:1"
_PLACE: Final = frozenset("5 58 171".split())
_UNITS: Final = frozenset("119 151 222 273".split())
_COMPANY: Final = frozenset("107 B15 234".split())
_PAPERS: Final = frozenset("16 226 251 252 163 164".split())
_TIME: Final = frozenset({"29"})


def draft_policies(gaps: Sequence[Gap], is_profiled: Callable[[str], bool], on: date) -> dict[str, str]:
    """Return mappings by their names, as XML that ``edi-guard policies check`` accepts.

    One for each payer, by its identifier; and under `CODES` one for the codes that no mapping knows yet, as
    what a code is does not depend on the payer.

    Args:
        gaps: groups of denials; those with few cases are left out.
        is_profiled: whether a code has a profile already.
        on: the day of the draft.
    """
    by_payer: defaultdict[str, list[Gap]] = defaultdict(list)
    for gap in gaps:
        if gap.is_shown and gap.payer:
            by_payer[gap.payer].append(gap)
    drafted: set[str] = set()
    made = {payer: _of_payer(payer, found, on, drafted) for payer, found in sorted(by_payer.items())}
    profiles = [_profile(code) for code in sorted(drafted) if not is_profiled(code)]
    return {CODES: _policy("", profiles, on, "codes of denied lines"), **made} if profiles else made


def _of_payer(payer: str, gaps: Sequence[Gap], on: date, drafted: set[str]) -> str:
    known: set[str] = set()
    statements = [line for gap in gaps for line in _statements(gap, known, drafted)]
    first = min(_days(line for gap in gaps for line in gap.lines), default=on)
    denied = sum(gap.denied.count for gap in gaps)
    scope = f' payer={quoteattr(payer)} from="{first}"'
    return _policy(scope, statements, on, f"{denied} denied lines")


def _policy(scope: str, statements: Sequence[str], on: date, source: str) -> str:
    head = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        "<!-- A draft: read the payer's policy, correct what is wrong, name the source, then use it. -->",
        f'<policy xmlns="{_NAMESPACE}"{scope}>',
        f'  <source retrieved="{on}">Drafted from {source}: name the policy here.</source>',
    ]
    return "\n".join([*head, *statements, "</policy>", ""])


def _profile(code: str) -> str:
    words = "Drafted from denials; say in your own words what the code is."
    return f'  <profile code={quoteattr(code)} label={quoteattr(code)} meaning="{words}"/>'


def _statements(gap: Gap, known: set[str], drafted: set[str]) -> Iterator[str]:
    share = f"{gap.denied.count} of {gap.denied.total} lines denied, {gap.dollars:.2f} dollars"
    service = " ".join((gap.code, *gap.modifiers))
    yield _remark(f"{service} at {gap.place or 'any place'}: reason {gap.reason}, {share}.")
    made = _statement(gap)
    if made is None:
        yield _remark(f"Look up what the payer wants for {gap.code}: no statement follows by itself.")
        return
    name, text = made
    if name not in known:
        known.add(name)
        yield f"  {text}"
    if name != _TIMELY:
        drafted.add(gap.code)


def _remark(text: str) -> str:
    """Return a comment; what claims wrote into their codes cannot end it."""
    plain = re.sub(r"[^ -~]", "?", text).replace("-", "\u2010")
    return f"  <!-- {plain} -->"


def _statement(gap: Gap) -> tuple[str, str] | None:
    """Return a statement with the name under which a payer has it once; None where none follows."""
    if gap.reason in _TIME:
        return _timely(gap)
    if code_number(gap.code) is None:
        return None
    code = f"code={quoteattr(gap.code)}"
    if gap.bucket == "authorization":
        return f"authorization {code}", f'<authorization {code} severity="warn"/>'
    for reasons, make in _MAKERS:
        if gap.reason in reasons:
            return make(gap, code)
    return None


def _setting(gap: Gap, code: str) -> tuple[str, str] | None:
    places = " ".join(sorted({line.line.place for line in gap.paid} - {gap.place, ""}))
    if not places or gap.lines[0].kind != "837P":
        return None
    return f"setting {code}", f'<setting {code} places="{places}" severity="warn"/>'


def _units(gap: Gap, code: str) -> tuple[str, str] | None:
    paid = [line.line.units for line in gap.paid if line.line.units is not None]
    most = max(1, int(max(paid))) if paid else 1
    return f"units {code}", f'<units {code} maximum="{most}" severity="warn"/>'


def _pairing(gap: Gap, code: str) -> tuple[str, str] | None:
    paid, denied = _beside(gap.paid), _beside(gap.lines)
    primaries = sorted(one for one in paid - denied if code_number(one) is not None)
    if not primaries:
        return None
    return f"pairing {code}", f'<pairing {code} primaries="{" ".join(primaries)}" missing="warn"/>'


def _documentation(_: Gap, code: str) -> tuple[str, str] | None:
    return f"documentation {code}", f'<documentation {code} note-minimum="20" severity="warn"/>'


def _timely(gap: Gap) -> tuple[str, str] | None:
    waits = [
        (line.claim.sent - line.claim.days[0]).days
        for line in gap.paid
        if line.claim.sent is not None and line.claim.days is not None
    ]
    if not waits or max(waits) < 1:
        return None
    return _TIMELY, f'<timely-filing days="{max(waits)}" severity="warn"/>'


_MAKERS: Final[tuple[tuple[frozenset[str], Callable[[Gap, str], tuple[str, str] | None]], ...]] = (
    (_PLACE, _setting),
    (_UNITS, _units),
    (_COMPANY, _pairing),
    (_PAPERS, _documentation),
)


def _beside(lines: Iterable[JudgedLine]) -> set[str]:
    """Return the codes that stand beside lines on their claims."""
    return {other.code for line in lines for other in line.claim.lines if other.number != line.line.number}


def _days(lines: Iterable[JudgedLine]) -> Iterator[date]:
    return (line.line.period.first for line in lines if line.line.period is not None)
