"""The settings in force for each file: the configuration, its partners, the ledger's memory."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edi_guard.config import Loaded, build_settings, find_config, load_config, reference_store
from edi_guard.ledger.overrides import LedgerWaivers, overrides_in_force
from edi_guard.ledger.past import LedgerHistory

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

    from edi_guard.config import Config
    from edi_guard.config.model import Partner
    from edi_guard.engine import Settings
    from edi_guard.watch.addresses import Addresses
    from edi_guard.watch.home import Ledger

_OWN_NAMES = ("sender", "receiver", "provider", "outgoing_name", "split_interchanges")


@dataclass(frozen=True, slots=True)
class Terms:
    """What counts for one file.

    Attributes:
        config: the configuration with the partner's settings in it.
        settings: the engine's.
        outgoing_name: how the clean file is called.
        split_interchanges: whether each interchange leaves in a file of its own.
    """

    config: Config
    settings: Settings
    outgoing_name: str
    split_interchanges: bool


class Desk:
    """Holds the settings of the folder and of each partner, until a file behind them changes."""

    def __init__(
        self,
        root: Path,
        config_path: Path | None = None,
        overrides: Mapping[str, object] | None = None,
    ) -> None:
        """Look for the configuration at or above the watched folder, unless one is named."""
        self._root = root
        self._named = config_path
        self._overrides = dict(overrides or {})
        self._known: dict[int, tuple[Loaded, Settings]] = {}
        self._seen: object = None

    def refresh(self) -> bool:
        """Forget the settings when a configuration or a mapping changed; say whether one did."""
        seen = self._signature()
        changed = seen != self._seen
        if changed:
            self._known.clear()
            self._seen = seen
        return changed

    @property
    def config(self) -> Config:
        """The folder's general configuration.

        Raises:
            ConfigError: it is wrong.
        """
        return self._load({}).config

    def check(self, today: date) -> None:
        """Build the settings of every partner.

        Raises:
            ConfigError: a configuration is wrong.
            PolicyErrors: a mapping is wrong.
        """
        self._built(-1, None, today)
        for index, partner in enumerate(self.config.partners):
            self._built(index, partner, today)

    def terms(self, addresses: Addresses, today: date, ledger: Ledger, without: Collection[str]) -> Terms:
        """Return what counts for a file.

        Args:
            addresses: sender, receiver and billing provider of the file.
            today: the day of the check.
            ledger: the folder's memory.
            without: jobs that do not count as history.

        Raises:
            ConfigError, PolicyErrors, LedgerError: a configuration or mapping is wrong; no memory.
        """
        index, partner = self._partner(addresses)
        loaded, settings = self._built(index, partner, today)
        waivers = LedgerWaivers(overrides_in_force(ledger.database, today), ledger.keyed)
        settings = replace(
            settings,
            today=today,
            history=LedgerHistory(ledger.database, ledger.keyed, without),
            waivers=waivers or None,
        )
        watch = loaded.config.watch
        name, split = watch.outgoing_name, watch.split_interchanges
        if partner is not None:
            name = partner.outgoing_name or name
            split = split if partner.split_interchanges is None else partner.split_interchanges
        return Terms(loaded.config, settings, name, split)

    def _partner(self, addresses: Addresses) -> tuple[int, Partner | None]:
        for index, partner in enumerate(self.config.partners):
            wanted = (partner.sender, partner.receiver, partner.provider)
            given = (addresses.sender, addresses.receiver, addresses.provider)
            if all(want in ("", have) for want, have in zip(wanted, given, strict=True)):
                return index, partner
        return -1, None

    def _built(self, index: int, partner: Partner | None, today: date) -> tuple[Loaded, Settings]:
        if index not in self._known:
            loaded = self._load(_changes(partner))
            self._known[index] = loaded, build_settings(loaded, today)
        return self._known[index]

    def _load(self, changes: dict[str, object]) -> Loaded:
        return load_config(self._path(), changes | self._overrides)

    def _path(self) -> Path | None:
        return self._named or find_config(self._root)

    def _signature(self) -> object:
        """Return the times of everything that settings are read from."""
        path = self._path()
        if path is None:
            return None
        try:
            config = self._load({}).config
        except Exception as error:  # noqa: BLE001 - the check that follows says what is wrong
            return (_stamp(path), str(error))
        folders = [*config.mappings, *(f for p in config.partners for f in p.mappings or ())]
        named = (config.reference.hcpcs, config.documentation.manifest)
        files = [path, reference_store(config), *(Path(file) for file in named if file)]
        for folder in map(Path, folders):
            files += sorted(folder.rglob("*.xml")) if folder.is_dir() else [folder]
        return tuple(map(_stamp, files))


def _stamp(path: Path) -> tuple[str, int, int]:
    try:
        status = path.stat()
    except OSError:
        return (str(path), 0, 0)
    return (str(path), status.st_mtime_ns, status.st_size)


def _changes(partner: Partner | None) -> dict[str, Any]:
    """Return what a partner changes in the configuration, by key."""
    if partner is None:
        return {}
    return {
        name.replace("_", "-"): getattr(partner, name)
        for name in partner.__struct_fields__
        if name not in _OWN_NAMES and getattr(partner, name) is not None
    }
