"""Sets of procedure codes, written as codes and inclusive ranges."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_CODE = re.compile(r"(?:(\d{5})|([A-Z])(\d{4})|(\d{4})([A-Z]))", re.ASCII)
_FIVE_DIGITS = 100_000
# One number more than a letter has codes, so that ranges of neighbouring letters never touch.
_PER_LETTER = 10_001
_LETTERS = 26
_SUFFIXED = _FIVE_DIGITS + 1 + _LETTERS * _PER_LETTER


def code_number(code: str) -> int | None:
    """Return the place of a code in the order of all codes, None when it has no code's shape.

    The shapes are five digits (CPT), a letter and four digits (HCPCS level II) and four digits
    and a letter (CPT categories II and III, laboratory analyses).
    """
    match = _CODE.fullmatch(code)
    if match is None:
        return None
    digits, prefix, after, before, suffix = match.groups()
    if digits:
        return int(digits)
    if prefix:
        return _FIVE_DIGITS + 1 + (ord(prefix) - ord("A")) * _PER_LETTER + int(after)
    return _SUFFIXED + (ord(suffix) - ord("A")) * _PER_LETTER + int(before)


def _code(number: int) -> str:
    if number < _FIVE_DIGITS:
        return f"{number:05d}"
    if number < _SUFFIXED:
        letter, digits = divmod(number - _FIVE_DIGITS - 1, _PER_LETTER)
        return f"{chr(ord('A') + letter)}{digits:04d}"
    letter, digits = divmod(number - _SUFFIXED, _PER_LETTER)
    return f"{digits:04d}{chr(ord('A') + letter)}"


def _family(code: str) -> str:
    return "".join(character if character.isalpha() else "#" for character in code)


@dataclass(frozen=True, slots=True)
class CodeSet:
    """An immutable set of codes; make one with `parse` or `of`.

    A range holds codes of its ends' shape and letter only: ``0101T-0999T`` does not hold
    ``0500F``.
    """

    _firsts: tuple[int, ...] = ()
    _lasts: tuple[int, ...] = ()

    @classmethod
    def parse(cls, text: str) -> CodeSet:
        """Read codes and ranges separated by blanks, e.g. ``10004-69990 G0260``.

        Raises:
            ValueError: a word is neither a code nor a range; the message says what would be right.
        """
        return cls._merged(_range(word) for word in text.split())

    @classmethod
    def of(cls, codes: Iterable[str]) -> CodeSet:
        """Return the set of single codes.

        Raises:
            ValueError: one of them has no code's shape.
        """
        return cls.parse(" ".join(codes))

    @classmethod
    def _merged(cls, ranges: Iterable[tuple[int, int]]) -> CodeSet:
        merged: list[tuple[int, int]] = []
        for first, last in sorted(ranges):
            if merged and first <= merged[-1][1] + 1:
                merged[-1] = (merged[-1][0], max(merged[-1][1], last))
            else:
                merged.append((first, last))
        return cls(tuple(first for first, _ in merged), tuple(last for _, last in merged))

    def __contains__(self, code: object) -> bool:
        """Whether a code is in the set; anything that is no code is not."""
        number = code_number(code) if isinstance(code, str) else None
        if number is None:
            return False
        place = bisect_right(self._firsts, number) - 1
        return place >= 0 and number <= self._lasts[place]

    def __bool__(self) -> bool:
        """Whether there is any code in the set."""
        return bool(self._firsts)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Yield first and last code of each range, in order, ranges merged."""
        for first, last in zip(self._firsts, self._lasts, strict=True):
            yield _code(first), _code(last)

    def __str__(self) -> str:
        """Return the set as `parse` reads it."""
        return " ".join(first if first == last else f"{first}-{last}" for first, last in self)

    def __or__(self, other: CodeSet) -> CodeSet:
        """Return the codes of either set."""
        return CodeSet._merged([*self._numbers(), *other._numbers()])

    def __sub__(self, other: CodeSet) -> CodeSet:
        """Return the codes of this set that are not in the other."""
        left = list(self._numbers())
        for first, last in other._numbers():
            left = [
                part
                for start, end in left
                for part in ((start, min(end, first - 1)), (max(start, last + 1), end))
                if part[0] <= part[1]
            ]
        return CodeSet._merged(left)

    def __and__(self, other: CodeSet) -> CodeSet:
        """Return the codes in both sets."""
        return self - (self - other)

    def _numbers(self) -> Iterator[tuple[int, int]]:
        return zip(self._firsts, self._lasts, strict=True)


def _range(word: str) -> tuple[int, int]:
    start, dash, end = word.partition("-")
    first, last = code_number(start), code_number(end if dash else start)
    if first is None or last is None:
        wrong = start if first is None else end
        message = f"'{wrong}' is no procedure code: write five characters such as 76942 or G0260"
        raise ValueError(message)
    if _family(start) != _family(end if dash else start):
        message = (
            f"'{word}' runs over two kinds of code: both ends of a range need the same letter in "
            "the same place, or none"
        )
        raise ValueError(message)
    if first > last:
        message = f"'{word}' runs backwards: write {end}-{start}"
        raise ValueError(message)
    return first, last
