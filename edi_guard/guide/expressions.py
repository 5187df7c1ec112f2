"""One regular expression per segment of a guide: what matches has no fault that pyx12 would name.

An expression covers usage, length, type, code values, composites, dates, times and syntax notes. It
may refuse what pyx12 lets pass (blanks around a value, empty ends, a repetition separator, components
without their first one), never the other way round: what it refuses is explained by pyx12's own node.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from itertools import permutations
from typing import TYPE_CHECKING, Final

from edi_guard.guide.maps import CompositeSpec, ElementSpec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from edi_guard.guide.maps import SegmentSpec
    from edi_guard.x12 import Delimiters

# The extended character set of X12 005010 (pyx12 with charset E).
_CHARACTERS: Final = (
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefghijklmnopqrstuvwxyz!\"&'()*+,-./:;?= %~@[]_{}\\|<>^`#$"
)
_MONTH_DAY: Final = (
    "(?:0[1-9]|1[0-2])(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])(?:29|30)|(?:0[13578]|1[02])31"
)
_CENTURY: Final = "(?:1[89]|[2-9][0-9])"
_LEAP: Final = f"(?:{_CENTURY}(?:0[48]|[2468][048]|[13579][26])|(?:2[048]|[468][048]|[3579][26])00)0229"
DATE: Final = f"(?:{_CENTURY}[0-9]{{2}}(?:{_MONTH_DAY})|{_LEAP})"
_SHORT_DATE: Final = f"[0-9]{{2}}(?:{_MONTH_DAY})"
TIME: Final = "(?:[01][0-9]|2[0-3])[0-5][0-9](?:[0-5][0-9][0-9]{0,2})?"
_CLOCK: Final = "(?:[01][0-9]|2[0-3])[0-5][0-9]"
# What stands in a date or time of a stated format (data elements 1250 and 1251).
_FORMATS: Final = {
    "D8": DATE,
    "RD8": f"{DATE}-{DATE}",
    "D6": _SHORT_DATE,
    "DT": f"{DATE}(?:{_CLOCK})?",
    "TM": TIME,
}
_FORMAT, _FORMATTED = "1250", "1251"


class Expressions:
    """Builds the expressions for one set of delimiters."""

    def __init__(self, delimiters: Delimiters) -> None:
        self._separator = re.escape(delimiters.element)
        self._component = re.escape(delimiters.component)
        taken = {delimiters.element, delimiters.component, delimiters.segment, delimiters.repetition}
        allowed = "".join(c for c in _CHARACTERS if c not in taken)
        self._any = _character_class(allowed)
        self._solid = _character_class(allowed.replace(" ", ""))
        # Expressions are also joined to those of whole runs of segments: none looks beyond its own.
        self._anything = f"[^{self._separator}{re.escape(delimiters.segment)}]"
        self._end = f"(?:(?={re.escape(delimiters.segment)})|\\Z)"
        self._taken = taken

    def of_segment(self, segment: SegmentSpec) -> re.Pattern[str]:
        """Return the expression that a segment's text must match whole."""
        parts = [self._part(part) for part in self._with_formats(segment.elements)]
        required = [part.usage == "R" for part in segment.elements]
        notes = "".join(self._note(kind, numbers, segment) for kind, numbers in segment.syntax)
        # Without separators at the end, so that no rule has to look for these.
        ends = f"(?<!{self._separator})"
        whole = _sequence(parts, required, self._separator)
        return re.compile(f"{re.escape(segment.id)}{notes}{whole}{ends}")

    # --------------------------------------------------------------- elements

    def _with_formats(
        self, elements: Sequence[ElementSpec | CompositeSpec]
    ) -> list[ElementSpec | CompositeSpec | _Formatted]:
        """Fuse every format qualifier with the value that it describes."""
        result: list[ElementSpec | CompositeSpec | _Formatted] = []
        qualifier: ElementSpec | None = None
        for part in elements:
            if isinstance(part, ElementSpec) and part.data_element == _FORMAT and part.usage != "N":
                qualifier = part
            if isinstance(part, ElementSpec) and part.data_element == _FORMATTED and qualifier:
                result.append(_Formatted(part, qualifier))
            else:
                result.append(part)
        return result

    def _part(self, part: ElementSpec | CompositeSpec | _Formatted) -> str:
        if isinstance(part, _Formatted):
            return _used(part.value.usage, self._formatted(part))
        if isinstance(part, ElementSpec):
            return _used(part.usage, self._value(part))
        required = [c.usage == "R" or (i == 0 and part.usage == "S") for i, c in enumerate(part.components)]
        inner = _sequence([self._part(c) for c in part.components], required, self._component)
        return _used(part.usage, f"(?:{inner.removeprefix(self._component)}(?<!{self._component}))")

    def _formatted(self, part: _Formatted) -> str:
        """Allow what any of the qualifier's codes would allow that the text itself then states."""
        known = [_FORMATS[code] for code in part.qualifier.codes if code in _FORMATS]
        if len(known) < len(part.qualifier.codes) or not known:
            return "(?!)" if part.qualifier.codes else self._value(part.value)
        if len(known) == 1:
            return known[0]
        # The qualifier stands directly before its value in every segment that has both.
        choices = (
            f"(?<={self._separator}{code}{self._separator}){_FORMATS[code]}" for code in part.qualifier.codes
        )
        return f"(?:{'|'.join(choices)})"

    def _value(self, element: ElementSpec) -> str:
        if element.listed:
            value = self._codes(element)
        elif element.type == "R":
            value = _decimal(element.shortest, element.longest)
        elif element.type.startswith("N"):
            value = f"-?[0-9]{{{element.shortest},{element.longest}}}"
        elif element.type == "DT":
            value = "|".join(_dates(element))
        elif element.type == "TM":
            value = TIME if element.longest > 4 else _CLOCK
        else:
            value = self._text(element)
        if element.pattern:
            # pyx12 searches; anchoring at the front refuses more, which is allowed here.
            return f"(?:(?={element.pattern}){value})" if _is_simple(element.pattern) else "(?!)"
        return f"(?:{value})"

    def _codes(self, element: ElementSpec) -> str:
        return _one_of({code for code in element.codes if self._is_writable(code, element)})

    def _is_writable(self, code: str, element: ElementSpec) -> bool:
        fits = element.shortest <= len(code) <= element.longest
        return fits and not code.endswith(" ") and self._taken.isdisjoint(code)

    def _text(self, element: ElementSpec) -> str:
        """Neither pyx12 nor X12 minds a blank in front, but then no rule has to look for one."""
        if element.longest == 1:
            return self._solid
        inner = f"{self._any}{{{max(0, element.shortest - 2)},{element.longest - 2}}}"
        both = f"{self._solid}{inner}{self._solid}"
        return both if element.shortest > 1 else f"{self._solid}(?:{inner}{self._solid})?"

    # ----------------------------------------------------------- syntax notes

    def _note(self, kind: str, numbers: tuple[int, ...], segment: SegmentSpec) -> str:
        usages = {part.number: part.usage for part in segment.elements}
        return "".join(
            f"(?!{self._presence(violation)})"
            for violation in _violations(kind, numbers)
            if _is_possible(violation, usages)
        )

    def _presence(self, wanted: Mapping[int, bool]) -> str:
        """Return an expression for texts whose elements are there or not, as wanted."""
        expression = ""
        for number in range(max(wanted), 0, -1):
            if number not in wanted:
                step = f"{self._anything}*"
            else:
                step = f"{self._anything}+" if wanted[number] else f"(?={self._separator}|{self._end})"
            may_end = not any(there for at, there in wanted.items() if at >= number)
            expression = f"{self._separator}{step}{expression}"
            if may_end:
                expression = f"(?:{self._end}|{expression})"
        return expression


class _Formatted:
    """A value whose form an element before it states."""

    def __init__(self, value: ElementSpec, qualifier: ElementSpec) -> None:
        self.value = value
        self.qualifier = qualifier


@lru_cache(maxsize=8)
def expressions_for(delimiters: Delimiters) -> Expressions:
    """Return the builder for a set of delimiters."""
    return Expressions(delimiters)


def _character_class(characters: str) -> str:
    """Return a character class, written in ranges: short expressions compile faster."""
    codes = sorted(set(map(ord, characters)))
    starts = [code for code in codes if code - 1 not in codes]
    ends = [code for code in codes if code + 1 not in codes]
    ranges = (
        re.escape(chr(first)) if first == last else f"{re.escape(chr(first))}-{re.escape(chr(last))}"
        for first, last in zip(starts, ends, strict=True)
    )
    return f"[{''.join(ranges)}]"


def _one_of(words: AbstractSet[str]) -> str:
    """Return an expression for exactly these words: a tree of their first letters."""
    if not words:
        return "(?!)"
    if len(words) == 1:
        return re.escape(next(iter(words)))
    if all(len(word) == 1 for word in words):
        return _character_class("".join(words))
    tails: defaultdict[str, set[str]] = defaultdict(set)
    for word in words:
        tails[word[:1]].add(word[1:])
    alternatives = [f"{re.escape(letter)}{_one_of(rest)}" for letter, rest in sorted(tails.items()) if letter]
    # The empty word last: a longer one is to be tried before it.
    return f"(?:{'|'.join(alternatives)})" + ("?" if "" in tails else "")


def _used(usage: str, expression: str) -> str:
    if usage == "N":
        return ""
    return expression if usage == "R" else f"(?:{expression})?"


def _sequence(parts: Sequence[str], required: Sequence[bool], separator: str) -> str:
    """Join expressions; what follows the last required one may be left out with its separator."""
    last = max((i for i, needed in enumerate(required) if needed), default=-1)
    tail = ""
    for part in reversed(parts[last + 1 :]):
        tail = f"(?:{separator}{part}{tail})?"
    return "".join(f"{separator}{part}" for part in parts[: last + 1]) + tail


def _decimal(shortest: int, longest: int) -> str:
    digits = f"[0-9]{{{shortest},{longest}}}"
    pointed = f"(?=[0-9.]{{{shortest + 1},{longest + 1}}}(?![0-9.]))[0-9]*\\.[0-9]+"
    return f"-?(?:{digits}(?!\\.)|{pointed})"


def _dates(element: ElementSpec) -> list[str]:
    forms = {8: DATE, 6: _SHORT_DATE, 12: f"{DATE}{_CLOCK}"}
    fitting = [form for size, form in forms.items() if element.shortest <= size <= element.longest]
    return fitting or ["(?!)"]


def _is_simple(pattern: str) -> bool:
    return not pattern.startswith("^") and "|" not in pattern and "$" not in pattern


def _violations(kind: str, numbers: tuple[int, ...]) -> list[dict[int, bool]]:
    """Return the patterns of presence that a syntax note forbids; each names only what matters.

    Types as in X12.6: P all or none, R at least one, E at most one, C the first needs all others,
    L the first needs one of the others.
    """
    first, rest = numbers[0], numbers[1:]
    match kind:
        case "P":
            return [{there: True, missing: False} for there, missing in permutations(numbers, 2)]
        case "R":
            return [dict.fromkeys(numbers, False)]
        case "E":
            return [{a: True, b: True} for a, b in permutations(numbers, 2) if a < b]
        case "C":
            return [{first: True, missing: False} for missing in rest]
        case _:
            return [{first: True, **dict.fromkeys(rest, False)}]


def _is_possible(violation: Mapping[int, bool], usages: Mapping[int, str]) -> bool:
    """Whether the usage of the elements leaves room for it; what must be there cannot be missing."""
    return not any(usages.get(number, "N") == ("N" if there else "R") for number, there in violation.items())
