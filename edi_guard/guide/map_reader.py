"""Reads pyx12's map files into the structures of `edi_guard.guide.maps`."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Final

import msgspec
import pyx12.map_index
from lxml import etree

from edi_guard.guide.maps import UNBOUNDED, CompositeSpec, ElementSpec, GuideMap, LoopSpec, SegmentSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST: Final = {"": UNBOUNDED, ">1": UNBOUNDED}


def read_map(guide: str) -> GuideMap:
    """Read a guide from the map file that pyx12's own index names for it.

    Raises:
        LookupError: pyx12 has no map of that guide.
    """
    return GuideMap(guide, _MapReader().read(_parse(map_file(guide))))


def map_file(guide: str) -> str:
    """Return the name of a guide's map file.

    Raises:
        LookupError: pyx12 has no map of that guide.
    """
    name = pyx12.map_index.map_index().get_filename("00501", guide, "HC")
    if name is None:
        message = f"pyx12 has no map for {guide}"
        raise LookupError(message)
    return str(name)


def _parse(name: str) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
    content = files("pyx12").joinpath("map", name).read_bytes()
    return etree.fromstring(content, parser)


class _MapReader:
    """Turns a map's XML into structures."""

    def __init__(self) -> None:
        self._dictionary = {
            str(e.get("ele_num")): (
                str(e.get("data_type")),
                int(_text(e, "min_len")),
                int(_text(e, "max_len")),
            )
            for e in _parse("dataele.xml").iter("data_ele")
        }
        self._lists = {
            _text(codeset, "id"): tuple(sorted({c.text or "" for c in codeset.iterfind("version/code")}))
            for codeset in _parse("codes.xml").iter("codeset")
        }

    def read(self, root: etree._Element) -> LoopSpec:
        return LoopSpec(str(root.get("xid")), "", 0, "R", UNBOUNDED, self._children(root, ""))

    def _children(self, element: etree._Element, path: str) -> tuple[LoopSpec | SegmentSpec, ...]:
        nodes = [*element.findall("loop"), *element.findall("segment")]
        nodes.sort(key=_position)
        shared = [_position(node) for node in nodes]
        return tuple(
            self._loop(node, path)
            if node.tag == "loop"
            else self._segment(node, path, is_alone=shared.count(_position(node)) == 1)
            for node in nodes
        )

    def _loop(self, element: etree._Element, above: str) -> LoopSpec:
        name = str(element.get("xid"))
        path = f"{above}/{name}"
        return LoopSpec(
            name,
            path,
            _position(element),
            _text(element, "usage"),
            _most(_text(element, "repeat")),
            self._children(element, path),
        )

    def _segment(self, element: etree._Element, above: str, *, is_alone: bool) -> SegmentSpec:
        parts = sorted(
            [*element.findall("element"), *element.findall("composite")],
            key=lambda part: int(_text(part, "seq")),
        )
        elements = tuple(
            self._element(part) if part.tag == "element" else self._composite(part) for part in parts
        )
        name = str(element.get("xid"))
        segment = SegmentSpec(
            name,
            f"{above}/{name}",
            _position(element),
            _text(element, "usage"),
            _most(_text(element, "max_use")),
            elements,
            tuple(_syntax(note.text or "") for note in element.findall("syntax")),
        )
        code = "" if is_alone else _first_code(segment)
        return msgspec.structs.replace(segment, path=f"{segment.path}[{code}]") if code else segment

    def _composite(self, element: etree._Element) -> CompositeSpec:
        components = tuple(map(self._element, element.findall("element")))
        return CompositeSpec(int(_text(element, "seq")), _text(element, "usage"), components)

    def _element(self, element: etree._Element) -> ElementSpec:
        number = _text(element, "data_ele")
        kind, shortest, longest = self._dictionary[number]
        codes, listed = self._codes(element, self._lists)
        return ElementSpec(
            int(_text(element, "seq")),
            _text(element, "usage"),
            number,
            kind,
            shortest,
            longest,
            codes,
            listed,
            _text(element, "regex"),
        )

    @staticmethod
    def _codes(element: etree._Element, lists: Mapping[str, tuple[str, ...]]) -> tuple[tuple[str, ...], bool]:
        values = element.find("valid_codes")
        if values is None:
            return (), False
        external = values.get("external")
        own = tuple(code.text or "" for code in values.findall("code"))
        if external is not None:
            return (*own, *lists[str(external)]), True
        return own, bool(own)


def _first_code(segment: SegmentSpec) -> str:
    """Return the code that pyx12 puts into a path to tell neighbours apart, ``""`` for none."""
    first, third = segment.elements[0], segment.elements[2] if len(segment.elements) > 2 else None
    if isinstance(first, CompositeSpec):
        first = first.components[0]
    if first.type == "ID" and first.codes:
        return first.codes[0]
    if segment.id == "HL" and isinstance(third, ElementSpec) and third.codes:
        return third.codes[0]
    return ""


def _text(element: etree._Element, name: str) -> str:
    return str(element.get(name) or element.findtext(name) or "")


def _position(element: etree._Element) -> int:
    return int(_text(element, "pos"))


def _most(text: str) -> int:
    return _MOST.get(text) or int(text)


def _syntax(text: str) -> tuple[str, tuple[int, ...]]:
    return text[0], tuple(int(text[i : i + 2]) for i in range(1, len(text) - 1, 2))
