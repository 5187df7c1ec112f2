"""The guide, compiled: good segments are accepted by a table and an expression, pyx12 explains the rest."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

from edi_guard.guide.automaton import Automaton, State
from edi_guard.guide.cache import cached_map
from edi_guard.guide.expressions import expressions_for
from edi_guard.guide.seams import NO_SEAMS, seams_of
from edi_guard.guide.segments import adopted_text, identifier, line_number_error, segment_error
from edi_guard.x12 import STANDARD

if TYPE_CHECKING:
    from edi_guard.guide.errors import GuideError, GuideInput
    from edi_guard.guide.explain import Explainer
    from edi_guard.guide.seams import Seams
    from edi_guard.x12 import Delimiters

_TRAILER: Final = ("GE", "1")
_MOST_REMEMBERED: Final = 2_000


class CompiledGuide:
    """The guides for both kinds of claims, compiled at first need for the delimiters in use."""

    def __init__(self) -> None:
        self._courses: dict[tuple[str, Delimiters], Course] = {}

    def course(self, guide: str, delimiters: Delimiters) -> Course:
        """Return the guide compiled for a set of delimiters."""
        key = (guide, delimiters)
        if key not in self._courses:
            self._courses[key] = Course(guide, delimiters)
        return self._courses[key]

    def check(self, transaction: GuideInput) -> list[GuideError]:
        """Return everything the guide says against a transaction set, in segment order."""
        course = self.course(transaction.guide, transaction.delimiters)
        seams = seams_of(transaction.section, transaction.segments, transaction.delimiters)
        passage = Passage(course, seams)
        for number, text in enumerate(transaction.segments, start=1):
            passage.take(text, number)
        passage.leave(len(transaction.segments))
        return passage.errors


class Course:
    """A guide for one set of delimiters."""

    def __init__(self, guide: str, delimiters: Delimiters) -> None:
        self.guide = guide
        self.delimiters = delimiters
        self._separator, self._component = delimiters.element, delimiters.component
        self.automaton = Automaton(cached_map(guide))
        self.expressions = expressions_for(delimiters)
        self._memo: dict[int, dict[str, State]] = {}

    @cached_property
    def explainer(self) -> Explainer:
        """pyx12, for what is not accepted; its maps are loaded at the first such segment."""
        from edi_guard.guide.explain import Explainer

        return Explainer(self.automaton, self.guide)

    def accept(self, state: State, text: str) -> State | None:
        """Return the state after a segment that nothing can be said against, else None; remembers it."""
        memo = self._memo.get(id(state))
        if memo is None:
            memo = self._memo[id(state)] = {}
        known = memo.get(text)
        if known is not None:
            return known
        found = self.accepted(state, text)
        if found is not None:
            if len(memo) >= _MOST_REMEMBERED:
                memo.clear()
            memo[text] = found
        return found

    def accepted(self, state: State, text: str) -> State | None:
        """Return the state after a segment that nothing can be said against, else None."""
        found = self.automaton.step(state, self.key(text))
        if found is not None and found.node.pattern(self.expressions).fullmatch(text):
            return found
        return None

    def key(self, text: str) -> tuple[str, str]:
        """Return a segment's identifier and, where the guide tells by it, its qualifier."""
        return self.automaton.key(text, self._separator, self._component)

    def explain(self, state: State, text: str, number: int) -> tuple[State | None, list[GuideError]]:
        """Return where pyx12 goes with a segment, None for nowhere, and all it has against it."""
        following, errors = self.explainer.walk(state, text, number, self.delimiters)
        if following is not None:
            errors += self.explainer.elements(following.node, text, number, self.delimiters)
        return following, errors

    def explain_end(self, state: State, number: int) -> list[GuideError]:
        """Return what is missing where the transaction set ends."""
        return self.explainer.walk(state, "GE*1*1", number, STANDARD)[1]

    @cached_property
    def most_claims(self) -> int:
        """How many claims (2300) one subscriber or patient may have."""
        return self._most("2300")

    @cached_property
    def most_lines(self) -> int:
        """How many service lines (2400) one claim may have."""
        return self._most("2400")

    def _most(self, loop: str) -> int:
        return min(node.loop.most for node in self.automaton.nodes if node.loop.id == loop)

    def leaves(self, state: State) -> bool:
        """Whether nothing is missing where the transaction set ends."""
        return self.automaton.step(state, _TRAILER) is not None


class Passage:
    """The way of one transaction set through the guide.

    Attributes:
        errors: what the guide says against it, in segment order.
    """

    def __init__(self, course: Course, seams: Seams = NO_SEAMS) -> None:
        self.errors: list[GuideError] = []
        self._course = course
        self._seams = seams
        self._state = course.automaton.start
        self._claims = 0
        self._lines = 0

    def take(self, text: str, number: int) -> None:
        """Go on with a segment, counted from 1 at ST."""
        if number == 1:
            text = adopted_text(text, self._course.guide, self._course.delimiters)
        if number == self._seams.resumed:
            self._claims = self._seams.claims_before
        state = self._course.accept(self._state, text)
        if state is None:
            state, errors = self._course.explain(self._state, text, number)
            if number not in self._seams.quiet and not self._is_foreign_end(text):
                self.errors += errors
        if state is None:
            self._count_stray(text, number)
        else:
            self._state = state
            if state.node.opens is not None:
                self._count(state, text, number)

    def _is_foreign_end(self, text: str) -> bool:
        return self._seams.is_open and identifier(text, self._course.delimiters) == "SE"

    def leave(self, number: int) -> None:
        """End after the segment with that number."""
        if not self._seams.is_open and not self._course.leaves(self._state):
            self.errors += self._course.explain_end(self._state, number)

    def _count(self, state: State, text: str, number: int) -> None:
        loop = state.node.opens
        name = loop.id if loop else ""
        if name in ("2000A", "2000B", "2000C"):
            self._claims = 0
        elif name == "2300":
            self._claims += 1
            self._lines = 0
            self._limit(self._claims, self._course.most_claims, state, number)
        elif name == "2400":
            self._count_line(text, number)
            self._limit(self._lines, self._course.most_lines, state, number)

    def _count_stray(self, text: str, number: int) -> None:
        """Lines are counted even where the guide does not expect them."""
        name = identifier(text, self._course.delimiters)
        if name == "CLM":
            self._lines = 0
        elif name == "LX":
            self._count_line(text, number)

    def _count_line(self, text: str, number: int) -> None:
        self._lines += 1
        value = text.split(self._course.delimiters.element)[1:2]
        if value != [str(self._lines)]:
            self.errors.append(line_number_error(number, self._lines, "".join(value)))

    def _limit(self, count: int, most: int, state: State, number: int) -> None:
        if count > most:
            above = state.node.chain[-2].id
            self.errors.append(segment_error(number, "4", state.node.spec.id, above))
