"""The document as it is, for programs."""

from __future__ import annotations

import json
from typing import Any


def render(document: dict[str, Any]) -> str:
    """Return JSON."""
    return json.dumps(document, indent=2) + "\n"
