"""One statement as loaded: what it says, and for which payer, code and days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edi_guard.policy.payers import PayerClass, PayerKey
    from edi_guard.policy.statements import Source, Statement


@dataclass(frozen=True, slots=True)
class Scope:
    """For whom and when a statement holds; empty strings and None mean every one."""

    code: str = ""
    payer: str = ""
    payer_class: PayerClass | None = None
    first: date = date.min
    last: date = date.max

    def matches(self, code: str, payer: PayerKey, payer_class: PayerClass, on: date) -> bool:
        """Whether the statement holds for a code, a payer and a day."""
        return (
            self.first <= on <= self.last
            and self.code in ("", code)
            and self.payer in ("", payer.identifier)
            and self.payer_class in (None, payer_class)
        )

    @property
    def specificity(self) -> int:
        """How exactly it is aimed: payer and code, payer, class and code, code, class, all."""
        if self.payer:
            return 6 if self.code else 5
        if self.payer_class is not None:
            return 4 if self.code else 2
        return 3 if self.code else 1

    def overlaps(self, other: Scope) -> bool:
        """Whether both hold for the same code and payer on some day."""
        return (
            (self.code, self.payer, self.payer_class) == (other.code, other.payer, other.payer_class)
            and self.first <= other.last
            and other.first <= self.last
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """A statement as loaded.

    Attributes:
        kind: the type it makes.
        id: tells statements of one kind apart; empty for kinds of which only one applies.
        given: the fields it states; the others come from less specific statements.
        scope: for whom and when.
        layer: 0 for shipped mappings, 1 and up for the user's folders.
        off: whether it switches the statement off.
        source: where it stands.
    """

    kind: type[Statement]
    id: str
    given: dict[str, object]
    scope: Scope
    layer: int
    off: bool
    source: Source

    @property
    def rank(self) -> tuple[int, int, date]:
        """What wins: the more specific, then the user's over the shipped, then the later."""
        return (self.scope.specificity, self.layer, self.scope.first)
