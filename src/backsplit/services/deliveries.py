"""Rules 6 and 15: stock arrives, or is expected."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import count
from typing import TYPE_CHECKING, Any

from backsplit.domain.deliveries import Expected, ExpectedLine, arrive, arrive_in_turn, close, say_days
from backsplit.domain.deliveries import move as move_rows
from backsplit.domain.history import Done, EventKind
from backsplit.domain.limits import (
    LARGEST_ON_HAND,
    LARGEST_QUANTITY,
    check_figure,
    check_named,
    checked_ref,
)
from backsplit.domain.queue import NO_EFFECTS, Effects, Passed, last_served
from backsplit.errors import BadQuantity, RefNotFound, Refused, WrongUsage, listed
from backsplit.repository import Entry, Repository
from backsplit.services import promises
from backsplit.services.maps import remember
from backsplit.services.release import QueueClaim, check_no_kits, covered_claims, one_parcel, release_claims
from backsplit.services.skus import MOST_NAMED, make_known
from backsplit.values import NamedTuple

if TYPE_CHECKING:
    from backsplit.domain.imports import LeftOut
    from backsplit.domain.undo import BeforeExpected
    from backsplit.services.readings import DeliveryFile, ExpectedFile


Changes = Iterable[tuple["Expected | None", "Expected | None"]]  # each row before and after


def left_of(repository: Repository, ref: str) -> list[Expected]:
    """Of what a reference is still to bring something. Raises RefNotFound, and Refused where nothing is left."""
    left = [row for row in _known(repository, ref) if row.left]
    if not left:
        raise Refused("not-allowed", f"nothing more is expected of {ref}")
    return left


def draw_down(repository: Repository, of: str, ref: str | None, quantities: Mapping[str, int]) -> None:
    """Units came of what was expected under `of`, in the delivery `ref`. Raises RefNotFound."""
    _known(repository, of)
    rows: list[tuple[Expected | None, Expected | None]] = []
    for sku, units in quantities.items():
        if expected := repository.expected.of_sku(of, sku):
            rows += arrive_in_turn(expected, units)
        else:
            rows.append((None, arrive(Expected(of, sku, 0, promises.today()), units)))
    repository.expected.replace(rows)
    one = [f"--sku={sku}" for sku in quantities] + [f"--qty={units}" for units in quantities.values()]
    what = one if len(quantities) == 1 else ["--file", "FILE"]
    keep(repository, rows, ["receive", "--of", of, *what, *(["--ref", ref] if ref else [])])


def keep(repository: Repository, rows: Changes, again: list[str]) -> None:
    """Keep with this change what it did to what is expected, so that it can be undone."""
    repository.history.keep_before({"expected": list(rows), "again": again})


def put_back(repository: Repository, change: Done) -> list[tuple[Expected | None, Expected | None]]:
    """What a change did to what is expected, taken back: each row, and as it was before that change.

    Raises Refused (`changed-since`) where something else has changed a row since.
    """
    saved: BeforeExpected | None = change.before
    changes = [(_row(was), _row(then)) for was, then in (saved["expected"] if saved else ())]
    entered = {(row.ref, row.sku, row.on) for _, row in changes if row}
    for before, after in changes:
        row = after or before
        if row is None or (after is None and (row.ref, row.sku, row.on) in entered):
            continue
        if repository.expected.get(row.ref, row.sku, row.on) != after:
            raise Refused("changed-since", f"what is expected of {row.sku} under {row.ref} has changed since {change}")
    taken = [(after, before) for before, after in changes]
    repository.expected.replace(taken)
    return taken


def told(before: Expected | None, after: Expected | None) -> Iterator[Entry]:
    """The event of a row that somebody changed; none for one that was put together with another."""
    if after is None:
        return
    if before is None or before.ordered != after.ordered:
        was = f", not {before.left} on {before.on}" if before else ""
        yield Entry(EventKind.EXPECTED, None, after.sku, after.left, f"{after.ref}, on {after.on}{was}")
    elif before.on != after.on:
        yield Entry(EventKind.EXPECTED_ON, None, after.sku, after.left, f"{after.ref}: {before.on} → {after.on}")
    elif after.left < before.left:
        yield Entry(EventKind.GIVEN_UP, None, after.sku, before.left - after.left, after.ref)
    else:
        yield Entry(EventKind.EXPECTED, None, after.sku, after.left, f"{after.ref}, on {after.on}")


def _known(repository: Repository, ref: str) -> list[Expected]:
    rows = repository.expected.of(ref)
    if not rows:
        raise RefNotFound(ref)
    return rows


def _row(values: Sequence[Any] | None) -> Expected | None:
    return Expected(*values) if values else None


class Received(NamedTuple):
    """Units of a SKU that arrived, and what is on hand since. `first_day`: none of it may go out before (rule 19)."""

    sku: str
    quantity: int
    on_hand: int
    first_day: str | None = None


class Receipt(NamedTuple):
    """A delivery. `repeated`: its reference was booked before, so nothing changed.

    `of` is the reference under which it was expected, and `expected` all that this brings, as it is now.
    `skipped` are the lines of its file that were not taken.
    """

    received: tuple[Received, ...]
    effects: Effects = NO_EFFECTS
    passed_over: tuple[Passed, ...] = ()
    ref: str | None = None
    of: str | None = None
    expected: tuple[Expected, ...] = ()
    repeated: bool = False
    dry_run: bool = False
    skipped: tuple[LeftOut, ...] = ()
    notices: tuple[str, ...] = ()
    together: tuple[tuple[str, ...], ...] = ()


def receive(
    repository: Repository,
    quantities: Mapping[str, int] | None,
    *,
    ref: str | None = None,
    of: str | None = None,
    file: DeliveryFile | None = None,
    again: bool = False,
    create: bool = False,
    dry_run: bool = False,
) -> Receipt:
    """Book one delivery, units per SKU: all or nothing, then one sweep.

    `of` is the reference under which it was expected (rule 15); without `quantities` all that is left of that arrives.
    A `ref` that was booked before changes nothing. `file` is where the quantities come from; without a reference it is
    known by its contents. Raises WrongUsage for a blank reference, BadQuantity, UnknownSku (unless `create`),
    RefNotFound, and Refused where the reference was booked with other contents, the same file without one (`same-file`,
    unless `again`), or where nothing is left of what was expected.
    """
    ref, of = checked_ref("--ref", ref), checked_ref("--of", of)
    for sku, quantity in (quantities or {}).items():
        check_quantity(sku, quantity)
    with repository.change("receive", " of ".join(filter(None, (ref, of))), dry_run=dry_run):
        if ref is not None and (booked := repository.stock.receipt(ref)) is not None:
            if quantities is not None and dict(booked) != dict(quantities):
                raise _other_contents(repository, ref, of, booked, quantities, file)
            return Receipt((), ref=ref, of=of, repeated=True, dry_run=dry_run)
        contents = file.fingerprint if file is not None else None
        same = _same_file(repository, file, ref) if file is not None and not again else ()
        if file is not None:
            remember(repository, [file.reading])
        if quantities is None:
            if of is None:
                raise WrongUsage("say what arrived, or what it was expected under")

            quantities = dict(_left(left_of(repository, of)))
        due = list(dict.fromkeys(row.sku for row in _known(repository, of) if row.expected)) if of is not None else []
        make_known(repository, quantities, create=create, advice=f"; {of} has {listed(due, MOST_NAMED)}" if due else "")
        check_no_kits(repository, quantities, "received")
        repository.stock.receive(quantities)
        repository.counts.booked(quantities)
        repository.stock.add_receipt(ref, quantities, repository.history.change_id, contents, of)
        if of is not None:
            draw_down(repository, of, ref, quantities)
        repository.history.record(
            Entry(EventKind.RECEIVED, None, sku, quantity) for sku, quantity in quantities.items()
        )
        received = tuple(_received(repository, sku, quantity) for sku, quantity in quantities.items())
        claims = covered_claims(repository, quantities)
        effects = release_claims(repository, claims)
        passed = _passed_over(repository, claims, quantities)
        rows = tuple(repository.expected.of(of)) if of is not None else ()
        notices = (
            *same,
            *_of_was_meant(repository, ref, of, quantities, dry_run=dry_run),
            *_not_expected(repository, of, due, quantities, dry_run=dry_run),
        )
        together = one_parcel(repository, effects.released)
        receipt = Receipt(received, effects, passed, ref, of, rows, dry_run=dry_run, notices=notices, together=together)
        if file is None:
            return receipt
        return receipt._replace(skipped=file.skipped, notices=(*file.reading.notices, *notices))


def _of_was_meant(
    repository: Repository, ref: str | None, of: str | None, quantities: Iterable[str], *, dry_run: bool
) -> tuple[str, ...]:
    """A sentence where a delivery is called as a purchase order is, and is not taken off what is expected under it."""
    left = [row for row in repository.expected.of(ref) if row.left and row.sku in quantities] if ref and not of else []
    if not left:
        return ()
    units = ", ".join(f"{row.left} × {row.sku}" for row in left)
    instead = f"{_undo(repository, dry_run=dry_run)}backsplit receive --of {shlex.quote(ref or '')}"
    said = (
        f"under {ref} are still expected {units}, beside what was booked now: if that was it, --of was meant: {instead}"
    )
    return (said,)


def _not_expected(
    repository: Repository, of: str | None, due: Sequence[str], quantities: Iterable[str], *, dry_run: bool
) -> tuple[str, ...]:
    """A sentence for SKUs that came under a purchase order which does not have them."""
    wrong = [sku for sku in quantities if sku not in due]
    if not due or not wrong:
        return ()
    mistake = "" if dry_run else f"; if that is a mistake, {_undo(repository, dry_run=dry_run)}book it again"
    were = "was" if len(wrong) == 1 else "were"
    return (f"{listed(wrong, MOST_NAMED)} {were} not expected: {of} has {listed(due, MOST_NAMED)}{mistake}",)


def _undo(repository: Repository, *, dry_run: bool) -> str:
    return "" if dry_run else f"backsplit undo {repository.history.change_id}, then "


def _left(rows: Iterable[Expected]) -> Counter[str]:
    """Units that are left by SKU, which may come on several days."""
    units: Counter[str] = Counter()
    for row in rows:
        units[row.sku] += row.left
    return units


def check_quantity(sku: str, quantity: int, verb: str = "received") -> None:
    """Raises BadQuantity unless 1 ≤ quantity ≤ the largest that is taken."""
    check_figure("the quantity", quantity)
    if quantity < 1:
        raise BadQuantity(f"{quantity} of {sku} cannot be {verb}: the quantity must be 1 or more")
    if quantity > LARGEST_QUANTITY:
        raise BadQuantity(f"{quantity} of {sku} cannot be {verb}: at most {LARGEST_QUANTITY:,} at once")


def _other_contents(
    repository: Repository,
    ref: str,
    of: str | None,
    booked: Mapping[str, int],
    quantities: Mapping[str, int],
    file: DeliveryFile | None,
) -> Refused:
    """The whole delivery after a part of it: book the rest, since the part may have been counted, and cannot be undone.

    Another reference for the whole would book the part twice.
    """
    number = repository.stock.change_of_receipt(ref)
    was = ", ".join(f"{quantity} × {sku}" for sku, quantity in booked.items())
    path = f"{file.reading.path}: " if file is not None else ""
    advice = []
    if not Counter(booked) - Counter(quantities):
        rest = [f"{sku}={units}" for sku, units in (Counter(quantities) - Counter(booked)).items()]
        what = rest if len(rest) <= MOST_NAMED else ["--file", "REST"]  # a file of the rows that are not booked
        words = ["backsplit", "receive", *what, *(["--of", of] if of else [])]
        advice = [f"if this is the whole delivery, book the rest of it: {shlex.join(words)}"]
    return Refused(
        "not-allowed",
        f"{path}{ref} was received before with other contents ({was}), in {repository.history.change(number)}",
        *advice,
        f"if that was a mistake, first take it back: backsplit undo {number}",
    )


def _same_file(repository: Repository, file: DeliveryFile, ref: str | None) -> tuple[str, ...]:
    """A sentence for a file that was received under another reference: two deliveries may have the same contents.

    Raises Refused where either has none.
    """
    number = repository.stock.receipt_of_file(file.fingerprint, only_without_ref=ref is not None)
    if number is not None:
        raise Refused(
            "same-file",
            f"{file.reading.path} was received before, in {repository.history.change(number)}: move it away",
            "if it is another delivery that brings the same, --again books it once more",
        )
    other = repository.stock.receipt_of_file(file.fingerprint, only_without_ref=False)
    if other is None:
        return ()
    return (
        f"a file with the same contents was received under another reference, in {repository.history.change(other)}",
    )


def _received(repository: Repository, sku: str, quantity: int) -> Received:
    stock = repository.stock.known(sku)
    if stock.on_hand > LARGEST_ON_HAND:
        raise BadQuantity(f"{sku} would have {stock.on_hand:,} on hand: at most {LARGEST_ON_HAND:,} are kept")
    return Received(sku, quantity, stock.on_hand, stock.first_day)


def _passed_over(repository: Repository, claims: Iterable[QueueClaim], skus: Mapping[str, int]) -> tuple[Passed, ...]:
    """The orders with a received SKU that still wait although one behind them got some of it."""
    last = last_served((claim.order, [sku for sku, _, _ in claim.wants]) for claim in claims)
    places = {key for sku in skus if sku in last for key in repository.queue.before(sku, last[sku])}
    orders = repository.orders.by_id([key.order_id for key in sorted(places)])
    return tuple(Passed(order.number, order.placed_at, order.waiting_for) for order in orders)


class Moved(NamedTuple):
    """An order whose promised day is another one than before; None where there is no day."""

    order: str
    customer: str
    before: str | None
    after: str | None


class ExpectedOutcome(NamedTuple):
    """What is now expected where it has changed, and whose promised day that moves. `today` is a day of the shop.

    `skipped` are the lines of the file that are not expected, each with the reason.
    """

    rows: tuple[Expected, ...]
    moved: tuple[Moved, ...]
    today: str
    dry_run: bool = False
    skipped: tuple[LeftOut, ...] = ()
    notices: tuple[str, ...] = ()


GIVEN = "E{}"  # the references of what nobody named


def expect(
    repository: Repository,
    lines: Sequence[ExpectedLine],
    *,
    ref: str | None = None,
    file: ExpectedFile | None = None,
    create: bool = False,
    dry_run: bool = False,
) -> ExpectedOutcome:
    """Say what comes when. A reference and SKU that were named before get the new quantity and day.

    `file` is where the lines come from, if not typed. `ref` is the reference of lines that have none; without it they
    get one that is free. Raises WrongUsage for a blank one, BadQuantity, and UnknownSku (unless `create`).
    """
    ref = checked_ref("--ref", ref)
    for line in lines:
        check_quantity(line.sku, line.quantity, "expected")
    with repository.change("expect", ref or "", dry_run=dry_run):
        if file is not None:
            remember(repository, [file.reading])
        skus = list(dict.fromkeys(line.sku for line in lines))
        make_known(repository, skus, create=create)
        check_no_kits(repository, skus, "expected")
        unnamed = ref or _free_ref(repository)

        days: dict[tuple[str, str], dict[str, tuple[int, bool]]] = {}
        for line in lines:
            days.setdefault((line.ref or unnamed, line.sku), {})[line.on] = line.quantity, line.is_left

        def said() -> Iterator[tuple[Expected | None, Expected]]:
            for (name, sku), of_days in days.items():
                yield from say_days(repository.expected.of_sku(name, sku), name, sku, of_days)

        (line, *others) = lines
        one = ["--sku", line.sku, "--qty", str(line.quantity), "--on", line.on, "--ref", line.ref or unnamed]
        again = ["--file", "FILE"] if others else one
        outcome = _changed(repository, said, ["expect", *again], dry_run=dry_run)
        return outcome if file is None else outcome._replace(skipped=file.skipped, notices=tuple(file.reading.notices))


def move(repository: Repository, ref: str, on: str, *, dry_run: bool = False) -> ExpectedOutcome:
    """All that is left of a reference comes on another day. Raises RefNotFound, and Refused where nothing is left."""
    ref = check_named("--move", ref)
    with repository.change("expect --move", ref, dry_run=dry_run):
        by_sku: dict[str, list[Expected]] = {}
        for row in left_of(repository, ref):
            by_sku.setdefault(row.sku, []).append(row)
        pairs = [
            pair
            for sku, rows in by_sku.items()
            for pair in move_rows([*rows, *_already_on(repository, ref, sku, on, rows)], on)
        ]
        return _changed(repository, lambda: pairs, ["expect", "--move", ref, "--on", on], dry_run=dry_run)


def give_up(repository: Repository, ref: str, *, dry_run: bool = False) -> ExpectedOutcome:
    """No more comes of a reference. Raises RefNotFound, and Refused where nothing is left."""
    ref = check_named("--close", ref)
    with repository.change("expect --close", ref, dry_run=dry_run):
        rows = [(row, close(row)) for row in left_of(repository, ref)]
        return _changed(repository, lambda: rows, ["expect", "--close", ref], dry_run=dry_run)


def expected(repository: Repository, *, closed: bool = False) -> list[Expected]:
    """What is expected, the earliest first; `closed`: also that of which nothing is left."""
    with repository.reading():
        return repository.expected.all(closed=closed)


def _already_on(repository: Repository, ref: str, sku: str, on: str, rows: Sequence[Expected]) -> list[Expected]:
    """A row of that day of which nothing is left, which the moved ones are put together with."""
    there = repository.expected.get(ref, sku, on)
    return [there] if there is not None and there not in rows else []


def _free_ref(repository: Repository) -> str:
    return next(ref for ref in map(GIVEN.format, count(1)) if not repository.expected.has_ref(ref))


def _changed(
    repository: Repository,
    after: Callable[[], Iterable[tuple[Expected | None, Expected | None]]],
    again: list[str],
    *,
    dry_run: bool,
) -> ExpectedOutcome:
    """Write the rows that differ, and say whose promised day that moves. `again` are the words that do it once more."""
    before = promises.days(repository)
    changes = [(was, now) for was, now in after() if was != now]
    repository.expected.replace(changes)
    if changes:
        repository.history.record(event for old, row in changes for event in told(old, row))
        keep(repository, changes, again)
    now = promises.days(repository) if changes else before
    if changes and now:
        repository.promise_cache.save()
    moved = tuple(_moved(repository, before, now))
    return ExpectedOutcome(tuple(row for _, row in changes if row), moved, promises.today(), dry_run)


def _moved(repository: Repository, before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[Moved]:
    """The orders with another day than before, in the order of the queue."""
    changed = {number for number in {**before, **now} if before.get(number) != now.get(number)}
    orders = sorted(filter(None, map(repository.orders.get, changed)), key=lambda order: order.queue_key)
    for order in orders:
        yield Moved(order.number, order.customer, before.get(order.number), now.get(order.number))
