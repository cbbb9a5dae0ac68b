"""Rule 20 for ten nights: a shop takes in the files that were written for it, exports again, and has nothing to learn.

Orders are split, delivered in part, swapped and cancelled here. The shop knows only what its importers were given.
"""

from __future__ import annotations

import csv
import json
import random
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from conftest import Shop

SKUS = "ABCDE"
NIGHTS = 10


@dataclass
class Ordered:
    """An order in the shop's books: units wanted and sent of each line."""

    number: int
    lines: dict[str, int]
    sent: Counter[str] = field(default_factory=Counter)
    completed: bool = False

    @property
    def day(self) -> str:
        return f"2026-01-{1 + self.number // 10:02}T09:{self.number % 60:02}:00Z"


class Books:
    """What the shop knows: its orders and what it counts. Each kind of shop writes and reads files of its own."""

    form = ""
    orders_file, counts_file = "orders.csv", "counts.csv"

    def __init__(self) -> None:
        self.orders: dict[str, Ordered] = {}
        self.on_hand = Counter(dict.fromkeys(SKUS, 6))
        self.not_sent = Counter[str]()  # of orders that were completed this night without it

    def order(self, lines: dict[str, int]) -> None:
        number = len(self.orders) + 1
        self.orders[self.name(number)] = Ordered(number, lines)

    def name(self, number: int) -> str:
        return f"#{number}"

    def send(self, number: str, sku: str, units: int) -> None:
        order = self.orders[number]
        order.sent[sku] += units
        assert order.sent[sku] <= order.lines[sku], f"{number}: told of more than it wants"
        self.on_hand[sku] -= units

    def export(self) -> None:
        """Write the files of orders and counts."""
        Path(self.orders_file).write_text(self.orders_text(), encoding="utf-8")
        Path(self.counts_file).write_text(self.counts_text(), encoding="utf-8")

    def orders_text(self) -> str:
        raise NotImplementedError

    def counts_text(self) -> str:
        head = "Handle,Title,Option1 Value,SKU,COO,Location,Unavailable,Committed,Available,On hand\n"
        return head + "".join(f'h,"Item, {sku}",,{sku},,Shop,0,0,0,{self.on_hand[sku]}\n' for sku in SKUS)

    def take_counts(self, path: str) -> None:
        """Import counts: those of On hand."""
        for row in _rows(path):
            self.on_hand[row["SKU"]] = int(row["On hand"])

    def take_marks(self, path: str) -> None:
        """Import what was sent."""
        for row in _rows(path):
            self.send(row["order"], row["sku"], int(row["quantity"]))


class ShopifyByScript(Books):
    """Orders by GraphQL, marked by a script that reads the plain form."""

    form, orders_file = "csv", "orders.json"

    def orders_text(self) -> str:
        nodes = [{
            "name": name, "createdAt": order.day, "displayFinancialStatus": "PAID",
            "lineItems": {"nodes": [{
                "sku": sku, "name": sku, "currentQuantity": units, "unfulfilledQuantity": units - order.sent[sku],
                "nonFulfillableQuantity": 0} for sku, units in order.lines.items()]},
        } for name, order in self.orders.items()]  # fmt: skip
        return json.dumps({"data": {"orders": {"nodes": nodes}}})


class ShopifyByMatrixify(ShopifyByScript):
    """Orders by GraphQL, marked by the app."""

    form = "matrixify-orders"

    def take_marks(self, path: str) -> None:
        for row in _rows(path):
            assert (row["Command"], row["Line: Type"], row["Fulfillment: Status"]) == (
                "UPDATE",
                "Fulfillment Line",
                "success",
            )
            self.send(row["Name"], row["Line: SKU"], int(row["Line: Quantity"]))


class Woo(Books):
    """Orders with fulfilments; its products say what is left to sell."""

    form, orders_file = "woocommerce-ast", "orders.json"

    def name(self, number: int) -> str:
        return str(number)

    def orders_text(self) -> str:
        return json.dumps([
            {
                "id": order.number, "number": name, "status": "completed" if order.completed else "processing",
                "date_created_gmt": order.day.rstrip("Z"),
                "line_items": [{"id": SKUS.index(sku), "sku": sku, "quantity": n} for sku, n in order.lines.items()],
                "fulfillments": [{"is_fulfilled": True, "meta_data": [{"key": "_items", "value": [
                    {"item_id": SKUS.index(sku), "qty": n} for sku, n in order.sent.items()]}]}],
            } for name, order in self.orders.items()])  # fmt: skip

    def _set_aside(self) -> Counter[str]:
        total = Counter[str]()
        for order in self.orders.values():
            if not order.completed:
                total.update({sku: n - order.sent[sku] for sku, n in order.lines.items()})
        return total

    def counts_text(self) -> str:
        aside = self._set_aside()
        rows = (f"{sku},simple,{sku},Item,1,1,{self.on_hand[sku] - aside[sku]},0\n" for sku in SKUS)
        return "ID,Type,SKU,Name,Published,In stock?,Stock,Backorders allowed?\n" + "".join(rows)

    def take_counts(self, path: str) -> None:
        aside = self._set_aside()
        for row in _rows(path):
            self.on_hand[row["SKU"]] = int(row["Stock"]) + aside[row["SKU"]]

    def take_marks(self, path: str) -> None:
        for row in _rows(path):
            for sku, units in zip(row["sku"].split(","), row["qty"].split(","), strict=True):
                self.send(row["order_id"], sku, int(units))
            order = self.orders[row["order_id"]]
            left = {sku: n - order.sent[sku] for sku, n in order.lines.items() if n > order.sent[sku]}
            order.completed = row["status_shipped"] == "1"
            assert left or order.completed
            if order.completed:  # it does not come back, neither to the customer nor into the count
                self.on_hand.subtract(left)
                self.not_sent.update(left)


class Amazon(Books):
    """The unshipped report, with its items' ids; it counts nothing that it would tell."""

    form, orders_file = "amazon-shipping", "orders.txt"

    def name(self, number: int) -> str:
        return f"058-{number:07}"

    def orders_text(self) -> str:
        head = ["order-id", "order-item-id", "purchase-date", "sku", "quantity-shipped", "quantity-to-ship"]
        rows = [
            [name, f"{order.number}{sku}", order.day, sku, str(order.sent[sku]), str(n - order.sent[sku])]
            for name, order in self.orders.items()
            for sku, n in order.lines.items()
        ]
        return "".join("\t".join(row) + "\n" for row in (head, *rows))

    def counts_text(self) -> str:
        return "sku,on_hand\n" + "".join(f"{sku},{self.on_hand[sku]}\n" for sku in SKUS)

    def take_counts(self, path: str) -> None:
        for row in _rows(path):
            self.on_hand[row["sku"]] = int(row["on_hand"])

    def send(self, number: str, sku: str, units: int) -> None:
        super().send(number, sku, units)
        self.on_hand[sku] += units  # a count of the shelf has these off it already

    def take_marks(self, path: str) -> None:
        for row in _rows(path, "\t"):
            sku = row["order-item-id"][-1]
            assert row["order-item-id"] == f"{self.orders[row['order-id']].number}{sku}"
            self.send(row["order-id"], sku, int(row["quantity"]))


def _rows(path: str, delimiter: str = ",") -> list[dict[str, str]]:
    with Path(path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


class Warehouse:
    """What is done here by day: deliveries, splits, swaps, cancelled parts, parcels."""

    def __init__(self, shop: Shop, chance: random.Random) -> None:
        self.shop, self.chance, self.labels = shop, chance, 0

    def work(self) -> None:
        for sku in self.chance.sample(SKUS, 2):
            self.shop.done(f"receive --sku {sku} --qty {self.chance.randint(1, 4)}")
        self.shop.done("split --all --partial --yes")
        waiting = [order for order in self._orders() if order["status"] == "Backorder"]
        for order in waiting:
            what = self.chance.random()
            old = order["lines"][0]["sku"]
            if what < 0.1 and order["split_from"]:
                self.shop.done(f"cancel '{order['number']}'")
            elif what < 0.25:
                new = self.chance.choice([sku for sku in SKUS if sku != old])
                self.shop.done(f"amend '{order['number']}' --swap {old}={new}")
        going = [order for order in self._orders() if order["status"] == "Processing" and self.chance.random() < 0.8]
        for order in going:
            self.labels += 1
            self.shop.done(f"ship '{order['number']}' --tracking UPS:1Z{self.labels}")

    def _orders(self) -> list[dict[str, Any]]:
        return list(self.shop.done("list --json").json)


def _tell(shop: Shop, books: Books) -> dict[str, Any]:
    """Follow the shop, tell it, and follow what it exports afterwards."""
    of_shelf = books.form == "amazon-shipping"  # a plain count is taken as it is: not before the shelf has told its own
    books.export()
    shop.done(f"sync {books.orders_file}" + ("" if of_shelf else f" --stock {books.counts_file}"))
    shop.done(f"stock --through {books.counts_file} --out counts-new.csv")
    through = f" --through {books.orders_file}" if of_shelf else ""
    told = shop.done(f"to-mark --as {books.form}{through} --out mark.csv --take --json").json
    assert told["left_out"] == []
    books.take_counts("counts-new.csv")
    books.take_marks("mark.csv")
    books.export()
    synced: dict[str, Any] = shop.done(f"sync {books.orders_file} --stock {books.counts_file} --json").json
    return synced


@pytest.mark.parametrize("kind", [ShopifyByScript, ShopifyByMatrixify, Woo, Amazon])
@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.slow
def test_a_shop_that_takes_the_files_in_has_nothing_to_learn_for_ten_nights(
    shop: Shop, kind: type[Books], seed: int
) -> None:
    chance, books = random.Random(seed), kind()
    warehouse = Warehouse(shop, chance)
    books.export()
    shop.done(f"import stock {books.counts_file}")
    for night in range(NIGHTS):
        for _ in range(3):
            books.order({sku: chance.randint(1, 4) for sku in chance.sample(SKUS, chance.randint(1, 3))})
        books.export()
        shop.done(f"sync {books.orders_file}")
        warehouse.work()
        synced = _tell(shop, books)
        differs = {one["sku"]: one["here"] - one["shop"] for one in synced["differs"]}
        assert (synced["to_mark"], differs, synced["followed"]) == ([], books.not_sent, []), f"night {night}"
        if books.not_sent:
            books.not_sent.clear()
            synced = _tell(shop, books)
            assert (synced["to_mark"], synced["differs"], synced["followed"]) == ([], [], []), f"night {night}"
        assert shop.done("to-mark --json").json == []
        figures = {sku: on_hand for sku, (on_hand, _) in shop.figures().items()}
        assert figures == {sku: books.on_hand[sku] for sku in figures}, f"night {night}"
    done = {event["event"] for event in shop.done("history --json").json}
    assert {"split", "released", "amended", "cancelled", "shipped", "told-shop"} <= done
