"""A guide as an automaton over segments, its states and transitions made when they are first needed.

The walk follows pyx12's own (map_walker.py, version 4) step by step: within a loop from the current
position on, then in the loop above; loops before segments at one position; the first match by
identifier and qualifier wins; what is required and passed over is missing. A state is a node with
those counts that can still matter: of the loops above it and their children that lie ahead. How often
claims (2300) and service lines (2400) repeat is left to whoever walks, since those counts run high.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from edi_guard.guide.maps import UNBOUNDED, GuideMap, LoopSpec, SegmentSpec

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Mapping

    from edi_guard.guide.expressions import Expressions

COUNTED_OUTSIDE: Final = 50
_COUNTS_AT_GROUP: Final = {
    "/ISA_LOOP": 1,
    "/ISA_LOOP/ISA": 1,
    "/ISA_LOOP/GS_LOOP": 1,
    "/ISA_LOOP/GS_LOOP/GS": 1,
}


class Node:
    """A segment of the guide at its place.

    Attributes:
        index: its place among all segments of the map, in the map's order.
        spec: what the guide says of it.
        loop: the loop it stands in.
        opens: the loop that it opens, if it is the first of one.
        pattern: what its text must match; made at first need.
    """

    __slots__ = ("_expressions", "_pattern", "chain", "index", "loop", "opens", "spec")

    def __init__(self, index: int, spec: SegmentSpec, chain: tuple[LoopSpec, ...]) -> None:
        self.index = index
        self.spec = spec
        self.chain = chain
        self.loop = chain[-1]
        self.opens = self.loop if self.loop.children[0] is spec else None
        self._pattern: re.Pattern[str] | None = None

    def pattern(self, expressions: Expressions) -> re.Pattern[str]:
        """Return the expression that the segment's text must match whole."""
        if self._pattern is None:
            self._pattern = expressions.of_segment(self.spec)
        return self._pattern

    @property
    def loop_name(self) -> str:
        """The guide's name of the loop, ``""`` where it has none (envelope, header, detail)."""
        return self.loop.id if self.loop.id[:1].isdigit() else ""


class State:
    """Where a walk stands.

    Attributes:
        node: the segment last accepted.
        counts: how often what can still matter was seen, by path.
        steps: the transitions taken before, by segment key; None where the guide has no way on.
    """

    __slots__ = ("counts", "node", "steps")

    def __init__(self, node: Node, counts: Mapping[str, int]) -> None:
        self.node = node
        self.counts = dict(counts)
        self.steps: dict[tuple[str, str], State | None] = {}


class Automaton:
    """The states of one guide."""

    def __init__(self, guide_map: GuideMap) -> None:
        self._root = guide_map.root
        self.nodes: list[Node] = []
        self._by_spec: dict[int, Node] = {}
        self._add(self._root, ())
        self._states: dict[tuple[int, tuple[tuple[str, int], ...]], State] = {}
        self._by_path = {node.spec.path: node for node in self.nodes}
        self._qualified = {node.spec.id for node in self.nodes if node.spec.qualifiers is not None}
        self.start = self.state(self._by_path["/ISA_LOOP/GS_LOOP/GS"], _COUNTS_AT_GROUP)

    def _add(self, loop: LoopSpec, above: tuple[LoopSpec, ...]) -> None:
        chain = (*above, loop)
        for child in loop.children:
            if isinstance(child, LoopSpec):
                self._add(child, chain)
            else:
                node = Node(len(self.nodes), child, chain)
                self.nodes.append(node)
                self._by_spec[id(child)] = node

    @property
    def states(self) -> list[State]:
        """Every state met so far."""
        return list(self._states.values())

    def state(self, node: Node, counts: Mapping[str, int]) -> State:
        """Return the state of a node with counts; counts that no longer matter may be among them."""
        kept = dict(_kept_counts(node, counts))
        key = (node.index, tuple(sorted(kept.items())))
        known = self._states.get(key)
        if known is None:
            known = self._states[key] = State(node, kept)
        return known

    def step(self, state: State, key: tuple[str, str]) -> State | None:
        """Return the state after a segment, None where the guide has anything against it there.

        Args:
            state: where the walk stands.
            key: the segment's identifier and qualifier, see `key`.
        """
        if key in state.steps:
            return state.steps[key]
        found = state.steps[key] = _Walk(self, state, key).next_state()
        return found

    def key(self, text: str, separator: str, component: str) -> tuple[str, str]:
        """Return identifier and qualifier of a segment: HL03, else the first component of element 1."""
        name, _, rest = text.partition(separator)
        if name not in self._qualified:
            return name, ""
        if name == "HL":
            elements = rest.split(separator, 3)
            return name, elements[2] if len(elements) > 2 else ""
        return name, rest.partition(separator)[0].partition(component)[0]

    def node_of(self, spec: SegmentSpec) -> Node:
        """Return the node of a segment of the map."""
        return self._by_spec[id(spec)]


def _kept_counts(node: Node, counts: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    """Yield the counts that can still matter once the walk stands at a node."""
    child: LoopSpec | SegmentSpec = node.spec
    for loop in reversed(node.chain):
        for sibling in loop.children:
            if sibling.position >= child.position:
                count = _capped(sibling, counts.get(sibling.path, 0))
                if count:
                    yield sibling.path, count
        child = loop


def _capped(spec: LoopSpec | SegmentSpec, count: int) -> int:
    """Return the count as far as it matters: up to the maximum, or whether there is one at all."""
    if _is_bounded(spec):
        return min(count, spec.most + 1)
    return min(count, 1) if spec.usage == "R" else 0


def _is_bounded(spec: LoopSpec | SegmentSpec) -> bool:
    if isinstance(spec, LoopSpec):
        return spec.most < COUNTED_OUTSIDE
    return spec.most < UNBOUNDED


class _Walk:
    """One step of pyx12's walk, with nothing to say against it or none at all."""

    def __init__(self, automaton: Automaton, state: State, key: tuple[str, str]) -> None:
        self._automaton = automaton
        self._node = state.node
        self._counts = dict(state.counts)
        self._key = key
        self._missing: list[SegmentSpec] = []
        self._has_errors = False

    def next_state(self) -> State | None:
        found = self._find()
        if found is None or self._has_errors:
            return None
        return self._automaton.state(self._automaton.node_of(found), self._counts)

    def _find(self) -> SegmentSpec | None:
        position = self._node.spec.position
        for loop in reversed(self._node.chain):
            found = self._scan(loop, position)
            if found is not None:
                return found
            position = loop.position
        return None

    def _scan(self, loop: LoopSpec, position: int) -> SegmentSpec | None:
        for child in loop.children:
            if child.position < position:
                continue
            if isinstance(child, SegmentSpec):
                found = self._try_segment(loop, child)
            else:
                found = self._enter(child) if self._opens(child) else None
            if found is not None:
                return found
        return None

    def _try_segment(self, loop: LoopSpec, segment: SegmentSpec) -> SegmentSpec | None:
        if self._matches(segment):
            if loop.path and self._opens(loop):
                return self._enter(loop)
            self._count(segment)
            # Like pyx12, which tells segments of one loop apart by their identifier alone.
            self._missing = [m for m in self._missing if not _is_namesake(m, segment)]
            self._flush(segment.position)
            return segment
        if segment.usage == "R" and not self._counts.get(segment.path):
            self._missing.append(segment)
        return None

    def _matches(self, segment: SegmentSpec) -> bool:
        name, qualifier = self._key
        return segment.id == name and (segment.qualifiers is None or qualifier in segment.qualifiers)

    def _opens(self, loop: LoopSpec) -> bool:
        """Whether the segment is the first of a loop; what is required and is not, is missing."""
        if not loop.children:
            return False
        first = loop.children[0]
        if isinstance(first, LoopSpec):
            return any(isinstance(child, LoopSpec) and self._opens(child) for child in loop.children)
        if self._matches(first):
            return True
        if loop.usage == "R" and not self._counts.get(loop.path):
            self._missing.append(first)
        return False

    def _enter(self, loop: LoopSpec) -> SegmentSpec | None:
        first = loop.children[0]
        if isinstance(first, SegmentSpec) and self._matches(first):
            self._count_loop(loop)
            self._counts[first.path] = self._counts.get(first.path, 0) + 1
            self._flush(None)
            return first
        for child in loop.children:
            if isinstance(child, LoopSpec):
                found = self._enter(child)
                if found is not None:
                    return found
        return None

    def _count(self, segment: SegmentSpec) -> None:
        count = self._counts[segment.path] = self._counts.get(segment.path, 0) + 1
        if segment.usage == "N" or count > segment.most:
            self._has_errors = True

    def _count_loop(self, loop: LoopSpec) -> None:
        if loop.usage == "N":
            self._has_errors = True
            return
        inside = f"{loop.path}/"
        for path in [path for path in self._counts if path.startswith(inside)]:
            del self._counts[path]
        count = self._counts[loop.path] = self._counts.get(loop.path, 0) + 1
        if _is_bounded(loop) and count > loop.most:
            self._has_errors = True

    def _flush(self, position: int | None) -> None:
        """What was passed over is missing, unless it may still come at the same position."""
        if any(segment.position != position for segment in self._missing):
            self._has_errors = True
        self._missing = [segment for segment in self._missing if segment.position == position]


def _is_namesake(one: SegmentSpec, other: SegmentSpec) -> bool:
    return one.id == other.id and _parent_name(one) == _parent_name(other)


def _parent_name(segment: SegmentSpec) -> str:
    return segment.path.rsplit("/", 2)[-2]
