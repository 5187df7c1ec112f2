"""Glances over the text of a transaction set: walks the guide and sees which claims need a closer look.

One pass over the text, without a claim model. What a segment says is worked out once for each text at
each place of the guide and remembered, since providers, payers, codes and dates repeat. A segment that
the guide does not accept, that wakes a rule, or that cannot be told apart for sure, wakes its claim;
the rules then run on the full model. `edi_guard.rules.signs` says what wakes a rule.

Runs of segments that come again and again in the same order (a subscriber, a claim, a service line) are
matched whole, by one expression made of those of their segments: a trace.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from edi_guard.claims import ClaimKind
from edi_guard.engine.collect import Collector
from edi_guard.engine.note import SILENT, Note
from edi_guard.engine.notes import NoteTaker
from edi_guard.engine.quick import collect
from edi_guard.guide import adopted_text, seams_of
from edi_guard.rules.signs import Sign
from edi_guard.x12 import FILLER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from edi_guard.engine.glance import Glance
    from edi_guard.guide import CompiledGuide, Course, Seams, State
    from edi_guard.rules.context import Context
    from edi_guard.rules.ruleset import Ruleset
    from edi_guard.x12 import Delimiters, TransactionText

_MOST_REMEMBERED: Final = 4_000
# Segments whose texts hardly ever come again: remembering them costs more than it saves.
_UNIQUE: Final = frozenset({("NM1", "IL"), ("NM1", "QC"), ("REF", "6R"), ("REF", "D9"), ("REF", "EA")})
_UNIQUE_SEGMENTS: Final = frozenset({"HL", "CLM", "DMG", "PWK", "NTE", "SV1", "SV2"})
# Where a run of segments begins.
_CUTS: Final = frozenset({"HL", "CLM", "LX"})
# A trace pays for its expression only after many runs; few shapes make up most of a file.
_RUNS_BEFORE_TRACE: Final = 100
_MOST_TRACES: Final = 12


class _Place:
    """A state of the guide's automaton, with what was seen there before."""

    __slots__ = ("runs", "state", "steps", "traces")

    def __init__(self, state: State) -> None:
        self.state = state
        self.steps: dict[tuple[str, str], _Step | None] = {}
        self.traces: list[_Trace] = []
        self.runs: Counter[tuple[_Step, ...]] = Counter()


class _Step:
    """What follows a segment with some key.

    Attributes:
        place: where the walk stands then.
        accepts: matches the texts that nothing can be said against.
        source: the expression itself.
        read: returns the note of such a text; None for none ever.
        seen: the notes of texts seen before; None where texts hardly ever come again.
    """

    __slots__ = ("accepts", "place", "read", "seen", "source")

    def __init__(
        self,
        place: _Place,
        pattern: re.Pattern[str],
        read: Callable[[str], Note | None] | None,
        *,
        repeats: bool,
    ) -> None:
        self.place = place
        self.accepts = pattern.fullmatch
        self.source = pattern.pattern
        self.read = read
        self.seen: dict[str, Note] | None = {} if repeats else None

    @property
    def get(self) -> Callable[[str], Note | None]:
        """What returns a text's note as fast as can be; None where `note` has to be asked."""
        return self.note if self.seen is None else self.seen.get

    def note(self, text: str) -> Note:
        """Return the note of a text that `accepts` matches, `SILENT` where there is none."""
        read = self.read
        if read is None:
            return SILENT
        seen = self.seen
        if seen is None:
            return read(text) or SILENT
        note = seen.get(text)
        if note is None:
            if len(seen) >= _MOST_REMEMBERED:
                seen.clear()
            note = seen[text] = read(text) or SILENT
        return note


class _Trace(NamedTuple):
    """A run of segments that is matched whole.

    Attributes:
        match: the expression; its groups are the texts of the segments to be read.
        place: where the walk stands behind it.
        length: how many segments it has.
        readers: the step of each group.
        gets: for each, what returns a text's note, or None where it has to be worked out first.
    """

    match: Callable[[str, int], re.Match[str] | None]
    place: _Place
    length: int
    readers: tuple[_Step, ...]
    gets: tuple[Callable[[str], Note | None], ...]


class Screen:
    """Glances over transaction sets of one kind, with one set of rules and delimiters."""

    def __init__(
        self, course: Course, kind: ClaimKind, ruleset: Ruleset, context: Context, *, dozing: int = 0
    ) -> None:
        """Set up without work; `dozing` are signs, as bits, that wake no claim here."""
        self._course = course
        self._kind = kind
        self._notes = NoteTaker(course.delimiters, kind, ruleset, context, dozing=dozing)
        self._blanks = FILLER.replace(course.delimiters.segment, "")
        self._places: dict[int, _Place] = {}
        self._start = self._place(course.automaton.start)

    def _place(self, state: State) -> _Place:
        place = self._places.get(id(state))
        if place is None:
            place = self._places[id(state)] = _Place(state)
        return place

    # ------------------------------------------------------------------ text

    def glance(self, text: TransactionText) -> Glance:
        """Return what a transaction set without empty segments shows."""
        seams = seams_of(text.section, self._segments(text.text), self._course.delimiters)
        return self._quick_glance(text, seams) or self._careful_glance(text, seams)

    def _segments(self, text: str) -> Iterator[str]:
        terminator, position = self._course.delimiters.segment, 0
        while (end := text.find(terminator, position)) >= 0:
            yield text[position:end].lstrip(self._blanks)
            position = end + 1

    def _quick_glance(self, whole: TransactionText, seams: Seams) -> Glance | None:
        """Return what a regular transaction set shows; None for any other."""
        text = whole.text
        walk = _Walk(text, self._start)
        while walk.position < len(text):
            if not (walk.place.traces and self._run(walk)) and not self._single(walk):
                return None
        if not seams.is_open and not self._course.leaves(walk.place.state):
            return None
        is_professional = self._kind is ClaimKind.PROFESSIONAL
        return collect(walk.notes, self._course, self._notes, whole.section, is_professional=is_professional)

    def _careful_glance(self, whole: TransactionText, seams: Seams) -> Glance:
        """Return what any transaction set shows, with all that the guide has against it."""
        text = whole.text
        collector = Collector(self._course, self._kind, self._notes, seams, whole.section)
        walk = _Walk(text, self._start)
        while walk.position < len(text):
            if not self._single(walk):
                is_foreign = seams.is_open and walk.position >= len(text)
                self._object(walk, collector, is_quiet=is_foreign or walk.number in seams.quiet)
            for note in walk.notes:
                collector.take(note, walk.number)
            walk.notes.clear()
        collector.leave(walk.place.state, walk.number)
        return collector.glance

    def _run(self, walk: _Walk) -> bool:
        """Take the segments that a trace of this place matches; False when none does."""
        text, position, notes = walk.text, walk.position, walk.notes
        for trace in walk.place.traces:
            match = trace.match(text, position)
            if match is None:
                continue
            if walk.run:
                self._end_run(walk)
            groups = match.groups()
            found = [get(group) for get, group in zip(trace.gets, groups, strict=True)]
            if None in found:
                found = [step.note(group) for step, group in zip(trace.readers, groups, strict=True)]
            notes += found  # type: ignore[arg-type]  # none is None now
            walk.number += trace.length
            walk.position = match.end()
            walk.place = trace.place
            walk.leave_run()
            return True
        return False

    def _single(self, walk: _Walk) -> bool:
        """Take one segment; False, with the segment taken, when the guide does not accept it."""
        end = walk.text.find(self._course.delimiters.segment, walk.position)
        body = walk.text[walk.position : end].lstrip(self._blanks)
        walk.position = end + 1
        walk.number += 1
        if walk.number == 1:
            body = adopted_text(body, self._course.guide, self._course.delimiters)
        walk.segment = body
        key = self._course.key(body)
        if key[0] in _CUTS:
            self._end_run(walk)
        place = walk.place
        try:
            step = place.steps[key]
        except KeyError:
            step = place.steps[key] = self._step(place, key)
        if step is None or not step.accepts(body):
            return False
        if walk.run is not None:
            walk.run.append(step)
        walk.place = step.place
        walk.notes.append(step.note(body))
        return True

    def _step(self, place: _Place, key: tuple[str, str]) -> _Step | None:
        state = self._course.automaton.step(place.state, key)
        if state is None:
            return None
        node = state.node
        pattern = node.pattern(self._course.expressions)
        repeats = key not in _UNIQUE and key[0] not in _UNIQUE_SEGMENTS
        read = self._notes.reader(node, key[1])
        return _Step(self._place(state), pattern, read, repeats=repeats)

    def _object(self, walk: _Walk, collector: Collector, *, is_quiet: bool) -> None:
        """Go on after a segment that the guide does not accept; where it is quiet, nothing is said."""
        walk.leave_run()
        state, errors = self._course.explain(walk.place.state, walk.segment, walk.number)
        if state is None:
            if not is_quiet:
                collector.object(errors, walk.number, walk.segment)
            return
        if not is_quiet:
            collector.object(errors, walk.number, "")
        walk.notes.append(self._notes.doubtful(state.node, walk.segment))
        walk.place = self._place(state)

    # ---------------------------------------------------------------- traces

    def _end_run(self, walk: _Walk) -> None:
        """Count the run that ends here, and begin another."""
        if walk.run and walk.run_start is not None:
            start, shape = walk.run_start, tuple(walk.run)
            start.runs[shape] += 1
            if start.runs[shape] == _RUNS_BEFORE_TRACE and len(start.traces) < _MOST_TRACES:
                start.traces.append(self._trace(shape))
                start.traces.sort(key=lambda trace: -trace.length)
        walk.run, walk.run_start = [], walk.place

    def _trace(self, steps: Sequence[_Step]) -> _Trace:
        terminator = re.escape(self._course.delimiters.segment)
        lead = f"[{re.escape(self._blanks)}]*"
        readers: list[_Step] = []
        parts: list[str] = []
        for step in steps:
            is_read = step.read is not None
            parts.append(
                f"{lead}({step.source}){terminator}" if is_read else f"{lead}{step.source}{terminator}"
            )
            if is_read:
                readers.append(step)
        separator = re.escape(self._course.delimiters.element)
        ends = f"(?={lead}(?:{'|'.join(sorted(_CUTS))}|SE){separator})"
        pattern = re.compile("".join(parts) + ends)
        return _Trace(
            pattern.match, steps[-1].place, len(steps), tuple(readers), tuple(step.get for step in readers)
        )


class _Walk:
    """Where a glance stands in a transaction set."""

    __slots__ = ("notes", "number", "place", "position", "run", "run_start", "segment", "text")

    def __init__(self, text: str, place: _Place) -> None:
        self.text = text
        self.place = place
        self.notes: list[Note] = []
        self.segment = ""
        self.position = 0
        self.number = 0
        self.run: list[_Step] | None = None
        self.run_start: _Place | None = None

    def leave_run(self) -> None:
        """Do not count the run that was begun."""
        self.run = self.run_start = None


class Screens:
    """The screens of one run, made when they are first needed."""

    def __init__(
        self, guide: CompiledGuide, ruleset: Ruleset, context: Context, *, once: Sign = Sign.NONE
    ) -> None:
        """Set up without work; `once` are signs that wake no claim here: one of the file is enough."""
        self._guide = guide
        self._ruleset = ruleset
        self._context = context
        self._once = once.value
        self._made: dict[tuple[str, ClaimKind, Delimiters], Screen] = {}

    def glance(self, text: TransactionText, guide: str, kind: ClaimKind) -> Glance:
        """Return what a transaction set without empty segments shows, under a guide."""
        key = (guide, kind, text.delimiters)
        if key not in self._made:
            course = self._guide.course(guide, text.delimiters)
            self._made[key] = Screen(course, kind, self._ruleset, self._context, dozing=self._once)
        return self._made[key].glance(text)
