"""What executors need to judge as the driver would: sent once, opened there once for each process."""

from __future__ import annotations

import atexit
import hashlib
import secrets
import shutil
import tempfile
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from pyspark import SparkFiles

import edi_guard
from edi_guard.config import (
    Named,
    build_settings,
    load_config,
    named_manifest,
    named_policies,
    reference_stores,
)
from edi_guard.masking import Hasher, Phi
from edi_guard.reference import ReferenceTables
from edi_guard.reference.place_of_service import shipped_store
from edi_guard.reference.store import open_store
from edi_guard.report import ToolReport

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from pyspark.sql import SparkSession

    from edi_guard.config import Loaded
    from edi_guard.engine import Settings
    from edi_guard.policy import Policies
    from edi_guard.reference.store import Store
    from edi_guard.rules.manifest import DocumentationManifest


class OtherVersionError(RuntimeError):
    """The executors have other rules than the driver: the same edi-guard is to be installed on all."""


@dataclass(frozen=True, slots=True)
class Shipment:
    """All that a verdict depends on besides the file.

    Attributes:
        id: tells it from others.
        loaded: the configuration.
        today: the day of the check.
        policies: the mappings.
        manifest: the documentation manifest, None when there is none.
        stores: the names under which Spark has brought the reference tables.
        tool: what makes the verdict.
        key: of the hashes that stand for identifiers with ``phi = "none"``.
    """

    id: str
    loaded: Loaded = field(compare=False)
    today: date = field(compare=False)
    policies: Policies = field(compare=False)
    manifest: DocumentationManifest | None = field(compare=False)
    stores: tuple[str, ...] = field(compare=False)
    tool: ToolReport = field(compare=False)
    key: bytes = field(compare=False, repr=False)

    @property
    def phi(self) -> Phi:
        """How much patient data the tables show."""
        return Phi(self.loaded.config.phi)

    @property
    def hasher(self) -> Hasher:
        """Makes the keyed hashes, on every executor the same."""
        return Hasher(self.key)


def pack(
    spark: SparkSession,
    path: Path | None,
    overrides: Mapping[str, object],
    today: date,
    key: bytes | None = None,
) -> Shipment:
    """Read all that a verdict depends on, and have Spark bring the reference tables to its executors.

    Args:
        spark: the session.
        path: the configuration, None for the defaults.
        overrides: settings that count for more, by key.
        today: the day of the check.
        key: of the keyed hashes; a new one by default.

    Raises:
        edi_guard.config.ConfigError: the configuration is wrong.
        edi_guard.policy.PolicyErrors: a mapping is wrong.
    """
    loaded = load_config(path, overrides)
    policies, manifest = named_policies(loaded.config), named_manifest(loaded.config)
    stores = reference_stores(loaded.config)
    named = Named(policies, ReferenceTables([shipped_store(), *stores]), manifest)
    settings = build_settings(loaded, today, named=named)
    return Shipment(
        id=secrets.token_hex(16),
        loaded=loaded,
        today=today,
        policies=policies,
        manifest=manifest,
        stores=tuple(_bring(spark, store) for store in stores),
        tool=_tool(settings),
        key=key or secrets.token_bytes(32),
    )


def _tool(settings: Settings) -> ToolReport:
    return ToolReport("edi-guard", edi_guard.__version__, settings.ruleset.version, settings.policies.version)


def _bring(spark: SparkSession, store: Store) -> str:
    """Have Spark copy a store to its executors, and return the name that it has there."""
    # Executors may fetch it at any time: it stays until this process ends.
    folder = Path(tempfile.mkdtemp(prefix="edi-guard-tables-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    copy = folder / "copy.sqlite"
    store.copy(copy)
    with copy.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    # Spark takes files of one name for the same file.
    named = copy.rename(folder / f"edi-guard-tables-{digest[:32]}.sqlite")
    spark.sparkContext.addFile(str(named))
    return named.name


@lru_cache(maxsize=1)
def unpack(shipment: Shipment) -> Settings:
    """Return the engine's settings on an executor; a process makes them once.

    Raises:
        OtherVersionError: other rules are installed here.
    """
    stores = [open_store(Path(SparkFiles.get(name))) for name in shipment.stores]
    named = Named(shipment.policies, ReferenceTables([shipped_store(), *stores]), shipment.manifest)
    settings = build_settings(shipment.loaded, shipment.today, named=named)
    if _tool(settings) != shipment.tool:
        message = (
            f"this executor has edi-guard {edi_guard.__version__} with other rules than the driver's"
            f" {shipment.tool.version}: install the same wheel on all machines"
        )
        raise OtherVersionError(message)
    return settings
