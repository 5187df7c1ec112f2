"""The configuration: found, read, checked, explained."""

from edi_guard.config.find import CONFIG_NAME, find_config
from edi_guard.config.load import Loaded, Setting, load_config
from edi_guard.config.model import Config, ConfigError
from edi_guard.config.reference import reference_store, reference_tables
from edi_guard.config.settings import ack_settings, build_settings, expired_exceptions

__all__ = [
    "CONFIG_NAME",
    "Config",
    "ConfigError",
    "Loaded",
    "Setting",
    "ack_settings",
    "build_settings",
    "expired_exceptions",
    "find_config",
    "load_config",
    "reference_store",
    "reference_tables",
]
