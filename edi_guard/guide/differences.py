"""Where edi-guard and pyx12's maps (4.0) differ, all in one place.

pyx12 finds a fault that is none, and we do not report it:

- 005010X222A1, loop 2010BA, NM108 and NM109: the map requires both of every subscriber. An employer that
  is the insured of a workers' compensation claim (NM102 = 2) has no member number.

pyx12 is silent or dies, and our finding stands:

- LX01 must count the service lines of a claim; pyx12 looks at it only where the map is called ``837``, so
  not for 837I (`edi_guard.guide.segments.line_number_error`).
- A composite with more components than the map has makes pyx12 raise (`pyx12_guide`), as does a date
  range with two hyphens.
- How often loops 2300 and 2400 repeat is counted by ourselves, to the same result (`automaton`).
- HL01, HL02 and HL04 are not in the maps: the rules ENV310 to ENV313 and IG302 look at them.
- pyx12's reader loses empty segments and dies of a byte-order mark; it is not used.

The map contradicts itself, without harm:

- Loop 2400 of 005010X222A1 has a PWK for CT alone behind a PWK that allows CT too. The first match
  counts, so that the second is never reached.
"""

from __future__ import annotations

ORGANIZATION = "2"
MISSING = "1"


def is_excused(loop: str, elements: list[str], element: int | None, code: str) -> bool:
    """Whether pyx12's error on an element of a segment is none.

    Args:
        loop: the guide's loop.
        elements: the segment's elements, the identifier first.
        element: the number of the element concerned, counted from 1.
        code: the 999's IK403 code.
    """
    return (
        loop == "2010BA"
        and elements[:3] == ["NM1", "IL", ORGANIZATION]
        and element in (8, 9)
        and code == MISSING
    )
