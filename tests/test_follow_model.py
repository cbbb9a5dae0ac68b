"""A shop in which things happen, a warehouse in which things are done, and `sync` between them, beside a model.

`BACKSPLIT_MODEL_EXAMPLES=5000 pytest tests/test_follow_model.py` is the long run, with seeds of its own; without it a
short one with fixed seeds, so that a red run can be repeated.
"""

import copy
import json
import os
import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule, run_state_machine_as_test

from following_model import ONLY_LEARNT, FollowingModel, Look, LookLine
from model import BACKORDER, CANCELLED, ON_HOLD, PROCESSING, SHIPPED, SKIP_OVER, STRICT
from shopify import HEADER, inventory
from test_model import Beside, as_csv, part_of, rarely, total, yes_or_no

SKUS = ["A", "B", "C"]
NUMBERS = ["#1", "#2", "#3", "#4", "#5", "#2-backorder"]
DAYS = ["2026-01-01", "2026-01-02", "2026-01-02", "2026-01-04"]
OPEN = (BACKORDER, ON_HOLD, PROCESSING)
EVENTS = [
    "place",
    "edit",
    "edit",
    "edit",
    "cancel_there",
    "open_again",
    "send_there",
    "send_there",
    "learn",
    "take_back",
]
COMMANDS = ["ship", "ship", "hold", "cancel", "resume", "split", "split", "merge", "receive", "adjust", "prioritize"]
COMMANDS += ["amend", "amend", "undo", "kit"]
COUNTS = ["plain", "shop's own"]


@dataclass
class ShopLine:
    sku: str
    quantity: int
    sent: int = 0


@dataclass
class ShopOrder:
    """An order as the shop has it."""

    number: str
    day: str
    lines: list[ShopLine]
    cancelled: bool = False

    @property
    def closed(self) -> str | None:
        if self.cancelled:
            return CANCELLED
        return SHIPPED if all(line.sent == line.quantity for line in self.lines) else None

    @property
    def sent(self) -> int:
        return sum(line.sent for line in self.lines)

    @property
    def placed_at(self) -> str:
        return f"{self.day}T09:00:00Z"

    def rows(self) -> list[str]:
        """As Shopify's CSV has it: of a line that was sent in part it does not say how much."""
        cancelled = f"{self.day} 10:00:00 +0000" if self.cancelled else ""
        whole = "fulfilled" if self.closed == SHIPPED else "unfulfilled"
        rows = []
        for line in self.lines:
            status = "fulfilled" if line.sent == line.quantity else "partial" if line.sent else "pending"
            rows.append(
                f"{self.number},paid,{whole},{self.day} 09:00:00 +0000,{line.quantity},{line.sku},{status},"
                f"{cancelled},Item {line.sku}\n"
            )
        return rows

    def record(self) -> dict[str, Any]:
        """As Shopify's JSON has it, with the number of units that were sent of each line."""
        items = [
            {
                "id": at,
                "sku": line.sku,
                "name": f"Item {line.sku}",
                "quantity": line.quantity,
                "fulfillable_quantity": line.quantity - line.sent,
                "fulfillment_status": "fulfilled" if line.sent == line.quantity else "partial" if line.sent else None,
            }
            for at, line in enumerate(self.lines, 1)
        ]
        parcel = [{"id": at, "quantity": line.sent} for at, line in enumerate(self.lines, 1) if line.sent]
        return {
            "name": self.number,
            "created_at": self.placed_at,
            "cancelled_at": f"{self.day}T10:00:00Z" if self.cancelled else None,
            "financial_status": "paid",
            "fulfillment_status": "fulfilled" if self.closed == SHIPPED else None,
            "line_items": items,
            "fulfillments": [{"status": "success", "line_items": parcel}] if parcel else [],
        }

    def look(self, *, exact: bool) -> Look:
        lines = []
        for line in self.lines:
            if exact:
                lines.append((line.sku, line.quantity, line.sent, 0))
            elif line.sent == line.quantity:
                lines.append((line.sku, line.quantity, line.quantity, 0))
            else:
                lines.append((line.sku, line.quantity, *((1, line.quantity - 2) if line.sent else (0, 0))))
        return Look(self.number, self.placed_at, lines, self.closed)

    def open_lines(self) -> list[tuple[str, int]]:
        return [(line.sku, line.quantity - line.sent) for line in self.lines if line.sent < line.quantity]


quantities = st.sampled_from([1, 1, 2, 3, 5])
shop_lines = st.lists(st.builds(ShopLine, st.sampled_from(SKUS), quantities), min_size=1, max_size=4)


class ShopAndWarehouse(Beside):
    model: FollowingModel

    def __init__(self) -> None:
        super().__init__()
        self.model = FollowingModel()
        self.shop: dict[str, ShopOrder] = {}
        self.given_up: set[str] = set()  # orders of which something was cancelled here
        self.recipe_has_changed = False
        self.amended: set[str] = set()
        self.last_sync: tuple[Any, ...] | None = None

    @initialize(
        policy=st.sampled_from([SKIP_OVER, SKIP_OVER, STRICT]),
        counts=st.lists(st.sampled_from([0, 1, 2, 4, 7, 0]), min_size=len(SKUS), max_size=len(SKUS)),
        data=st.data(),
    )
    def begin(self, policy: str, counts: list[int], data: st.DataObject) -> None:
        if policy == STRICT:
            self.do("policy", policy, model=lambda: self.model.set_policy(policy))
        given = list(zip(SKUS, counts, strict=True))
        self.do(
            *["import", "stock", self.file("stock.csv", as_csv(["sku", "on_hand"], given))],
            model=lambda: self.model.import_stock([(sku, on_hand, None) for sku, on_hand in given]),
        )
        if data.draw(yes_or_no, "C is a kit"):
            self.do("adjust", "--sku", "C", "--to", "0", "--reason", "kit", model=lambda: self.model.adjust("C", to=0))
            recipe = data.draw(st.sampled_from([{"A": 2, "B": 1}, {"B": 1}]), "its parts")
            words = [f"{part}={each}" for part, each in recipe.items()]
            self.do("kit", "C", *words, model=lambda: self.model.kit("C", recipe))
        for _ in range(data.draw(st.integers(1, 3), "orders")):
            self.place(data)
        self.sync_the_export(data, plain=False, missing="report")

    def last_change(self) -> int:
        """A sync in which the shop has only learnt of something is a change without an event."""
        return max((number for number, done in enumerate(self.model.log, 1) if done.kept != ONLY_LEARNT), default=0)

    # The shop

    def an_order(self, data: st.DataObject, *, closed: bool = False) -> ShopOrder:
        """Mostly an open one, or a closed one."""
        likely = [order for order in self.shop.values() if bool(order.closed) is closed]
        choice = list(self.shop.values()) if not likely or data.draw(rarely, "any order") else likely
        return data.draw(st.sampled_from(choice), "shop's order")

    def place(self, data: st.DataObject) -> None:
        free = [number for number in NUMBERS if number not in self.shop]
        if free:
            order = ShopOrder(free[0], data.draw(st.sampled_from(DAYS)), data.draw(shop_lines, "lines"))
            self.shop[order.number] = order

    def edit(self, data: st.DataObject) -> None:
        order = self.an_order(data)
        line = data.draw(st.sampled_from(order.lines), "line")
        what = data.draw(st.sampled_from(["more", "less", "add", "remove"]), "edit")
        if order.cancelled:
            return
        if what == "more":
            line.quantity += data.draw(st.integers(1, 2), "more")
        elif what == "less":
            line.quantity = max(line.sent, 1, line.quantity - data.draw(st.integers(1, 2), "less"))
        elif what == "add":
            quantity = data.draw(quantities, "quantity")
            sent = data.draw(st.sampled_from([0, 0, 0, quantity]), "sent at once")
            order.lines.append(ShopLine(data.draw(st.sampled_from(SKUS), "SKU"), quantity, sent))
        elif not line.sent and len(order.lines) > 1:
            order.lines = [own for own in order.lines if own is not line]

    def cancel_there(self, data: st.DataObject) -> None:
        self.an_order(data).cancelled = True

    def open_again(self, data: st.DataObject) -> None:
        order = self.an_order(data, closed=True)
        if not order.cancelled and order.closed:
            for line in order.lines:
                line.sent = 0
        order.cancelled = False

    def send_there(self, data: st.DataObject) -> None:
        order = self.an_order(data)
        line = data.draw(st.sampled_from(order.lines), "line")
        if order.cancelled:
            return
        if data.draw(yes_or_no, "whole order"):
            for each in order.lines:
                each.sent = each.quantity
        else:
            line.sent = data.draw(st.sampled_from([line.quantity, max(line.sent, line.quantity - 1)]), "sent")

    def learn(self, _: st.DataObject) -> None:
        """The shop marks as sent what has shipped here."""
        for order in self.shop.values():
            if order.number in self.model.said and not order.cancelled:
                left = Counter({sku: self.model.gone(order.number, sku) for sku in SKUS})
                for line in order.lines:
                    line.sent = max(line.sent, min(left[line.sku], line.quantity))
                    left[line.sku] -= line.sent

    def take_back(self, data: st.DataObject) -> None:
        sent = [(order, line) for order in self.shop.values() for line in order.lines if line.sent]
        if sent:
            order, line = data.draw(st.sampled_from(sent), "line")
            if data.draw(yes_or_no, "refund") and len(order.lines) > 1:
                order.lines = [own for own in order.lines if own is not line]
            else:
                line.sent = data.draw(st.sampled_from([0, line.sent - 1]), "still sent")

    def is_packed(self) -> bool:
        return any(self.of_shop(number) for number in self.numbers(PROCESSING))

    def of_shop(self, number: str) -> ShopOrder | None:
        """The shop's order that one here belongs to, unless it is cancelled there."""
        order = self.shop.get(self.model.root(self.model.orders[number]).number)
        return None if order is None or order.cancelled else order

    @precondition(is_packed)
    @rule(data=st.data())
    def shipped_here_told_in_part_wanted_less_and_taken_back(self, data: st.DataObject) -> None:
        packed = [number for number in self.numbers(PROCESSING) if self.of_shop(number)]
        order = self.of_shop(number := data.draw(st.sampled_from(packed), "packed"))
        assert order is not None
        self.change("ship", [number])
        line = data.draw(st.sampled_from(order.lines), "line")
        line.sent = max(line.sent, data.draw(st.integers(1, line.quantity), "told"))
        self.sync_the_export(data, plain=False, missing="report")
        line.quantity = max(line.sent, line.quantity - data.draw(st.integers(0, 2), "less"))
        self.sync_the_export(data, plain=False, missing="report")
        line.sent = data.draw(st.integers(0, line.sent), "still sent")
        self.sync_the_export(data, plain=False, missing="report")

    # The night

    @rule(data=st.data(), events=st.lists(st.sampled_from(EVENTS), min_size=1, max_size=4))
    def a_day_in_the_shop(self, data: st.DataObject, events: list[str]) -> None:
        for event in events:
            getattr(self, event)(data)
        self.sync_the_export(data, plain=False, missing="report")

    @rule(data=st.data(), events=st.lists(st.sampled_from(EVENTS), max_size=3), count=st.sampled_from(COUNTS))
    def a_day_that_ends_with_counts(self, data: st.DataObject, events: list[str], count: str) -> None:
        for event in events:
            getattr(self, event)(data)
        self.sync_the_export(data, plain=False, missing="report", count=count)

    @rule(
        data=st.data(),
        plain=rarely,
        missing=st.sampled_from(["report", "report", "report", "ship", "cancel"]),
        only_unfulfilled=rarely,
        apart=rarely,
        stale_file_first=rarely,
        count=st.sampled_from(["", *COUNTS]),
        sure=yes_or_no,
        dry_run=rarely,
    )
    def sync_the_export(
        self,
        data: st.DataObject,
        plain: bool,
        missing: str,
        only_unfulfilled: bool = False,
        apart: bool = False,
        stale_file_first: bool = False,
        count: str = "",
        sure: bool = False,
        dry_run: bool = False,
    ) -> None:
        orders = data.draw(st.permutations(list(self.shop.values())), "rows")
        if only_unfulfilled or missing == "ship":
            orders = [order for order in orders if not order.closed]
        orders = orders[: data.draw(st.sampled_from([99, 99, 99, 1]), "orders in the file")]
        if plain:
            looks = [
                Look(order.number, order.placed_at, [(sku, units, 0, 0) for sku, units in order.open_lines()])
                for order in orders
                if not order.closed
            ]
            rows = [(look.number, sku, units, look.placed_at) for look in looks for sku, units, *_ in look.lines]
            words = [self.file("open.csv", as_csv(["order", "sku", "quantity", "placed_at"], rows))]
        else:
            exact = not apart and not stale_file_first and data.draw(yes_or_no, "as JSON")
            looks = [order.look(exact=exact) for order in orders]
            rows = [row for order in orders for row in order.rows()]
            if apart and all(order.number in self.model.said or not order.sent for order in orders):
                places = data.draw(st.permutations(range(len(rows))), "rows apart")
                of_rows = [line for look in looks for line in look.lines]
                rows = [rows[place] for place in places]
                self.in_the_order_of_the_rows(looks, rows, [of_rows[place] for place in places])
            if exact and orders:
                words = [self.file("export.json", json.dumps([order.record() for order in orders]))]
            else:
                words = [self.file("export.csv", HEADER + "".join(rows))]
        if stale_file_first and not plain:
            old = self.stale(orders, data.draw(st.integers(0, 9), "seed"))
            words.insert(0, self.file("stale.csv", HEADER + "".join(row for order in old for row in order.rows())))
            brought = [order.number for order in old if not order.closed]  # these stand first in the queue
            looks.sort(key=lambda look: brought.index(look.number) if look.number in brought else len(brought))
        table = not words[0].endswith(".json")
        words += ["--source", "shop", "--missing", missing, *["--yes"] * sure]
        model: dict[str, Any] = {"only_open": plain, "missing": missing, "sure": sure, "table": table}
        if count:
            counts = {sku: data.draw(st.integers(0, 6), f"count of {sku}") for sku in SKUS}
            if count == "plain":  # of a kit only a shop's own count is passed over
                counts = {sku: units for sku, units in counts.items() if sku not in self.model.kits}
            words += ["--stock", self.stock_file(counts, shops_own=count != "plain")]
            model |= {"counts": counts, "shops_own": count != "plain"}
        if dry_run:
            self.synced([*words, "--dry-run"], looks, model | {"dry_run": True})
        self.synced(words, looks, model)
        if not count and not data.draw(yes_or_no, "no second time"):
            before = copy.deepcopy(self.model)
            self.synced(words, looks, model)
            self.same("orders after a second sync", self.model.listing(), before.listing())
            self.same("stock after a second sync", self.model.figures(), before.figures())

    def stale(self, orders: list[ShopOrder], seed: int) -> list[ShopOrder]:
        """The same orders in another state, as in a file from before."""
        chance = random.Random(seed)
        old = copy.deepcopy(orders)
        for order in old:
            order.cancelled = chance.random() < 0.2
            for line in order.lines:
                line.quantity = chance.randint(1, 4)
                line.sent = chance.choice([0, 0, line.quantity])
        return old

    def in_the_order_of_the_rows(self, looks: list[Look], rows: list[str], lines: list[LookLine]) -> None:
        """Orders stand where their first row stands, and their lines in the order of the rows."""
        numbers = [row.split(",")[0] for row in rows]
        looks.sort(key=lambda look: numbers.index(look.number))
        for look in looks:
            look.lines[:] = [line for number, line in zip(numbers, lines, strict=True) if number == look.number]

    def stock_file(self, counts: dict[str, int], *, shops_own: bool) -> str:
        if shops_own:
            return self.file("inventory.csv", inventory(" ".join(f"{sku}{n}" for sku, n in counts.items())))
        return self.file("shelf.csv", as_csv(["sku", "on_hand"], counts.items()))

    def synced(self, words: list[str], looks: list[Look], options: dict[str, Any]) -> None:
        known, figures = [*self.model.said], self.model.figures()  # what was sent before an order came in is not ours
        gone = self.gone(known)
        closing = options["missing"] != "report"

        def compare(got: Any, expected: dict[str, Any]) -> None:
            keys = ["dry_run", "added", "known", "processing", "backorder", "missing"]
            self.same("sync", part_of(got, keys), part_of(expected, keys))
            followed = {
                one["order"]: {key: total(one[key], "quantity") for key in ("added", "removed", "sent", "came_back")}
                | {"closed": one["closed"]}
                for one in got["followed"]
            }
            wanted = {
                number: {key: dict(getattr(one, key)) for key in ("added", "removed", "sent", "came_back")}
                | {"closed": one.closed}
                for number, one in expected["followed"].items()
            }
            self.same("followed", followed, wanted)
            self.same(
                "conflicts", sorted((one["order"], one["code"]) for one in got["conflicts"]), expected["conflicts"]
            )
            to_mark = {one["order"]: total(one["sent"], "quantity") for one in got["to_mark"]}
            self.same("to_mark", to_mark, {number: dict(units) for number, units in expected["to_mark"].items()})
            self.same("count_again", set(got["count_again"]), expected["count_again"])
            for key in ("released", "returned"):
                self.same(key, sorted(got[key]), expected[key])
            if options.get("dry_run"):
                return
            if closing:
                self.given_up |= {*expected["missing"]}
            # What had left by other parts comes back by these: the figures on the shelf are compared all the same.
            if "counts" not in options and not expected["count_again"] and not self.recipe_has_changed:
                after = self.gone(known)
                for sku, before in figures.items():
                    left = before["on_hand"] - (after[sku] - gone[sku])
                    self.same(f"{sku} on the shelf", self.model.stock[sku].on_hand, left)

        self.do("sync", *words, model=lambda: self.model.sync(looks, **options), compare=compare)
        self.check()
        self.nothing_is_sent_twice(looks)

    def gone(self, roots: Iterable[str]) -> Counter[str]:
        """Units that have left the shelf."""
        return self.model.parts_of({sku: sum(self.model.gone(root, sku) for root in roots) for sku in SKUS})

    def nothing_is_sent_twice(self, looks: list[Look]) -> None:
        """What is open is what the shop wants and what is not gone, less what was given up here."""
        for look in looks:
            if look.number not in self.model.said or look.number in self.amended:
                continue
            for sku, said in self.model.said[look.number].items():
                open_, gone = self.model.units(look.number, sku, *OPEN), self.model.gone(look.number, sku)
                still_wanted = max(0, said.wanted - gone)
                if look.number in self.given_up:
                    self.same(f"{look.number} {sku} sent twice", max(0, open_ - still_wanted), 0)
                else:
                    self.same(f"{look.number} {sku} to be sent", open_, still_wanted)

    # The warehouse

    def change(self, command: str, numbers: list[str]) -> None:
        if not numbers:
            return
        roots = {self.model.root(self.model.orders[number]).number for number in numbers}
        self.do(
            command,
            *numbers,
            model=lambda: getattr(self.model, command)(numbers),
            compare=self.same_changes(named=numbers),
        )
        if command == "cancel":
            self.given_up |= roots

    @rule(data=st.data(), commands=st.lists(st.sampled_from(COMMANDS), min_size=1, max_size=4))
    def a_day_in_the_warehouse(self, data: st.DataObject, commands: list[str]) -> None:
        for command in commands:
            getattr(self, command)(data)

    def one(self, data: st.DataObject, *statuses: str) -> list[str]:
        numbers = self.numbers(*statuses)
        return [data.draw(st.sampled_from(numbers))] if numbers else []

    def ship(self, data: st.DataObject) -> None:
        self.change("ship", self.one(data, PROCESSING))

    def hold(self, data: st.DataObject) -> None:
        self.change("hold", self.one(data, BACKORDER, PROCESSING))

    def cancel(self, data: st.DataObject) -> None:
        self.change("cancel", self.one(data, BACKORDER, PROCESSING))

    def resume(self, data: st.DataObject) -> None:
        self.change("resume", self.one(data, ON_HOLD))

    def split(self, data: st.DataObject) -> None:
        for number in self.one(data, BACKORDER):
            line = data.draw(st.sampled_from(self.model.orders[number].lines))
            self.goods_come(data.draw(st.sampled_from(sorted(self.model.shelf([line.sku])))), 1)
            self.do(
                *["split", number, "--partial"],
                model=partial(self.model.split, [number], partial=True),
                compare=self.same_splits,
            )

    def merge(self, data: st.DataObject) -> None:
        parts = sorted(order.number for order in self.model.orders.values() if order.split_from)
        if parts:
            part = data.draw(st.sampled_from(parts))
            named = [self.model.orders[part].split_from or ""]
            self.do("merge", part, model=lambda: self.model.merge(part), compare=self.same_changes(named=named))

    def amend(self, data: st.DataObject) -> None:
        for number in self.one(data, *OPEN):
            sku, units = data.draw(st.sampled_from(SKUS)), data.draw(st.integers(0, 3))
            own = data.draw(st.sampled_from(sorted(self.model.orders[number].skus)))
            what = data.draw(st.sampled_from(["--set", "--set", "--add", "--swap"]))
            swap = {own: sku} if what == "--swap" and own != sku else {}
            make, more = ({sku: units + (what == "--add")} if what == it else {} for it in ("--set", "--add"))
            otherwise = data.draw(st.sampled_from(["--wait", "--as-part"]))
            words = [f"{it[0]}={it[1]}" for it in (*swap.items(), *make.items(), *more.items())]
            if words:
                self.amended.add(self.model.root(self.model.orders[number]).number)
                self.do(
                    *["amend", number, what, *words, otherwise],
                    model=partial(self.model.amend, number, swap, make, more, otherwise=otherwise),
                    compare=self.same_changes(named=[number]),
                )

    def kit(self, data: st.DataObject) -> None:
        """C is made of other parts, or no kit any more; or one, where nothing of it is on hand."""
        recipe = data.draw(st.sampled_from([{"A": 2, "B": 1}, {"B": 1}, {"A": 1}, {}]), "parts of C")
        words = [f"{part}={each}" for part, each in recipe.items()] or ["--off"]
        self.do("kit", "C", *words, model=lambda: self.model.kit("C", recipe))
        self.recipe_has_changed = True

    def undo(self, _: st.DataObject) -> None:
        self.do("undo", "--yes", model=self.model.undo, compare=self.same_changes(named=[]))

    def receive(self, data: st.DataObject) -> None:
        self.goods_come(data.draw(st.sampled_from(SKUS)), data.draw(st.integers(1, 4)))

    def goods_come(self, sku: str, quantity: int) -> None:
        self.do(
            *["receive", "--sku", sku, "--qty", str(quantity)],
            model=lambda: self.model.receive([(sku, quantity)]),
            compare=self.same_receipt,
        )

    def adjust(self, data: st.DataObject) -> None:
        sku, to = data.draw(st.sampled_from(SKUS)), data.draw(st.integers(0, 5))
        self.do(
            *["adjust", "--sku", sku, "--to", str(to), "--reason", "counted"],
            model=lambda: self.model.adjust(sku, to=to),
            compare=self.same_changes(named=[]),
        )

    def prioritize(self, data: st.DataObject) -> None:
        for number in self.one(data, *OPEN):
            priority = data.draw(st.sampled_from([1, 100, 200]))
            self.do(
                *["prioritize", number, "--priority", str(priority)],
                model=partial(self.model.prioritize, [number], priority),
                compare=self.same_changes(named=[number]),
            )


@pytest.mark.slow
def test_sync_does_what_the_model_of_rule_11_does() -> None:
    by_hand = os.environ.get("BACKSPLIT_MODEL_EXAMPLES")
    run_state_machine_as_test(
        ShopAndWarehouse,
        settings=settings(
            max_examples=int(by_hand or 10),
            stateful_step_count=15,
            derandomize=not by_hand,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
