"""Sorts reasons of denials by what would have prevented them.

The lists follow the adjustment reason codes' meaning (X12 external code list 139), in our own arrangement;
a user who sorts them otherwise says so in the configuration.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

TURNED_BACK: Final = "turned back"
NOT_PREVENTABLE: Final = "other"

_PREVENTABLE: Final = {
    "coding": "4 5 6 7 8 9 10 11 16 18 97 107 110 140 146 148 163 164 181 182 183 184 185 189 199 206 207 208"
    " 226 231 234 236 250 251 252 267 268 282 283 B7 B15 P14",
    "authorization": "39 197 198 210 243 284 287 288 296 15",
    "coverage": "49 50 54 55 56 58 96 119 150 151 152 167 170 171 172 204 222 261 272 273",
    "front desk": "22 24 26 27 31 32 33 34 109 177 242 279",
    "timely filing": "29",
}


class Buckets:
    """What kind of denial a reason is.

    Attributes:
        names: every kind, in the order shown; denials that nothing at the sender prevents are last.
    """

    def __init__(self, changes: Mapping[str, Sequence[str]] | None = None) -> None:
        """Sort as shipped, with changes.

        Args:
            changes: for names of kinds, old or new, the adjustment reasons that belong to them instead.
        """
        lists: dict[str, Iterable[str]] = {name: codes.split() for name, codes in _PREVENTABLE.items()}
        self._kind_of = {code: name for name, codes in lists.items() for code in codes}
        self._kind_of.update({code: name for name, codes in (changes or {}).items() for code in codes})
        self.names = (*dict.fromkeys((*lists, *(changes or {}))), TURNED_BACK, NOT_PREVENTABLE)

    def of(self, reason: str) -> str:
        """Return the kind of a reason: an adjustment reason, a claim status (``A7:453``) or ``999``."""
        if ":" in reason or reason == "999":
            return TURNED_BACK
        return self._kind_of.get(reason, NOT_PREVENTABLE)

    def of_denial(self, reasons: Sequence[str]) -> str:
        """Return the kind of a denial with several reasons: the first one's that could be prevented."""
        kinds = [self.of(reason) for reason in reasons]
        return next((kind for kind in kinds if kind != NOT_PREVENTABLE), NOT_PREVENTABLE)
