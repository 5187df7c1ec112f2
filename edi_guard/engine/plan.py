"""What the first pass leaves for the second, per transaction set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from edi_guard.claims import read_claims
from edi_guard.x12 import parse_transaction
from edi_guard.x12.edits import EditedText

if TYPE_CHECKING:
    from edi_guard.claims import ClaimKind, Transaction
    from edi_guard.findings import Edit
    from edi_guard.x12 import Source, TransactionSpan


@dataclass(frozen=True, slots=True)
class TransactionPlan:
    """One transaction set of the file, to be read again when it is needed.

    Attributes:
        span: its place among the envelopes.
        kind: professional or institutional.
        first_ordinal: the ordinal of its first claim in the file.
        claims: how many claims it holds.
        edits: its repairs, in the file's offsets.
    """

    span: TransactionSpan
    kind: ClaimKind
    first_ordinal: int
    claims: int
    edits: tuple[Edit, ...] = ()

    @property
    def ordinals(self) -> range:
        """The ordinals of its claims."""
        return range(self.first_ordinal, self.first_ordinal + self.claims)

    def read_text(self, source: Source) -> EditedText:
        """Return its text with the repairs made.

        Raises:
            EditConflictError: the file no longer reads as it did.
        """
        text = EditedText(source.read(self.span.start, self.span.end), self.span.start)
        if self.edits:
            text.apply(self.edits)
        return text

    def read(self, source: Source) -> Transaction:
        """Return its claims, repairs made."""
        return self.parse(self.read_text(source))

    def parse(self, text: EditedText) -> Transaction:
        """Return the claims of its text."""
        segments = parse_transaction(text.text, self.span, self.span.start)
        return read_claims(segments, self.kind, self.first_ordinal)
