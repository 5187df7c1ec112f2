"""Reads what payers and clearinghouses answered: remittances (835) and acknowledgments (277CA, 999, TA1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from edi_guard.remittance import RemittanceError, read_remittances
from edi_guard.responses import ResponseError, Responses, read_responses

if TYPE_CHECKING:
    from edi_guard.remittance import Remittance
    from edi_guard.x12 import Source


@dataclass(frozen=True, slots=True)
class Answers:
    """What a file answers: remittances, or acknowledgments.

    Attributes:
        remittances: none where it holds acknowledgments.
        responses: None where it holds remittances.
        sha256: of the file's bytes; empty where nobody asked.
    """

    remittances: tuple[Remittance, ...] = ()
    responses: Responses | None = None
    sha256: str = ""


def read_answers(source: Source) -> Answers:
    """Return what a file answers; of a broken file nothing counts.

    Args:
        source: the file.

    Raises:
        RemittanceError: it is broken, or neither remittance nor acknowledgment.
    """
    try:
        return Answers(remittances=tuple(read_remittances(source)))
    except RemittanceError as error:
        try:
            return Answers(responses=read_responses(source))
        except ResponseError:
            raise error from None
