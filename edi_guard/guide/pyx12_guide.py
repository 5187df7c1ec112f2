"""Asks pyx12's maps, segment by segment, and turns its answers into guide errors.

Only pyx12's maps, walker and node validators are used, not its file reader. So what the reader loses
or dies of (empty segments, characters beyond ASCII, long segments, a byte-order mark, foreign control
numbers; seen with pyx12 4.0.0) cannot happen here: each of our segments is walked exactly once, and an
exception inside pyx12 concerns one segment. Two shapes that it cannot judge are judged here: a
composite with more components than the map has, and LX numbering, which pyx12 leaves out for 837I.
"""

from __future__ import annotations

import logging
import re
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import pyx12.map_if
import pyx12.map_index
import pyx12.params
import pyx12.segment
from pyx12.map_walker import pop_to_parent_loop, walk_tree

from edi_guard.guide.differences import is_excused
from edi_guard.guide.errors import ErrorLevel, GuideError
from edi_guard.guide.segments import adopted_text, identifier, line_number_error, segment_error
from edi_guard.guide.words import element_words
from edi_guard.x12.segment import element_reference

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from edi_guard.guide.errors import GuideInput
    from edi_guard.x12 import Delimiters

# pyx12 logs element values, which are patients' data: its loggers are closed for good.
for _name in ("pyx12", "pyx12.walk_tree"):
    _logger = logging.getLogger(_name)
    _logger.addHandler(logging.NullHandler())
    _logger.propagate = False
    _logger.disabled = True

_REFERENCE = re.compile(r"[A-Z0-9]{2,3}?(\d{2})(?:-(\d{1,2}))?")
_GROUP_PATH = "/ISA_LOOP/GS_LOOP/GS"
_MOST_REMEMBERED = 20_000


class _ElementError(NamedTuple):
    element: int | None
    component: int | None
    code: str
    value: str


class Pyx12Guide:
    """The guides as pyx12's maps state them, walked whole: slow, and what the compiled guide answers to."""

    def __init__(self) -> None:
        self._judge = NodeJudge()

    def check(self, transaction: GuideInput) -> list[GuideError]:
        """Return everything the guide says against a transaction set, in segment order."""
        return list(_Walk(load_map(transaction.guide), transaction, self._judge.errors).errors())


class NodeJudge:
    """Asks pyx12's segment nodes about texts, and remembers their answers."""

    def __init__(self) -> None:
        self._verdicts: dict[tuple[int, str, str], tuple[_ElementError, ...]] = {}

    def errors(self, node: Any, text: str, delimiters: Delimiters) -> tuple[_ElementError, ...]:
        """Return what a node has against the elements of a segment."""
        # A node's verdict depends on nothing but the text: providers and payers repeat.
        key = (id(node), text, delimiters.element + delimiters.component)
        known = self._verdicts.get(key)
        if known is None:
            known = tuple(_element_errors(node, text, delimiters))
            if len(self._verdicts) >= _MOST_REMEMBERED:
                self._verdicts.clear()
            self._verdicts[key] = known
        return known


@cache
def load_map(guide: str) -> Any:
    """Return pyx12's map of a guide; nodes carry no state, so that one map serves every check."""
    kind = pyx12.map_index.map_index().get_filename("00501", guide, "HC")
    if kind is None:
        message = f"pyx12 has no map for {guide}"
        raise LookupError(message)
    return pyx12.map_if.load_map_file(kind, pyx12.params.params())


class _Walk:
    """Walks one transaction set through the map."""

    def __init__(self, guide_map: Any, transaction: GuideInput, judge: Any) -> None:
        self._transaction = transaction
        self._judge = judge
        self._node = guide_map.getnodebypath(_GROUP_PATH)
        self._walker = walk_tree()
        self._walker.forceWalkCounterToLoopStart("/ISA_LOOP", "/ISA_LOOP/ISA")
        self._walker.forceWalkCounterToLoopStart("/ISA_LOOP/GS_LOOP", _GROUP_PATH)
        self._line = 0

    def errors(self) -> Iterator[GuideError]:
        delimiters = self._transaction.delimiters
        for number, text in enumerate(self._transaction.segments, start=1):
            segment = parsed(adopted_text(text, self._transaction.guide, delimiters), delimiters)
            found = yield from self._step(segment, number, text)
            if found:
                yield from self._elements(text, number)
            yield from self._line_number(text, number)
        # What is missing at the end of the transaction set shows at the next segment.
        yield from self._step(parsed("GE*1*1", None), len(self._transaction.segments), "GE")

    def _step(self, segment: Any, number: int, text: str) -> Generator[GuideError, None, bool]:
        try:
            node, _, _, errors = self._walker.walk_errors(self._node, segment, number, number, None)
        except Exception:  # noqa: BLE001 - pyx12 raises many kinds; each is this segment's error
            yield segment_error(number, "8", identifier(text, self._transaction.delimiters), "")
            return False
        for error in errors:
            yield walk_error(error, number, segment)
        if node is None:
            return False
        self._node = node
        return True

    def _elements(self, text: str, number: int) -> Iterator[GuideError]:
        adopted = adopted_text(text, self._transaction.guide, self._transaction.delimiters)
        for error in self._judge(self._node, adopted, self._transaction.delimiters):
            yield element_error(self._node, error, number)

    def _line_number(self, text: str, number: int) -> Iterator[GuideError]:
        parts = text.split(self._transaction.delimiters.element)
        if parts[0] == "CLM":
            self._line = 0
        elif parts[0] == "LX":
            self._line += 1
            if parts[1:2] != [str(self._line)]:
                yield line_number_error(number, self._line, "".join(parts[1:2]))


def element_error(node: Any, error: _ElementError, number: int) -> GuideError:
    """Return what a node said as an error of the guide."""
    segment = str(node.id)
    place = element_reference(segment, error.element or 0, error.component or 0)
    return GuideError(
        number,
        segment,
        error.element,
        error.component,
        ErrorLevel.ELEMENT,
        error.code,
        element_words(error.code, place or f"segment {segment}"),
        error.value,
        _loop(node),
    )


def parsed(text: str, delimiters: Delimiters | None) -> Any:
    """Return a segment as pyx12 has it; with the usual delimiters where none are given."""
    if delimiters is None:
        return pyx12.segment.Segment(text, "~", "*", ":")
    return pyx12.segment.Segment(text, delimiters.segment, delimiters.element, delimiters.component)


def _loop(node: Any) -> str:
    loop = str(pop_to_parent_loop(node).id)
    return loop if loop[:1].isdigit() else ""


def walk_error(error: Any, number: int, segment: Any) -> GuideError:
    """Return what the walker said as an error of the guide."""
    node = error.map_node
    missing = error.err_cde == "3"
    identifier = str(node.id if missing and node is not None else segment.get_seg_id())
    # An unexpected segment belongs to no loop; pyx12 names the one it came from.
    loop = _loop(node) if node is not None and error.err_cde != "1" else ""
    return segment_error(number, error.err_cde, identifier, loop)


def _element_errors(node: Any, text: str, delimiters: Delimiters) -> Iterator[_ElementError]:
    parts = text.split(delimiters.element)
    for index, child in enumerate(node.children[: len(parts) - 1], start=1):
        if not child.is_composite():
            continue
        components = parts[index].split(delimiters.component)
        most = child.get_child_count()
        if parts[index] and len(components) > most:
            yield _ElementError(index, None, "3", parts[index])
            parts[index] = delimiters.component.join(components[:most])
    segment = parsed(delimiters.element.join(parts), delimiters)
    try:
        _, errors = node.is_valid_errors(segment)
    except Exception:  # noqa: BLE001 - e.g. a date range with two dashes
        yield _raising_element(node, parts)
        return
    for error in errors:
        element, component = _position(error)
        if is_excused(_loop(node), parts, element, error.err_cde):
            continue
        yield _ElementError(element, component, error.err_cde, error.err_val or "")


def _raising_element(node: Any, parts: list[str]) -> _ElementError:
    if node.id == "DTP" and len(parts) > 3:
        return _ElementError(3, None, "8", parts[3])
    return _ElementError(None, None, "6", "")


def _position(error: Any) -> tuple[int | None, int | None]:
    node = error.map_node
    if node is not None:
        if node.parent is not None and node.parent.is_composite():
            return int(node.parent.seq), int(node.seq)
        return int(node.seq), None
    reference = str(error.refdes or "")
    if reference.isdigit():
        return int(reference), None
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        return None, None
    return int(match[1]), int(match[2]) if match[2] else None
