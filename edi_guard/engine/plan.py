"""What the first pass leaves for the second, per transaction set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from edi_guard.claims import read_claims, read_excerpt
from edi_guard.x12 import parse_transaction, read_transaction
from edi_guard.x12.edits import EditedText, apply_edits

if TYPE_CHECKING:
    from collections.abc import Container

    from edi_guard.claims import ClaimKind, Transaction
    from edi_guard.findings import Edit
    from edi_guard.x12 import Section, Source, TransactionSpan, TransactionText


@dataclass(frozen=True, slots=True)
class TransactionPlan:
    """One transaction set of the file, to be read again when it is needed.

    Attributes:
        span: its place among the envelopes.
        kind: professional or institutional.
        first_ordinal: the ordinal of its first claim in the file.
        claims: how many claims it holds.
        edits: its repairs, in the file's offsets.
        section: which of the transaction set's claims these are; None for all of them. Edits of what is
            carried along stand in every section that does so.
    """

    span: TransactionSpan
    kind: ClaimKind
    first_ordinal: int
    claims: int
    edits: tuple[Edit, ...] = ()
    section: Section | None = None

    @property
    def ordinals(self) -> range:
        """The ordinals of its claims."""
        return range(self.first_ordinal, self.first_ordinal + self.claims)

    @property
    def home(self) -> range:
        """The bytes of the file that are this plan's and no other's."""
        return range(self.span.start, self.span.end) if self.section is None else self.section.home

    @property
    def home_edits(self) -> tuple[Edit, ...]:
        """The repairs that are this plan's and no other's."""
        section = self.section
        if section is None:
            return self.edits
        return tuple(e for e in self.edits if section.is_home(e.start, is_insertion=not e.before))

    def read_home(self, source: Source) -> str:
        """Return the text of its own bytes, repairs made.

        Raises:
            EditConflictError: the file no longer reads as it did.
        """
        return apply_edits(source.read(self.home.start, self.home.stop), self.home.start, self.home_edits)

    def read_original(self, source: Source) -> TransactionText:
        """Return its text as it stands in the file."""
        return read_transaction(source, self.span, self.section)

    def read_text(self, source: Source) -> EditedText:
        """Return its text with the repairs made.

        Raises:
            EditConflictError: the file no longer reads as it did.
        """
        text = EditedText(self.read_original(source).text, self.span.start, self.section)
        if self.edits:
            text.make(self.edits)
        return text

    def read_repaired(self, source: Source) -> TransactionText:
        """Return its text with the repairs made, as what it is read from.

        Raises:
            EditConflictError: the file no longer reads as it did.
        """
        original = self.read_original(source)
        return original.edited(self.read_text(source).text) if self.edits else original

    def read(self, source: Source) -> Transaction:
        """Return its claims, repairs made."""
        return self.parse(self.read_text(source))

    def read_heads(self, source: Source, with_lines: Container[int]) -> Transaction:
        """Return its claims, repairs made; of claims other than `with_lines`, without their service lines."""
        text = self.read_repaired(source)
        if text.has_empty_segments:
            return read_claims(text, self.kind, self.first_ordinal)
        return read_excerpt(text, self.kind, self.first_ordinal, self.ordinals, with_lines)

    def parse(self, text: EditedText) -> Transaction:
        """Return the claims of its text."""
        segments = parse_transaction(text.text, self.span, self.span.start, self.section)
        return read_claims(segments, self.kind, self.first_ordinal)
