"""Reads the acknowledgments that clearinghouses and payers send back."""

from edi_guard.responses.answers import (
    ClaimAnswer,
    ClaimStatus,
    GroupAnswer,
    InterchangeAnswer,
    ResponseError,
    Responses,
    SyntaxError999,
    TransactionAnswer,
)
from edi_guard.responses.read import read_responses

__all__ = [
    "ClaimAnswer",
    "ClaimStatus",
    "GroupAnswer",
    "InterchangeAnswer",
    "ResponseError",
    "Responses",
    "SyntaxError999",
    "TransactionAnswer",
    "read_responses",
]
