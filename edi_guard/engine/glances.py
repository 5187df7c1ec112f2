"""The claims of a transaction set in brief, packed: some forty bytes each, most of them on a shelf on disk.

Numbers stand in arrays; what claims share (payer, signs, rules to be woken) is kept once. A claim that does
not fit into the columns is kept as it is.
"""

from __future__ import annotations

from array import array
from decimal import Decimal
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Final, NamedTuple

from edi_guard.engine.glance import ClaimGlance
from edi_guard.spool import Spool

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

_CENTS: Final = "q"
_MARK: Final = "Q"
_DAY: Final = "I"
_INDEX: Final = "H"
_MOST_KINDS: Final = 65_000
NO_CENTS: Final = -(1 << 63)
_BETWEEN_IDS: Final = "\n"
# So many transaction sets are remembered as they were read.
_LAST_READ: Final = 16


class _Kind(NamedTuple):
    """What claims share."""

    payer: str
    filing_indicator: str
    signs: int
    awake: int
    has_facts: bool
    services: tuple[str, ...]


class _Columns(NamedTuple):
    """What is not changed any more of the claims of a transaction set.

    Attributes:
        patients, cents: as of `Glances`.
        days: the first and the last day of each claim.
        ids: CLM01 of each claim, joined.
    """

    patients: array[int]
    cents: array[int]
    days: array[int]
    ids: str

    def packed(self) -> bytes:
        """Return it as bytes."""
        numbers = (self.patients, self.cents, self.days)
        return b"".join((*(column.tobytes() for column in numbers), self.ids.encode()))


class _Place(NamedTuple):
    """A place on a shelf: the byte, how many there are, and of how many claims."""

    start: int
    length: int
    claims: int


class Shelf:
    """Columns of many transaction sets, on disk once they are many."""

    def __init__(self) -> None:
        self._spool = Spool()
        # What knows this object would keep the file open until somebody looks for cycles.
        self._known = lru_cache(_LAST_READ)(partial(_read, self._spool))

    def put(self, columns: _Columns) -> _Place:
        """Keep columns and return their place.

        Raises:
            OSError: the temporary folder is full.
        """
        data = columns.packed()
        return _Place(self._spool.append(data), len(data), len(columns.cents))

    def take(self, place: _Place) -> _Columns:
        """Return the columns at a place."""
        return self._known(place)


def _read(spool: Spool, place: _Place) -> _Columns:
    data = memoryview(spool.read(place.start, place.length))
    patients, cents, days = array(_MARK), array(_CENTS), array(_DAY)
    for column, each in ((patients, 1), (cents, 1), (days, 2)):
        length = column.itemsize * each * place.claims
        column.frombytes(data[:length])
        data = data[length:]
    return _Columns(patients, cents, days, str(data, "utf-8"))


class Glances:
    """The claims of a transaction set in brief, in file order, counted from 0."""

    __slots__ = ("_kept", "_kind_of", "_kinds", "_odd", "_shelf")

    def __init__(self, glances: Iterable[ClaimGlance] = ()) -> None:
        self._kind_of = array(_INDEX)
        self._kinds: list[_Kind] = []
        self._odd: dict[int, ClaimGlance] = {}
        self._shelf: Shelf | None = None
        patients, cents, days = array(_MARK), array(_CENTS), array(_DAY)
        ids = []
        known: dict[_Kind, int] = {}
        for index, glance in enumerate(glances):
            ids.append("" if _BETWEEN_IDS in glance.id else glance.id)
            patients.append(glance.patient)
            cents.append(_cents(glance.charge))
            days.extend((_day(glance.first_day), _day(glance.last_day)))
            self._kind_of.append(self._index(_kind(glance), known))
            if not _fits(glance) or len(known) >= _MOST_KINDS:
                self._odd[index] = glance
        # Themselves, or where they stand.
        self._kept: _Columns | _Place = _Columns(patients, cents, days, _BETWEEN_IDS.join(ids))

    def __reduce__(self) -> tuple[object, ...]:
        # A shelf stays where it is.
        return _unpacked, (self._columns, self._kind_of, self._kinds, self._odd)

    def put_away(self, shelf: Shelf) -> None:
        """Keep what is not changed any more on a shelf.

        Raises:
            OSError: the temporary folder is full.
        """
        if isinstance(self._kept, _Columns):
            self._kept, self._shelf = shelf.put(self._kept), shelf

    @property
    def _columns(self) -> _Columns:
        kept = self._kept
        if isinstance(kept, _Columns):
            return kept
        if self._shelf is None:
            message = "glances lost their shelf"
            raise RuntimeError(message)
        return self._shelf.take(kept)

    @property
    def patients(self) -> array[int]:
        """Whose each claim is (`ClaimGlance.patient`)."""
        return self._columns.patients

    @property
    def cents(self) -> array[int]:
        """What each claim charges; `NO_CENTS` where that is no amount in dollars and cents."""
        return self._columns.cents

    def _index(self, kind: _Kind, known: dict[_Kind, int]) -> int:
        if kind not in known:
            if len(known) >= _MOST_KINDS:
                return 0
            known[kind] = len(self._kinds)
            self._kinds.append(kind)
        return known[kind]

    def __len__(self) -> int:
        return len(self._kind_of)

    def __iter__(self) -> Iterator[ClaimGlance]:
        return self.some(range(len(self)))

    def some(self, indices: Iterable[int]) -> Iterator[ClaimGlance]:
        """Yield some of the claims."""
        columns, ids = self._columns, self.ids
        for index in indices:
            yield self._glance(columns, index, ids[index])

    def __getitem__(self, index: int) -> ClaimGlance:
        return self._glance(self._columns, index, self.ids[index])

    @property
    def ids(self) -> list[str]:
        """CLM01 of each claim."""
        ids = self._columns.ids.split(_BETWEEN_IDS) if len(self) else []
        for index, glance in self._odd.items():
            ids[index] = glance.id
        return ids

    def _glance(self, columns: _Columns, index: int, text: str) -> ClaimGlance:
        if index in self._odd:
            return self._odd[index]
        kind = self._kinds[self._kind_of[index]]
        return ClaimGlance(
            text,
            charge_of(columns.cents[index]),
            kind.payer,
            kind.filing_indicator,
            columns.patients[index],
            _day_text(columns.days[2 * index]),
            _day_text(columns.days[2 * index + 1]),
            kind.signs,
            kind.awake,
            kind.has_facts,
            kind.services,
        )

    # ----------------------------------------------------------------- asked

    @property
    def odd(self) -> dict[int, ClaimGlance]:
        """The claims that do not fit into the columns."""
        return self._odd

    @property
    def total(self) -> Decimal:
        """The charges of all claims, in dollars."""
        return self.total_of(range(len(self)))

    def total_of(self, indices: Collection[int]) -> Decimal:
        """Return the charges of some claims, in dollars."""
        column = self.cents
        cents = sum(column[index] for index in indices if column[index] != NO_CENTS)
        odd = (g.charge for n, g in self._odd.items() if n in indices and column[n] == NO_CENTS)
        return Decimal(cents).scaleb(-2) + sum((charge for charge in odd if charge is not None), Decimal(0))

    @property
    def all_signs(self) -> int:
        """The signs that any claim shows, as bits."""
        signs = 0
        for kind in self._kinds:
            signs |= kind.signs
        for glance in self._odd.values():
            signs |= glance.signs
        return signs

    @property
    def is_awake(self) -> bool:
        """Whether any claim needs a closer look."""
        return any(kind.awake for kind in self._kinds) or any(g.awake for g in self._odd.values())

    @property
    def awake(self) -> dict[int, int]:
        """The bits of the rules that claims need a closer look of; claims that need none are left out."""
        if not self.is_awake:
            return {}
        return {index: bits for index, bits in enumerate(self._each("awake")) if bits}

    def needs_look(self, index: int) -> bool:
        """Whether a claim needs a closer look."""
        odd = self._odd.get(index)
        return bool(self._kinds[self._kind_of[index]].awake if odd is None else odd.awake)

    @property
    def signs(self) -> list[int]:
        """What each claim shows, as bits."""
        return self._each("signs")

    @property
    def with_facts(self) -> list[int]:
        """Whether each claim is among the file's facts."""
        return self._each("has_facts")

    @property
    def has_services(self) -> bool:
        """Whether services are known of any claim: where NCCI's tables are loaded."""
        return any(kind.services for kind in self._kinds) or any(g.services for g in self._odd.values())

    def _each(self, field: str) -> list[int]:
        values = [getattr(kind, field) for kind in self._kinds]
        found = [values[kind] for kind in self._kind_of]
        for index, glance in self._odd.items():
            found[index] = getattr(glance, field)
        return found

    # --------------------------------------------------------------- changed

    def wake(self, index: int, signs: int, awake: int) -> None:
        """Have a claim show more signs and need more rules' look."""
        self._change(index, signs, awake, has_facts=False)

    def note_facts(self, index: int) -> None:
        """A claim is now among the file's facts."""
        self._change(index, 0, 0, has_facts=True)

    def _change(self, index: int, signs: int, awake: int, *, has_facts: bool) -> None:
        odd = self._odd.get(index)
        if odd is not None:
            odd.signs |= signs
            odd.awake |= awake
            odd.has_facts |= has_facts
            return
        kind = self._kinds[self._kind_of[index]]
        changed = kind._replace(
            signs=kind.signs | signs, awake=kind.awake | awake, has_facts=kind.has_facts or has_facts
        )
        if changed in self._kinds:
            self._kind_of[index] = self._kinds.index(changed)
        elif len(self._kinds) < _MOST_KINDS:
            self._kind_of[index] = len(self._kinds)
            self._kinds.append(changed)
        else:
            glance = self[index]
            glance.signs, glance.awake, glance.has_facts = changed.signs, changed.awake, changed.has_facts
            self._odd[index] = glance


def _unpacked(
    columns: _Columns, kind_of: array[int], kinds: list[_Kind], odd: dict[int, ClaimGlance]
) -> Glances:
    made = Glances()
    made._kept, made._kind_of, made._kinds, made._odd = columns, kind_of, kinds, odd  # noqa: SLF001
    return made


def charge_of(cents: int) -> Decimal | None:
    """Return a charge in dollars; None for `NO_CENTS`."""
    return None if cents == NO_CENTS else Decimal(cents).scaleb(-2)


def _kind(glance: ClaimGlance) -> _Kind:
    return _Kind(
        glance.payer,
        glance.filing_indicator,
        glance.signs,
        glance.awake,
        glance.has_facts,
        glance.services,
    )


@lru_cache(maxsize=10_000)
def _cents(charge: Decimal | None) -> int:
    if charge is None:
        return NO_CENTS
    cents = charge.scaleb(2)
    return int(cents) if abs(cents) < 1 << 62 and cents == int(cents) else NO_CENTS


def _day(text: str) -> int:
    return int(text) if len(text) == 8 and text.isascii() and text.isdigit() else 0


def _day_text(day: int) -> str:
    return f"{day:08d}" if day else ""


def _fits(glance: ClaimGlance) -> bool:
    return (
        charge_of(_cents(glance.charge)) == glance.charge
        and _day_text(_day(glance.first_day)) == glance.first_day
        and _day_text(_day(glance.last_day)) == glance.last_day
        and _BETWEEN_IDS not in glance.id
    )
