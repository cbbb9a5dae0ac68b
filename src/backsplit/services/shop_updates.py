"""Rule 20: what shipped here and the shop does not know, and the file that tells it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from backsplit.domain.counts import Kind, shop_of
from backsplit.domain.history import EventKind
from backsplit.domain.imports import LabelLine
from backsplit.domain.orders import Order, Status, Tracking, check_allowed
from backsplit.domain.shop_updates import (
    ByHand,
    CountCell,
    CountChange,
    FileRows,
    Form,
    LeftOut,
    Row,
    Telling,
    ToMark,
    Units,
    cells_to_write,
    parcels,
    rows_to_tell,
    true_count,
)
from backsplit.domain.sync import not_known
from backsplit.errors import PROBLEMS_SHOWN, BadInput, OrderNotFound, Refused, UnknownOrder, listed
from backsplit.formats import ReadOptions
from backsplit.repository import Entry, Repository
from backsplit.repository.shop_updates import ShippedFamily
from backsplit.services.counts import counted_shop, sources_of
from backsplit.services.maps import shops_with_names, with_remembered
from backsplit.services.status import Changed, check_unchanged, ship_orders
from backsplit.values import NamedTuple

if TYPE_CHECKING:
    from backsplit.domain.history import Done
    from backsplit.domain.undo import Again

MOST_NAMED = 10  # that a notice names
WANT_SKUS = (Form.WOOCOMMERCE, Form.MATRIXIFY)  # forms whose importers find a line by its SKU
ONE_LABEL = (Form.WOOCOMMERCE, Form.AMAZON)  # forms that hold one tracking number a parcel


class Unmarked(NamedTuple):
    """What is to be marked in the shop, and what a person is to close there."""

    to_mark: list[ToMark]
    by_hand: list[ByHand]


@dataclass(frozen=True, slots=True)
class ToldShop:
    """What was written: the orders that the file tells of, its rows, and those left out. `made`: the change, if any."""

    form: Form
    orders: tuple[str, ...]
    rows: int
    left_out: tuple[LeftOut, ...]
    notices: tuple[str, ...]
    out: str
    made: int | None = None


def to_mark(repository: Repository) -> Unmarked:
    """What has shipped here and the shop does not know, by when it first shipped."""
    with repository.reading():
        return _unmarked(repository)


def amount_to_mark(repository: Repository) -> tuple[int, int]:
    """Of how many orders, and units, no file has told the shop yet; within a view that has been begun."""
    orders, units = repository.shop_updates.amount_untold()
    for family in repository.shop_updates.families(only_others=True):
        order, _ = _of_family(family)
        if order is not None and (new := order.new):
            orders += 1
            units += sum(sum(parcel.sent.values()) for parcel in new)
    return orders, units


def tell(
    repository: Repository,
    telling: Telling,
    save: Callable[[Sequence[Row]], None],
    out: str,
    *,
    take: bool = False,
    again: Sequence[str] = (),
) -> ToldShop:
    """Write what is new of it with `save`; with `take` remember it, so that the next file has only what is new.

    `again` is the command that does it once more. If the file cannot be written, nothing is remembered.
    """
    if not take:
        with repository.reading():
            found = rows_to_tell(_unmarked(repository).to_mark, telling)
            names = _names(repository, found)
        save(found.rows)
        return _told(telling, found, out, names)
    with repository.change("to-mark", telling.form.value):
        found = rows_to_tell(_unmarked(repository).to_mark, telling)
        for order in found.orders:
            for parcel in order.parcels:
                for sku, units in parcel.sent.items():
                    repository.shop_updates.tell(parcel.id, sku, units)
                repository.history.record(
                    Entry(EventKind.TOLD_SHOP, parcel.number, sku, units) for sku, units in parcel.sent.items()
                )
        if found.orders:
            before: Again = {"again": again}
            repository.history.keep_before(before)
        last = None if found.orders else repository.history.last_change({"to-mark"})
        names = _names(repository, found)
        save(found.rows)
        return _told(telling, found, out, names, repository.history.begun, last)


def labels_of(repository: Repository, path: str, options: ReadOptions) -> list[LabelLine]:
    """The labels of a label tool's file, each once. Raises BadInput, with every row that cannot ship."""
    from backsplit.formats.reader import Unfit, read_labels  # noqa: PLC0415 - only for files

    plan, unknown = _Labels(repository), set[str]()

    def check(line: LabelLine) -> Unfit | None:
        try:
            plan.take(line)
        except OrderNotFound as error:
            unknown.add(line.order)
            named = UnknownOrder(error.typed)
            near = repository.with_nearest(named) if len(unknown) <= PROBLEMS_SHOWN else named
            return Unfit(line.at, "unknown order", near, line.order)
        except Refused as error:
            return Unfit(line.at, error.code, error, line.order)
        return None

    with read_labels(path, options) as reading:
        reading.check(check)
        lines = list(reading)
    if not lines:
        raise BadInput(f"{reading.path}: there is no label in it")
    return list({(line.order, line.label): line for line in reversed(lines)}.values())[::-1]


def ship_labels(
    repository: Repository,
    read: Callable[[Repository], Sequence[LabelLine]],
    *,
    dry_run: bool = False,
    shown: Changed | None = None,
) -> Changed:
    """Ship the orders of a label tool's file with its labels, all of them or none. `read` gives its rows.

    A row of an order that has shipped is for its only part in Processing; one that shipped with this very label is
    done. `shown` is what a dry run said before. Raises OrderNotFound and Refused for a row that cannot ship any more.
    """
    lines = read(repository)
    with repository.change("ship", dry_run=dry_run):
        plan = _Labels(repository)
        for line in lines:
            plan.take(line)
        orders = list(plan.orders.values())
        ship_orders(repository, orders, plan.labels)
        outcome = Changed(tuple(repository.orders.by_id(plan.orders)), notes=tuple(plan.notes(orders)), dry_run=dry_run)
        check_unchanged(shown, outcome)
        return outcome


class _Labels:
    """Which order each row of a label tool's file ships."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self.orders: dict[int, Order] = {}
        self.labels: dict[int, list[Tracking]] = {}
        self.done = 0

    def take(self, line: LabelLine) -> None:
        """Raises OrderNotFound, Refused."""
        order = self._order(line)
        if order is None:
            self.done += 1
            return
        self.orders[order.id] = order
        self.labels.setdefault(order.id, []).append(line.label)

    def _order(self, line: LabelLine) -> Order | None:
        """The order that this row ships; None where it has shipped with this label."""
        named = self._repository.order(line.order)
        if named.status is not Status.SHIPPED:
            check_allowed("ship", named)
            return named
        family = self._repository.orders.members(named.family)
        if any(line.label in member.tracking for member in family):
            return None
        waiting = [member for member in family if member.status is Status.PROCESSING]
        if len(waiting) == 1:
            return waiting[0]
        if waiting:
            numbers = " and ".join(member.number for member in waiting)
            raise Refused("not-allowed", f"{named.number} has shipped; {numbers} are in Processing: name one of them")
        check_allowed("ship", named)
        return named

    def notes(self, orders: Sequence[Order]) -> Iterator[str]:
        if self.done:
            yield f"labels with which their orders had shipped before: {self.done:,}"
        for order in orders:
            for member in self._repository.orders.members(order.family):
                if member.status is Status.PROCESSING:
                    yield f"{member.number} of the same order is in Processing still"


def _unmarked(repository: Repository) -> Unmarked:
    to_mark, by_hand = list[ToMark](), list[ByHand]()
    for family in repository.shop_updates.families():
        one, left = _of_family(family)
        if one is not None:
            to_mark.append(one)
        if left and not family.is_open and any(not shipment.by_shop for shipment in family.shipments):
            by_hand.append(ByHand(family.number, left))
    return Unmarked(sorted(to_mark, key=lambda order: order.parcels[0].shipped_at), by_hand)


def _of_family(family: ShippedFamily) -> tuple[ToMark | None, Units]:
    """What is to be marked, and the units that the shop waits for still when that is done."""
    shipped: dict[str, int] = {}
    for shipment in family.shipments:
        for sku, units in shipment.sent.items():
            shipped[sku] = shipped.get(sku, 0) + units
    unknown = not_known(shipped, family.lines, family.states)
    wanted = {sku: (units, 0) for sku, units in family.lines.items()}
    wanted |= {sku: (state.wanted, state.sent) for sku, state in family.states.items()}
    left = {sku: units - sent - unknown.get(sku, 0) for sku, (units, sent) in wanted.items()}
    left = {sku: units for sku, units in left.items() if units > 0}
    found = parcels(family.shipments, unknown) if unknown else ()
    completes = not family.is_open
    if not found:
        return None, left
    return ToMark(family.number, found, completes, gives_up=completes and bool(left), source=family.source), left


def _names(repository: Repository, found: FileRows) -> list[str]:
    """The orders of shops whose SKUs are names here."""
    shops = shops_with_names(repository)
    return [order.order for order in found.orders if shop_of(order.source) in shops]


def _told(
    telling: Telling,
    found: FileRows,
    out: str,
    names: Sequence[str],
    made: int | None = None,
    last: Done | None = None,
) -> ToldShop:
    """`names` are the orders whose SKUs are names, `made` the change, `last` the one since which nothing is new."""
    notices = []
    if names and telling.form in WANT_SKUS:
        which = listed(names, MOST_NAMED)
        notices.append(
            f"names stand for SKUs here (--sku-from), and so in this file, but its importer looks for SKUs: {which}"
        )
    if last is not None:
        notices.append(f"nothing is new since {last}: `backsplit undo {last.number}` makes new what that told the shop")
    if telling.form in ONE_LABEL:
        several = [parcel.number for order in found.orders for parcel in order.parcels if len(parcel.tracking) > 1]
        if several:
            notices.append(f"parcels with more than one label, of which the file has the first: {listed(several)}")
    if telling.form is Form.WOOCOMMERCE:
        given_up = [order.order for order in found.orders if order.gives_up]
        if given_up:
            notices.append(
                f"completed without what was given up or swapped here; pay it back there: {listed(given_up)}"
            )
    numbers = tuple(order.order for order in found.orders)
    return ToldShop(telling.form, numbers, len(found.rows), found.left_out, tuple(notices), out, made)


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What was written of an inventory export: the figures that changed; `left` are rows of SKUs not known here."""

    changed: tuple[CountChange, ...]
    left: int
    notices: tuple[str, ...]
    out: str


def rewrite_counts(
    repository: Repository,
    path: str,
    options: ReadOptions,
    save: Callable[[str, Iterable[str]], None],
    out: str,
    *,
    source: str = "",
) -> Rewritten:
    """Write a shop's inventory export again, with the counts that are true here where the file has others.

    `save` is called with the file's encoding and its text, piece by piece. Raises BadInput, and WrongUsage where a SKU
    stands in several rows or the counts may be of several shops.
    """
    from backsplit.formats.shop_updates import Counts  # noqa: PLC0415 - only for this command

    with repository.reading():
        options = with_remembered(repository, options, source)
    with closing(Counts(path, options)) as export, repository.reading():
        found = list(export.cells())
        on_hand = repository.stock.on_hand({cell.sku for cell in found})
        sources = sources_of(repository, counted_shop(repository, export.format, source))
        to_mark, to_send = repository.counts.to_mark(sources), repository.counts.to_send(sources)
        changed, figures, marked = [], {}, 0
        kits = {kit.sku for kit in repository.kits.some(on_hand)}  # they have no count of their own

        def true(sku: str) -> int:
            return true_count(export.kind, on_hand[sku], to_mark.get(sku, 0), to_send.get(sku, 0))

        for cell in cells_to_write(found, on_hand.keys() - kits, options.location, true):
            figure = true(cell.sku) + cell.not_counted
            if figure != cell.figure:
                figures[cell.at, cell.place] = figure
                changed.append(CountChange(cell.sku, cell.figure, figure))
                marked += to_mark.get(cell.sku, 0) if export.kind is Kind.ON_HAND else 0
        save(export.encoding, export.rewritten(figures))
        unknown = [cell for cell in found if cell.sku not in on_hand]
        units = "1 unit of these is" if marked == 1 else f"{marked:,} units of these are"
        notices = [f"{units} to be marked: let the shop take this file in before them"] if marked else []
        notices = [*_have_names(repository, unknown), *notices, *export.notices]
        return Rewritten(tuple(changed), len(unknown), tuple(notices), out)


def _have_names(repository: Repository, unknown: Sequence[CountCell]) -> Iterator[str]:
    """Say that names are SKUs here, of cells whose SKU is not known."""
    known = repository.stock.on_hand({cell.name for cell in unknown if cell.name})
    rows = sum(cell.name in known for cell in unknown)
    if rows:
        have = (
            "1 of these rows has a name that is a SKU"
            if rows == 1
            else f"{rows:,} of these rows have names that are SKUs"
        )
        yield f"{have} here: to take the name for the SKU, --sku-from name"
