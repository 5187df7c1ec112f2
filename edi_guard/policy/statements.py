"""What mappings can state, one frozen type a kind.

Code fields are `CodeSet`, modifiers and other short lists are sets of their spellings in the 837.
Severities say how bad the finding is that a rule makes of the statement.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from edi_guard.findings import Severity
from edi_guard.policy.codeset import CodeSet

if TYPE_CHECKING:
    from edi_guard.policy.payers import PayerClass


NO_CODES = CodeSet()


@dataclass(frozen=True, slots=True)
class Source:
    """Where a statement comes from.

    Attributes:
        file: the mapping's file name.
        line: the statement's line in it.
        citation: what the mapping rests on, as its author says.
    """

    file: str
    line: int
    citation: str = ""

    @property
    def label(self) -> str:
        """The place as reports name it, e.g. ``g4000.xml:12``."""
        return f"{self.file}:{self.line}"


class Placement(enum.Enum):
    """What another code on the claim is to a target code."""

    PRIMARY = "primary"
    INCLUDES_IMAGING = "includes imaging"
    NOT_PRIMARY = "not a primary"
    WRONG_FAMILY = "of a family that another guidance code is for"
    UNPLACED = "not placed by the mapping"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """Anything a mapping states, with its place."""

    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeProfile(Statement):
    """What a target code is, by the word of its mapping.

    Attributes:
        code: the HCPCS or CPT code.
        label: a short name in our own words.
        meaning: what the mapping claims the code means.
        add_on: whether it is an add-on code, never billed without its primary.
        modality: ``ultrasound``, ``fluoroscopy``, ``ct``, ``mr`` or empty.
        definition_words: lower-case stems of which a loaded HCPCS table's description of the code
            must contain one; empty to skip that check.
    """

    code: str
    label: str = ""
    meaning: str = ""
    add_on: bool = False
    modality: str = ""
    definition_words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing(Statement):
    """Which procedures a target code may accompany.

    Attributes:
        primaries: procedures it may accompany.
        includes_imaging: procedures that include the imaging by definition.
        not_primary: codes that are no procedure for this purpose.
        missing: no primary is found.
        included: the only primary includes imaging.
        wrong_family: procedures that another guidance code is for.
        wrong: the only procedure is of such a family.
        unplaced: the only candidate is a code that the mapping does not place.
        other_date: the primary stands on another date, at most `other_date_days` away.
        other_provider: the primary is another rendering provider's, without modifier 26.
        laterality: the sides contradict each other.
        torn: the primary stands on a claim that is itself held or rejected.
        inpatient_principal: whether an inpatient principal procedure (HI BBR, BBQ) is a primary.
        targets: all target codes, filled in at load: none is another's primary.
    """

    primaries: CodeSet = NO_CODES
    includes_imaging: CodeSet = NO_CODES
    not_primary: CodeSet = NO_CODES
    wrong_family: CodeSet = NO_CODES
    missing: Severity = Severity.REJECT
    included: Severity = Severity.REJECT
    wrong: Severity = Severity.HOLD
    unplaced: Severity = Severity.HOLD
    other_date: Severity = Severity.HOLD
    other_date_days: int = 3
    other_provider: Severity = Severity.WARN
    laterality: Severity = Severity.HOLD
    torn: Severity = Severity.HOLD
    inpatient_principal: bool = True
    targets: frozenset[str] = frozenset()

    def place(self, code: str) -> Placement:
        """Return what a code is to the target."""
        if code in self.includes_imaging:
            return Placement.INCLUDES_IMAGING
        if code in self.targets or code in self.not_primary:
            return Placement.NOT_PRIMARY
        if code in self.primaries:
            return Placement.PRIMARY
        return Placement.WRONG_FAMILY if code in self.wrong_family else Placement.UNPLACED


@dataclass(frozen=True, slots=True, kw_only=True)
class Therapy(Statement):
    """When imaging reads as diagnostic.

    Attributes:
        evaluation: visits.
        diagnostic: diagnostic imaging.
        screening: ICD-10-CM prefixes, without a dot, of screenings and routine examinations.
        diagnostic_only: the claim's other lines are only evaluation or diagnostic imaging.
        same_region: a diagnostic study of the primary's region on the same day.
        screening_only: every linked diagnosis is a screening.
        distinct_modifiers: modifiers that say a study is distinct.
    """

    evaluation: CodeSet = NO_CODES
    diagnostic: CodeSet = NO_CODES
    screening: tuple[str, ...] = ()
    diagnostic_only: Severity = Severity.REJECT
    same_region: Severity = Severity.HOLD
    screening_only: Severity = Severity.HOLD
    distinct_modifiers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Anatomy(Statement):
    """Which codes belong to a region of the body.

    Attributes:
        id: the region's name.
        studies: its diagnostic studies, by modality.
        procedures: procedures in the region.
    """

    id: str
    studies: tuple[tuple[str, CodeSet], ...] = ()
    procedures: CodeSet = NO_CODES


@dataclass(frozen=True, slots=True, kw_only=True)
class Similar(Statement):
    """Codes that are mistaken for the target and do not belong beside it."""

    codes: CodeSet = NO_CODES
    severity: Severity = Severity.HOLD


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentModifier(Statement):
    """Professional claims in a facility need modifier 26.

    Attributes:
        facility_places: the places of service meant.
        exempt_place: place of service of the exempt facility's own claims.
        exempt_taxonomy: the billing provider's taxonomy on these.
        severity: modifier 26 is missing.
    """

    facility_places: frozenset[str] = frozenset()
    exempt_place: str = ""
    exempt_taxonomy: str = ""
    severity: Severity = Severity.HOLD


@dataclass(frozen=True, slots=True, kw_only=True)
class SurgeonModifiers(Statement):
    """Modifiers of surgeons and assistants, which do not belong on the target."""

    modifiers: frozenset[str] = frozenset()
    severity: Severity = Severity.WARN


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion(Statement):
    """Modifiers that exclude each other on one line.

    Attributes:
        id: the exclusion's name.
        one: modifiers of the one side.
        other: modifiers of the other; when empty, any two of `one` exclude each other.
        severity: both are there.
    """

    id: str
    one: frozenset[str] = frozenset()
    other: frozenset[str] = frozenset()
    severity: Severity = Severity.REJECT


@dataclass(frozen=True, slots=True, kw_only=True)
class FormLimit(Statement):
    """Modifiers that a kind of claim may not carry.

    Attributes:
        id: the limit's name.
        modifiers: the modifiers meant.
        claim_kind: ``837P`` or ``837I``, on which they are wrong.
        places: places of service in which they are wrong; empty for any.
        unless_place: a place of service in which they are right ...
        unless_taxonomy: ... when the billing provider has this taxonomy.
        unless_bill_types: prefixes of type of bill (without leading zero) that allow them ...
        unless_revenue: ... together with these prefixes of four-digit revenue codes.
        severity: one of them is there.
    """

    id: str
    modifiers: frozenset[str] = frozenset()
    claim_kind: str = ""
    places: frozenset[str] = frozenset()
    unless_place: str = ""
    unless_taxonomy: str = ""
    unless_bill_types: tuple[str, ...] = ()
    unless_revenue: tuple[str, ...] = ()
    severity: Severity = Severity.REJECT


@dataclass(frozen=True, slots=True, kw_only=True)
class ModifierOrder(Statement):
    """The order in which modifiers should stand: groups, the first group first."""

    groups: tuple[frozenset[str], ...] = ()
    severity: Severity = Severity.WARN


@dataclass(frozen=True, slots=True, kw_only=True)
class Documentation(Statement):
    """The payer wants a pointer to documentation, or a note of substance.

    Attributes:
        attachment_types: PWK01 that count; empty for any.
        note_types: NTE01 that count.
        note_minimum: characters that make a note one of substance.
        boilerplate: lower-case phrases that make it none.
        manifest_items: what a documentation manifest, where there is one, must confirm.
        severity: there is neither.
    """

    attachment_types: frozenset[str] = frozenset()
    note_types: frozenset[str] = frozenset()
    note_minimum: int = 20
    boilerplate: tuple[str, ...] = ()
    manifest_items: tuple[str, ...] = ()
    severity: Severity = Severity.HOLD


@dataclass(frozen=True, slots=True, kw_only=True)
class Units(Statement):
    """How many units an encounter may have, and which modifiers make a second line right."""

    maximum: int = 1
    distinct_modifiers: frozenset[str] = frozenset()
    severity: Severity = Severity.HOLD


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation(Statement):
    """How the target must relate to its primary.

    Attributes:
        shared_diagnosis: the diagnosis pointers share nothing.
        failed_primary: the primary itself is not covered.
        failed_modifiers: modifiers that say so.
    """

    shared_diagnosis: Severity = Severity.WARN
    failed_primary: Severity = Severity.WARN
    failed_modifiers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorization(Statement):
    """Prior authorization (REF G1) is required, except in places of emergency."""

    emergency_places: frozenset[str] = frozenset()
    severity: Severity = Severity.HOLD


@dataclass(frozen=True, slots=True, kw_only=True)
class Frequency(Statement):
    """At most `count` services within `days` days; per side of the body when `per_side`."""

    count: int = 1
    days: int = 365
    per_side: bool = False
    severity: Severity = Severity.HOLD


@dataclass(frozen=True, slots=True, kw_only=True)
class Population(Statement):
    """Whom the payer covers.

    Attributes:
        minimum_age, maximum_age: years on the day of service, inclusive; None without limit.
        sexes: DMG03 values; empty for any.
        diagnoses: ICD-10-CM prefixes without a dot, of which one is needed; empty for any.
        severity: the patient is outside.
    """

    minimum_age: int | None = None
    maximum_age: int | None = None
    sexes: frozenset[str] = frozenset()
    diagnoses: tuple[str, ...] = ()
    severity: Severity = Severity.HOLD


@dataclass(frozen=True, slots=True, kw_only=True)
class Investigational(Statement):
    """The payer covers the code within a study only.

    Attributes:
        modifiers: of which one is needed.
        diagnoses: ICD-10-CM prefixes without a dot, of which one is needed.
        trial_number: whether the trial's number (REF P4) is needed.
        severity: something is missing.
    """

    modifiers: frozenset[str] = frozenset()
    diagnoses: tuple[str, ...] = ()
    trial_number: bool = False
    severity: Severity = Severity.HOLD


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting(Statement):
    """Places of service (837P) and prefixes of type of bill (837I) that the payer pays in."""

    places: frozenset[str] = frozenset()
    bill_types: tuple[str, ...] = ()
    severity: Severity = Severity.WARN


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderTier(Statement):
    """Prefixes of the rendering provider's taxonomy that the payer pays."""

    taxonomies: tuple[str, ...] = ()
    severity: Severity = Severity.WARN


@dataclass(frozen=True, slots=True, kw_only=True)
class Ncci(Statement):
    """How severe findings of CMS's National Correct Coding Initiative are for a payer.

    Attributes:
        never: two codes that are never paid together.
        without_modifier: two codes that are paid together with a modifier only, and none is there.
        unsupported: the modifier is there, and nothing on the claim supports it.
        units_line: units over the limit of a line (MAI 1).
        units_policy: units over the limit of a day, by policy (MAI 2).
        units_clinical: units over the limit of a day, by experience (MAI 3).
        add_on_listed: an add-on code without any of its listed primaries (type 1).
        add_on_other: an add-on code of type 2 or 3 without a primary.
        indicators: a modifier that the fee schedule's payment indicators do not allow.
    """

    never: Severity = Severity.WARN
    without_modifier: Severity = Severity.WARN
    unsupported: Severity = Severity.WARN
    units_line: Severity = Severity.WARN
    units_policy: Severity = Severity.WARN
    units_clinical: Severity = Severity.WARN
    add_on_listed: Severity = Severity.WARN
    add_on_other: Severity = Severity.WARN
    indicators: Severity = Severity.WARN


@dataclass(frozen=True, slots=True, kw_only=True)
class RevenueFamily(Statement):
    """Which procedures belong to a family of revenue codes.

    Attributes:
        id: tells families apart.
        revenue: revenue codes of the family, or their beginnings.
        codes: procedures that belong there, and under no other family's revenue codes.
        needs_code: whether an outpatient line under them needs a procedure code.
        severity: a procedure stands under another family's revenue code.
        missing: the procedure code is missing.
    """

    id: str = ""
    revenue: tuple[str, ...] = ()
    codes: CodeSet = NO_CODES
    needs_code: bool = False
    severity: Severity = Severity.WARN
    missing: Severity = Severity.REJECT


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelyFiling(Statement):
    """Days from the date of service to filing, and how many before the end a warning comes."""

    days: int = 365
    warn_days: int = 30
    severity: Severity = Severity.HOLD


@dataclass(frozen=True, slots=True, kw_only=True)
class SeverityOverride(Statement):
    """Another severity for all rules whose code begins with `id`."""

    id: str
    severity: Severity = Severity.WARN


@dataclass(frozen=True, slots=True, kw_only=True)
class PayerClassification(Statement):
    """The class of payers with some claim filing indicators (SBR09), or of one payer."""

    id: str
    payer_class: PayerClass
    indicators: frozenset[str] = frozenset()
    payer: str = ""
