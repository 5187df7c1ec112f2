"""Keyed hashes: identifiers of patients and claims enter the ledger in no other form."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from typing import TYPE_CHECKING, Final

from edi_guard.ledger.errors import LedgerError

if TYPE_CHECKING:
    from pathlib import Path

KEY_BYTES: Final = 32
# 128 bits: no two of a practice's identifiers meet, and rows stay short.
_DIGITS: Final = 32
_SEPARATOR: Final = "\x1f"


class KeyedHash:
    """Turns identifiers into hashes that nobody without the key can search by guessing."""

    def __init__(self, key: bytes) -> None:
        """Take the secret key."""
        self._begun = hmac.new(key, b"", hashlib.sha256)

    def __call__(self, *parts: str) -> str:
        """Return 32 hexadecimal digits, equal for equal parts."""
        digest = self._begun.copy()
        digest.update(_SEPARATOR.join(parts).encode("utf-8", "surrogateescape"))
        return digest.hexdigest()[:_DIGITS]


def load_key(path: Path) -> bytes:
    """Return the key in a file, which is made with a new key where there is none.

    Raises:
        LedgerError: the file cannot be read or made, or holds no key.
    """
    try:
        if not path.exists():
            _make_key(path)
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        message = f"{path}: the ledger's key cannot be read: restore it from your backup"
        raise LedgerError(message) from error
    if len(key) != KEY_BYTES:
        message = f"{path}: this is no key of {KEY_BYTES} bytes: restore it from your backup"
        raise LedgerError(message)
    return key


def _make_key(path: Path) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    try:
        handle = os.open(path, flags, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write(secrets.token_hex(KEY_BYTES) + "\n")
        stream.flush()
        os.fsync(stream.fileno())
