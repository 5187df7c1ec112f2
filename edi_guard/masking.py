"""Which values may be shown where, and what logs may hold.

Three levels: `none` shows ordinals and keyed hashes only; `minimal` (the default) shows claim numbers,
dates of service, procedure codes, modifiers and amounts, and no name, member id, birth date, address,
diagnosis or note; `full` shows everything. The list of what `minimal` shows is an allow-list: a place
that is not listed stays hidden.
"""

from __future__ import annotations

import enum
import hashlib
import hmac
import re
import secrets
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from edi_guard.findings import Location

HIDDEN = "(hidden)"


class Phi(enum.StrEnum):
    """How much patient data may be shown."""

    NONE = "none"
    MINIMAL = "minimal"
    FULL = "full"


_ENVELOPE = frozenset({"ISA", "GS", "GE", "IEA", "ST", "SE", "BHT", "HL", "LX", "TA1"})
_PATIENT_LOOPS = frozenset({"2000B", "2010BA", "2000C", "2010CA", "2330A"})
_PATIENT_ELEMENTS = frozenset({"SBR01", "SBR02", "SBR09", "PAT01"})
_SEGMENTS = frozenset({"CLM", "SV1", "SV2", "SVD", "CAS", "AMT", "CL1"})
_CODES = _PATIENT_ELEMENTS | frozenset(
    "DTP01 DTP02 PRV01 PRV02 NM101 NM102 NM108 PWK01 PWK02 PWK05 NTE01 REF01".split()
)
_LONGEST_CODE: Final = 3
_SHAPES: Final = {
    "DTP03": re.compile(r"[0-9/-]{1,21}"),
    "NM109": re.compile(r"[0-9 -]{1,14}"),
    "PRV03": re.compile(r"[0-9A-Z]{1,10}"),
}
# Free text inside segments that are shown otherwise: descriptions of services.
_DESCRIPTIONS = frozenset({"SV101-7", "SV202-7"})


def is_shown(value: str, location: Location | None, phi: Phi) -> bool:
    """Whether the value at a place may be shown; a value without a place is never shown but in full.

    Where a code or number belongs, only what has the shape of one is shown: a name that stands there
    by mistake stays hidden.
    """
    if phi is not Phi.MINIMAL:
        return phi is Phi.FULL
    return location is not None and _is_listed(location) and _has_shape(value, location.element)


def _has_shape(value: str, reference: str) -> bool:
    shape = _SHAPES.get(reference)
    if shape is not None:
        return shape.fullmatch(value) is not None
    return len(value) <= _LONGEST_CODE if reference in _CODES else True


def _is_listed(location: Location) -> bool:
    if location.segment in _ENVELOPE:
        return True
    reference = location.element
    if location.loop in _PATIENT_LOOPS:
        return reference in _PATIENT_ELEMENTS
    if reference in _DESCRIPTIONS or not reference:
        return False
    return location.segment in _SEGMENTS or reference in _CODES or reference in _SHAPES


def masked(value: str, location: Location | None, phi: Phi) -> str:
    """Return the value, or a word that says it is hidden."""
    return value if not value or is_shown(value, location, phi) else HIDDEN


class Hasher:
    """Turns identifiers into keyed hashes, equal for equal identifiers of one run."""

    def __init__(self, key: bytes | None = None) -> None:
        """Take the key; without one a random key of this run is used."""
        self._key = key or secrets.token_bytes(32)

    def __call__(self, identifier: str) -> str:
        """Return sixteen hexadecimal digits."""
        digest = hmac.new(self._key, identifier.encode("latin-1", "replace"), hashlib.sha256)
        return digest.hexdigest()[:16]


LOGGED = frozenset(
    "event level timestamp file sha256 claims clean held rejected findings repairs status seconds bytes"
    " rule error where exit_code config mappings count kind job output outcome released waiting matched"
    " unmatched refused folder".split()
)


def redact(_: object, __: str, event: MutableMapping[str, object]) -> MutableMapping[str, object]:
    """Drop every key of a log event that is not on the allow-list (a structlog processor)."""
    for key in [key for key in event if key not in LOGGED]:
        del event[key]
    return event
