"""Where the folder service keeps what must not lie on a share: ledger, key, audit log, heartbeat.

A watched folder carries an identity of its own in ``.edi-guard-folder``, so that it finds its ledger
again when it is renamed or mounted elsewhere.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from platformdirs import user_state_path

from edi_guard.folders import PRIVATE_FILE, make_folder
from edi_guard.ledger.audit import AuditLog
from edi_guard.ledger.database import Database, open_database, sqlite_url
from edi_guard.ledger.errors import LedgerError
from edi_guard.ledger.keys import KeyedHash, load_key
from edi_guard.watch.faults import fault

if TYPE_CHECKING:
    from edi_guard.config.model import LedgerTable

IDENTITY: Final = ".edi-guard-folder"
_VARIABLE: Final = "EDI_GUARD_STATE_DIR"


@dataclass(frozen=True, slots=True)
class Ledger:
    """A folder's memory.

    Attributes:
        folder: the watched folder's own name in it.
        database: the tables.
        keyed: turns identifiers into keyed hashes.
        audit: the audit log.
        home: the folder with the files.
    """

    folder: str
    database: Database
    keyed: KeyedHash
    audit: AuditLog
    home: Path

    def close(self) -> None:
        """Close the database."""
        self.database.close()


def state_folder() -> Path:
    """Return the folder of this machine in which ledgers are kept."""
    named = os.environ.get(_VARIABLE)
    return Path(named) if named else user_state_path("edi-guard", appauthor=False)


def open_ledger(root: Path, config: LedgerTable, *, create: bool = True, new: bool = False) -> Ledger:
    """Open the ledger of a watched folder.

    Args:
        root: the watched folder.
        config: where the ledger is, by the configuration.
        create: whether a folder that has none yet gets one.
        new: whether a folder that lost its ledger gets a new one.

    Raises:
        LedgerError: there is none, it cannot be opened, or the folder belongs to another one.
    """
    folder, is_new = _identity(root, create=create)
    home = state_folder() / folder
    file = home / "ledger.sqlite"
    known = bool(config.url) or file.exists()
    if not known and not is_new and not new:
        message = (
            f"{root} was used with a ledger that is not in {home}: start the service as the user and on"
            f" the machine it ran before, set {_VARIABLE}, or begin without history by --new-ledger"
        )
        raise LedgerError(message)
    make_folder(home)
    key_file = Path(config.key_file) if config.key_file else home / "key"
    if known and not config.url and not key_file.exists():
        message = f"{key_file}: the ledger's key is missing: restore it from your backup"
        raise LedgerError(message)
    # The key comes before the tables and the folder's name last: a start that is killed between any two of
    # them leaves nothing that the next start would take for a loss.
    keyed = KeyedHash(load_key(key_file))
    fault("keyed")
    database = open_database(config.url or sqlite_url(file))
    if not config.url and os.name != "nt":
        file.chmod(PRIVATE_FILE)
    database.check()
    fault("tables")
    if is_new:
        _write_name(root / IDENTITY, folder)
    return Ledger(folder, database, keyed, AuditLog(home / "audit.jsonl"), home)


def _identity(root: Path, *, create: bool) -> tuple[str, bool]:
    """Return the folder's own name, and whether it has yet to be written."""
    path = root / IDENTITY
    try:
        name = path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        if not create:
            message = f"{root} was never watched: run `edi-guard watch {root}` first"
            raise LedgerError(message) from None
        return _new_name(root), True
    except (OSError, UnicodeDecodeError) as error:
        message = f"{path}: cannot be read: restore it from your backup"
        raise LedgerError(message) from error
    if not name or Path(name).name != name:
        message = f"{path}: this is no folder's name: restore it from your backup"
        raise LedgerError(message)
    return name, False


def _new_name(root: Path) -> str:
    words = "".join(c if c.isascii() and c.isalnum() else "-" for c in root.resolve().name.lower()).strip("-")
    return f"{words[:40] or 'folder'}-{secrets.token_hex(4)}"


def _write_name(path: Path, name: str) -> None:
    temporary = path.with_name(f"{IDENTITY}.{secrets.token_hex(4)}.tmp")
    try:
        temporary.write_text(name + "\n", encoding="ascii")
        temporary.chmod(PRIVATE_FILE)
        temporary.replace(path)
    except OSError as error:
        message = f"{path}: cannot be written: {error.strerror}"
        raise LedgerError(message) from error
