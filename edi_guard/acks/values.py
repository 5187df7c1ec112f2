"""Makes values fit for an acknowledgment's elements: characters, lengths, amounts, days."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from edi_guard.claims import Period

MESSAGE_LENGTH = 264
UNKNOWN = "UNKNOWN"
# The extended character set of X12 without the delimiters that acknowledgments use.
_BEYOND = re.compile(r"[^A-Za-z0-9 !\"&'()+,\-./;?=%@\[\]_{}\\|<>#$]")


def plain(text: str, longest: int, default: str = "", shortest: int = 1) -> str:
    """Return a value that can stand in an element.

    Args:
        text: the value as the input has it.
        longest: characters that the element can hold.
        default: what stands there when nothing usable is left.
        shortest: characters that the element must have.
    """
    if not text.isascii():
        letters = unicodedata.normalize("NFKD", text)
        text = "".join(c for c in letters if not unicodedata.combining(c))
    kept = _BEYOND.sub(" ", text).strip()[:longest].rstrip()
    return kept if len(kept) >= shortest else default


def sentence(text: str) -> str:
    """Return a message as free text: on one line, without delimiters, cut between words."""
    words = " ".join(plain(text.replace(":", ";"), len(text) * 4).split())
    if len(words) <= MESSAGE_LENGTH:
        return words
    cut = words[: MESSAGE_LENGTH + 1].rpartition(" ")[0]
    return cut or words[:MESSAGE_LENGTH]


def money(value: Decimal | None) -> str:
    """Return an amount without needless zeros; ``0`` where the input has none that can be read."""
    if value is None:
        return "0"
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text if text not in ("", "-", "-0") else "0"


def day(value: date) -> str:
    """Return a day as CCYYMMDD."""
    return f"{value:%Y%m%d}"


def period(value: Period) -> tuple[str, str]:
    """Return the date format qualifier and the value of one or more days."""
    if value.first == value.last:
        return "D8", day(value.first)
    return "RD8", f"{day(value.first)}-{day(value.last)}"
