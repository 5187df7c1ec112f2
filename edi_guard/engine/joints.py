"""Where a transaction set may be cut into sections so that the implementation guide does not notice.

What the guide says at an HL or a CLM may concern what stands before it: something missing there. So a cut is
made only where it has nothing to say, and where the walk through a section arrives in the same state as the
walk through the whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from edi_guard.claims import plan_sections
from edi_guard.guide import CompiledGuide, adopted_text, guide_for
from edi_guard.x12 import FILLER

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from edi_guard.claims import CarriedLevel, Joint
    from edi_guard.engine.settings import Settings
    from edi_guard.guide import Course, State
    from edi_guard.x12 import Section, Source, TransactionText

_HEAD_LENGTH: Final = 4096
_BILLING_PROVIDER: Final = "85"


def sections_of(source: Source, text: TransactionText, settings: Settings) -> tuple[Section, ...]:
    """Return the sections in which a transaction set is read; none where it is read whole.

    Args:
        source: the file.
        text: the transaction set.
        settings: the guide.
    """
    guide = guide_for(text.span.version or text.span.group.version)
    if not text.is_long or text.has_empty_segments or guide is None:
        return ()
    if not isinstance(settings.guide, CompiledGuide):
        return ()
    joints = GuideJoints(source, text, settings.guide.course(guide, text.delimiters))
    return plan_sections(source, text.span, joints)


class GuideJoints:
    """Asks the guide about the places where a transaction set may be cut."""

    def __init__(self, source: Source, text: TransactionText, course: Course) -> None:
        """Begin; nothing is read before it is needed."""
        self._source = source
        self._course = course
        self._terminator = text.delimiters.segment
        self._separator = text.delimiters.element
        self._blanks = FILLER.replace(text.delimiters.segment, "")
        self._known: dict[int, State | None] = {}

    def allow(self, joint: Joint, carried: Sequence[CarriedLevel]) -> bool:
        """Whether a section may begin at a place, with these levels carried along."""
        state = self._walk(self._course.automaton.start, self._header(joint))
        for level in carried:
            segments = self._segments(level.piece.start, level.piece.end)
            if level.joint is not None:
                whole = self._state_at(level.joint)
                if whole is None or self._step(state, segments[0]) is not whole:
                    return False
            if not self._is_judged_alone(segments):
                return False
            state = self._walk(state, segments)
        whole = self._state_at(joint)
        return whole is not None and self._step(state, self._head(joint.place)) is whole

    def allow_end(self, joint: Joint) -> bool:
        """Whether the transaction set may end in sections: SE begins at that place."""
        state = self._state_at(joint)
        return state is not None and self._course.leaves(state)

    def _is_judged_alone(self, level: Iterable[str]) -> bool:
        """Whether what is said of a level needs no look at those below it.

        A billing provider without a number of its own is judged by the payers of all its subscribers.
        """
        for text in level:
            elements = text.split(self._separator)
            if elements[:2] == ["NM1", _BILLING_PROVIDER]:
                return len(elements) > 9 and bool(elements[9])
        return True

    # ------------------------------------------------------------------ walk

    def _state_at(self, joint: Joint) -> State | None:
        """Return the state behind the HL or CLM at a joint; None where the guide has something to say there.

        The walk begins with the levels above the run before: where these were entered from does not matter.
        """
        if joint.place not in self._known:
            state = self._walk(self._course.automaton.start, self._header(joint))
            for piece in joint.above[1:]:
                state = self._walk(state, self._segments(piece.start, piece.end))
            state = self._walk(state, self._segments(*joint.run))
            self._known[joint.place] = self._course.accepted(state, self._head(joint.place))
        return self._known[joint.place]

    def _walk(self, state: State, segments: Iterable[str]) -> State:
        for text in segments:
            state = self._step(state, text)
        return state

    def _step(self, state: State, text: str) -> State:
        """Return the state behind a segment, the same where the guide has no place for it."""
        return self._course.accept(state, text) or self._course.explain(state, text, 1)[0] or state

    # ------------------------------------------------------------------ text

    def _header(self, joint: Joint) -> list[str]:
        header = joint.above[0]
        first, *others = self._segments(header.start, header.end)
        return [adopted_text(first, self._course.guide, self._course.delimiters), *others]

    def _segments(self, start: int, end: int) -> list[str]:
        pieces = self._source.read(start, end).split(self._terminator)
        return [piece.lstrip(self._blanks) for piece in pieces[:-1]]

    def _head(self, place: int) -> str:
        """Return the segment that begins at a place."""
        length = _HEAD_LENGTH
        while True:
            text = self._source.read(place, place + length)
            end = text.find(self._terminator)
            if end >= 0:
                return text[:end].lstrip(self._blanks)
            length *= 2
