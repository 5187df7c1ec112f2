"""The fixtures' own builder, for tests that need files of their own."""

from __future__ import annotations

import importlib.util
import sys
from typing import TYPE_CHECKING, Any

from tests.conftest import FIXTURES

if TYPE_CHECKING:
    from types import ModuleType


def _load() -> ModuleType:
    name = "edi_guard_fixtures"
    spec = importlib.util.spec_from_file_location(name, FIXTURES / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


# The script is no module of the package, so that its types are known to itself only.
build: Any = _load()


def fixture(name: str) -> str:
    """Return a fixture's text."""
    return (FIXTURES / name).read_bytes().decode("latin-1")
