"""Rule 15: say what is expected, move it to another day, give it up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import count

from backsplit import formats
from backsplit.domain.errors import BadInput
from backsplit.domain.outcomes.expecting import ExpectedOutcome, Moved
from backsplit.domain.promises.expected import Expected, close, say
from backsplit.domain.shop.arrivals import ExpectedLine
from backsplit.domain.typed import check_ref
from backsplit.formats import ReadOptions
from backsplit.repository import Repository
from backsplit.services.every_day import promising
from backsplit.services.every_day.receiving import check_quantity, make_known
from backsplit.services.every_day.references import keep, left_of, told

GIVEN = "E{}"  # the references of what nobody named


def expect(
    repository: Repository,
    lines: Sequence[ExpectedLine],
    *,
    ref: str | None = None,
    create: bool = False,
    dry_run: bool = False,
) -> ExpectedOutcome:
    """Say what comes when. A reference and SKU that were named before get the new quantity and day.

    `ref` is the reference of lines that have none; without it they get one that is free. Raises WrongUsage for a
    blank one, BadQuantity, and UnknownSku (unless `create`).
    """
    check_ref("--ref", ref)
    for line in lines:
        check_quantity(line.sku, line.quantity, "expected")
    with repository.change("expect", ref or "", dry_run=dry_run):
        make_known(repository, list(dict.fromkeys(line.sku for line in lines)), create=create)
        unnamed = ref or _free_ref(repository)

        def said() -> Iterator[Expected]:
            for line in lines:
                name = line.ref or unnamed
                yield say(repository.expected.get(name, line.sku), name, line.sku, line.quantity, line.on)

        (line, *others) = lines
        one = ["--sku", line.sku, "--qty", str(line.quantity), "--on", line.on, "--ref", line.ref or unnamed]
        again = ["--file", "FILE"] if others else one
        return _changed(repository, said, ["expect", *again], dry_run=dry_run)


def move(repository: Repository, ref: str, on: str, *, dry_run: bool = False) -> ExpectedOutcome:
    """All that is left of a reference comes on another day. Raises RefNotFound, and Refused where nothing is left."""
    with repository.change("expect --move", ref, dry_run=dry_run):
        rows = [row._replace(on=on) for row in left_of(repository, ref)]
        return _changed(repository, lambda: rows, ["expect", "--move", ref, "--on", on], dry_run=dry_run)


def give_up(repository: Repository, ref: str, *, dry_run: bool = False) -> ExpectedOutcome:
    """No more comes of a reference. Raises RefNotFound, and Refused where nothing is left."""
    with repository.change("expect --close", ref, dry_run=dry_run):
        rows = [close(row) for row in left_of(repository, ref)]
        return _changed(repository, lambda: rows, ["expect", "--close", ref], dry_run=dry_run)


def listed(repository: Repository, *, closed: bool = False) -> list[Expected]:
    """What is expected, the earliest first; `closed`: also that of which nothing is left."""
    with repository.reading():
        return repository.expected.all(closed=closed)


def read_expected(path: str, options: ReadOptions) -> tuple[list[ExpectedLine], str | None]:
    """The lines of a file, those of one reference and SKU added up, and a reference for lines that have none.

    That is the name of the file, so that the same file again changes nothing. Raises BadInput.
    """
    found: dict[tuple[str | None, str], ExpectedLine] = {}
    with formats.read_expected(path, options) as reading:
        for line in reading:
            before = found.get((line.ref, line.sku))
            if before and before.on != line.on:
                raise BadInput(
                    f"{reading.path}: {line.sku} of {line.ref or 'this file'} comes on {before.on} (line {before.at}) "
                    f"and on {line.on} (line {line.at}); give one of the two a reference of its own"
                )
            more = before.quantity if before else 0
            found[line.ref, line.sku] = line._replace(quantity=line.quantity + more)
    if not found:
        raise BadInput(f"{reading.path}: there is no line in it")
    name = path.rsplit("/", 1)[-1].partition(".")[0]
    return list(found.values()), name.strip() or None if path != "-" else None


def _free_ref(repository: Repository) -> str:
    return next(ref for ref in map(GIVEN.format, count(1)) if not repository.expected.has_ref(ref))


def _changed(
    repository: Repository, after: Callable[[], Iterable[Expected]], again: list[str], *, dry_run: bool
) -> ExpectedOutcome:
    """Write the rows that differ, and say whose promised day that moves. `again` are the words that do it once more."""
    before = promising.days(repository)
    changes = []
    for row in after():
        old = repository.expected.get(row.ref, row.sku)
        if row != old:
            repository.expected.write([row])
            changes.append((old, row))
    if changes:
        repository.history.record(event for old, row in changes for event in told(old, row))
        keep(repository, changes, again)
    now = promising.days(repository) if changes else before
    if changes and now:
        repository.forecast.keep()
    moved = tuple(_moved(repository, before, now))
    return ExpectedOutcome(tuple(row for _, row in changes), moved, promising.today(), dry_run)


def _moved(repository: Repository, before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[Moved]:
    """The orders with another day than before, in the order of the queue."""
    changed = {number for number in {**before, **now} if before.get(number) != now.get(number)}
    orders = sorted(filter(None, map(repository.orders.get, changed)), key=lambda order: order.queue_key)
    for order in orders:
        yield Moved(order.number, order.customer, before.get(order.number), now.get(order.number))
