"""What can go wrong with reference tables."""

from __future__ import annotations


class ReferenceTableError(Exception):
    """A table or the store cannot be used; one sentence says what is wrong and what to do."""
