"""Where the reference tables are, and opening them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from platformdirs import user_data_path

from edi_guard.config.model import ConfigError
from edi_guard.reference import ReferenceTableError, ReferenceTables
from edi_guard.reference.importing import import_file
from edi_guard.reference.layout import Given
from edi_guard.reference.place_of_service import shipped_store
from edi_guard.reference.store import memory_store, open_store

if TYPE_CHECKING:
    from edi_guard.config.model import Config
    from edi_guard.reference.store import Store

_VARIABLE: Final = "EDI_GUARD_REFERENCE_STORE"


def reference_store(config: Config) -> Path:
    """Return the store's file: as configured, as the environment says, or the user's own."""
    named = config.reference.store or os.environ.get(_VARIABLE)
    return Path(named) if named else user_data_path("edi-guard", appauthor=False) / "reference.sqlite"


def reference_tables(config: Config) -> ReferenceTables:
    """Open the tables that are loaded, and those that ship.

    Raises:
        ConfigError: the store or a file that the configuration names cannot be used.
    """
    return ReferenceTables([shipped_store(), *reference_stores(config)])


def reference_stores(config: Config) -> list[Store]:
    """Open the stores of tables that are loaded.

    Raises:
        ConfigError: the store or a file that the configuration names cannot be used.
    """
    path = reference_store(config)
    stores = []
    try:
        if path.exists():
            stores.append(open_store(path))
        elif config.reference.store:
            message = (
                f"reference.store names {path}, which does not exist: edi-guard reference import makes it"
            )
            raise ConfigError(message)
        if config.reference.hcpcs:
            stores.append(_file_store(Path(config.reference.hcpcs)))
    except ReferenceTableError as error:
        raise ConfigError(str(error)) from error
    return stores


def _file_store(path: Path) -> Store:
    store = memory_store(path.name)
    # The user says that the file is to be used: it counts for every day.
    import_file(store, path, Given(first=1))
    return store
