"""The implementation guides as data: what pyx12's map files say, in plain structures.

Order matters as much as content: `LoopSpec.children` stands in the order in which a walk tries them,
by position, loops before segments within one position, as pyx12 does.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

UNBOUNDED: Final = 1 << 30


class ElementSpec(msgspec.Struct, frozen=True, tag="element", tag_field="node"):
    """A simple element, or a component.

    Attributes:
        number: counted from 1 in its segment or composite.
        usage: ``R``, ``S`` or ``N``.
        data_element: the number in the data element dictionary.
        type: ``AN``, ``ID``, ``N0``, ``N2``, ``R``, ``DT``, ``TM``, ``B``.
        shortest: fewest characters.
        longest: most characters.
        codes: the values allowed by the guide; with an external list, these and that list's.
        listed: whether only `codes` are allowed.
        pattern: a further regular expression that must be found in the value; ``""`` for none.
    """

    number: int
    usage: str
    data_element: str
    type: str
    shortest: int
    longest: int
    codes: tuple[str, ...] = ()
    listed: bool = False
    pattern: str = ""


class CompositeSpec(msgspec.Struct, frozen=True, tag="composite", tag_field="node"):
    """A composite element with its components."""

    number: int
    usage: str
    components: tuple[ElementSpec, ...]


class SegmentSpec(msgspec.Struct, frozen=True, tag="segment", tag_field="node", dict=True):
    """A segment at one position of a guide.

    Attributes:
        id: the segment identifier.
        path: where it is counted; the qualifier stands in it where several share a position.
        position: its place among the children of its loop.
        usage: ``R``, ``S`` or ``N``.
        most: how often it may stand in its loop.
        elements: its elements and composites.
        syntax: relations between elements, as (type, element numbers).
    """

    id: str
    path: str
    position: int
    usage: str
    most: int
    elements: tuple[ElementSpec | CompositeSpec, ...]
    syntax: tuple[tuple[str, tuple[int, ...]], ...] = ()

    @cached_property
    def qualifiers(self) -> frozenset[str] | None:
        """The values of its qualifier that tell it from its neighbours; None when it has none."""
        if not self.elements:
            return None
        first = self.elements[0]
        if isinstance(first, CompositeSpec):
            inner = first.components[0]
            return frozenset(inner.codes) if inner.type == "ID" and inner.codes else None
        if first.type == "ID" and first.usage == "R" and first.codes:
            return frozenset(first.codes)
        third = self.elements[2] if len(self.elements) > 2 else None
        if self.id == "HL" and isinstance(third, ElementSpec) and third.codes:
            return frozenset(third.codes)
        return None


class LoopSpec(msgspec.Struct, frozen=True, tag="loop", tag_field="node", dict=True):
    """A loop of a guide.

    Attributes:
        id: the guide's name, e.g. ``2010AA``.
        path: where it is counted.
        position: its place among the children of the loop above.
        usage: ``R``, ``S`` or ``N``.
        most: how often it may stand.
        children: loops and segments in the order in which they are tried.
    """

    id: str
    path: str
    position: int
    usage: str
    most: int
    children: tuple[LoopSpec | SegmentSpec, ...]


class GuideMap(msgspec.Struct, frozen=True):
    """A whole guide, from the interchange down."""

    guide: str
    root: LoopSpec

    def segments(self) -> Iterator[tuple[LoopSpec, SegmentSpec]]:
        """Yield every segment with its loop, in the map's order."""
        yield from _segments(self.root)


def _segments(loop: LoopSpec) -> Iterator[tuple[LoopSpec, SegmentSpec]]:
    for child in loop.children:
        if isinstance(child, LoopSpec):
            yield from _segments(child)
        else:
            yield loop, child
