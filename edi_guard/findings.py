"""What a check says: severities, places, edits, repairs and findings.

Everything here is plain, immutable data. Rules produce it, the engine collects it, outputs
print it; nobody changes it.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal


class Severity(enum.IntEnum):
    """How bad a finding is, from worth knowing to certain refusal; ordered, so that the worst wins."""

    INFO = 0
    WARN = 1
    HOLD = 2
    REJECT = 3

    @property
    def label(self) -> str:
        """The word used in reports, mappings and the configuration, e.g. ``reject``."""
        return self.name.lower()

    @classmethod
    def from_label(cls, label: str) -> Severity:
        """Return the severity named by `label` (any case).

        Raises:
            ValueError: `label` names no severity.
        """
        try:
            return cls[label.upper()]
        except KeyError:
            words = ", ".join(severity.label for severity in cls)
            message = f"{label!r} is not a severity: use one of {words}"
            raise ValueError(message) from None


class Tier(enum.StrEnum):
    """How far a repair may go (design: repair tiers).

    A changes only how a value is spelled and is on by default; B removes or adds what carries no
    meaning of its own and is switched on by the user; C is only ever shown.
    """

    FORMAT = "A"
    LOSSLESS = "B"
    SUGGESTION = "C"


class Disposition(enum.StrEnum):
    """Where a claim goes."""

    CLEAN = "clean"
    HELD = "held"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Location:
    """One place in the input file.

    Attributes:
        loop: the guide's loop, e.g. ``2400``; empty in the envelope.
        segment: the segment's identifier, e.g. ``SV1``.
        element: the element or component, e.g. ``SV101-2``; empty for the whole segment.
        segment_number: counted from 1 at ST; for ISA, GS, GE and IEA from the interchange's start.
        byte_start: first byte in the file.
        byte_end: the byte after the last.
        form_locator: the box a biller knows, e.g. ``CMS-1500 24D line 2``; empty where there is none.
    """

    loop: str
    segment: str
    element: str
    segment_number: int
    byte_start: int
    byte_end: int
    form_locator: str = ""

    def moved(self, byte_start: int, byte_end: int, segment_number: int) -> Location:
        """Return the same place with other coordinates (used after a repair shifted the text)."""
        return replace(self, byte_start=byte_start, byte_end=byte_end, segment_number=segment_number)


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the bytes from `start` on, which must read `before`, by `after`.

    Texts are Latin-1 decoded, so that one character is one byte. An empty `before` inserts.
    """

    start: int
    before: str
    after: str

    @property
    def end(self) -> int:
        """The byte after the last one replaced."""
        return self.start + len(self.before)


@dataclass(frozen=True, slots=True)
class Repair:
    """A change that would put a finding right.

    Attributes:
        tier: how far it goes.
        title: what it does, in a few words, without any value.
        edits: the spans it changes; empty for a suggestion that is only words.
    """

    tier: Tier
    title: str
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a payer or clearinghouse would answer: code numbers only.

    Attributes:
        carc: claim adjustment reason codes of the 835.
        rarc: remittance advice remark codes of the 835.
        claim_status: ``category:status`` or ``category:status:entity`` of the 277CA.
    """

    carc: tuple[str, ...] = ()
    rarc: tuple[str, ...] = ()
    claim_status: tuple[str, ...] = ()


NO_PREDICTION = Prediction()


@dataclass(frozen=True, slots=True)
class SyntaxNote:
    """How a 999 says what a finding says of the structure.

    Attributes:
        code: from the list of IK304, or of IK403 where an element is concerned.
        of_element: which of the two lists.
        segment: the identifier of the segment concerned; of the missing one, if one is missing.
        loop: the guide's loop of that segment, ``""`` where unknown.
        element: counted from 1; 0 for the whole segment.
        component: counted from 1; 0 for the whole element.
    """

    code: str
    of_element: bool
    segment: str
    loop: str = ""
    element: int = 0
    component: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a rule has to say.

    `message` and `fix` carry no patient data: they may name procedure codes, modifiers, service
    dates, amounts, counts and positions. A value that may identify a patient stands only in
    `observed` or `expected`, which reports mask by the place they come from.

    Attributes:
        rule: the rule's code, e.g. ``PAIR101``.
        severity: after mappings, before the configuration's own overrides.
        message: one sentence, what is wrong.
        fix: one sentence, what to do.
        location: where; None when it concerns a file or claim as a whole.
        observed: the value seen.
        expected: what would be right, in words or as a value.
        source: where the rule's statement comes from, e.g. ``g4000.xml:12``.
        line: the service line's ordinal within the claim, counted from 1.
        charge_at_risk: what would not be paid.
        predicts: the payer's likely answer.
        repair: what would put it right, if anything safe would.
        once: a key; findings of one rule with the same key are merged over the whole file.
        unless_released: claims (ordinals) of which one leaving clean makes the finding void.
        syntax: how a 999 says it, for what the implementation guide found.
        shadow: the severity that it would have, where its rule runs in shadow: counted, not applied.
    """

    rule: str
    severity: Severity
    message: str
    fix: str = ""
    location: Location | None = None
    observed: str = ""
    expected: str = ""
    source: str = ""
    line: int | None = None
    charge_at_risk: Decimal | None = None
    predicts: Prediction = field(default=NO_PREDICTION)
    repair: Repair | None = None
    once: str = ""
    unless_released: tuple[int, ...] = ()
    syntax: SyntaxNote | None = None
    shadow: Severity | None = None

    def at_severity(self, severity: Severity) -> Finding:
        """Return the same finding with another severity."""
        return self if severity is self.severity else replace(self, severity=severity)
