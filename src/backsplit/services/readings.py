"""The lines of deliveries, purchase orders and kits in files, checked against the SKUs that are known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TypeVar

from backsplit.domain.deliveries import ExpectedLine
from backsplit.domain.imports import DeliveryItem, ExpectedItem, LeftOut
from backsplit.errors import PROBLEMS_SHOWN, BadInput, NotKnown, UnknownSku, listed
from backsplit.formats import ReadOptions, reader
from backsplit.formats.reader import Reading, Unfit
from backsplit.repository import Repository
from backsplit.services.maps import with_remembered
from backsplit.services.skus import MOST_NAMED
from backsplit.values import NamedTuple

T = TypeVar("T")
UNKNOWN = "unknown SKU"  # why a row of a file is left out
CREATE = "--create takes SKUs that are not known in as new"


class DeliveryFile(NamedTuple):
    """A file of a delivery: units per SKU, its reference if it names one, and its fingerprint."""

    quantities: dict[str, int]
    ref: str | None
    fingerprint: str
    skipped: tuple[LeftOut, ...]
    reading: Reading[DeliveryItem]


def read_delivery(
    repository: Repository, path: str, options: ReadOptions, *, of: str | None = None, create: bool = False
) -> DeliveryFile:
    """The delivery of a file. Raises BadInput, also for SKUs that nobody knows, unless `create`.

    `of` is the reference under which it was expected: there, such an error names its SKUs.
    """
    quantities: dict[str, int] = {}
    refs: dict[str, int] = {}
    skipped: list[LeftOut] = []
    with reader.read_delivery(path, with_remembered(repository, options)) as reading:
        fingerprint = reading.fingerprint()
        if not create:
            due = dict.fromkeys(row.sku for row in repository.expected.of(of) if row.expected) if of else {}
            advice = [f"{of} has {listed(due, MOST_NAMED)}"] if due else []
            _refuse_unknown(repository, reading, _of_delivery, *advice, CREATE)
        for line in reading:
            if isinstance(line, LeftOut):
                skipped.append(line)
                continue
            quantities[line.sku] = quantities.get(line.sku, 0) + line.quantity
            if line.ref:
                refs.setdefault(line.ref, line.at)
    if not quantities:
        raise BadInput(f"{reading.path}: there is no line in it of which anything has come{_why(skipped)}")
    if len(refs) > 1:
        named = ", ".join(f"{ref} (line {at})" for ref, at in list(refs.items())[:3])
        raise BadInput(
            f"{reading.path}: one file is one receipt, but it has {len(refs)} references: {named}; split the file"
        )
    return DeliveryFile(quantities, next(iter(refs), None), fingerprint, tuple(skipped), reading)


def _of_delivery(line: DeliveryItem) -> tuple[int, str, str] | None:
    return None if isinstance(line, LeftOut) else (line.at, line.sku, line.ref or "")


class ExpectedFile(NamedTuple):
    """A file of purchase orders. `ref` is for lines that have none."""

    lines: list[ExpectedLine]
    ref: str | None
    skipped: tuple[LeftOut, ...]
    reading: Reading[ExpectedItem]


def read_expected(repository: Repository, path: str, options: ReadOptions, *, create: bool = False) -> ExpectedFile:
    """The lines of a file, those of one reference, SKU and day added up, and a reference for lines that have none.

    That is the name of the file, so that the same file again changes nothing. Raises BadInput, also for SKUs that
    nobody knows, unless `create`.
    """
    found: dict[tuple[str | None, str, str], ExpectedLine] = {}
    skipped: list[LeftOut] = []
    with reader.read_expected(path, with_remembered(repository, options)) as reading:
        if not create:
            _refuse_unknown(repository, reading, _of_expected, CREATE)
        for line in reading:
            if not isinstance(line, ExpectedLine):
                skipped.append(line)
                continue
            before = found.get((line.ref, line.sku, line.on))
            more = before.quantity if before else 0
            found[line.ref, line.sku, line.on] = line._replace(quantity=line.quantity + more)
    if not found:
        raise BadInput(f"{reading.path}: there is no line in it of which anything is to come{_why(skipped)}")
    name = path.rsplit("/", 1)[-1].partition(".")[0]
    return ExpectedFile(list(found.values()), name.strip() or None if path != "-" else None, tuple(skipped), reading)


def _of_expected(line: ExpectedItem) -> tuple[int, str, str] | None:
    return (line.at, line.sku, line.ref or "") if isinstance(line, ExpectedLine) else None


def read_kits(
    repository: Repository, path: str, options: ReadOptions, *, create: bool = False
) -> dict[str, dict[str, int]]:
    """The kits of a file, with their parts.

    Raises BadInput, also where a kit names a part twice, or one that nobody knows, unless `create`.
    """
    recipes: dict[str, dict[str, int]] = {}
    with reader.read_kits(path, options) as reading:
        if not create:
            kits = {line.kit for line in reading.again()}
            _refuse_unknown(
                repository, reading, lambda line: None if line.sku in kits else (line.at, line.sku, line.kit), CREATE
            )
        for kit, part, each, at in reading:
            recipe = recipes.setdefault(kit, {})
            if part in recipe:
                raise BadInput(f"{reading.path}: line {at} names {part} as a part of {kit} once more")
            recipe[part] = each
    if not recipes:
        raise BadInput(f"{reading.path}: there is no line in it")
    return recipes


def _refuse_unknown(
    repository: Repository,
    reading: Reading[T],
    named: Callable[[T], tuple[int, str, str] | None],
    *advice: str,
) -> None:
    """Let rows of a file with SKUs that nobody knows be bad rows; the first of them name the nearest.

    `named` gives the place of an item, its SKU and the order or reference that it names; None for one that needs none.
    """
    known: set[str] = set()
    unknown: dict[str, NotKnown] = {}

    def check(item: T) -> Unfit | None:
        at, sku, order = named(item) or (0, "", "")
        if not sku or sku in known:
            return None
        if sku not in unknown:
            if repository.stock.get(sku) is not None:
                known.add(sku)
                return None
            error = UnknownSku(sku)
            unknown[sku] = repository.with_nearest(error) if len(unknown) < PROBLEMS_SHOWN else error
        return Unfit(at, UNKNOWN, unknown[sku], order)

    reading.check(check, *advice)


def _why(skipped: Sequence[LeftOut]) -> str:
    """For the refusal of a file of which no line is taken: why its lines were left out."""
    counts = Counter(left.reason for left in skipped).most_common()
    return f" (left out: {', '.join(f'{n} × {reason}' for reason, n in counts)})" if counts else ""
