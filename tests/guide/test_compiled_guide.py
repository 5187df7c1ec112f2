"""The compiled guide against pyx12: the same positions, the same verdicts, the same errors."""

from __future__ import annotations

import random
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from pyx12.map_walker import walk_tree

from edi_guard.guide import CompiledGuide, GuideError, GuideInput, guide_for
from edi_guard.guide.automaton import Automaton, Node
from edi_guard.guide.cache import cached_map
from edi_guard.guide.explain import Explainer, _segment_nodes
from edi_guard.guide.expressions import expressions_for
from edi_guard.guide.map_reader import read_map
from edi_guard.guide.maps import CompositeSpec, ElementSpec
from edi_guard.guide.pyx12_guide import NodeJudge, Pyx12Guide, load_map, parsed
from edi_guard.x12 import STANDARD, EnvelopeReader, Source
from tests.conftest import CORPUS, FIXTURES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

GUIDES = ("005010X222A1", "005010X223A2")
COMPILED = CompiledGuide()
PYX12 = Pyx12Guide()
VALUES = (
    "|X|-1|0|20260230|20260229|20240229|20261102|1.5|.5|12|007|A:B|A^B| LEAD|TRAIL |\xe9|\x07|XX|ZZ|D8|RD8|TM"
    "|DT|1200|20261101-20261105|20261101-|EI|85|IL|99|a|US|TX|:|::A|111111111|" + "X" * 90
).split("|")


def _transactions(path: Path) -> Iterator[GuideInput]:
    with Source.from_bytes(path.read_bytes()) as source:
        for text in EnvelopeReader(source):
            guide = guide_for(text.span.version or text.span.group.version)
            if guide is not None and text.span.kind == "837":
                yield GuideInput(guide, [segment.text for segment in text.segments], text.delimiters)


# The general PWK of 2400 allows CT too and stands before the one for CT alone, so that pyx12, which
# takes the first match, never gets to the latter.
SHADOWED = {"/2400/PWK[CT]"}
FILES = sorted(p for p in FIXTURES.rglob("*") if p.suffix in (".edi", ".837"))
VALID = [asked for path in FILES if path.parent.name in ("837p", "837i") for asked in _transactions(path)]
# pyx12 has something against it (see `edi_guard.guide.differences`), so that it is asked.
EXCUSED = "workers_compensation.edi"
ACCEPTED = [
    asked
    for path in FILES
    if path.parent.name in ("837p", "837i") and path.name != EXCUSED
    for asked in _transactions(path)
]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_fixtures_get_the_same_errors(path: Path) -> None:
    for asked in _transactions(path):
        assert COMPILED.check(asked) == PYX12.check(asked)


def test_valid_files_need_no_explanation() -> None:
    guide = CompiledGuide()

    assert all(guide.check(asked) == [] for asked in ACCEPTED)
    courses = {asked.guide: guide.course(asked.guide, asked.delimiters) for asked in ACCEPTED}
    assert courses
    assert not any("explainer" in vars(course) for course in courses.values())


# --------------------------------------------------------------------------- the maps


@cache
def _automaton(guide: str) -> Automaton:
    return Automaton(read_map(guide))


@pytest.mark.parametrize("guide", GUIDES)
def test_the_compiled_positions_are_those_of_the_map(guide: str) -> None:
    ours = _automaton(guide).nodes
    theirs = list(_segment_nodes(load_map(guide)))

    assert [_position(node) for node in ours] == [_their_position(node) for node in theirs]


def _position(node: Node) -> tuple[object, ...]:
    spec = node.spec
    return (spec.id, spec.path, spec.position, spec.usage, spec.most < 1 << 30, len(spec.elements))


def _their_position(node: Any) -> tuple[object, ...]:
    bounded = node.max_use not in (None, "", ">1")
    return (node.id, node.x12path.format(), node.pos, node.usage, bounded, len(node.children))


@pytest.mark.parametrize("guide", GUIDES)
def test_a_cached_map_is_the_map(guide: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDI_GUARD_CACHE_DIR", str(tmp_path))
    cached_map.cache_clear()
    made = cached_map(guide)
    cached_map.cache_clear()
    kept = cached_map(guide)
    cached_map.cache_clear()

    assert made == kept == read_map(guide)
    assert len(list(tmp_path.iterdir())) == 1


def test_a_damaged_cache_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDI_GUARD_CACHE_DIR", str(tmp_path))
    cached_map.cache_clear()
    cached_map(GUIDES[0])
    file = next(tmp_path.iterdir())
    file.write_bytes(file.read_bytes()[:1000])
    cached_map.cache_clear()

    assert cached_map(GUIDES[0]) == read_map(GUIDES[0])
    cached_map.cache_clear()


# ---------------------------------------------------------------------------- content


def _sample(element: ElementSpec) -> str:
    """Return a value that the guide allows."""
    if element.listed:
        fitting = [c for c in element.codes if element.shortest <= len(c) <= element.longest]
        return fitting[0] if fitting else ""
    if element.type == "DT":
        return "20261102" if element.longest >= 8 else "261102"
    if element.type == "TM":
        return "1200"
    if element.type == "R" or element.type.startswith("N"):
        return "1" * max(1, element.shortest)
    return "A" * max(1, element.shortest) if element.data_element != "1251" else "20261102"


def _sample_segment(node: Node, *, whole: bool) -> list[str]:
    """Return the elements of a segment with its required, or with all usable, values."""
    elements = [node.spec.id]
    for part in node.spec.elements:
        if part.usage == "N" or (part.usage == "S" and not whole):
            elements.append("")
        elif isinstance(part, CompositeSpec):
            values = [
                _sample(c) if c.usage == "R" or (whole and c.usage == "S") else "" for c in part.components
            ]
            elements.append(":".join(values).rstrip(":"))
        else:
            elements.append(_sample(part))
    while not elements[-1]:
        elements.pop()
    return elements


def _texts(node: Node, chance: random.Random, many: int) -> Iterator[str]:
    """Yield samples of a segment and mutations of them, at every element."""
    for whole in (True, False):
        elements = _sample_segment(node, whole=whole)
        yield "*".join(elements)
        for at in range(1, len(node.spec.elements) + 2):
            for value in chance.sample(VALUES, many):
                changed = [*elements, *[""] * (at + 1 - len(elements))]
                parts = changed[at].split(":")
                parts[chance.randrange(len(parts))] = value
                changed[at] = value if chance.random() < 0.5 else ":".join(parts)
                yield "*".join(changed)


def _content_is_judged_alike(guide: str, many: int) -> None:
    chance = random.Random(many)  # noqa: S311 - a reproducible choice, no secret
    expressions, judge = expressions_for(STANDARD), NodeJudge()
    theirs = list(_segment_nodes(load_map(guide)))
    accepted = 0
    for node in _automaton(guide).nodes:
        pattern = node.pattern(expressions)
        for text in _texts(node, chance, many):
            if pattern.fullmatch(text):
                accepted += 1
                assert judge.errors(theirs[node.index], text, STANDARD) == (), text
    assert accepted > len(theirs)


@pytest.mark.parametrize("guide", GUIDES)
def test_what_an_expression_accepts_pyx12_accepts(guide: str) -> None:
    _content_is_judged_alike(guide, 3)


@pytest.mark.deep
@pytest.mark.parametrize("guide", GUIDES)
def test_what_an_expression_accepts_pyx12_accepts_at_length(guide: str) -> None:
    _content_is_judged_alike(guide, len(VALUES))


@pytest.mark.parametrize("guide", GUIDES)
def test_expressions_accept_what_is_usual(guide: str) -> None:
    """An expression that refuses everything would be safe, and slow."""
    expressions, judge = expressions_for(STANDARD), NodeJudge()
    theirs = list(_segment_nodes(load_map(guide)))
    refused = []
    for node in _automaton(guide).nodes:
        text = "*".join(_sample_segment(node, whole=False))
        if not judge.errors(theirs[node.index], text, STANDARD):
            refused += [] if node.pattern(expressions).fullmatch(text) else [text]

    assert refused == []


# ------------------------------------------------------------------------------- walk


def _keys(automaton: Automaton) -> list[tuple[str, str]]:
    """Return every identifier with every qualifier that the map knows, and some that it does not."""
    keys = {("ZZZ", ""), ("NM1", "??"), ("HL", "99")}
    for node in automaton.nodes:
        keys |= {(node.spec.id, qualifier) for qualifier in node.spec.qualifiers or ("",)}
    return sorted(keys)


def _text_of(key: tuple[str, str]) -> str:
    name, qualifier = key
    return f"HL*1**{qualifier}*1" if name == "HL" else f"{name}*{qualifier or 'X'}"


def _steps_are_pyx12s(guide: str, most_states: int) -> None:
    automaton = _automaton(guide)
    explainer = Explainer(automaton, guide)
    keys = _keys(automaton)
    waiting, known = [automaton.start], {id(automaton.start)}
    while waiting and len(known) < most_states:
        state = waiting.pop(0)
        for key in keys:
            found = automaton.step(state, key)
            theirs, errors = explainer.walk(state, _text_of(key), 1, STANDARD)
            if found is None:
                assert theirs is None or errors, (state.node.spec.path, key)
            else:
                assert errors == [], (state.node.spec.path, key)
                assert theirs is found, (state.node.spec.path, key)
            if found is not None and id(found) not in known:
                known.add(id(found))
                waiting.append(found)
    assert len(known) >= min(most_states, 60)


@pytest.mark.parametrize("guide", GUIDES)
def test_every_step_is_pyx12s(guide: str) -> None:
    _steps_are_pyx12s(guide, 60)


@pytest.mark.deep
@pytest.mark.parametrize("guide", GUIDES)
def test_every_step_is_pyx12s_in_many_states(guide: str) -> None:
    _steps_are_pyx12s(guide, 300)


def test_a_walk_reaches_every_position() -> None:
    """Every segment of the map that the guide uses can be reached by some way through the automaton."""
    for guide in GUIDES:
        automaton = _automaton(guide)
        keys = _keys(automaton)
        reached: set[int] = set()
        waiting, known = [automaton.start], {id(automaton.start)}
        used = {node.index for node in automaton.nodes if node.spec.usage != "N"}
        outside = {node.index for node in automaton.nodes if len(node.chain) < 4}
        while waiting and not used - outside <= reached:
            state = waiting.pop()
            for key in keys:
                found = automaton.step(state, key)
                if found is not None and found.node.index not in reached:
                    reached.add(found.node.index)
                    known.add(id(found))
                    waiting.append(found)
        missed = {automaton.nodes[index].spec.path for index in used - outside - reached}
        assert {path.partition("/2300")[2] for path in missed} <= SHADOWED


def test_the_walker_is_the_one_that_was_followed() -> None:
    """A new pyx12 may walk in another way; the steps above would tell, this says where to look."""
    assert hasattr(walk_tree, "walk_errors")
    assert parsed("GE*1*1", None).get_seg_id() == "GE"


# ------------------------------------------------------------------------------ files


def _mutated(asked: GuideInput, chance: random.Random) -> GuideInput:
    segments = list(asked.segments)
    for _ in range(chance.choice((1, 1, 1, 2))):
        at = chance.randrange(1, len(segments) - 1)
        other = chance.randrange(1, len(segments) - 1)
        match chance.randrange(7):
            case 0:
                del segments[at]
            case 1:
                segments.insert(at, segments[other])
            case 2:
                segments[at], segments[other] = segments[other], segments[at]
            case 3:
                segments[at:at] = [segments[at]] * chance.choice((1, 2, 12))
            case _:
                segments[at] = _mutated_segment(segments[at], chance)
    return GuideInput(asked.guide, segments, asked.delimiters)


def _mutated_segment(text: str, chance: random.Random) -> str:
    elements = text.split("*")
    at = chance.randrange(0, len(elements) + 1)
    elements += [""] * (at + 1 - len(elements))
    parts = elements[at].split(":")
    parts[chance.randrange(len(parts))] = chance.choice(VALUES)
    elements[at] = ":".join(parts)
    return "*".join(elements)


def _files_are_judged_alike(count: int, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a reproducible choice, no secret
    broken = 0
    for _ in range(count):
        asked = _mutated(chance.choice(VALID), chance)
        ours, theirs = COMPILED.check(asked), PYX12.check(asked)
        broken += bool(theirs)
        assert ours == theirs, _told(ours, theirs)
    assert broken > count // 3


def _told(ours: list[GuideError], theirs: list[GuideError]) -> str:
    more, less = [e for e in ours if e not in theirs], [e for e in theirs if e not in ours]
    return f"only ours: {more}; only pyx12: {less}"


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not part of the project")
def test_files_of_others_get_the_same_errors() -> None:
    """Every file of the corpus that our reader can cut into transaction sets."""
    compared = 0
    for path in sorted(p for p in CORPUS.rglob("*") if p.is_file() and p.stat().st_size < 400_000):
        for asked in _transactions(path):
            ours, theirs = COMPILED.check(asked), PYX12.check(asked)
            assert ours == theirs, (path.name, _told(ours, theirs))
            compared += 1
    assert compared > 50


def test_mutated_files_get_the_same_errors() -> None:
    _files_are_judged_alike(250, 1)


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(2, 6))
def test_many_mutated_files_get_the_same_errors(seed: int) -> None:
    _files_are_judged_alike(600, seed)
