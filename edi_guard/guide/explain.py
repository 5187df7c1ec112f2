"""Why a segment was not accepted, in pyx12's words: its walker for the place, its node for the content.

pyx12 is asked about single segments, from exactly the state in which the automaton stands, so that its
answer is the one that it would give in a walk of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyx12.map_walker import walk_tree

from edi_guard.guide.pyx12_guide import NodeJudge, element_error, load_map, parsed, walk_error
from edi_guard.guide.segments import identifier, segment_error

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyx12.path import X12Path

    from edi_guard.guide.automaton import Automaton, Node, State
    from edi_guard.guide.errors import GuideError
    from edi_guard.x12 import Delimiters


class Explainer:
    """Asks pyx12 about the segments that an automaton does not accept."""

    def __init__(self, automaton: Automaton, guide: str) -> None:
        self._automaton = automaton
        self._theirs: list[Any] = list(_segment_nodes(load_map(guide)))
        self._ours: dict[int, Node] = {
            id(node): ours for node, ours in zip(self._theirs, automaton.nodes, strict=True)
        }
        self._judge = NodeJudge()

    def pyx12_node(self, node: Node) -> Any:
        """Return pyx12's node of one of ours."""
        return self._theirs[node.index]

    def walk(
        self, state: State, text: str, number: int, delimiters: Delimiters
    ) -> tuple[State | None, list[GuideError]]:
        """Return where pyx12 goes with a segment, None for nowhere, and what it has against it."""
        walker = walk_tree()
        counted: dict[str | X12Path, int] = dict(state.counts.items())
        walker.setCountState(counted)
        segment = parsed(text, delimiters)
        try:
            node, _, _, found = walker.walk_errors(self.pyx12_node(state.node), segment, number, number, None)
        except Exception:  # noqa: BLE001 - pyx12 raises many kinds; each is this segment's error
            return None, [segment_error(number, "8", identifier(text, delimiters), "")]
        errors = [walk_error(error, number, segment) for error in found]
        if node is None:
            return None, errors
        counts = {str(path.format()): count for path, count in walker.getCountState().items()}
        return self._automaton.state(self._ours[id(node)], counts), errors

    def elements(self, node: Node, text: str, number: int, delimiters: Delimiters) -> list[GuideError]:
        """Return what pyx12 has against the content of a segment."""
        theirs = self.pyx12_node(node)
        return [
            element_error(theirs, error, number) for error in self._judge.errors(theirs, text, delimiters)
        ]


def _segment_nodes(loop: Any) -> Iterator[Any]:
    """Yield pyx12's segment nodes in the order of `GuideMap.segments`."""
    for position in sorted(loop.pos_map):
        for child in loop.pos_map[position]:
            if child.is_segment():
                yield child
            else:
                yield from _segment_nodes(child)
