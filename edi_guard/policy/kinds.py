"""Which element of a mapping makes which statement, and how its attributes become fields."""

from __future__ import annotations

import types
import typing
from dataclasses import dataclass, fields
from functools import cache
from typing import TYPE_CHECKING

from edi_guard.findings import Severity
from edi_guard.policy import statements as kinds
from edi_guard.policy.codeset import CodeSet
from edi_guard.policy.payers import PayerClass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lxml import etree

KINDS: dict[str, type[kinds.Statement]] = {
    "profile": kinds.CodeProfile,
    "pairing": kinds.Pairing,
    "therapy": kinds.Therapy,
    "region": kinds.Anatomy,
    "similar": kinds.Similar,
    "component-modifier": kinds.ComponentModifier,
    "surgeon-modifiers": kinds.SurgeonModifiers,
    "exclusion": kinds.Exclusion,
    "form-limit": kinds.FormLimit,
    "modifier-order": kinds.ModifierOrder,
    "documentation": kinds.Documentation,
    "units": kinds.Units,
    "relation": kinds.Relation,
    "authorization": kinds.Authorization,
    "frequency": kinds.Frequency,
    "population": kinds.Population,
    "investigational": kinds.Investigational,
    "setting": kinds.Setting,
    "provider-tier": kinds.ProviderTier,
    "timely-filing": kinds.TimelyFiling,
    "ncci": kinds.Ncci,
    "revenue-family": kinds.RevenueFamily,
    "severity": kinds.SeverityOverride,
    "payer-classification": kinds.PayerClassification,
}
SCOPE_ATTRIBUTES = frozenset({"code", "payer-class", "from", "to", "off"})


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading an element needs to know: the named code lists of all files."""

    lists: Mapping[str, CodeSet]

    def codes(self, text: str) -> CodeSet:
        """Return codes, ranges and ``@list`` references as one set.

        Raises:
            ValueError: no such list, or something that is no code.
        """
        words = text.split()
        found = CodeSet.parse(" ".join(word for word in words if not word.startswith("@")))
        for word in words:
            if word.startswith("@"):
                found |= self._list(word[1:])
        return found

    def _list(self, name: str) -> CodeSet:
        if name not in self.lists:
            known = ", ".join(sorted(self.lists))
            message = f"there is no code list {name!r}; these exist: {known}"
            raise ValueError(message)
        return self.lists[name]


@cache
def _types(name: str) -> dict[str, object]:
    known = {"CodeSet": CodeSet, "PayerClass": PayerClass, "Severity": Severity}
    return typing.get_type_hints(getattr(kinds, name), vars(kinds) | known)


def read_fields(element: etree._Element, kind: type[kinds.Statement], reading: Reading) -> dict[str, object]:
    """Return the fields that an element states, by field name.

    Raises:
        ValueError: a value that the schema let pass cannot be read.
    """
    found: dict[str, object] = {}
    hints = _types(kind.__name__)
    for field in fields(kind):
        name = field.name.replace("_", "-")
        text = element.get(name)
        if text is not None and field.name != "source":
            found[field.name] = _convert(text, hints[field.name], reading)
    found.update(_read_children(element, reading))
    return found


def _convert(text: str, hint: object, reading: Reading) -> object:  # noqa: PLR0911 - one return a type
    if hint is CodeSet:
        return reading.codes(text)
    if hint is Severity:
        return Severity.from_label(text)
    if hint is PayerClass:
        return PayerClass(text)
    if hint is bool:
        return text == "yes"
    if hint is int or (isinstance(hint, types.UnionType) and int in typing.get_args(hint)):
        return int(text)
    origin = typing.get_origin(hint)
    if origin is frozenset:
        return frozenset(text.split())
    if origin is tuple:
        return tuple(text.split())
    return text


def _read_children(element: etree._Element, reading: Reading) -> dict[str, object]:
    found: dict[str, object] = {}
    studies = [child for child in element if _name(child) == "studies"]
    if studies:
        found["studies"] = tuple(
            (child.get("modality", ""), reading.codes(child.get("codes", ""))) for child in studies
        )
    groups = [child for child in element if _name(child) == "group"]
    if groups:
        found["groups"] = tuple(frozenset(child.get("modifiers", "").split()) for child in groups)
    phrases = [child for child in element if _name(child) == "phrase"]
    if phrases:
        found["boilerplate"] = tuple(" ".join((c.text or "").lower().split()) for c in phrases)
    return found


def _name(element: etree._Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
