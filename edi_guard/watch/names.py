"""Names of outputs: never one that stands somewhere already, or was given before."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from sqlalchemy import and_, select

from edi_guard.archives import packing_suffix
from edi_guard.ledger import schema

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from edi_guard.ledger.database import Database
    from edi_guard.watch.addresses import Addresses

FIELDS: Final = ("name", "stem", "suffix", "date", "time", "sender", "receiver", "control", "job")
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST: Final = 150


class NameTemplateError(Exception):
    """The template of outgoing names cannot be used; one sentence says why."""


def check_template(template: str) -> None:
    """Make sure that a template gives file names.

    Raises:
        NameTemplateError: it does not.
    """
    try:
        name = template.format(**dict.fromkeys(FIELDS, "x"))
    except (KeyError, IndexError, ValueError) as error:
        message = f"watch.outgoing-name is {template!r}; known fields: {', '.join(FIELDS)}"
        raise NameTemplateError(message) from error
    if not name or name != PurePath(name).name or name.startswith("."):
        message = f"watch.outgoing-name is {template!r}, which gives no file name"
        raise NameTemplateError(message)


def outgoing_name(
    template: str, name: str, addresses: Addresses, control: str, job: str, now: datetime
) -> str:
    """Return how a clean file is called when it leaves.

    Args:
        template: by the configuration, e.g. ``{date}_{control}{suffix}``.
        name: the name of the file's other outputs.
        addresses: whose file it is.
        control: ISA13 of its first interchange.
        job: the job's name.
        now: the moment, local time.
    """
    path = PurePath(name)
    values = {
        "stem": path.stem,
        "suffix": path.suffix,
        "date": f"{now:%Y%m%d}",
        "time": f"{now:%H%M%S}",
        "sender": addresses.sender,
        "receiver": addresses.receiver,
        "control": control,
        "job": job,
    }
    plain = {key: _UNSAFE.sub("-", value) for key, value in values.items()}
    return template.format(name=name, **plain)[:_LONGEST]


def archived_name(came_as: str, output_name: str) -> str:
    """Return how an original is called in ``archive/``: as its outputs, and packed as it came.

    Args:
        came_as: the name under which it came, e.g. ``claims.837.gz``.
        output_name: the name of its outputs, e.g. ``claims-2.837``.
    """
    suffix = packing_suffix(came_as)
    is_named = output_name.lower().endswith(suffix.lower())
    return output_name if is_named else f"{output_name}{suffix}"


def free_name(
    database: Database, folder: str, wanted: str, folders: Iterable[Path], came_as: str = ""
) -> str:
    """Return `wanted`, or the same with a number, so that no output of another file has it.

    Args:
        database: the ledger, which knows the names given before.
        folder: the watched folder's own name; others may use the same names.
        wanted: e.g. ``claims.837``.
        folders: where outputs stand.
        came_as: the name of the file that came in, where its original gets a name that follows from this one.

    Raises:
        LedgerError: the ledger does not answer.
    """
    path = PurePath(wanted)
    places = list(folders)
    number = 1
    while True:
        name = wanted if number == 1 else f"{path.stem}-{number}{path.suffix}"
        names = {name, archived_name(came_as, name)}
        if not any(_is_taken(database, folder, places, one) for one in names):
            return name
        number += 1


def _is_taken(database: Database, folder: str, places: Iterable[Path], name: str) -> bool:
    return _is_given(database, folder, name) or any(_stands(place, name) for place in places)


def _stands(folder: Path, name: str) -> bool:
    return any((folder / f"{name}{suffix}").exists() for suffix in ("", ".json", ".reason.txt"))


def _is_given(database: Database, folder: str, name: str) -> bool:
    files, outputs = schema.files, schema.outputs
    with database.reading() as connection:
        by_file = connection.execute(
            select(files.c.job).where(and_(files.c.output_name == name, files.c.folder == folder))
        ).first()
        by_output = connection.execute(
            select(outputs.c.job)
            .join(files, files.c.job == outputs.c.job)
            .where(and_(outputs.c.place == "clean", outputs.c.name == name, files.c.folder == folder))
        ).first()
    return by_file is not None or by_output is not None
