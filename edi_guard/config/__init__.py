"""The configuration: found, read, checked, explained."""

from edi_guard.config.find import CONFIG_NAME, find_config
from edi_guard.config.load import Loaded, Setting, load_config
from edi_guard.config.model import Config, ConfigError
from edi_guard.config.reference import reference_store, reference_stores, reference_tables
from edi_guard.config.settings import (
    Named,
    ack_settings,
    archive_limits,
    build_settings,
    expired_exceptions,
    named_manifest,
    named_policies,
)

__all__ = [
    "CONFIG_NAME",
    "Config",
    "ConfigError",
    "Loaded",
    "Named",
    "Setting",
    "ack_settings",
    "archive_limits",
    "build_settings",
    "expired_exceptions",
    "find_config",
    "load_config",
    "named_manifest",
    "named_policies",
    "reference_store",
    "reference_stores",
    "reference_tables",
]
