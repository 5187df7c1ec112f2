"""Reads mappings: XML, then the schema, then what no schema can check; all faults at once."""

from __future__ import annotations

import difflib
import hashlib
import re
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

from lxml import etree

from edi_guard.policy.codeset import CodeSet
from edi_guard.policy.entry import Entry, Scope
from edi_guard.policy.example import PolicyExample, read_example
from edi_guard.policy.faults import PolicyErrors, PolicyFault
from edi_guard.policy.kinds import KINDS, Reading, read_fields
from edi_guard.policy.payers import PayerClass
from edi_guard.policy.policies import Policies
from edi_guard.policy.statements import CodeProfile, PayerClassification, Source

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

NAMESPACE = "urn:edi-guard:policy:1"
_PREFIX = f"{{{NAMESPACE}}}"
_SCHEMA_NAME = "policy.xsd"


def shipped_mappings() -> Path:
    """Return the folder of the mappings that come with edi-guard: in the package, else beside it."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "mappings"
    return installed if installed.is_dir() else package.parent / "mappings"


@dataclass(frozen=True, slots=True)
class _Document:
    path: Path
    root: etree._Element
    layer: int


def load_policies(folders: Sequence[Path] = (), *, example_payers: bool = False) -> Policies:
    """Load the shipped mappings and those of the user's folders.

    Args:
        folders: folders whose ``*.xml`` are read, subfolders too; later ones win.
        example_payers: whether the shipped examples of payer mappings are loaded.

    Raises:
        PolicyErrors: something is wrong; every fault of every file is named.
    """
    loader = _Loader()
    for path, layer in _files(folders, example_payers=example_payers):
        loader.read(path, layer)
    return loader.policies()


def check_mappings(folders: Sequence[Path] = ()) -> list[PolicyFault]:
    """Return every fault of the shipped mappings and of the folders', examples included."""
    try:
        load_policies(folders, example_payers=True)
    except PolicyErrors as errors:
        return list(errors.faults)
    return []


def _files(folders: Sequence[Path], *, example_payers: bool) -> Iterator[tuple[Path, int]]:
    shipped = shipped_mappings()
    examples = shipped / "payers"
    for path in sorted(shipped.rglob("*.xml")):
        if example_payers or not path.is_relative_to(examples):
            yield path, 0
    for layer, folder in enumerate(folders, start=1):
        named = [folder] if folder.is_file() else sorted(folder.rglob("*.xml"))
        if not named:
            fault = PolicyFault(str(folder), 0, "there is no mapping (*.xml) in this folder")
            raise PolicyErrors([fault])
        for path in named:
            already = path.resolve().is_relative_to(shipped.resolve())
            if not (already and (example_payers or examples.resolve() not in path.resolve().parents)):
                yield path, layer


class _Loader:
    def __init__(self) -> None:
        self._faults: list[PolicyFault] = []
        self._documents: list[_Document] = []
        self._digest = hashlib.sha256()
        self._schema = etree.XMLSchema(etree.parse(str(shipped_mappings() / _SCHEMA_NAME), _parser()))

    def read(self, path: Path, layer: int) -> None:
        """Parse one file and check it against the schema."""
        try:
            data = path.read_bytes()
        except OSError as error:
            self._fault(path, 0, f"cannot be read: {error.strerror}")
            return
        self._digest.update(path.name.encode() + b"\0" + data)
        try:
            root = etree.fromstring(data, _parser())
        except etree.XMLSyntaxError as error:
            self._fault(path, error.lineno or 0, f"is not well-formed XML: {error.msg}")
            return
        if root.getroottree().docinfo.doctype:
            self._fault(path, 1, "has a DOCTYPE, which mappings may not have: remove it")
            return
        if not self._schema.validate(root):
            for entry in self._schema.error_log:
                self._fault(path, entry.line, _plain(entry.message))
            return
        self._documents.append(_Document(path, root, layer))

    def policies(self) -> Policies:
        """Return the statements of everything read.

        Raises:
            PolicyErrors: there were faults.
        """
        reading = Reading(self._code_lists())
        entries = [entry for document in self._documents for entry in self._entries(document, reading)]
        examples = [example for document in self._documents for example in self._examples(document)]
        self._check_conflicts(entries)
        self._check_targets(entries)
        if self._faults:
            raise PolicyErrors(self._faults)
        files = [str(document.path) for document in self._documents]
        version = f"sha256:{self._digest.hexdigest()}"
        return Policies(entries, version, files, tuple(examples))

    def _code_lists(self) -> dict[str, CodeSet]:
        lists: dict[str, CodeSet] = {}
        for document in self._documents:
            for element in document.root.iterchildren(_PREFIX + "code-list"):
                try:
                    lists[element.get("name", "")] = CodeSet.parse(element.text or "")
                except ValueError as error:
                    self._fault(document.path, element.sourceline or 0, str(error))
        return lists

    # --------------------------------------------------------------- entries

    def _entries(self, document: _Document, reading: Reading) -> Iterator[Entry]:
        root = document.root
        citation = " ".join((root.findtext(_PREFIX + "source") or "").split())
        for element in root.iterchildren():
            tag = element.tag
            kind = KINDS.get(tag.removeprefix(_PREFIX)) if isinstance(tag, str) else None
            if kind is None:
                continue
            line = element.sourceline or 0
            source = Source(document.path.name, line, citation)
            try:
                yield self._entry(element, root, kind, reading, document.layer, source)
            except ValueError as error:
                self._fault(document.path, line, str(error))

    def _examples(self, document: _Document) -> Iterator[PolicyExample]:
        citation = " ".join((document.root.findtext(_PREFIX + "source") or "").split())
        for element in document.root.iterchildren(_PREFIX + "example"):
            try:
                yield read_example(element, document.root, document.path.name, citation)
            except ValueError as error:
                self._fault(document.path, element.sourceline or 0, str(error))

    def _entry(
        self,
        element: etree._Element,
        root: etree._Element,
        kind: type,
        reading: Reading,
        layer: int,
        source: Source,
    ) -> Entry:
        given = read_fields(element, kind, reading)
        scope = _scope(element, root)
        if kind is CodeProfile:
            if not scope.code:
                message = "a profile needs the attribute 'code', here or on <policy>"
                raise ValueError(message)
            given["code"] = scope.code
        if kind is PayerClassification:
            given["payer"], given["id"] = scope.payer, f"{scope.payer}{element.get('payer-class')}"
            scope = Scope(payer=scope.payer, first=scope.first, last=scope.last)
        return Entry(
            kind=kind,
            id=str(given.get("id", "")),
            given=given,
            scope=scope,
            layer=layer,
            off=element.get("off") == "yes",
            source=source,
        )

    def _check_conflicts(self, entries: list[Entry]) -> None:
        groups: dict[tuple[object, ...], list[Entry]] = {}
        for entry in entries:
            scope = entry.scope
            key = (entry.kind, entry.id, entry.layer, scope.code, scope.payer, scope.payer_class)
            groups.setdefault(key, []).append(entry)
        for group in groups.values():
            for one, other in combinations(group, 2):
                if one.scope.overlaps(other.scope):
                    self._faults.append(
                        PolicyFault(
                            other.source.file,
                            other.source.line,
                            f"says the same thing for the same payer, code and days as "
                            f"{one.source.label}: let their dates not overlap, or remove one",
                        )
                    )

    def _check_targets(self, entries: list[Entry]) -> None:
        targets = {entry.scope.code for entry in entries if entry.kind is CodeProfile}
        for entry in entries:
            code = entry.scope.code
            if code and code not in targets:
                close = difflib.get_close_matches(code, targets, 1)
                hint = f"; did you mean {close[0]}?" if close else ""
                self._faults.append(
                    PolicyFault(
                        entry.source.file,
                        entry.source.line,
                        f"is about {code}, which has no profile: add <profile> for it{hint}",
                    )
                )

    def _fault(self, path: Path, line: int, message: str) -> None:
        self._faults.append(PolicyFault(path.name, line, message))


def _scope(element: etree._Element, root: etree._Element) -> Scope:
    first = date.fromisoformat(element.get("from") or root.get("from") or date.min.isoformat())
    last = date.fromisoformat(element.get("to") or root.get("to") or date.max.isoformat())
    if first > last:
        message = f"begins on {first}, after it ends on {last}: exchange 'from' and 'to'"
        raise ValueError(message)
    wanted = element.get("payer-class") or root.get("payer-class")
    return Scope(
        code=element.get("code") or root.get("code") or "",
        payer=root.get("payer") or "",
        payer_class=PayerClass(wanted) if wanted else None,
        first=first,
        last=last,
    )


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


_UNKNOWN_ELEMENT = re.compile(r"Element '([^']+)': This element is not expected\.(.*)", re.DOTALL)
_UNKNOWN_ATTRIBUTE = re.compile(r"Element '([^']+)', attribute '([^']+)': The attribute '[^']+' is not")
_WORDS = [*sorted(KINDS), "source", "note", "example", "code-list", "studies", "group", "phrase"]


def _plain(message: str) -> str:
    """Return libxml2's sentence in the words of someone who edits a mapping."""
    text = message.replace(_PREFIX, "")
    unknown = _UNKNOWN_ELEMENT.match(text)
    if unknown:
        return f"<{unknown[1]}> is not expected here{_suggest(unknown[1], _WORDS)}{_options(unknown[2])}"
    attribute = _UNKNOWN_ATTRIBUTE.match(text)
    if attribute:
        names = [field.replace("_", "-") for field in _fields(attribute[1])]
        return f"<{attribute[1]}> has no attribute '{attribute[2]}'{_suggest(attribute[2], names)}"
    return re.sub(r"^Element '([^']+)'", r"<\1>", text)


def _fields(element: str) -> list[str]:
    kind = KINDS.get(element)
    common = ["code", "payer", "payer-class", "from", "to", "off"]
    return common + list(getattr(kind, "__dataclass_fields__", {}))


def _suggest(word: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(word, known, 1)
    return f"; did you mean '{close[0]}'?" if close and close[0] != word else ""


def _options(rest: str) -> str:
    match = re.search(r"Expected is (?:one of )?\( (.*) \)", rest)
    return f" (expected: {match[1]})" if match and len(match[1]) < 200 else ""
