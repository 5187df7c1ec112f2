"""Reads the configuration: command line over environment over file over default."""

from __future__ import annotations

import difflib
import os
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from edi_guard.config.model import PATHS, TABLES, Config, ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PREFIX = "EDI_GUARD_"
_LISTS = {"select", "ignore", "shadow", "mappings"}
_BOOLEANS = {"example-payers"}
_FROM_ENVIRONMENT = (
    "mode",
    "usage",
    "on-reject",
    "phi",
    "select",
    "ignore",
    "shadow",
    "mappings",
    "example-payers",
)


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its key, its value, and where that comes from."""

    key: str
    value: object
    origin: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """A configuration with the origin of each value.

    Attributes:
        config: the values in force.
        settings: the same one by one, for ``edi-guard config``.
        path: the file, None when there is none.
    """

    config: Config
    settings: tuple[Setting, ...]
    path: Path | None


def load_config(
    path: Path | None,
    overrides: Mapping[str, object] | None = None,
    environment: Mapping[str, str] | None = None,
) -> Loaded:
    """Return the configuration in force.

    Args:
        path: the file, None for the defaults.
        overrides: what the command line says, by key.
        environment: ``EDI_GUARD_…`` variables; by default the process's.

    Raises:
        ConfigError: the file cannot be read, a key is unknown, or a value is of the wrong kind.
    """
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    if path is not None:
        values = _read_file(path, ())
        origins = dict.fromkeys(_flat(values), str(path))
    for source, origin in (
        (_from_environment(os.environ if environment is None else environment), "environment"),
        (dict(overrides or {}), "command line"),
    ):
        values |= source
        origins |= dict.fromkeys(_flat(source), origin)
    config = _convert(values, path)
    return Loaded(config, _explained(config, origins), path)


def _read_file(path: Path, seen: tuple[Path, ...]) -> dict[str, Any]:
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        message = f"{path}: the configuration cannot be read: {error.strerror}"
        raise ConfigError(message) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = f"{path}: the configuration is not TOML: {error}"
        raise ConfigError(message) from error
    _convert(values, path)
    _resolve_paths(values, path.parent)
    extended = values.get("extend")
    if not extended:
        return values
    base = (path.parent / str(extended)).resolve()
    if base in seen or base == path.resolve():
        message = f"{path}: 'extend' leads back to {base}"
        raise ConfigError(message)
    return _read_file(base, (*seen, path.resolve())) | values


def _resolve_paths(values: dict[str, Any], folder: Path) -> None:
    """Relative paths count from the configuration's own folder."""
    for keys in PATHS:
        table = values
        for key in keys[:-1]:
            table = table.get(key, {})
        value = table.get(keys[-1])
        if isinstance(value, list):
            table[keys[-1]] = [str(folder / item) for item in value]
        elif value:
            table[keys[-1]] = str(folder / value)
    for partner in values.get("partners", []):
        if partner.get("mappings"):
            partner["mappings"] = [str(folder / item) for item in partner["mappings"]]


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key in _FROM_ENVIRONMENT:
        text = environment.get(PREFIX + key.upper().replace("-", "_"))
        if text is None:
            continue
        if key in _LISTS:
            separator = os.pathsep if key == "mappings" else ","
            values[key] = [part.strip() for part in text.split(separator) if part.strip()]
        elif key in _BOOLEANS:
            values[key] = text.lower() in ("1", "yes", "true")
        else:
            values[key] = text
    return values


def _convert(values: dict[str, Any], path: Path | None) -> Config:
    _check_keys(values, path)
    try:
        return msgspec.convert(values, Config)
    except msgspec.ValidationError as error:
        message = f"{path or 'configuration'}: {error}".replace("`$.", "`")
        raise ConfigError(message) from error


def _check_keys(values: dict[str, Any], path: Path | None) -> None:
    _check_table("", values, Config, path)
    for name, table in TABLES.items():
        if isinstance(values.get(name), dict):
            _check_table(f"{name}.", values[name], table, path)


def _check_table(prefix: str, values: dict[str, Any], table: type[msgspec.Struct], path: Path | None) -> None:
    known = [field.encode_name for field in msgspec.structs.fields(table)]
    for key in values:
        if key not in known:
            close = difflib.get_close_matches(key, known, 1)
            hint = f"did you mean {prefix}{close[0]}?" if close else f"known: {', '.join(known)}"
            message = f"{path or 'configuration'}: there is no setting {prefix}{key}; {hint}"
            raise ConfigError(message)


def _flat(values: Mapping[str, Any]) -> list[str]:
    keys = []
    for key, value in values.items():
        if key in TABLES and isinstance(value, dict):
            keys += [f"{key}.{inner}" for inner in value]
        else:
            keys.append(key)
    return keys


def _explained(config: Config, origins: Mapping[str, str]) -> tuple[Setting, ...]:
    plain = msgspec.to_builtins(config)
    settings = []
    for key, value in plain.items():
        if key in TABLES:
            for inner, inner_value in value.items():
                name = f"{key}.{inner}"
                settings.append(Setting(name, inner_value, origins.get(name, "default")))
        else:
            settings.append(Setting(key, value, origins.get(key, "default")))
    return tuple(settings)
