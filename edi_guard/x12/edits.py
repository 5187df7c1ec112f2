"""Text with edits applied, which still knows where each character stood in the file."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, NamedTuple

from edi_guard.findings import Edit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from edi_guard.x12.sections import Section


class EditConflictError(Exception):
    """An edit does not find the text it names, or two edits overlap."""

    def __init__(self, edit: Edit) -> None:
        super().__init__(f"the edit at byte {edit.start} does not fit the text")


class _Piece(NamedTuple):
    start: int
    text: str
    origin: int | None


def apply_edits(text: str, start: int, edits: Iterable[Edit]) -> str:
    """Return `text`, whose first character stands at offset `start`, with edits made.

    Raises:
        EditConflictError: an edit does not find what it replaces, or overlaps another.
    """
    parts = []
    position = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        begin = edit.start - start
        end = begin + len(edit.before)
        if begin < position or text[begin:end] != edit.before or end > len(text):
            raise EditConflictError(edit)
        parts += [text[position:begin], edit.after]
        position = end
    return "".join([*parts, text[position:]])


class EditSet:
    """Edits of which no two touch the same text."""

    def __init__(self) -> None:
        self._edits: list[Edit] = []

    def admit(self, edits: Sequence[Edit]) -> bool:
        """Take all of `edits`, or none when one overlaps another or any taken before.

        Two insertions at one place overlap, since their order would be arbitrary.
        """
        added: list[Edit] = []
        for edit in edits:
            index = bisect_left(self._edits, edit.start, key=_start)
            around = self._edits[max(0, index - 1) : index + 1]
            if any(_overlap(edit, other) for other in around):
                for earlier in added:
                    self._edits.remove(earlier)
                return False
            self._edits.insert(index, edit)
            added.append(edit)
        return True


def _start(edit: Edit) -> int:
    return edit.start


def _overlap(one: Edit, other: Edit) -> bool:
    if one.start == other.start:
        return True
    return one.start < other.end and other.start < one.end


class EditedText:
    """A stretch of a file, edited in rounds.

    Attributes:
        start: the offset of its first character, in the file and in every round.
        original: the text as it stands in the file.
        text: the text as it reads now.
        section: where the pieces of the text stand in the file; None for a stretch without a gap.
    """

    def __init__(self, original: str, start: int, section: Section | None = None) -> None:
        self.original = original
        self.start = start
        self.section = section
        self.text = original
        self._pieces = [_Piece(start, original, start)]
        self._starts = [start]

    def apply(self, edits: Iterable[Edit]) -> None:
        """Make edits whose offsets count in the text as it reads now.

        Raises:
            EditConflictError: an edit does not find what it replaces, or overlaps another.
        """
        ordered = sorted(edits, key=lambda edit: (edit.start, edit.end))
        edited = apply_edits(self.text, self.start, ordered)
        pieces: list[tuple[str, int | None]] = []
        position = self.start
        for edit in ordered:
            pieces += self._cut(position, edit.start)
            pieces.append((edit.after, None))
            position = edit.end
        pieces += self._cut(position, self.start + len(self.text))
        self.text = edited
        self._pieces = []
        offset = self.start
        for text, origin in pieces:
            if text:
                self._pieces.append(_Piece(offset, text, origin))
                offset += len(text)
        self._starts = [piece.start for piece in self._pieces]

    def _cut(self, begin: int, end: int) -> Iterator[tuple[str, int | None]]:
        index = max(0, bisect_right(self._starts, begin) - 1)
        for piece in self._pieces[index:]:
            if piece.start >= end:
                return
            first = max(begin, piece.start) - piece.start
            last = min(end, piece.start + len(piece.text)) - piece.start
            if first < last:
                origin = None if piece.origin is None else piece.origin + first
                yield piece.text[first:last], origin

    def original_offset(self, offset: int, *, behind: bool = False) -> int:
        """Return where the character at `offset` stood in the file.

        New text stands where the next original character does; in a section, where it was put.

        Args:
            offset: in the text as it reads now.
            behind: no character is meant but the place behind the one before.
        """
        index = max(0, bisect_right(self._starts, offset) - 1)
        is_new = behind
        for piece in self._pieces[index:]:
            if piece.origin is not None:
                inside = max(0, offset - piece.start)
                if inside <= len(piece.text):
                    return self._place_of(piece.origin + inside, behind=is_new)
            is_new = True
        return self._place_of(self.start + len(self.original), behind=is_new)

    def _place_of(self, offset: int, *, behind: bool) -> int:
        return offset if self.section is None else self.section.place_of(offset, behind=behind)

    def edits(self) -> list[Edit]:
        """Return the differences from the file's own text, in the file's offsets, ascending."""
        return [
            Edit(self._place_of(edit.start, behind=not edit.before), edit.before, edit.after)
            for edit in self.changes()
        ]

    def make(self, edits: Iterable[Edit]) -> None:
        """Make edits whose offsets are those of the file, in a text that was not edited yet.

        Raises:
            EditConflictError: an edit does not find what it replaces, or overlaps another.
        """
        section = self.section
        if section is not None:
            edits = [
                Edit(section.offset_of(edit.start, behind=not edit.before), edit.before, edit.after)
                for edit in edits
            ]
        self.apply(edits)

    def changes(self) -> list[Edit]:
        """Return the differences from the original text, in its own offsets, ascending."""
        found = []
        position, inserted = self.start, ""
        end = self.start + len(self.original)
        for piece in [*self._pieces, _Piece(0, "", end)]:
            if piece.origin is None:
                inserted += piece.text
                continue
            if piece.origin > position or inserted:
                before = self.original[position - self.start : piece.origin - self.start]
                found.append(Edit(position, before, inserted))
            position, inserted = piece.origin + len(piece.text), ""
        return found
