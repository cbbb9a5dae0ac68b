"""Rule 11: files of counts, as they set what is on hand, and shops' own counts, as they are followed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar
from zlib import crc32

from backsplit.domain.counts import BooksDiffer, Kind, ShopCount, reconcile, shop_of
from backsplit.domain.history import EventKind
from backsplit.domain.imports import (
    ArrivingLine,
    ArrivingOrder,
    LeftOut,
    NamedOnly,
    OrderItem,
    StockCount,
    UnmarkedOrder,
)
from backsplit.domain.queue import NO_EFFECTS, Effects
from backsplit.domain.spelling import notices_of_new
from backsplit.domain.sync import Reconciliation, remembered
from backsplit.errors import BadInput, WrongUsage, listed
from backsplit.repository import Entry, Repository
from backsplit.repository.stock import Described
from backsplit.services.release import check_no_kits
from backsplit.services.stock import Corrected, check_on_hand, take_counts
from backsplit.values import NamedTuple

if TYPE_CHECKING:
    from backsplit.domain.imports import StockItem
    from backsplit.formats import ReadOptions
    from backsplit.formats.reader import Reading

MOST_NAMED = 10  # kits that a notice names
AT_ONCE = 1_000  # SKUs that are looked up together
T = TypeVar("T")


class Missed(NamedTuple):
    """Units of a SKU that a shop has sent and that could not be taken off: not there, or held by other orders."""

    absent: int
    others_hold: int


NOTHING_MISSED = Missed(0, 0)


class Shop(NamedTuple):
    """A shop whose own counts are followed: what it has to be told, and what it has set aside for its open orders.

    Units of a kit are those of its parts, since these are counted.
    `missed` are the units that it has sent since the last look and that could not be taken off on hand.
    """

    id: int
    to_mark: Mapping[str, int]
    to_send: Mapping[str, int]
    missed: Mapping[str, Missed] = MappingProxyType({})


class Followed(NamedTuple):
    """What a look at a shop's counts finds: on hand as it is to be, the SKUs in which the books differ.

    `newly` are the SKUs in which they differ by other units than at the last look. `unexpected` are those of which the
    shop counts something else than it should, so that something is done or set against what is untold.
    """

    corrected: list[Corrected]
    differ: list[BooksDiffer]
    newly: list[str]
    unexpected: list[str]


def look_at_shop(
    repository: Repository, shop: Shop, counts: Mapping[str, tuple[int, Kind]], *, recount: bool = False
) -> Followed:
    """Follow a shop's counts by what changed in them, and remember them. On hand is still to be set.

    `recount`: take them as they are, and forget what differed.
    """
    found, noted = Followed([], [], [], []), list[tuple[str, ShopCount]]()
    for skus in batches(counts, AT_ONCE):
        for sku, on_hand, last in repository.counts.last_counts(skus, shop.id):
            units, kind = counts[sku]
            held = units + (shop.to_send.get(sku, 0) if kind is Kind.LEFT else 0)
            absent, others_hold = shop.missed.get(sku, NOTHING_MISSED)
            before = None
            if last is not None and not recount:
                before = last._replace(due=last.due - others_hold, untold=last.untold - absent)
            after, now = reconcile(held, before, on_hand, shop.to_mark.get(sku, 0), absent + others_hold)
            if now != last:
                noted.append((sku, now))
            if after != on_hand:
                because = f"the shop counts {held}" if last is None else f"the shop counts {held} instead of {last.due}"
                found.corrected.append(Corrected(sku, on_hand, after, because))
            if now.differs:
                found.differ.append(BooksDiffer(sku, here=held + now.differs, shop=held))
                if last is None or last.differs != now.differs:
                    found.newly.append(sku)
            if before is not None and held != before.due and (after != on_hand or now.differs):
                found.unexpected.append(sku)
    repository.counts.keep(shop.id, noted)
    return found


def look_at_shelf(repository: Repository, counts: Mapping[str, int]) -> list[Corrected]:
    """A count of the shelf is no shop's: it is taken as it is."""
    return [
        Corrected(sku, on_hand, counts[sku])
        for skus in batches(counts, AT_ONCE)
        for sku, on_hand in repository.stock.on_hand(skus).items()
        if on_hand != counts[sku]
    ]


def counted_shop(repository: Repository, form: str, source: str) -> str:
    """The shop that a file of counts of this format is of, where no order files come with it.

    `source` is what the user calls it. Else it is the shop whose counts came in such files before, else the one that
    its orders are of if nothing is said. Raises WrongUsage where several have.
    """
    if source:
        return source
    own = platform = shop_of(form)
    known = [name for name, before in repository.sources.that_count().items() if shop_of(before) == platform]
    if own in known or not known:
        return own
    if len(known) > 1:
        raise WrongUsage(f"these counts may be of {' or '.join(known)}: say whose they are with --source")
    return known[0]


def known_shop(repository: Repository, name: str) -> Shop:
    """The shop as it was at the last look at its orders."""
    sources = sources_of(repository, name)
    return Shop(repository.sources.id_of(name), repository.counts.to_mark(sources), repository.counts.to_send(sources))


def sources_of(repository: Repository, shop: str) -> list[int]:
    """The sources of orders of that shop."""
    return [number for name, number in repository.sources.ids().items() if shop_of(name) == shop]


class CountedShops:
    """The shops of one `sync`: which of them a file of counts is of, and what the orders of the same files tell of it.

    `sources` are the names of the order files' sources.
    """

    def __init__(self, repository: Repository, sources: Sequence[str], prefix: str) -> None:
        self._repository = repository
        self._shops = dict.fromkeys(map(shop_of, sources))
        self._prefix = prefix
        self._set_aside = SetAside()
        self._missed: dict[int, dict[str, Missed]] = {}
        self._ids: dict[int, int | None] = {}
        self._names: dict[int, str] = {}

    def of_counts(self, form: str) -> str:
        """The shop that a file of counts of this format is of: one whose orders come with it."""
        own = shop_of(f"{form} {self._prefix}" if self._prefix else form)
        return own if own in self._shops else next(iter(self._shops))

    def noting(self, source: str, items: Iterable[OrderItem]) -> Iterator[OrderItem]:
        """The orders of a file from that source, with what the shop has set aside for them noted."""
        return self._set_aside.noting(shop_of(source), items)

    def heard(self, following: Reconciliation, source: int | None) -> None:
        """The shop says of a known order that it has sent other units than at the last look."""
        shop = self._shop(source)
        if shop is not None:
            sent = {sku: now.sent - following.last[sku].sent for sku, now in following.shop_state.items()}
            self._repository.counts.sent(shop, self._repository.queue.in_parts(sent))

    def missed(self, missed: Iterable[tuple[int, Mapping[str, int]]]) -> None:
        """Units that the shop sent of these families could not be taken off the shelf here.

        Those that were not there are untold. Those that other orders hold are still to be taken off, by its next count.
        """
        of_shop: dict[int, Counter[str]] = {}
        for family, units in missed:
            shop = self._shop(self._repository.shop_state.source_of(family)) if units else None
            if shop is not None:
                of_shop.setdefault(shop, Counter()).update(units)
        for shop, total in of_shop.items():
            on_hand = self._repository.stock.on_hand(total)
            absent = {sku: max(0, units - on_hand[sku]) for sku, units in total.items()}
            self._repository.counts.missed(shop, absent)
            self._missed[shop] = {sku: Missed(absent[sku], units - absent[sku]) for sku, units in total.items()}
            self._repository.counts.sent(shop, {sku: absent[sku] - units for sku, units in total.items()})

    def with_orders(self, to_mark: Iterable[tuple[int, UnmarkedOrder]]) -> Callable[[str], Shop]:
        """Each of the shops by its name; `to_mark` are the families of the files with what their shop does not know."""
        unmarked: dict[str, Counter[str]] = {}
        for family, order in to_mark:
            name = self._name(self._repository.shop_state.source_of(family))
            unmarked.setdefault(name, Counter()).update(dict(order.sent))

        def shop(name: str) -> Shop:
            of = self._repository.queue.in_parts(unmarked.get(name, {}))
            source = self._repository.sources.id_of(name)
            to_send = self._set_aside.units(self._repository, name)
            return Shop(source, of, to_send, self._missed.get(source, {}))

        return shop

    def _shop(self, source: int | None) -> int | None:
        """The id of the shop of that source; None if nothing was counted there."""
        if source is None:
            return None
        if source not in self._ids:
            self._ids[source] = self._repository.sources.ids().get(self._name(source))
        return self._ids[source]

    def _name(self, source: int | None) -> str:
        if not self._names:
            self._names = {number: shop_of(name) for name, number in self._repository.sources.ids().items()}
        return self._names.get(source or 0, "")


class SetAside:
    """What the open orders of the files want and their shop has not sent: it has taken that off what is left to sell.

    An order that a later file names again is as that file says.
    """

    def __init__(self) -> None:
        self._orders: dict[str, dict[str, tuple[int, tuple[ArrivingLine, ...]]]] = {}
        self._named: set[str] = set()  # shops of which the files hold orders
        self._file = 0

    def noting(self, shop: str, items: Iterable[OrderItem]) -> Iterator[OrderItem]:
        """The items of a file of that shop, noted as they are read."""
        self._file += 1
        orders = self._orders.setdefault(shop, {})
        for item in items:
            if not isinstance(item, LeftOut):
                self._named.add(shop)
                lines = _set_aside(item)
                file, before = orders.get(item.number, (0, ()))
                if lines or file:
                    orders[item.number] = self._file, (*before, *lines) if file == self._file else lines
            yield item

    def units(self, repository: Repository, shop: str) -> Counter[str]:
        """Units per SKU, of kits their parts; as the shop said at the last look, if the files hold no orders of it."""
        if shop not in self._named:
            return Counter(repository.counts.to_send(sources_of(repository, shop)))
        total: Counter[str] = Counter()
        for number, (_, lines) in self._orders[shop].items():
            if any(line.unsure for line in lines):
                total.update(_not_sent(repository, number))
            else:
                for line in lines:
                    total[line.sku] += line.open
        return repository.queue.in_parts(total)


def _set_aside(item: ArrivingOrder | NamedOnly) -> tuple[ArrivingLine, ...]:
    if isinstance(item, NamedOnly):
        return item.set_aside
    return () if item.closed else item.lines


def _not_sent(repository: Repository, number: str) -> Counter[str]:
    """Of an order of which the file does not say how much was sent, what is known here counts."""
    order = repository.orders.get(number)
    if order is None:
        return Counter()
    asked = remembered(repository.orders.members(order.family), repository.shop_state.of(order.family))
    return Counter({sku: state.wanted - state.sent for sku, state in asked.items()})


NO_SHOP = ""  # of a count of the shelf
Figures = dict[str, tuple[int, Kind]]  # by SKU


@dataclass
class Shelf:
    """What files of counts say: figures by the shop that counted, which is blank for a count of the shelf itself.

    `raised` and `lowered` are known when the counts are taken, and so are the SKUs in which the books differ.
    """

    counted: dict[str, Figures] = field(default_factory=dict)
    forms: dict[str, str] = field(default_factory=dict)  # the format of each shop's counts
    new: dict[str, None] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    skipped: list[LeftOut] = field(default_factory=list)
    kits: list[str] = field(default_factory=list)  # that the shop counts
    raised: int = 0
    lowered: int = 0
    differ: dict[str, BooksDiffer] = field(default_factory=dict)
    newly: list[str] = field(default_factory=list)
    fewer: list[tuple[int, int]] = field(
        default_factory=list
    )  # SKUs that a shop has counted, and the few that it counts
    paths: dict[str, list[str]] = field(default_factory=dict)  # the files of each shop's counts
    outdated: list[tuple[str, list[str]]] = field(default_factory=list)  # such files, with the SKUs that may be wrong

    @property
    def skus(self) -> set[str]:
        """All SKUs of which there is a count."""
        return {sku for figures in self.counted.values() for sku in figures}


def read_counts(
    repository: Repository,
    readings: Sequence[Reading[StockItem]],
    files: Sequence[Iterable[StockItem]],
    options: ReadOptions,
    shop_of_counts: Callable[[str], str],
) -> Shelf:
    """Read the counts of all files, `files` by their items, and write the SKUs' names and whether they are inserts.

    `shop_of_counts` names the shop of a file of that format. Raises BadInput where two files count a SKU differently,
    and BadQuantity.
    """
    shelf = Shelf()
    for reading, items in zip(readings, files, strict=True):
        shop = NO_SHOP if reading.counts is Kind.SHELF else shop_of_counts(reading.format)
        shelf.forms[shop] = reading.format
        shelf.paths.setdefault(shop, []).append(reading.path)
        figures = shelf.counted.setdefault(shop, {})
        for batch in batches(items, AT_ONCE):
            known = repository.stock.described([item.sku for item in batch if not isinstance(item, LeftOut)])
            for item in batch:
                if isinstance(item, LeftOut):
                    shelf.skipped.append(item)
                    continue
                before = known.get(item.sku)
                _describe(repository, shelf, item, before)
                if before and before.kit and item.on_hand:
                    _leave_out(repository, shelf, item, options, of_shop=shop != NO_SHOP)
                if item.on_hand is not None and not (before and before.kit):
                    units = _one_count(item, figures.get(item.sku), options, reading.path)
                    check_on_hand(item.sku, units if shop == NO_SHOP else abs(units))
                    figures[item.sku] = (units, reading.counts)
    return shelf


def kits_passed_over(shelf: Shelf | None) -> list[str]:
    """Say which kits the shop counts: these counts are not taken (rule 18), and those of their parts must hold."""
    if shelf is None or not shelf.kits:
        return []
    kits = list(dict.fromkeys(shelf.kits))
    must = "When a kit is sold there, the shop must take its parts off too (docs/stock.md)"
    return [f"the shop's counts of kits are not taken, their parts are counted: {listed(kits, MOST_NAMED)}. {must}"]


def older_than_the_orders(shelf: Shelf) -> Iterator[str]:
    """Say which counts are those of the last look though they should have changed: they were not exported again."""
    for path, skus in shelf.outdated:
        yield (
            f"{path} has the counts of the last look, though orders have come or changed since: on hand may be wrong"
            f" ({listed(skus, MOST_NAMED)}) until newer counts are followed. Export counts and orders together"
        )


def _mark_of(figures: Figures) -> int:
    """By which a shop's counts are known again, in whatever order they come."""
    counts = sorted(f"{sku}\t{units}\t{kind.name}" for sku, (units, kind) in figures.items())
    return crc32("\n".join(counts).encode(errors="surrogatepass"))


def _leave_out(repository: Repository, shelf: Shelf, item: StockCount, options: ReadOptions, *, of_shop: bool) -> None:
    """The count of a kit (rule 18). Raises Refused (`kit`) where it is no shop's own, and not to be skipped."""
    if of_shop:
        shelf.kits.append(item.sku)
    elif options.skip_bad:
        shelf.skipped.append(LeftOut("", item.at, f"{item.sku} is a kit, which has no count"))
    else:
        check_no_kits(repository, [item.sku], "counted")


def take_shelf(
    repository: Repository, shelf: Shelf, shop_of_name: Callable[[str], Shop], *, recount: bool = False
) -> tuple[Effects, set[str]]:
    """Set on hand by what was counted: the orders that gave stock back, and the SKUs to be swept.

    A count of the shelf is taken as it is; a shop's own is followed by what changed in it since the last look, unless
    `recount` (rule 11).
    """
    effects, touched = NO_EFFECTS, set[str]()
    for name, figures in shelf.counted.items():
        shop = shop_of_name(name) if name != NO_SHOP else None
        if shop is None:
            corrected = look_at_shelf(repository, {sku: units for sku, (units, _) in figures.items()})
        else:
            same = repository.sources.note_counted(shop.id, shelf.forms[name], _mark_of(figures))
            before = repository.counts.how_many(shop.id)
            if len(figures) * 2 < before:
                shelf.fewer.append((before, len(figures)))
            looked = look_at_shop(repository, shop, figures, recount=recount)
            corrected = looked.corrected
            shelf.differ |= {difference.sku: difference for difference in looked.differ}
            shelf.newly += looked.newly
            if same and looked.unexpected:
                shelf.outdated.append((listed(shelf.paths[name]), looked.unexpected))
        for change in corrected:
            check_on_hand(change.sku, change.on_hand)
        shelf.raised += sum(change.on_hand > change.was for change in corrected if change.sku in shelf.known)
        shelf.lowered += sum(change.on_hand < change.was for change in corrected if change.sku in shelf.known)
        back, swept = take_counts(repository, corrected, EventKind.COUNTED, told_by=shop.id if shop else None)
        effects = effects.then(back)
        touched |= swept
        if shop is None:  # also a count of as many as are on hand settles what was before it (rule 13)
            as_here = figures.keys() - {change.sku for change in corrected}
            settled = repository.history.not_counted_since(sorted(as_here))
            repository.history.record(Entry(EventKind.COUNTED, None, sku, 0) for sku in settled)
    return effects, touched


def _one_count(item: StockCount, before: tuple[int, Kind] | None, options: ReadOptions, path: str) -> int:
    """The count that holds where an earlier file has counted the SKU too: as `--duplicates` says."""
    units = item.on_hand or 0
    if before is None or (before[0] == units and options.duplicates != "sum"):
        return units
    if options.duplicates == "refuse":
        raise BadInput(
            f"{path}: line {item.at} counts {units} of {item.sku}, but a file before it {before[0]}."
            " Say which holds with --duplicates sum, last or first"
        )
    return {"sum": before[0] + units, "last": units, "first": before[0]}[options.duplicates]


def _describe(repository: Repository, shelf: Shelf, item: StockCount, before: Described | None) -> None:
    """Make the SKU known, with its name and whether it is an insert; `before` is what was known of it."""
    if item.sku not in shelf.new:
        if before is None:
            repository.stock.add([item.sku])
            shelf.new[item.sku] = None
        else:
            shelf.known.add(item.sku)
    was = before or Described()
    name = item.name if item.name != was.name else None
    insert = item.insert if item.insert != was.insert else None
    if name is None and insert is None:
        return
    repository.stock.describe(item.sku, name, insert)
    if insert is not None:
        repository.history.record([Entry(EventKind.MARKED, None, item.sku, reason="insert" if insert else "no insert")])


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """The items in lists of that many; the last may be shorter."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


def notices_of_skus(repository: Repository, shelf: Shelf) -> list[str]:
    """What to say of the SKUs of stock files: those that they do not count, and those that are new."""
    counted = shelf.skus
    left = sum(sku not in counted for sku in repository.stock.with_stock())
    known_skus = "known SKUs" if left != 1 else "known SKU"
    said = [f"the file does not count {left:,} {known_skus} with stock: what is on hand stays"] if left else []
    known = set(repository.stock.skus()).difference(shelf.new) if shelf.new else set[str]()
    return [*said, *notices_of_new(shelf.new, known)]
