"""What can go wrong with the ledger, in one sentence each."""

from __future__ import annotations


class LedgerError(Exception):
    """The ledger cannot be used as it is; one sentence says why and what to do."""
