"""The rules of backsplit once more, in memory: dicts, lists and brute force over the whole queue.

It shares no line with the program, so that the two can be held against each other. Read it as the rules written in
Python: nothing in it is quick, and every figure is counted afresh from the orders each time that it is asked for.
"""

import copy
import functools
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, ParamSpec

BACKORDER, PROCESSING, ON_HOLD, SHIPPED, CANCELLED = STATUSES = (
    "Backorder",
    "Processing",
    "On Hold",
    "Shipped",
    "Cancelled",
)
SKIP_OVER, STRICT = "skip-over", "strict"
TYPED_IN_AT = "2026-01-04T09:00:00Z"
TODAY = "2026-12-01"

Answer = dict[str, Any]
Had = dict[str, tuple[str, str | None]]  # by number, the status of an order and the last day of its hold
P = ParamSpec("P")


class Refused(Exception):
    """What the command line must say no to, with its code word and its exit code."""

    def __init__(self, code: str, exit_code: int = 1) -> None:
        super().__init__(code)
        self.code = code
        self.exit_code = exit_code


@dataclass
class Line:
    sku: str
    quantity: int
    position: int  # on the order that arrived: a moved or divided line keeps it


@dataclass
class Sku:
    on_hand: int = 0
    insert: bool = False
    first_day: str | None = None


@dataclass
class Order:
    number: str
    placed_at: str
    lines: list[Line]
    priority: int = 100
    customer: str = ""
    note: str = ""
    status: str = BACKORDER
    until: str | None = None  # the last day of a hold
    split_from: str | None = None
    arrival: int = 0  # a part has that of its original
    made: int = 0  # every order has its own
    sent_there: bool = False  # by the shop, if it is Shipped
    kits_then: dict[str, dict[str, int]] | None = None  # as the kits were made when units of it left last

    @property
    def place(self) -> tuple[int, str, int, int]:
        """Rule 2; an original goes before its own parts."""
        return (self.priority, self.placed_at, self.arrival, self.made)

    @property
    def skus(self) -> set[str]:
        return {line.sku for line in self.lines}

    def has(self, sku: str) -> int:
        return sum(line.quantity for line in self.lines if line.sku == sku)


def new_order(
    number: str,
    placed_at: str,
    wanted: Iterable[tuple[str, int]],
    priority: int = 100,
    customer: str = "",
    note: str = "",
) -> Order:
    lines = [Line(sku, quantity, position) for position, (sku, quantity) in enumerate(wanted)]
    return Order(number, placed_at, lines, priority, customer, note)


def command(method: Callable[P, Answer]) -> Callable[P, Answer]:
    """All or nothing: a refusal, and a dry run, leave the model as it was."""

    @functools.wraps(method)
    def run(*args: P.args, **kwargs: P.kwargs) -> Answer:
        model: Any = args[0]
        before = copy.deepcopy(model.__dict__)
        done = False
        try:
            answer = method(*args, **kwargs)
            done = not kwargs.get("dry_run", False)
        finally:
            if not done:
                model.__dict__.update(before)
        return answer

    return run


@dataclass(eq=False)
class Done:
    """What one command did: the orders that it was about, all that it altered, and what its undo needs.

    `booked` are the SKUs that were received, corrected or counted, `counted` those of them that were counted.
    """

    command: str
    about: list[str]
    altered: set[str]
    kept: Any = None
    booked: frozenset[str] = frozenset()
    counted: frozenset[str] = frozenset()
    undone: bool = False


@dataclass
class Model:
    policy: str = SKIP_OVER
    stock: dict[str, Sku] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    deliveries: dict[str, Counter[str]] = field(default_factory=dict)
    files: list[tuple[str, str | None, int]] = field(default_factory=list)  # text, reference, number of the change
    log: list[Done] = field(default_factory=list)  # the number of a change is its place here, from 1
    told: dict[str, tuple[str | None, bool]] = field(default_factory=dict)  # the day that was told, and whether agreed
    untold: list[str] = field(default_factory=list)  # given up here, and nobody was told
    arrived: dict[str, Counter[str]] = field(default_factory=dict)  # by root order: what its family must add up to
    kits: dict[str, dict[str, int]] = field(default_factory=dict)  # what one of each kit is made of
    to_settle: set[str] = field(default_factory=set)  # SKUs that were received or corrected after the last count

    # What can be seen

    def queue(self, *statuses: str) -> list[Order]:
        return sorted((o for o in self.orders.values() if o.status in statuses), key=lambda o: o.place)

    def needs(self, line: Line, quantity: int | None = None) -> Counter[str]:
        """What the line takes off the shelf: of a kit, its parts."""
        units = line.quantity if quantity is None else quantity
        return Counter({part: each * units for part, each in self.kits.get(line.sku, {line.sku: 1}).items()})

    def parts_of(self, units: Mapping[str, int]) -> Counter[str]:
        """What so many units take off the shelf."""
        return sum((self.needs(Line(sku, n, 0)) for sku, n in units.items()), Counter[str]())

    def needs_of(self, order: Order) -> Counter[str]:
        return sum((self.needs(line) for line in order.lines), Counter[str]())

    def wants(self, order: Order, sku: str) -> int:
        return self.needs_of(order)[sku]

    def shelf(self, skus: Iterable[str]) -> set[str]:
        """The SKUs, and the parts of kits instead of the kits."""
        return {part for sku in skus for part in self.kits.get(sku, {sku: 1})}

    def allocated(self, sku: str) -> int:
        return sum(self.wants(order, sku) for order in self.queue(PROCESSING))

    def available(self, sku: str) -> int:
        return self.stock[sku].on_hand - self.allocated(sku) if self.stock[sku].first_day is None else 0

    def owed(self, sku: str) -> int:
        return sum(self.wants(order, sku) for order in self.queue(BACKORDER))

    def free(self, sku: str, order: Order) -> int:
        """What this order may take: under strict, what earlier ones wait for is kept for them."""
        kept = 0
        if self.policy == STRICT:
            kept = sum(self.wants(other, sku) for other in self.queue(BACKORDER) if other.place < order.place)
        return max(0, self.available(sku) - kept)

    def covered(self, order: Order) -> bool:
        return all(units <= self.free(sku, order) for sku, units in self.needs_of(order).items())

    def shorts(self, order: Order) -> list[int]:
        """What each line lacks."""
        if order.status != BACKORDER:
            return [0 for _ in order.lines]
        left = {sku: self.free(sku, order) for sku in self.needs_of(order)}
        shorts = []
        for line in order.lines:
            shorts.append(line.quantity - self.most(line, left))
            for sku, units in self.needs(line).items():
                left[sku] -= min(units, left[sku])
        return shorts

    def most(self, line: Line, left: dict[str, int]) -> int:
        """How many units of the line can be made of what is left."""
        return max(n for n in range(line.quantity + 1) if all(u <= left[sku] for sku, u in self.needs(line, n).items()))

    def missing(self, order: Order) -> dict[str, int]:
        """What the order lacks, by SKU."""
        if order.status != BACKORDER:
            return {}
        return {sku: n - self.free(sku, order) for sku, n in self.needs_of(order).items() if n > self.free(sku, order)}

    def can_be_made(self, sku: str) -> int:
        return min(self.available(part) // each for part, each in self.kits.get(sku, {sku: 1}).items())

    def show(self, order: Order) -> Answer:
        return {
            "number": order.number,
            "status": order.status,
            "placed_at": order.placed_at,
            "priority": order.priority,
            "customer": order.customer,
            "note": order.note,
            "until": order.until,
            "split_from": order.split_from,
            "split_into": sorted(o.number for o in self.orders.values() if o.split_from == order.number),
            "lines": [
                {
                    "sku": line.sku,
                    "quantity": line.quantity,
                    "insert": self.stock[line.sku].insert,
                    "available": self.can_be_made(line.sku),
                    "short": short,
                }
                for line, short in zip(order.lines, self.shorts(order), strict=True)
            ],
        }

    def listing(self) -> dict[str, Answer]:
        return {order.number: self.show(order) for order in self.orders.values()}

    def figures(self) -> dict[str, Answer]:
        return {
            sku: {
                "insert": entry.insert,
                "kit": sku in self.kits,
                "on_hand": entry.on_hand,
                "allocated": self.allocated(sku),
                "available": self.available(sku),
                "owed": self.owed(sku),
                "final": self.available(sku) - self.owed(sku),
                "from": entry.first_day,
            }
            for sku, entry in self.stock.items()
        }

    def shortages(self) -> list[Answer]:
        rows = []
        for sku in self.stock:
            short = self.owed(sku) - self.available(sku)
            waiting = [order for order in self.queue(BACKORDER) if self.wants(order, sku)]
            if short > 0:
                rows.append(
                    {
                        "sku": sku,
                        "short": short,
                        "orders": len(waiting),
                        "blocks_alone": sum(set(self.missing(order)) == {sku} for order in waiting),
                        "oldest": min(order.placed_at for order in waiting),
                    }
                )
        return sorted(rows, key=lambda row: (-row["blocks_alone"], -row["orders"], row["sku"]))

    def breaches(self) -> Iterator[str]:
        """Rule 10."""
        for sku, entry in self.stock.items():
            if not entry.on_hand >= self.allocated(sku) >= 0:
                yield f"{sku}: {entry.on_hand} on hand, {self.allocated(sku)} allocated"
        for order in self.orders.values():
            if not order.lines or any(line.quantity < 1 for line in order.lines):
                yield f"{order.number}: no lines, or an empty one"
            if order.until and order.status != ON_HOLD:
                yield f"{order.number}: a last day of a hold that is over"
            if order.status == BACKORDER and self.covered(order):
                yield f"{order.number}: waits although it is covered"
        families: dict[str, Counter[str]] = {}
        for order in self.orders.values():
            family = families.setdefault(self.root(order).number, Counter())
            for line in order.lines:
                family[line.sku] += line.quantity
        if families != {number: +wanted for number, wanted in self.arrived.items()}:
            yield f"families hold {families}, but {self.arrived} arrived"

    # What commands have in common

    def did(
        self,
        command: str,
        about: Iterable[str],
        answer: Answer,
        kept: Any = None,
        *,
        booked: Iterable[str] = (),
        counted: Iterable[str] = (),
    ) -> Answer:
        about, counted = list(about), frozenset(counted)
        altered = {*about, *answer.get("released", []), *answer.get("returned", [])}
        self.log.append(Done(command, about, altered, copy.deepcopy(kept), frozenset(booked) | counted, counted))
        self.to_settle |= frozenset(booked)
        self.to_settle -= counted
        return answer

    def book(self, sku: str, units: int) -> None:
        """Units were received, corrected or counted here."""
        self.stock[sku].on_hand += units

    def new_id(self) -> int:
        return max((order.made for order in self.orders.values()), default=0) + 1

    def family(self, order: Order) -> list[Order]:
        return sorted((o for o in self.orders.values() if self.root(o) is self.root(order)), key=lambda o: o.made)

    def order(self, typed: str) -> Order:
        for number in (typed, "#" + typed):
            if number in self.orders:
                return self.orders[number]
        raise Refused("not-found", 3)

    def these(self, typed: Iterable[str]) -> list[Order]:
        """The orders typed, each once, in the order typed."""
        return list({order.number: order for order in map(self.order, typed)}.values())

    def known(self, sku: str) -> Sku:
        if sku not in self.stock:
            raise Refused("unknown-sku", 3)
        return self.stock[sku]

    def no_kits(self, skus: Iterable[str]) -> None:
        if any(sku in self.kits for sku in skus):
            raise Refused("kit")

    def knows(self, skus: Iterable[str], *, create: bool) -> None:
        for sku in skus:
            if create:
                self.stock.setdefault(sku, Sku())
            self.known(sku)

    def root(self, order: Order) -> Order:
        while order.split_from is not None:
            order = self.orders[order.split_from]
        return order

    @staticmethod
    def must_be(order: Order, *statuses: str) -> None:
        if order.status not in statuses:
            raise Refused("shipped" if order.status == SHIPPED else "not-allowed")

    def sweep(self, touched: set[str]) -> list[str]:
        """Rule 4; answers with the orders released."""
        released = []
        for order in self.queue(BACKORDER):
            if self.needs_of(order).keys() & self.shelf(touched) and self.covered(order):
                order.status = PROCESSING
                released.append(order.number)
        return released

    def swept(self, concerned: Iterable[Order]) -> Answer:
        skus = {sku for order in concerned for sku in order.skus}
        return {"released": self.sweep(skus), "returned": []}

    def counted(self, counts: Iterable[tuple[str, int]]) -> Answer:
        """On hand becomes what was counted: the last in the queue give back what is not there, then one sweep."""
        returned: list[Order] = []
        touched: set[str] = set()
        for sku, on_hand in counts:
            if on_hand > self.stock[sku].on_hand:
                touched.add(sku)
            self.book(sku, on_hand - self.stock[sku].on_hand)
            while self.allocated(sku) > on_hand:
                last = [order for order in self.queue(PROCESSING) if self.wants(order, sku)][-1]
                last.status = BACKORDER
                returned.append(last)
                touched |= last.skus
        released = self.sweep(touched)
        gone_back = [order.number for order in returned]
        return {
            "released": [number for number in released if number not in gone_back],
            "returned": [number for number in gone_back if number not in released],
        }

    # The commands

    @command
    def set_policy(self, policy: str) -> Answer:
        before, self.policy = self.policy, policy
        if policy == before:
            return {"policy": policy, "released": []}
        return self.did("policy", [], {"policy": policy, "released": self.sweep(set(self.stock))}, before)

    @command
    def import_stock(self, counts: list[tuple[str, int, bool | None]]) -> Answer:
        before = copy.deepcopy(self.stock)
        for sku, on_hand, _ in counts:
            self.no_kits([sku] if on_hand else [])
        for sku, _, insert in counts:
            entry = self.stock.setdefault(sku, Sku())
            if insert is not None:
                entry.insert = insert
        marked = any(entry.insert != before.get(sku, Sku()).insert for sku, entry in self.stock.items())
        answer = self.counted((sku, on_hand) for sku, on_hand, _ in counts)
        counted = self.are_counted([sku for sku, _, _ in counts], before)
        if marked or counted:
            self.did("import stock", [], answer, self.differences(before), counted=counted)
        return answer

    def differences(self, before: dict[str, Sku]) -> dict[str, int]:
        """Units on hand that are more or fewer than before."""
        differences = {sku: it.on_hand - before.get(sku, Sku()).on_hand for sku, it in self.stock.items()}
        return {sku: units for sku, units in differences.items() if units}

    def are_counted(self, skus: Iterable[str], before: dict[str, Sku]) -> set[str]:
        """The SKUs that a count of the shelf has changed, or settles though it changes nothing."""
        return {*self.differences(before), *(self.to_settle & {*skus} - self.kits.keys())}

    @command
    def import_orders(self, arriving: list[Order], *, dry_run: bool = False) -> Answer:
        new = [copy.deepcopy(order) for order in arriving if order.number not in self.orders]
        new_skus = sorted({sku for order in new for sku in order.skus if sku not in self.stock})
        for sku in new_skus:
            self.stock[sku] = Sku()
        for order in new:
            self.takes_in(order)
        for order in sorted(new, key=lambda o: o.place):
            if self.covered(order):
                order.status = PROCESSING
        if new:
            self.did("import orders", [order.number for order in new], {})
        return {
            "dry_run": dry_run,
            "added": len(new),
            "known": len(arriving) - len(new),
            "processing": sum(order.status == PROCESSING for order in new),
            "backorder": sum(order.status == BACKORDER for order in new),
            "new_skus": new_skus,
        }

    def takes_in(self, order: Order) -> None:
        order.arrival = order.made = self.new_id()
        self.orders[order.number] = order
        self.arrived[order.number] = Counter()
        for line in order.lines:
            self.arrived[order.number][line.sku] += line.quantity

    @command
    def add(
        self, number: str | None, wanted: list[tuple[str, int]], *, create: bool = False, dry_run: bool = False
    ) -> Answer:
        for known in (number, f"#{number}"):
            if known in self.orders:
                raise Refused("not-allowed")
        self.knows((sku for sku, _ in wanted), create=create)
        typed_in = {name for done in self.log for name in done.altered}
        n = 1
        while number is None:
            number, n = (f"P{n}" if f"P{n}" not in typed_in else None), n + 1
        order = new_order(number, TYPED_IN_AT, wanted)
        self.takes_in(order)
        if self.covered(order):
            order.status = PROCESSING
        return self.did("add", [number], {"dry_run": dry_run, "released": [], "returned": []})

    @command
    def receive(
        self,
        goods: list[tuple[str, int]],
        ref: str | None = None,
        *,
        file: str | None = None,
        again: bool = False,
        create: bool = False,
        dry_run: bool = False,
    ) -> Answer:
        if any(quantity < 1 for _, quantity in goods):
            raise Refused("bad-quantity")
        content: Counter[str] = Counter()
        for sku, quantity in goods:
            content[sku] += quantity
        answer: Answer = {"dry_run": dry_run, "ref": ref, "repeated": False, "released": [], "passed_over": []}
        if ref is not None and ref in self.deliveries:
            if self.deliveries[ref] != content:
                raise Refused("not-allowed")
            return answer | {"repeated": True}
        same = [other for text, other, _ in self.files if text == file]
        if same and not again and (ref is None or None in same):
            raise Refused("same-file")
        self.knows(content, create=create)
        self.no_kits(content)
        if ref is not None:
            self.deliveries[ref] = content
        for sku, quantity in content.items():
            self.book(sku, quantity)
        released = self.sweep(set(content))
        gone = [self.orders[number] for number in released]
        passed_over = [
            order
            for order in self.queue(BACKORDER)
            if any(
                order.place < other.place and {*self.needs_of(order)} & {*self.needs_of(other)} & {*content}
                for other in gone
            )
        ]
        self.did("receive", [], {"released": released}, (ref, content), booked=content)
        if file is not None:
            self.files.append((file, ref, len(self.log)))
        return answer | {
            "received": {sku: (quantity, self.stock[sku].on_hand) for sku, quantity in content.items()},
            "released": released,
            "passed_over": [
                {"order": order.number, "placed_at": order.placed_at, "short": self.missing(order)}
                for order in passed_over
            ],
        }

    def free_number(self, order: Order) -> str:
        stem = re.sub(r"-backorder(-\d+)?$", "", self.root(order).number) + "-backorder"
        number, n = stem, 1
        while number in self.orders:
            n += 1
            number = f"{stem}-{n}"
        return number

    def serve(self, order: Order, *, partial: bool) -> tuple[list[Line], list[Line]]:
        """Rule 3: what of the lines can go now, and what waits."""
        left = {sku: self.free(sku, order) for sku in self.needs_of(order)}
        stay, wait = [], []
        for line in order.lines:
            taken = self.most(line, left)
            if taken < line.quantity and not partial:
                taken = 0
            for sku, units in self.needs(line, taken).items():
                left[sku] -= units
            if taken > 0:
                stay.append(Line(line.sku, taken, line.position))
            if taken < line.quantity:
                wait.append(Line(line.sku, line.quantity - taken, line.position))
        return stay, wait

    def only_inserts(self, lines: list[Line]) -> bool:
        return all(self.stock[line.sku].insert for line in lines)

    def split_one(self, order: Order, *, partial: bool, drop_inserts: bool) -> Answer:
        if order.status != BACKORDER:
            raise Refused("not-backorder")
        stay, wait = self.serve(order, partial=partial)
        if not wait:
            raise Refused("nothing-short")
        if not stay:
            raise Refused("nothing-in-stock")
        if self.only_inserts(wait) and not drop_inserts:
            raise Refused("only-inserts-short")
        if self.only_inserts(stay) and not self.only_inserts(wait):
            raise Refused("only-inserts-in-stock")
        dropped = [line for line in wait if drop_inserts and self.stock[line.sku].insert]
        wait = [line for line in wait if line not in dropped]

        order.lines, order.status = stay, PROCESSING
        for line in dropped:
            self.arrived[self.root(order).number][line.sku] -= line.quantity
        part = None
        if wait:
            part = copy.deepcopy(order)
            part.number, part.made = self.free_number(order), self.new_id()
            part.lines, part.status, part.split_from = wait, BACKORDER, order.number
            self.orders[part.number] = part
        taken_skus = self.shelf(line.sku for line in stay)
        return {
            "processing": self.bare(order),
            "backorder": self.bare(part) if part else None,
            "dropped": [(line.sku, line.quantity) for line in dropped],
            "dropped_lines": dropped,
            "overtaken": [o.number for sku in taken_skus for o in self.left_with_too_little(sku, order)],
        }

    def left_with_too_little(self, sku: str, order: Order) -> list[Order]:
        """The orders before this one that want a SKU of which too little is left for them."""
        ahead = [other for other in self.queue(BACKORDER) if other.place < order.place and self.wants(other, sku)]
        return ahead if self.available(sku) < sum(self.wants(other, sku) for other in ahead) else []

    @staticmethod
    def bare(order: Order) -> Answer:
        return {
            "number": order.number,
            "status": order.status,
            "lines": [(line.sku, line.quantity) for line in order.lines],
        }

    def after_split(self, splits: list[Answer]) -> list[str]:
        """Under strict, less may be kept now: for a line that was dropped, and for one that moved to a new part, which
        stands behind older parts of its family."""
        touched = {sku for split in splits for sku, _ in split["dropped"]}
        if self.policy == STRICT:
            touched |= {sku for split in splits if split["backorder"] for sku, _ in split["backorder"]["lines"]}
        return self.sweep(touched)

    @command
    def split(
        self, typed: list[str], *, partial: bool = False, drop_inserts: bool = False, dry_run: bool = False
    ) -> Answer:
        splits = [self.split_one(order, partial=partial, drop_inserts=drop_inserts) for order in self.these(typed)]
        return self.did_split(
            {"dry_run": dry_run, "splits": splits, "refused": [], "released": self.after_split(splits)}
        )

    def did_split(self, answer: Answer) -> Answer:
        kept = [
            (it["processing"]["number"], it["backorder"] and it["backorder"]["number"], it["dropped_lines"])
            for it in answer["splits"]
        ]
        if kept:
            self.did("split", [number for pair in kept for number in pair[:2] if number], answer, kept)
        return answer

    @command
    def split_all(self, *, partial: bool = False, drop_inserts: bool = False, dry_run: bool = False) -> Answer:
        splits: list[Answer] = []
        refused: dict[str, str] = {}
        trying = self.queue(BACKORDER)
        while trying:
            before = len(splits)
            for order in trying:
                try:
                    splits.append(self.split_one(order, partial=partial, drop_inserts=drop_inserts))
                    refused.pop(order.number, None)
                except Refused as refusal:  # noqa: PERF203 - a refusal ends the try of one order
                    refused[order.number] = refusal.code
            # what was taken since may have been the product that such an order had: now it can be split, too
            again = [number for number, code in refused.items() if code == "only-inserts-short"]
            trying = [self.orders[number] for number in again] if len(splits) > before else []
        return self.did_split(
            {
                "dry_run": dry_run,
                "splits": splits,
                "refused": list(refused.items()),
                "released": self.after_split(splits),
            }
        )

    @command
    def ship(self, typed: list[str]) -> Answer:
        for order in self.these(typed):
            self.must_be(order, PROCESSING)
            order.status, order.sent_there, order.kits_then = SHIPPED, False, copy.copy(self.kits)
            for sku, units in self.needs_of(order).items():
                self.stock[sku].on_hand -= units
        went = sum((self.needs_of(order) for order in self.these(typed)), Counter[str]())
        return self.moved("ship", typed, went)

    @command
    def hold(self, typed: list[str], until: str | None = None) -> Answer:
        held = [ON_HOLD] if until else []
        for order in self.these(typed):
            self.must_be(order, BACKORDER, PROCESSING, *held)
        moving = [o.number for o in self.these(typed) if o.status != ON_HOLD or o.until != until]
        return self.moved("hold", moving, self.put(moving, ON_HOLD, BACKORDER, PROCESSING, *held, until=until))

    @command
    def cancel(self, typed: list[str]) -> Answer:
        self.untold += [order.number for order in self.these(typed)]
        return self.moved("cancel", typed, self.put(typed, CANCELLED, BACKORDER, PROCESSING, ON_HOLD))

    @command
    def resume(self, typed: list[str]) -> Answer:
        return self.moved("resume", typed, self.put(typed, BACKORDER, ON_HOLD))

    def placed_before(self, moment: str) -> list[str]:
        return [order.number for order in self.queue(BACKORDER) if order.placed_at < moment]

    def put(self, typed: list[str], status: str, *before: str, until: str | None = None) -> Had:
        """Take orders to a status; which one each had, and the last day of its hold."""
        had = {order.number: (order.status, order.until) for order in self.these(typed)}
        for order in self.these(typed):
            self.must_be(order, *before)
            order.status, order.until = status, until
        return had

    def moved(self, command: str, typed: list[str], had: Any) -> Answer:
        orders = self.these(typed)
        answer = self.swept(orders if command != "ship" else [])
        return self.did(command, [order.number for order in orders], answer, had) if orders else answer

    @command
    def due(self, *, dry_run: bool = False) -> Answer:
        resumed = [o.number for o in self.queue(ON_HOLD) if o.until and o.until <= TODAY]
        opened = {sku: it.first_day for sku, it in self.stock.items() if it.first_day and it.first_day <= TODAY}
        had = self.put(resumed, BACKORDER, ON_HOLD)
        for sku in opened:
            self.stock[sku].first_day = None
        released = self.sweep({*opened, *(sku for order in self.these(resumed) for sku in order.skus)})
        answer = {"dry_run": dry_run, "resumed": resumed, "opened": sorted(opened), "released": released}
        return self.did("due", resumed, answer, (had, opened)) if resumed or opened else answer

    @command
    def set_first_day(self, skus: list[str], day: str | None) -> Answer:
        before = {sku: self.known(sku).first_day for sku in skus if self.known(sku).first_day != day}
        self.no_kits(skus if day else [])
        for sku in before:
            self.stock[sku].first_day = day
        answer: Answer = {"released": self.sweep(set(before))}
        return self.did("mark --from" if day else "mark --no-from", [], answer, before) if before else answer

    @command
    def prioritize(self, typed: list[str], priority: int) -> Answer:
        before = {order.number: order.priority for order in self.these(typed) if order.priority != priority}
        for order in self.these(typed):
            self.must_be(order, BACKORDER, PROCESSING, ON_HOLD)
            order.priority = priority
        answer = self.swept(self.these(typed))
        return self.did("prioritize", before, answer, before) if before else answer

    @command
    def merge(self, typed: str) -> Answer:
        part = self.order(typed)
        if part.split_from is None:
            raise Refused("not-allowed")
        whole = self.orders[part.split_from]
        for status, code in ((SHIPPED, "shipped"), (CANCELLED, "not-allowed")):
            if status in (part.status, whole.status):
                raise Refused(code)
        children = [order.number for order in self.orders.values() if order.split_from == part.number]
        kept = copy.deepcopy((whole, part, children))
        last_days = [one.until for one in (whole, part) if one.status == ON_HOLD]
        self.put_together(whole, part)
        if last_days:  # a hold outlives it, and one without a last day any other
            whole.status, whole.until = ON_HOLD, None if None in last_days else max(map(str, last_days))
        return self.did("merge", [whole.number, part.number], self.swept([whole]), kept)

    def put_together(self, whole: Order, part: Order) -> None:
        for line in part.lines:
            same = [own for own in whole.lines if own.position == line.position]
            if same:
                same[0].quantity += line.quantity
            else:
                whole.lines.append(line)
        whole.lines.sort(key=lambda line: line.position)
        whole.status, whole.until = BACKORDER, None
        del self.orders[part.number]
        for order in self.orders.values():
            if order.split_from == part.number:
                order.split_from = whole.number

    @command
    def adjust(self, sku: str, *, by: int | None = None, to: int | None = None) -> Answer:
        on_hand = to if to is not None else self.known(sku).on_hand + (by or 0)
        self.known(sku)
        self.no_kits([sku])
        if on_hand < 0:
            raise Refused("bad-quantity")
        difference = on_hand - self.stock[sku].on_hand
        answer = self.counted([(sku, on_hand)])
        return self.did("adjust", [], answer, (sku, difference), booked=[sku]) if difference else answer

    @command
    def mark(self, skus: list[str], *, insert: bool) -> Answer:
        before = {sku: self.known(sku).insert for sku in skus if self.known(sku).insert != insert}
        for sku in skus:
            self.known(sku).insert = insert
        return self.did("mark", [], {}, before) if before else {}

    @command
    def kit(self, sku: str, recipe: dict[str, int]) -> Answer:
        """Make a kit, or change it; an empty recipe takes it away."""
        if not recipe:
            self.known(sku)
        for part in recipe:
            self.known(part)
        was = self.kits.get(sku, {})
        self.stock.setdefault(sku, Sku())
        self.make_of(sku, recipe)
        if not recipe and not was:
            raise Refused("kit")
        answer = {"released": self.sweep({sku, *was, *recipe})}
        kept = (sku, was, recipe, answer["released"])
        return self.did("kit", [], answer, kept) if recipe != was else answer

    def make_of(self, sku: str, recipe: dict[str, int]) -> None:
        was = self.kits.get(sku, {})
        if sku in recipe or any(part in self.kits for part in recipe):
            raise Refused("kit")
        if recipe != was and any(sku in order.skus for order in self.queue(PROCESSING)):
            raise Refused("in-use")
        becomes = recipe and not was
        if becomes and any(sku in other for other in self.kits.values()):
            raise Refused("kit")
        if becomes and (self.stock[sku].on_hand or self.stock[sku].first_day):
            raise Refused("kit")
        self.kits[sku] = recipe
        if not recipe:
            del self.kits[sku]

    @command
    def amend(
        self, typed: str, swap: dict[str, str], make: dict[str, int], more: dict[str, int], *, otherwise: str = ""
    ) -> Answer:
        order = self.order(typed)
        for sku in [*swap.values(), *(sku for sku, units in make.items() if units), *more]:
            self.known(sku)
        if order.status in (SHIPPED, CANCELLED):
            raise Refused("shipped" if order.status == SHIPPED else "not-allowed")
        before, free = copy.deepcopy(order), {sku: self.free(sku, order) for sku in self.stock}
        held = self.needs_of(before) if order.status == PROCESSING else Counter[str]()
        self.change_lines(order, swap, make, more)
        if not order.lines:
            raise Refused("last-line")
        if all(order.has(sku) == before.has(sku) for sku in before.skus | order.skus):
            return {"released": [], "returned": []}
        there = {sku: units + held[sku] for sku, units in free.items()}
        wanted = self.needs_of(order)
        missing = before.status == PROCESSING and any(n > there[sku] and n > held[sku] for sku, n in wanted.items())
        if missing and not otherwise:
            raise Refused("not-enough")
        kept, part = [before], None
        if missing and otherwise == "--wait":
            order.status = BACKORDER
        elif missing:
            part = self.newest_waiting(order)
            kept += [copy.deepcopy(part)] if part else []
            part = self.give_to_part(order, part, there)
        self.arrived[self.root(order).number] = self.now_in(order)
        released = self.sweep(before.skus | order.skus | (part.skus if part else set()))
        about = [order.number, *([part.number] if part else [])]
        return self.did("amend", about, {"released": released, "returned": []}, kept)

    def change_lines(self, order: Order, swap: dict[str, str], make: dict[str, int], more: dict[str, int]) -> None:
        family = copy.deepcopy(self.family(order))
        for old, new in swap.items():
            if old not in order.skus:
                raise Refused("unknown-sku", 3)
            for line in [line for line in order.lines if line.sku == old]:
                shared = [o for o in family if o.number != order.number and line.position in places(o)]
                line.sku, line.position = new, (self.next_place(family, order) if shared else line.position)
            order.lines.sort(key=lambda line: line.position)
        for sku, units in make.items():
            if not units and sku not in order.skus:
                raise Refused("unknown-sku", 3)
            self.change_units(family, order, sku, units - order.has(sku))
        for sku, units in more.items():
            self.change_units(family, order, sku, units)

    def next_place(self, family: list[Order], order: Order) -> int:
        return max(place for one in [*family, order] for place in places(one)) + 1

    def now_in(self, order: Order) -> Counter[str]:
        return sum((Counter({line.sku: line.quantity}) for o in self.family(order) for line in o.lines), Counter[str]())

    def change_units(self, family: list[Order], order: Order, sku: str, more: int) -> None:
        same = [line for line in order.lines if line.sku == sku]
        if more > 0 and same:
            same[-1].quantity += more
        elif more > 0:
            order.lines.append(Line(sku, more, self.next_place(family, order)))
        while more < 0:
            taken = min(-more, same[-1].quantity)
            same[-1].quantity -= taken
            more += taken
            if not same[-1].quantity:
                order.lines.remove(same.pop())

    def newest_waiting(self, order: Order) -> Order | None:
        waiting = [o for o in self.family(order) if o.status == BACKORDER]
        return waiting[-1] if waiting else None

    def give_to_part(self, order: Order, part: Order | None, there: dict[str, int]) -> Order:
        if part is None:
            part = copy.deepcopy(order)
            part.number, part.made = self.free_number(order), self.new_id()
            part.status, part.split_from, part.lines = BACKORDER, order.number, []
        is_new = part.number not in self.orders
        left, missing = dict(there), []
        for line in order.lines:
            stays = self.most(line, left)
            for sku, units in self.needs(line, stays).items():
                left[sku] -= units
            missing.append((line, line.quantity - stays))
        for line, taken in missing:
            same = [o for o in part.lines if o.sku == line.sku and (o.position == line.position or not is_new)]
            if taken and same:
                same[-1].quantity += taken
            elif taken:
                part.lines.append(Line(line.sku, taken, line.position))
            line.quantity -= taken
        order.lines = [line for line in order.lines if line.quantity]
        if not order.lines:
            raise Refused("last-line")
        part.lines.sort(key=lambda line: line.position)
        self.orders[part.number] = part
        return part

    # Notices

    def promised(self) -> dict[str, str]:
        """Rule 15, where nothing is expected but that SKUs open on their day."""
        later = copy.deepcopy(self)
        days: dict[str, str] = {}
        for day in sorted({max(it.first_day, TODAY) for it in self.stock.values() if it.first_day}):
            opened = {sku for sku, it in later.stock.items() if it.first_day and max(it.first_day, TODAY) == day}
            for sku in opened:
                later.stock[sku].first_day = None
            days |= dict.fromkeys(later.sweep(opened), day)
        return days

    def last_told(self, order: Order) -> tuple[str | None, bool] | None:
        while order.number not in self.told and order.split_from is not None:
            order = self.orders[order.split_from]
        return self.told.get(order.number)

    def notices(self, days: int) -> list[Answer]:
        """Rule 21."""
        promised, found = self.promised(), []
        for order in [*self.queue(BACKORDER), *(self.orders[number] for number in self.untold)]:
            told = self.last_told(order)
            first = (date.fromisoformat(order.placed_at[:10]) + timedelta(days=days)).isoformat()
            last, agreed = (told[0] or first, told[1]) if told else (first, False)
            day = promised.get(order.number)
            is_new = order.split_from is not None and order.number not in self.told
            is_open = told is not None and told[0] is None
            in_time = (day is not None and day <= last) or (is_open and (agreed or last >= TODAY))
            answer: str | None = "yes"
            if order.status == CANCELLED:
                kind, answer, day = "cancelled", None, None
            elif in_time and not is_new:
                continue
            elif last < TODAY and not agreed:
                kind = "cancel"
            else:
                kind = "split" if is_new else "no-day" if day is None else "again" if told else "late"
                in_30_days = (date.fromisoformat(last) + timedelta(days=30)).isoformat()
                if (is_open and agreed) or (day is not None and day <= last):
                    answer = None
                elif told is None and day is not None and day <= in_30_days:
                    answer = "silence"
            shown_told = told[0] if told else None
            found.append(
                {"order": order.number, "kind": kind, "told": shown_told, "day": day, "by": last, "answer": answer}
            )
        return sorted(found, key=lambda one: one["by"])

    @command
    def take(self, days: int) -> Answer:
        found = self.notices(days)
        now = {
            one["order"]: (one["day"], one["answer"] is None and self.told.get(one["order"], ("", False))[1])
            for one in found
            if one["kind"] != "cancelled"
        }
        now = {number: one for number, one in now.items() if self.told.get(number) != one}
        cancelled = [one["order"] for one in found if one["kind"] == "cancelled"]
        kept = ({number: self.told.get(number) for number in now}, cancelled)
        self.told |= now
        self.untold = []
        if now or cancelled:
            self.did("notices --take", [], {}, kept)
        return {"notices": found}

    @command
    def agree(self, typed: str, days: int) -> Answer:
        order = self.order(typed)
        if order.status not in (BACKORDER, ON_HOLD):
            raise Refused("not-allowed")
        told, day = self.last_told(order), self.promised().get(order.number)
        now = (max(day, told[0]) if day and told and told[0] else day, True)
        before = self.told.get(order.number)
        if before != now:
            self.told[order.number] = now
            self.did("notices --agreed", [], {}, ({order.number: before}, []))
        return {"notices": self.notices(days)}

    # Undo

    @command
    def undo(self, number: int | None = None, *, dry_run: bool = False) -> Answer:
        standing = [done for done in self.log if not done.undone and done.command != "undo"]
        found = standing[-1:] if number is None else self.log[number - 1 : number]
        if not found or found[0] not in standing or not self.inverse(found[0]):
            raise Refused("not-undoable")
        (done,) = found
        later = self.log[self.log.index(done) + 1 :]
        if any(other in standing and other.altered & set(done.about) for other in later):
            raise Refused("changed-since")
        if any(other in standing and other.counted & done.booked for other in later):
            raise Refused("changed-since")  # a count settles what was before it
        before = copy.deepcopy(self.stock)
        answer: Answer = self.inverse(done)(done)
        done.undone = True
        changed = self.differences(before) if done.booked else {}
        counted = changed if done.command == "import stock" else {}
        self.did("undo", done.about, answer, booked=changed, counted=counted)
        return answer | {"dry_run": dry_run, "change": self.log.index(done) + 1, "command": done.command}

    def inverse(self, done: Done) -> Any:
        """What takes it back; None where nothing does."""
        return getattr(self, "undo_" + re.sub(r"\W+", "_", done.command), None)

    def undo_ship(self, done: Done) -> Answer:
        went = self.parts_of(done.kept)  # what has become a kit since comes back as its parts
        for sku, units in went.items():
            self.stock[sku].on_hand += units
        for order in self.these(done.about):
            order.status = PROCESSING
        if any(one.on_hand < self.allocated(sku) for sku, one in self.stock.items()):
            raise Refused("not-enough")  # a kit is made of other parts now
        return {"released": self.sweep(set(went)), "returned": []}

    def undo_kit(self, done: Done) -> Answer:
        """The orders that it released give back, unless what it was made of covers them too."""
        sku, was, now, released = done.kept
        if self.kits.get(sku, {}) != now:
            raise Refused("changed-since")
        got = [order for order in self.queue(PROCESSING) if order.number in released and order.has(sku)]
        for order in got:
            order.status = BACKORDER
        self.make_of(sku, was)
        again = self.sweep({sku, *was, *now, *(own for order in got for own in order.skus)})
        back = [order.number for order in got]
        return {
            "released": [number for number in again if number not in back],
            "returned": [number for number in back if number not in again],
        }

    def no_kits_now(self, skus: Iterable[str]) -> None:
        """No undo gives a kit units or a first day."""
        if any(sku in self.kits for sku in skus):
            raise Refused("kit")

    def undo_hold(self, done: Done) -> Answer:
        return self.put_back(done.about, done.kept)

    undo_resume = undo_hold

    def undo_cancel(self, done: Done) -> Answer:
        self.untold = [number for number in self.untold if number not in done.about]
        return self.put_back(done.about, done.kept)

    def put_back(self, numbers: list[str], had: Had) -> Answer:
        for order in self.these(numbers):
            status, until = had[order.number]
            order.status, order.until = (ON_HOLD, until) if status == ON_HOLD else (BACKORDER, None)
        return self.swept(self.these(numbers))

    def undo_due(self, done: Done) -> Answer:
        had, opened = done.kept
        self.no_kits_now(opened)
        for sku, day in opened.items():
            self.stock[sku].first_day = day
        return self.put_back(done.about, had)

    def undo_notices_take(self, done: Done) -> Answer:
        before, cancelled = done.kept
        for other in self.log[self.log.index(done) + 1 :]:
            telling = other.command in ("notices --take", "notices --agreed") and not other.undone
            if telling and {*before, *cancelled} & {*other.kept[0], *other.kept[1]}:
                raise Refused("changed-since")
        for number, told in before.items():
            self.told.pop(number, None)
            if told is not None:
                self.told[number] = told
        self.untold += [number for number in cancelled if self.orders[number].status == CANCELLED]
        return {"released": [], "returned": []}

    undo_notices_agreed = undo_notices_take

    def undo_mark_from(self, done: Done) -> Answer:
        self.no_kits_now(sku for sku, day in done.kept.items() if day)
        for sku, day in done.kept.items():
            self.stock[sku].first_day = day
        return {"released": self.sweep(set(done.kept)), "returned": []}

    undo_mark_no_from = undo_mark_from

    def undo_prioritize(self, done: Done) -> Answer:
        for order in self.these(done.about):
            order.priority = done.kept[order.number]
        return self.swept(self.these(done.about))

    def undo_policy(self, done: Done) -> Answer:
        self.policy = done.kept
        return {"released": self.sweep(set(self.stock)), "returned": []}

    def undo_mark(self, done: Done) -> Answer:
        for sku, insert in done.kept.items():
            self.stock[sku].insert = insert
        return {"released": [], "returned": []}

    def undo_adjust(self, done: Done) -> Answer:
        sku, difference = done.kept
        return self.uncounted({sku: difference})

    def undo_import_stock(self, done: Done) -> Answer:
        return self.uncounted(done.kept)

    def undo_receive(self, done: Done) -> Answer:
        ref, content = done.kept
        answer = self.uncounted(content)
        self.deliveries.pop(ref, None)
        self.files = [file for file in self.files if file[2] != self.log.index(done) + 1]
        return answer

    def uncounted(self, content: dict[str, int]) -> Answer:
        counts = [(sku, self.stock[sku].on_hand - units) for sku, units in content.items()]
        for sku, on_hand in counts:
            if on_hand < 0:
                raise Refused("not-enough")
            self.no_kits_now([sku] if on_hand else [])
        return self.counted(counts)

    def undo_split(self, done: Done) -> Answer:
        for number, part, dropped in reversed(done.kept):
            order = self.orders[number]
            if part:
                self.put_together(order, self.orders[part])
            for line in dropped:
                self.arrived[self.root(order).number][line.sku] += line.quantity
                same = [own for own in order.lines if own.position == line.position]
                if same:
                    same[0].quantity += line.quantity
                else:
                    order.lines.append(copy.copy(line))
            order.lines.sort(key=lambda line: line.position)
            order.status = BACKORDER
        return self.swept(self.orders[number] for number, _, _ in done.kept)

    def undo_merge(self, done: Done) -> Answer:
        original, part, children = copy.deepcopy(done.kept)
        whole = self.orders[original.number]
        going: Counter[str] = Counter()
        for order in (original, part):
            going += self.needs_of(order) if order.status == PROCESSING else Counter[str]()
        holds = {sku: self.wants(whole, sku) if whole.status == PROCESSING else 0 for sku in going}
        if any(units > holds[sku] + self.free(sku, whole) for sku, units in going.items()):
            raise Refused("not-enough")
        if part.made in {order.made for order in self.orders.values()}:
            part.made = self.new_id()
        self.orders[original.number], self.orders[part.number] = original, part
        for number in children:
            self.orders[number].split_from = part.number
        return self.swept([original, part])

    def undo_amend(self, done: Done) -> Answer:
        before = {order.number: order for order in copy.deepcopy(done.kept)}
        now = {number: self.orders[number] for number in done.about}
        skus = {sku for order in [*before.values(), *now.values()] for sku in order.skus}
        for number, order in now.items():
            if number not in before:
                del self.orders[number]
                continue
            old = before[number]
            holds = self.needs_of(order) if order.status == PROCESSING else Counter[str]()
            fits = all(n <= holds[sku] + self.free(sku, order) for sku, n in self.needs_of(old).items())
            if order.status == BACKORDER or (order.status == PROCESSING and not fits):
                old.status = BACKORDER
            else:
                old.status = order.status
        for number, old in before.items():
            self.orders[number] = old
        root = self.root(self.orders[done.about[0]])
        self.arrived[root.number] = self.now_in(root)
        return {"released": self.sweep(skus), "returned": []}

    def undo_add(self, done: Done) -> Answer:
        (number,) = done.about
        skus = self.orders.pop(number).skus
        self.told.pop(number, None)
        del self.arrived[number]
        return {"released": self.sweep(skus), "returned": []}


def places(order: Order) -> list[int]:
    return [line.position for line in order.lines]
