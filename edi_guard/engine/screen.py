"""Glances over the text of a transaction set: walks the guide and sees which claims need a closer look.

One pass over the text, without a claim model. What a segment says is worked out once for each text at
each place of the guide and remembered, since providers, payers, codes and dates repeat. A segment that
the guide does not accept, that wakes a rule, or that cannot be told apart for sure, wakes its claim;
the rules then run on the full model. `edi_guard.rules.signs` says what wakes a rule.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from edi_guard.engine.collect import Collector
from edi_guard.engine.notes import NoteTaker
from edi_guard.guide import adopted_text
from edi_guard.x12 import FILLER

if TYPE_CHECKING:
    from collections.abc import Callable

    from edi_guard.claims import ClaimKind
    from edi_guard.engine.glance import Glance
    from edi_guard.engine.notes import Note
    from edi_guard.guide import CompiledGuide, Course, State
    from edi_guard.rules.context import Context
    from edi_guard.rules.ruleset import Ruleset
    from edi_guard.x12 import Delimiters, TransactionText

_MOST_REMEMBERED = 4_000
# Segments whose texts hardly ever come again: remembering them costs more than it saves.
_UNIQUE = frozenset({("NM1", "IL"), ("NM1", "QC"), ("REF", "6R"), ("REF", "D9"), ("REF", "EA")})
_UNIQUE_SEGMENTS = frozenset({"HL", "CLM", "DMG", "PWK", "NTE"})


class _Place:
    """A state of the guide's automaton, with what was seen there before."""

    __slots__ = ("seen", "state", "steps")

    def __init__(self, state: State) -> None:
        self.state = state
        self.seen: dict[str, tuple[_Place, Note | None]] = {}
        self.steps: dict[tuple[str, str], _Step | None] = {}


class _Step(NamedTuple):
    """What follows a segment with some key.

    Attributes:
        place: where the walk stands then.
        accepts: matches the texts that nothing can be said against.
        read: returns the note of such a text; None where there is never any.
        repeats: whether the same text is likely to come again.
    """

    place: _Place
    accepts: Callable[[str], object]
    read: Callable[[str], Note | None] | None
    repeats: bool


class Screen:
    """Glances over transaction sets of one kind, with one set of rules and delimiters."""

    def __init__(self, course: Course, kind: ClaimKind, ruleset: Ruleset, context: Context) -> None:
        self._course = course
        self._kind = kind
        self._notes = NoteTaker(course.delimiters, kind, ruleset, context)
        self._blanks = FILLER.replace(course.delimiters.segment, "")
        self._places: dict[int, _Place] = {}
        self._start = self._place(course.automaton.start)

    def _place(self, state: State) -> _Place:
        place = self._places.get(id(state))
        if place is None:
            place = self._places[id(state)] = _Place(state)
        return place

    def glance(self, text: TransactionText) -> Glance:
        """Return what a transaction set without empty segments shows."""
        collector = Collector(self._course, self._kind, self._notes)
        take = collector.take
        place = self._start
        pieces = text.text.split(self._course.delimiters.segment)
        pieces.pop()
        number = 0
        for number, piece in enumerate(pieces, start=1):
            hit = place.seen.get(piece)
            if hit is None:
                hit = self._study(place, piece, number, collector)
            place, note = hit
            if note is not None:
                take(note, number)
        collector.leave(place.state, number)
        return collector.glance

    def _study(
        self, place: _Place, piece: str, number: int, collector: Collector
    ) -> tuple[_Place, Note | None]:
        body = piece.lstrip(self._blanks)
        if number == 1:
            body = adopted_text(body, self._course.guide, self._course.delimiters)
        key = self._course.key(body)
        try:
            step = place.steps[key]
        except KeyError:
            step = place.steps[key] = self._step(place, key)
        if step is None or not step.accepts(body):
            return self._object(place, body, number, collector)
        hit = (step.place, step.read(body) if step.read else None)
        if step.repeats:
            if len(place.seen) >= _MOST_REMEMBERED:
                place.seen.clear()
            place.seen[piece] = hit
        return hit

    def _step(self, place: _Place, key: tuple[str, str]) -> _Step | None:
        state = self._course.automaton.step(place.state, key)
        if state is None:
            return None
        node = state.node
        accepts = node.pattern(self._course.expressions).fullmatch
        repeats = key not in _UNIQUE and key[0] not in _UNIQUE_SEGMENTS
        return _Step(self._place(state), accepts, self._notes.reader(node, key[1]), repeats)

    def _object(
        self, place: _Place, body: str, number: int, collector: Collector
    ) -> tuple[_Place, Note | None]:
        """Go on after a segment that the guide does not accept."""
        state, errors = self._course.explain(place.state, body, number)
        if state is None:
            collector.object(errors, number, body)
            return place, None
        collector.object(errors, number, "")
        return self._place(state), self._notes.doubtful(state.node, body)


class Screens:
    """The screens of one run, made when they are first needed."""

    def __init__(self, guide: CompiledGuide, ruleset: Ruleset, context: Context) -> None:
        self._guide = guide
        self._ruleset = ruleset
        self._context = context
        self._made: dict[tuple[str, ClaimKind, Delimiters], Screen] = {}

    def glance(self, text: TransactionText, guide: str, kind: ClaimKind) -> Glance:
        """Return what a transaction set without empty segments shows, under a guide."""
        key = (guide, kind, text.delimiters)
        if key not in self._made:
            course = self._guide.course(guide, text.delimiters)
            self._made[key] = Screen(course, kind, self._ruleset, self._context)
        return self._made[key].glance(text)
