"""The documentation manifest: a CSV or JSON beside the claims that says what each record holds."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from edi_guard.claims import ServiceLine

ITEMS = ("indication", "rationale", "integral", "imaging-described", "outcome-recorded")
_KEYS = ("claim", "line")
_WORDS = {
    "yes": True,
    "true": True,
    "1": True,
    "y": True,
    "no": False,
    "false": False,
    "0": False,
    "n": False,
    "": False,
}


class ManifestError(ValueError):
    """The manifest cannot be read; the message says where and what would be right."""


class DocumentationManifest:
    """Which items the record of each line holds, by claim number and line."""

    def __init__(self, entries: Mapping[tuple[str, str], Mapping[str, bool]]) -> None:
        self._entries = entries

    def items(self, claim_id: str, line: ServiceLine) -> Mapping[str, bool] | None:
        """Return the items of a line, found by its control number (REF 6R) or its ordinal."""
        for key in (line.control_number, str(line.number)):
            found = self._entries.get((claim_id, key)) if key else None
            if found is not None:
                return found
        return None


def load_manifest(path: Path) -> DocumentationManifest:
    """Read a manifest.

    A CSV has the columns ``claim``, ``line`` and one for each item; a JSON file holds a list of
    objects with the same keys. Lines are named by REF 6R, or by their ordinal within the claim.

    Raises:
        ManifestError: the file cannot be read; a column is missing; a value is neither yes nor no.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        message = f"{path.name}: the manifest cannot be read: {error.strerror}"
        raise ManifestError(message) from error
    except UnicodeDecodeError as error:
        message = f"{path.name}: the manifest is not written in UTF-8"
        raise ManifestError(message) from error
    rows = _json_rows(text, path.name) if path.suffix.lower() == ".json" else _csv_rows(text, path.name)
    entries: dict[tuple[str, str], dict[str, bool]] = {}
    for place, row in rows:
        key = (row["claim"], row["line"])
        if key in entries:
            message = f"{place}: the same claim and line stand in the manifest twice"
            raise ManifestError(message)
        entries[key] = {item: _yes(row.get(item, ""), item, place) for item in ITEMS}
    return DocumentationManifest(entries)


def _csv_rows(text: str, name: str) -> Iterator[tuple[str, dict[str, str]]]:
    reader = csv.DictReader(io.StringIO(text))
    _check_columns(reader.fieldnames or (), f"{name}:1")
    for row in reader:
        yield f"{name}:{reader.line_num}", {k: (v or "").strip() for k, v in row.items() if k}


def _json_rows(text: str, name: str) -> Iterator[tuple[str, dict[str, str]]]:
    try:
        rows = json.loads(text)
    except json.JSONDecodeError as error:
        message = f"{name}:{error.lineno}: the manifest is not JSON: {error.msg}"
        raise ManifestError(message) from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        message = f"{name}:1: the manifest must be a list of objects"
        raise ManifestError(message)
    for number, row in enumerate(rows, start=1):
        place = f"{name}, entry {number}"
        _check_columns(row, place)
        yield place, {str(key): _text(value) for key, value in row.items()}


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value).strip()


def _check_columns(columns: Iterable[str], place: str) -> None:
    known = set(columns)
    missing = [key for key in _KEYS if key not in known]
    if missing:
        message = f"{place}: the manifest lacks {' and '.join(missing)}"
        raise ManifestError(message)
    unknown = sorted(known - set(_KEYS) - set(ITEMS))
    if unknown:
        message = f"{place}: {unknown[0]!r} is no item; items are {', '.join(ITEMS)}"
        raise ManifestError(message)


def _yes(text: str, item: str, place: str) -> bool:
    try:
        return _WORDS[text.lower()]
    except KeyError:
        message = f"{place}: {item} is neither yes nor no"
        raise ManifestError(message) from None
