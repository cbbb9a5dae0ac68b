"""The rules of backsplit once more, in memory: dicts, lists and brute force over the whole queue.

It shares no line with the program, so that the two can be held against each other. Read it as the rules written in
Python: nothing in it is quick, and every figure is counted afresh from the orders each time that it is asked for.
"""

import copy
import functools
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, ParamSpec

BACKORDER, PROCESSING, ON_HOLD, SHIPPED, CANCELLED = STATUSES = (
    "Backorder",
    "Processing",
    "On Hold",
    "Shipped",
    "Cancelled",
)
SKIP_OVER, STRICT = "skip-over", "strict"

Answer = dict[str, Any]
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


@dataclass
class Order:
    number: str
    placed_at: str
    lines: list[Line]
    priority: int = 100
    customer: str = ""
    note: str = ""
    status: str = BACKORDER
    split_from: str | None = None
    arrival: int = 0  # a part has that of its original
    made: int = 0  # every order has its own

    @property
    def place(self) -> tuple[int, str, int, int]:
        """Rule 2; an original goes before its own parts."""
        return (self.priority, self.placed_at, self.arrival, self.made)

    @property
    def skus(self) -> set[str]:
        return {line.sku for line in self.lines}

    def wants(self, sku: str) -> int:
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


@dataclass
class Model:
    policy: str = SKIP_OVER
    stock: dict[str, Sku] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    deliveries: dict[str, Counter[str]] = field(default_factory=dict)
    made: int = 0
    arrived: dict[str, Counter[str]] = field(default_factory=dict)  # by root order: what its family must add up to

    # What can be seen

    def queue(self, *statuses: str) -> list[Order]:
        return sorted((o for o in self.orders.values() if o.status in statuses), key=lambda o: o.place)

    def allocated(self, sku: str) -> int:
        return sum(order.wants(sku) for order in self.queue(PROCESSING))

    def available(self, sku: str) -> int:
        return self.stock[sku].on_hand - self.allocated(sku)

    def owed(self, sku: str) -> int:
        return sum(order.wants(sku) for order in self.queue(BACKORDER))

    def free(self, sku: str, order: Order) -> int:
        """What this order may take: under strict, what earlier ones wait for is kept for them."""
        kept = 0
        if self.policy == STRICT:
            kept = sum(other.wants(sku) for other in self.queue(BACKORDER) if other.place < order.place)
        return max(0, self.available(sku) - kept)

    def covered(self, order: Order) -> bool:
        return all(order.wants(sku) <= self.free(sku, order) for sku in order.skus)

    def shorts(self, order: Order) -> list[int]:
        """What each line lacks."""
        if order.status != BACKORDER:
            return [0 for _ in order.lines]
        left = {sku: self.free(sku, order) for sku in order.skus}
        shorts = []
        for line in order.lines:
            taken = min(left[line.sku], line.quantity)
            left[line.sku] -= taken
            shorts.append(line.quantity - taken)
        return shorts

    def missing(self, order: Order) -> dict[str, int]:
        """What the order lacks, by SKU."""
        missing: Counter[str] = Counter()
        for line, short in zip(order.lines, self.shorts(order), strict=True):
            missing[line.sku] += short
        return {sku: short for sku, short in missing.items() if short}

    def show(self, order: Order) -> Answer:
        return {
            "number": order.number,
            "status": order.status,
            "placed_at": order.placed_at,
            "priority": order.priority,
            "customer": order.customer,
            "note": order.note,
            "split_from": order.split_from,
            "split_into": sorted(o.number for o in self.orders.values() if o.split_from == order.number),
            "lines": [
                {
                    "sku": line.sku,
                    "quantity": line.quantity,
                    "insert": self.stock[line.sku].insert,
                    "available": self.available(line.sku),
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
                "on_hand": entry.on_hand,
                "allocated": self.allocated(sku),
                "available": self.available(sku),
                "owed": self.owed(sku),
                "final": self.available(sku) - self.owed(sku),
            }
            for sku, entry in self.stock.items()
        }

    def shortages(self) -> list[Answer]:
        rows = []
        for sku in self.stock:
            short = self.owed(sku) - self.available(sku)
            waiting = [order for order in self.queue(BACKORDER) if sku in order.skus]
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
            if order.skus & touched and self.covered(order):
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
            self.stock[sku].on_hand = on_hand
            while self.allocated(sku) > on_hand:
                last = [order for order in self.queue(PROCESSING) if sku in order.skus][-1]
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
        changed = policy != self.policy
        self.policy = policy
        return {"policy": policy, "released": self.sweep(set(self.stock)) if changed else []}

    @command
    def import_stock(self, counts: list[tuple[str, int, bool | None]]) -> Answer:
        for sku, _, insert in counts:
            entry = self.stock.setdefault(sku, Sku())
            if insert is not None:
                entry.insert = insert
        return self.counted((sku, on_hand) for sku, on_hand, _ in counts)

    @command
    def import_orders(self, arriving: list[Order], *, dry_run: bool = False) -> Answer:
        new = [copy.deepcopy(order) for order in arriving if order.number not in self.orders]
        new_skus = sorted({sku for order in new for sku in order.skus if sku not in self.stock})
        for sku in new_skus:
            self.stock[sku] = Sku()
        for order in new:
            self.made += 1
            order.arrival = order.made = self.made
            self.orders[order.number] = order
            self.arrived[order.number] = Counter()
            for line in order.lines:
                self.arrived[order.number][line.sku] += line.quantity
        for order in sorted(new, key=lambda o: o.place):
            if self.covered(order):
                order.status = PROCESSING
        return {
            "dry_run": dry_run,
            "added": len(new),
            "known": len(arriving) - len(new),
            "processing": sum(order.status == PROCESSING for order in new),
            "backorder": sum(order.status == BACKORDER for order in new),
            "new_skus": new_skus,
        }

    @command
    def receive(
        self, goods: list[tuple[str, int]], ref: str | None = None, *, create: bool = False, dry_run: bool = False
    ) -> Answer:
        if any(quantity < 1 for _, quantity in goods):
            raise Refused("bad-quantity")
        content: Counter[str] = Counter()
        for sku, quantity in goods:
            content[sku] += quantity
            if create:
                self.stock.setdefault(sku, Sku())
            self.known(sku)
        answer: Answer = {"dry_run": dry_run, "ref": ref, "repeated": False, "released": [], "passed_over": []}
        if ref is not None and ref in self.deliveries:
            if self.deliveries[ref] != content:
                raise Refused("not-allowed")
            return answer | {"repeated": True}
        if ref is not None:
            self.deliveries[ref] = content
        for sku, quantity in content.items():
            self.stock[sku].on_hand += quantity
        released = self.sweep(set(content))
        gone = [self.orders[number] for number in released]
        passed_over = [
            order
            for order in self.queue(BACKORDER)
            if any(order.place < other.place and order.skus & other.skus & set(content) for other in gone)
        ]
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
        left = {sku: self.free(sku, order) for sku in order.skus}
        stay, wait = [], []
        for line in order.lines:
            taken = min(left[line.sku], line.quantity)
            if taken < line.quantity and not partial:
                taken = 0
            left[line.sku] -= taken
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
            self.made += 1
            part.number, part.made = self.free_number(order), self.made
            part.lines, part.status, part.split_from = wait, BACKORDER, order.number
            self.orders[part.number] = part
        taken_skus = {line.sku for line in stay}
        return {
            "processing": self.bare(order),
            "backorder": self.bare(part) if part else None,
            "dropped": [(line.sku, line.quantity) for line in dropped],
            "overtaken": [o.number for sku in taken_skus for o in self.left_with_too_little(sku, order)],
        }

    def left_with_too_little(self, sku: str, order: Order) -> list[Order]:
        """The orders before this one that want a SKU of which too little is left for them."""
        ahead = [other for other in self.queue(BACKORDER) if other.place < order.place and sku in other.skus]
        return ahead if self.available(sku) < sum(other.wants(sku) for other in ahead) else []

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
        return {"dry_run": dry_run, "splits": splits, "refused": [], "released": self.after_split(splits)}

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
        return {
            "dry_run": dry_run,
            "splits": splits,
            "refused": list(refused.items()),
            "released": self.after_split(splits),
        }

    @command
    def ship(self, typed: list[str]) -> Answer:
        for order in self.these(typed):
            self.must_be(order, PROCESSING)
            order.status = SHIPPED
            for line in order.lines:
                self.stock[line.sku].on_hand -= line.quantity
        return {"released": [], "returned": []}

    @command
    def hold(self, typed: list[str]) -> Answer:
        for order in self.these(typed):
            self.must_be(order, BACKORDER, PROCESSING)
            order.status = ON_HOLD
        return self.swept(self.these(typed))

    @command
    def cancel(self, typed: list[str]) -> Answer:
        for order in self.these(typed):
            self.must_be(order, BACKORDER, PROCESSING, ON_HOLD)
            order.status = CANCELLED
        return self.swept(self.these(typed))

    @command
    def resume(self, typed: list[str]) -> Answer:
        for order in self.these(typed):
            self.must_be(order, ON_HOLD)
            order.status = BACKORDER
        return self.swept(self.these(typed))

    @command
    def prioritize(self, typed: list[str], priority: int) -> Answer:
        for order in self.these(typed):
            self.must_be(order, BACKORDER, PROCESSING, ON_HOLD)
            order.priority = priority
        return self.swept(self.these(typed))

    @command
    def merge(self, typed: str) -> Answer:
        part = self.order(typed)
        if part.split_from is None:
            raise Refused("not-allowed")
        whole = self.orders[part.split_from]
        for status, code in ((SHIPPED, "shipped"), (CANCELLED, "not-allowed")):
            if status in (part.status, whole.status):
                raise Refused(code)
        for line in part.lines:
            same = [own for own in whole.lines if own.position == line.position]
            if same:
                same[0].quantity += line.quantity
            else:
                whole.lines.append(line)
        whole.lines.sort(key=lambda line: line.position)
        whole.status = BACKORDER
        del self.orders[part.number]
        for order in self.orders.values():
            if order.split_from == part.number:
                order.split_from = whole.number
        return self.swept([whole])

    @command
    def adjust(self, sku: str, *, by: int | None = None, to: int | None = None) -> Answer:
        on_hand = to if to is not None else self.known(sku).on_hand + (by or 0)
        self.known(sku)
        if on_hand < 0:
            raise Refused("bad-quantity")
        return self.counted([(sku, on_hand)])

    @command
    def mark(self, skus: list[str], *, insert: bool) -> Answer:
        for sku in skus:
            self.known(sku).insert = insert
        return {}
