"""Finds the configuration: the nearest ``edi-guard.toml`` upward from the input."""

from __future__ import annotations

from pathlib import Path

CONFIG_NAME = "edi-guard.toml"


def find_config(beginning: Path) -> Path | None:
    """Return the nearest configuration at or above a file or folder, None when there is none."""
    place = beginning.resolve()
    folders = [place, *place.parents] if place.is_dir() else list(place.parents)
    for folder in folders:
        candidate = folder / CONFIG_NAME
        if candidate.is_file():
            return candidate
    return None


def beginning_of(path: str) -> Path:
    """Return where the search begins for an input: its own place, or here for standard input."""
    return Path.cwd() if path == "-" else Path(path)
