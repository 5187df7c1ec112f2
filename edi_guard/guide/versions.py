"""Which guide a version is checked against, decided openly.

HIPAA adopted 005010X222A1 and 005010X223A2 (45 CFR 162.1102). The first publications (X222, X223) and
the intermediate errata (X223A1) are refused by receivers since 2012, and the later errata (X222A2,
X223A3) were never adopted; all are close enough to be read with the adopted guide, so that a file says
everything that is wrong with it at once. What a receiver will make of the version itself is said by
the rules of family ENV.
"""

from __future__ import annotations

from typing import Final

ADOPTED_PROFESSIONAL: Final = "005010X222A1"
ADOPTED_INSTITUTIONAL: Final = "005010X223A2"
GUIDES: Final = {
    "005010X222A1": ADOPTED_PROFESSIONAL,
    "005010X222A2": ADOPTED_PROFESSIONAL,
    "005010X222": ADOPTED_PROFESSIONAL,
    "005010X223A2": ADOPTED_INSTITUTIONAL,
    "005010X223A3": ADOPTED_INSTITUTIONAL,
    "005010X223A1": ADOPTED_INSTITUTIONAL,
    "005010X223": ADOPTED_INSTITUTIONAL,
}


def guide_for(version: str) -> str | None:
    """Return the adopted guide that a version (GS08, ST03) is read with, None for other versions."""
    return GUIDES.get(version)
