"""A warehouse that lives by backsplit, for test_sixty_days.py: its people, and what they type in a day.

Each line that they type is done in the books, too. What they pick, pack and count is in the world.
"""

from __future__ import annotations

import copy
import csv
import io
import random
import re
import shlex
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from conftest import Answer, Shop
from simulated_books import Books, Changes
from simulated_shop import (
    CANCELLED,
    INSERTS,
    SHOPIFY_CSV,
    SHOPIFY_JSON,
    SHOPIFY_LEAN,
    SKUS,
    SOLD,
    WOO_CSV,
    WOO_JSON,
    ExportedUnits,
    SimulatedShop,
    total,
)

FIRST_DAY = date(2025, 1, 6)
BACKORDER, PROCESSING, ON_HOLD = "Backorder", "Processing", "On Hold"
OPEN = (BACKORDER, PROCESSING, ON_HOLD)
SPLIT_REFUSALS = {"not-backorder", "ship-complete", "nothing-short", "nothing-in-stock", "only-inserts-short"}
SPLIT_REFUSALS |= {"only-inserts-in-stock", "max-parts", "too-little"}

Document = dict[str, Any]


@dataclass
class Kept:
    """An export as it was downloaded."""

    path: str
    told: list[ExportedUnits]


@dataclass
class Done:
    """What a command did to the books. `parcels`: it is so in the world, and nobody takes it back."""

    changes: Changes
    decides: tuple[str, ...] = ()
    parcels: bool = False


def root(number: str) -> str:
    return re.sub(r"-backorder(-\d+)?$", "", number)


def units_of(rows: Iterable[Document]) -> Counter[str]:
    return +total((row["sku"], row["quantity"]) for row in rows)


class Warehouse:
    """Sixty days: the people here, what they type, and what must be true in the evening."""

    def __init__(self, shop: Shop, seed: int) -> None:
        self.shop = shop
        self.seed = seed
        self.chance = chance = random.Random(seed)
        kind = [SHOPIFY_JSON, SHOPIFY_CSV, WOO_CSV, WOO_JSON, "both shopify", SHOPIFY_LEAN, "two shops"][seed % 7]
        self.kinds = {"both shopify": [SHOPIFY_JSON, SHOPIFY_CSV], "two shops": [SHOPIFY_JSON]}.get(kind, [kind])
        self.shelf = Counter({sku: chance.choice([0, 2, 5, 9, 14]) for sku in SKUS})
        names = {SHOPIFY_JSON: kind, SHOPIFY_CSV: kind}
        self.shops = [SimulatedShop(chance, names.get(self.kinds[0], self.kinds[0]), self.shelf, 1001)]
        if kind == "two shops":
            self.shops.append(SimulatedShop(chance, WOO_CSV, self.shelf, 1001, prefix="W"))
            for one in self.shops:
                one.at_most = 2
        self.strict = chance.random() < 0.3
        self.today = FIRST_DAY
        self.lines: list[str] = []
        self.listed: list[Document] | None = None
        self.done: dict[int, Done] = {}
        self.by_hand: set[str] = set()  # orders and parts that shipped from here
        self.drifted: set[str] = set()  # SKUs of which the shelf may hold less than the file says, until a count
        self.gone_unheard: dict[str, Counter[str]] = {}  # of orders that have not come in
        self.looked_at: set[str] = set()  # orders that an export named, open or not
        self.unclear: dict[str, Counter[str]] = {}  # units by which an order may be wrong, for a partial line
        self.went_back: set[str] = set()  # orders of which an old export was followed
        self.unknowable: set[str] = set()  # orders of which nobody can learn any more what has left
        self.kept: dict[str, list[Kept]] = {}
        self.expected: dict[tuple[str, str], int] = {}
        self.ordered: dict[tuple[str, str], int] = {}
        self.closed: dict[tuple[str, str], int] = {}
        self.refs: dict[str, str] = {}
        rows = "".join(f"{sku},{self.shelf[sku]},{'yes' if sku in INSERTS else 'no'}\n" for sku in SKUS)
        if self.strict:
            self.type("policy strict")
        shop.done("import stock -", "sku,on_hand,insert\n" + rows)
        self.books = Books(self.shelf)

    # Typing

    def type(self, line: str, *, refused: bool = False) -> Answer:
        """Type the line; it succeeds, or else a rule refuses it, where it is `refused` at times."""
        answer = self.shop(f"{line} --json")
        assert answer.code == 0 or (refused and answer.code in (1, 3)), (self, line, answer)
        self.lines.append(line)
        self.listed = None
        return answer

    def change(
        self,
        line: str,
        changes: Changes | None = None,
        *,
        decides: Iterable[str] = (),
        refused: bool = False,
        **kept: Any,
    ) -> Answer:
        """Type a line that changes the file, and the books so."""
        answer = self.type(line, refused=refused)
        if answer.code == 0:
            number = self.last_change()
            if number not in self.done:
                self.done[number] = Done(changes or {}, tuple(decides), **kept)
                self.books.do(changes or {})
                self.books.decided |= {*decides}
        return answer

    def last_change(self) -> int:
        number: int = self.shop.done("history --limit 1 --json").json[-1]["change"]
        return number

    def listing(self) -> list[Document]:
        """All orders; asked once between two changes."""
        if self.listed is None:
            self.listed = self.shop.done("list --json").json
        return self.listed

    def some(self, *statuses: str) -> Document | None:
        """Mostly a late one."""
        found = [order for order in self.listing() if order["status"] in statuses]
        found.sort(key=lambda order: order["placed_at"])
        return found[-1 - int(len(found) * self.chance.random() ** 1.5)] if found else None

    def __repr__(self) -> str:
        return f"seed {self.seed}, {self.today}"

    # The day here

    def day(self) -> None:
        self.lines, self.listed = [], None  # promised days are other ones today
        self.shop.done("backup day.db --force")
        before = copy.deepcopy(
            (self.books, self.done, self.expected, self.ordered, self.closed, self.refs, self.drifted)
        )
        if self.chance.random() < 0.1:
            self.a_bad_morning(before)
        self.receive_something()
        does = [self.ship, self.ship, self.ship_a_list, self.split, self.split_all, self.split_by_hand, self.hold]
        does += [self.resume, self.cancel, self.amend, self.amend, self.merge, self.undo, self.prioritize, self.slip]
        does += [self.receive_something, self.expect, self.move_or_close, self.mistake, self.mark_whole, self.type_in]
        for _ in range(self.chance.randint(3, 8)):
            self.chance.choice(does)()
        if self.chance.random() < 0.1:
            self.disk_fails()

    def a_bad_morning(self, before: Any) -> None:
        """Much is typed that nobody wanted: the backup is put back."""
        state, shelf = self.listing(), copy.copy(self.shelf)
        for does in (self.cancel, self.split_all, self.hold, self.amend, self.undo, self.wrong_receipt, self.type_in):
            does()
        self.type("restore day.db --yes")
        assert self.listing() == state, self
        self.books, self.done, self.expected, self.ordered, self.closed, self.refs, self.drifted = before
        self.lines = []
        assert shelf == self.shelf, self

    def disk_fails(self) -> None:
        """The file is lost, the morning's copy is put back, and all of the day is typed again."""
        lines, state = [*self.lines], self.listing()
        self.type("restore day.db --yes")
        for line in lines:
            self.shop(line)
        self.listed = None
        again = self.listing()
        assert again == state, (self, [one for one in again if one not in state][:1])

    def there(self, orders: Iterable[Document]) -> bool:
        """Whether the picker finds all of it. Else the shelf is counted."""
        needs = total((line["sku"], line["quantity"]) for order in orders for line in order["lines"])
        short = [sku for sku, units in needs.items() if self.shelf[sku] < units]
        for sku in short:
            self.count(sku)
        return not short

    def parcels(self, orders: Iterable[Document]) -> None:
        for order in orders:
            self.by_hand.add(order["number"])
            for line in order["lines"]:
                self.shelf[line["sku"]] -= line["quantity"]
                for one in self.shops:
                    if root(order["number"]).removeprefix(one.prefix) in one.gone and root(order["number"]).startswith(
                        one.prefix
                    ):
                        one.gone[root(order["number"]).removeprefix(one.prefix)][line["sku"]] += line["quantity"]

    def shipped(self, orders: Iterable[Document]) -> Changes:
        changes: Changes = {}
        for order in orders:
            for line in order["lines"]:
                of, sku, units = root(order["number"]), line["sku"], line["quantity"]
                for key, more in (
                    (("gone", of, sku), units),
                    (("open", of, sku), -units),
                    (("shelf", "", sku), -units),
                ):
                    changes[key] = changes.get(key, 0) + more
        return changes

    def ship(self) -> None:
        order = self.some(PROCESSING)
        if order and self.there([order]):
            self.change(f"ship {order['number']}", self.shipped([order]), parcels=True)
            self.parcels([order])

    def ship_a_list(self) -> None:
        taken = self.change("pick --take", refused=True, parcels=True).json if self.some(PROCESSING) else None
        if not taken or taken["list"] is None:
            return
        held = None
        if self.chance.random() < 0.3:
            held = self.chance.choice(taken["orders"])["number"]
            self.change(f"hold {held}")
        orders = self.type(f"pick --list {taken['list']}").json["orders"]
        assert {order["number"] for order in orders} >= {o["number"] for o in taken["orders"]} - {held}, self
        orders = [order for order in orders if order["status"] == PROCESSING]
        if orders and self.there(orders):
            self.change(f"ship --list {taken['list']}", self.shipped(orders), parcels=True)
            self.parcels(orders)

    def slip(self) -> None:
        """A slip adds up to what was asked for, and what was added here."""
        order = self.some(PROCESSING)
        if order:
            (slip,) = self.type(f"slip {order['number']}").json
            assert units_of(slip["parcel"]) == units_of(order["lines"]), (self, slip)
            family = self.books.orders[root(order["number"])]
            said = total(
                (row["sku"], row["quantity"])
                for key in ("parcel", "sent_before", "follows", "given_up")
                for row in slip[key]
            )
            for sku, of in family.items():
                assert said[sku] == max(of.wanted, of.gone + of.open), (self, sku, slip, of)

    # Splitting

    def split(self) -> None:
        order = self.some(BACKORDER)
        if order:
            options = self.chance.choice(["", "", " --partial", " --drop-inserts"])
            self.splits(f"split {order['number']}{options} --yes", [order])

    def split_all(self) -> None:
        limits = {"--min-units": 0, "--min-share": 0, "--max-parts": 0}
        for limit, values in (("--min-units", [2, 3]), ("--min-share", [25, 50]), ("--max-parts", [1, 2])):
            if self.chance.random() < 0.3:
                limits[limit] = self.chance.choice(values)
        words = [f"{name} {n}{'%' if name == '--min-share' else ''}" for name, n in limits.items() if n]
        words += [word for word in ("--partial", "--drop-inserts") if self.chance.random() < 0.3]
        orders = [order for order in self.listing() if order["status"] == BACKORDER]
        answer = self.splits(" ".join(["split --all --yes", *words]), orders)
        family = Counter(root(order["number"]) for order in self.listing() if order["status"] != CANCELLED)
        before = {order["number"]: order for order in orders}
        for split in answer.json["splits"] if answer else []:
            if not split["backorder"]:
                continue
            number = split["processing"]["number"]
            sends = sum(line["quantity"] for line in split["processing"]["lines"] if not line["insert"])
            had = sum(line["quantity"] for line in before[number]["lines"] if not line["insert"])
            assert sends >= limits["--min-units"], (self, words, split)
            assert sends * 100 >= had * limits["--min-share"], (self, words, split)
            assert not limits["--max-parts"] or family[root(number)] <= limits["--max-parts"] + 1, (self, split)

    def splits(self, line: str, orders: list[Document]) -> Answer | None:
        answer = self.shop(f"{line} --json --dry-run")
        dropped = {
            split["processing"]["number"]: units_of(split["dropped"])
            for split in (answer.json["splits"] if answer.out else [])
        }
        changes: Changes = {}
        for number, lines in dropped.items():
            for sku, units in lines.items():
                changes["open", root(number), sku] = changes.get(("open", root(number), sku), 0) - units
        answer = self.change(line, changes, refused=True, decides=[root(of) for of, lines in dropped.items() if lines])
        said, whole = answer.json, {order["number"] for order in orders if order["ship_complete"]}
        assert not whole & {split["processing"]["number"] for split in said["splits"]}, (self, said)
        assert {one["code"] for one in said["refused"]} <= SPLIT_REFUSALS, (self, said)
        return answer if answer.code == 0 else None

    def split_by_hand(self) -> None:
        order = self.some(BACKORDER, PROCESSING)
        if order:
            line = self.chance.choice(order["lines"])
            units = self.chance.randint(1, line["quantity"])
            rest = self.chance.choice(["", " --hold-rest"])
            named = shlex.quote(f"{line['sku']}={units}")
            answer = self.type_split_by_hand(f"split {order['number']} --now {named}{rest} --yes")
            if answer.code == 0:
                (split,) = answer.json["splits"]
                assert units_of(split["processing"]["lines"]) == {line["sku"]: units}, (self, split)
                assert not order["ship_complete"], (self, split)

    def type_split_by_hand(self, line: str) -> Answer:
        return self.change(line, refused=True)

    # Putting right

    def hold(self) -> None:
        order = self.some(BACKORDER, PROCESSING)
        if order:
            self.change(f"hold {order['number']}")

    def resume(self) -> None:
        order = self.some(ON_HOLD)
        if order:
            self.change(f"resume {order['number']}")

    def prioritize(self) -> None:
        order = self.some(*OPEN)
        if order:
            self.change(f"prioritize {order['number']} --priority {self.chance.choice([1, 50, 100, 200])}")

    def cancel(self) -> None:
        order = self.some(*OPEN)
        if order and self.chance.random() < 0.5:
            of = root(order["number"])
            changes = {("open", of, sku): -units for sku, units in units_of(order["lines"]).items()}
            self.change(f"cancel {order['number']} --yes", changes, decides=[of])

    def amend(self) -> None:
        order = self.some(*OPEN)
        if not order:
            return
        of, has = root(order["number"]), units_of(order["lines"])
        own, other, units = self.chance.choice(sorted(has)), self.chance.choice(SOLD), self.chance.randint(0, 4)
        what = self.chance.choice(["set", "set", "add", "remove", "swap"])
        changes: Changes = {}
        if what == "set":
            sku = self.chance.choice([own, other])
            changes["open", of, sku] = units - has[sku]
            words = f"--set {shlex.quote(f'{sku}={units}')}"
        elif what == "add":
            changes["open", of, other] = units + 1
            words = f"--add {shlex.quote(f'{other}={units + 1}')}"
        elif what == "remove":
            changes["open", of, own] = -has[own]
            words = f"--remove {shlex.quote(own)}"
        elif own == other or "=" in own + other:
            return
        else:
            changes["open", of, own], changes["open", of, other] = -has[own], has[own]
            words = f"--swap {shlex.quote(f'{own}={other}')}"
        words += self.chance.choice(["", " --wait", " --as-part"])
        answer = self.change(f"amend {order['number']} {words} --reason asked", changes, decides=[of], refused=True)
        if answer.code:
            assert answer.error in {"not-enough", "last-line", "unknown-sku", "ship-complete"}, (self, answer)

    def merge(self) -> None:
        part = next((order for order in self.listing() if order["split_from"] and order["status"] in OPEN), None)
        if part:
            self.change(f"merge {part['number']} --yes", refused=True)

    def undo(self) -> None:
        """The last change, or one of the last."""
        answer = self.shop("undo --dry-run --json")
        number = answer.json["change"] if answer.code == 0 else 0
        if self.chance.random() < 0.3 and self.done:
            number = max(self.done) - self.chance.randint(0, min(4, len(self.done) - 1))
        if number in self.done and not self.done[number].parcels:
            self.take_back(number)

    def take_back(self, number: int, *, must: bool = False) -> bool:
        done, before = self.done[number], self.listing()
        answer = self.type(f"undo {number} --yes", refused=not must)
        if answer.code:
            assert answer.error in {"changed-since", "not-enough", "not-undoable", "not-allowed"}, (self, answer)
            assert self.listing() == before, self
            return False
        assert answer.json["change"] == number, (self, answer)
        self.books.do(done.changes, -1)
        del self.done[number]
        # The undo itself cannot be undone, but it is a change.
        return True

    def mistake(self) -> None:
        """Something is typed that is not so, and taken back at once, or after something else."""
        wrong = self.chance.choice([self.wrong_receipt, self.wrong_count, self.wrong_parcel])
        before = {*self.done}
        wrong()
        new = {*self.done} - before
        if new:
            (number,) = new
            if self.chance.random() < 0.4:
                self.chance.choice([self.hold, self.resume, self.prioritize])()
            sku = next((sku for figure, _, sku in self.done[number].changes if figure == "shelf"), "")
            if not self.take_back(number, must=wrong == self.wrong_parcel) and sku:
                self.count(sku)

    def wrong_receipt(self) -> None:
        sku, units = self.chance.choice(SKUS), self.chance.randint(1, 9)
        self.change(f"receive --sku {shlex.quote(sku)} --qty {units}", {("shelf", "", sku): units})

    def wrong_count(self) -> None:
        sku, by = self.chance.choice(SKUS), self.chance.choice([-2, -1, 1, 3])
        if self.books.shelf[sku] + by >= 0:
            self.change(f"adjust --sku {shlex.quote(sku)} --by {by} --reason counted", {("shelf", "", sku): by})

    def wrong_parcel(self) -> None:
        order = self.some(PROCESSING)
        if order:
            self.change(f"ship {order['number']}", self.shipped([order]))

    def count(self, sku: str) -> None:
        change = {("shelf", "", sku): self.shelf[sku] - self.books.shelf[sku]}
        self.change(f"adjust --sku {shlex.quote(sku)} --to {self.shelf[sku]} --reason counted", change, parcels=True)
        self.counted(sku)

    def mark_whole(self) -> None:
        order = self.some(*OPEN)
        if order:
            off = order["ship_complete"] and self.chance.random() < 0.7
            self.change(f"ship-complete {order['number']}{' --off' if off else ''}")

    def type_in(self) -> None:
        """By phone; at times an order that the shop will name, too."""
        one = self.chance.choice(self.shops)
        names = [
            order for order in one.shown() if one.prefix + order.number not in {*self.books.orders, *self.looked_at}
        ]
        lines = Counter({self.chance.choice(SOLD): self.chance.randint(1, 3) for _ in range(2)})
        number, placed = f"PHONE-{len(self.books.orders)}", f"{self.today}T12:00:00Z"
        if names and self.chance.random() < 0.5:
            number, placed = one.prefix + names[0].number, names[0].placed_at
            of_shop = +names[0].wanted  # one that shares no SKU with it would be another order
            lines = of_shop if self.chance.random() < 0.5 else lines | Counter({min(of_shop): 1} if of_shop else {})
        if lines:
            words = " ".join(shlex.quote(f"{sku}={units}") for sku, units in lines.items())
            self.change(f"add {number} {words} --placed-at {placed}", parcels=True)
            self.books.typed_in(number, lines)

    # What arrives

    def receive_something(self) -> None:
        sku, units = self.chance.choice(SKUS), self.chance.randint(1, 12)
        due = [of for of, left in self.expected.items() if left]
        what = self.chance.choice(["plain", "ref", "again", "of", "of", "file"])
        if what == "of" and due:
            ref, sku = self.chance.choice(due)
            if self.chance.random() < 0.5:  # all that is left
                came = {own: left for (of, own), left in self.expected.items() if of == ref and left}
                line = f"receive --of {ref}"
            else:
                came, line = {sku: units}, f"receive --of {ref} --sku {shlex.quote(sku)} --qty {units}"
            for own, n in came.items():
                self.expected[ref, own] = max(0, self.expected[ref, own] - n)
        elif what == "again" and self.refs:
            ref = self.chance.choice(sorted(self.refs))
            repeated = self.type(self.refs[ref]).json
            assert repeated["repeated"], (self, repeated)
            assert not repeated["received"], (self, repeated)
            return
        elif what == "file":
            came = {own: self.chance.randint(1, 6) for own in self.chance.sample(SKUS, 4)}
            ref = f"D{len(self.refs)}-{self.today}"
            rows = [[own, n] for own, n in came.items()]
            self.write(f"{ref}.csv", [["sku", "quantity"], *rows])
            line = self.refs[ref] = f"receive --file {ref}.csv --ref {ref}"
        else:
            came, line = {sku: units}, f"receive --sku {shlex.quote(sku)} --qty {units}"
            if what == "ref":
                ref = f"R{len(self.refs)}-{self.today}"
                line = self.refs[ref] = f"{line} --ref {ref}"
        answer = self.change(line, {("shelf", "", own): n for own, n in came.items()}, parcels=True)
        assert units_of(answer.json["received"]) == came, (self, answer)
        for own, n in came.items():
            self.shelf[own] += n

    def write(self, name: str, rows: list[list[Any]]) -> None:
        text = io.StringIO()
        csv.writer(text).writerows(rows)
        self.shop.write(name, text.getvalue())

    def expect(self) -> None:
        sku, units = self.chance.choice(SKUS), self.chance.randint(1, 20)
        ref, on = f"PO-{self.chance.randint(1, 9)}", self.today + timedelta(self.chance.randint(0, 14))
        line = f"expect --sku {shlex.quote(sku)} --qty {units} --on {on} --ref {ref}"
        (row,) = self.change(line, parcels=True).json["expected"] or [{}]
        if not row:  # the same words again
            return
        self.expected[ref, sku] = row["left"]
        assert (row["ref"], row["sku"], row["left"]) == (ref, sku, max(0, row["expected"] - row["received"])), (
            self,
            row,
        )
        closed = self.closed.pop((ref, sku), 0)  # the same words again do not open it
        assert row["expected"] == units or closed == units, (self, row)
        if closed == units:
            self.closed[ref, sku] = units
        self.ordered[ref, sku] = units

    def move_or_close(self) -> None:
        due = sorted({ref for (ref, _), left in self.expected.items() if left})
        if not due:
            return
        ref, before = self.chance.choice(due), self.promises()
        if self.chance.random() < 0.7:
            on = self.today + timedelta(self.chance.randint(0, 20))
            answer = self.change(f"expect --move {ref} --on {on}", parcels=True)
        else:
            answer = self.change(f"expect --close {ref}", parcels=True)
            for of, sku in self.expected:
                if of == ref and self.expected[of, sku]:
                    self.expected[of, sku] = 0
                    self.closed[of, sku] = self.ordered.get((of, sku), 0)
        after = self.promises()
        moved = {one["order"]: (one["from"], one["to"]) for one in answer.json["moved"]}
        assert moved == {n: (before[n], after[n]) for n in before if before[n] != after[n]}, (self, moved)

    def promises(self) -> dict[str, str | None]:
        return {one["order"]: one["promised"] for one in self.shop.done("promise --json").json}

    # What nobody can know

    def unheard(self) -> Counter[str]:
        """What the shops sent and no export has said yet, or none will, since the order was put away before."""
        sent: Counter[str] = Counter()
        for one in self.shops:
            for number, gone in one.gone.items():
                for sku, of in self.books.orders.get(one.prefix + number, {}).items():
                    sent[sku] += gone[sku] - of.gone
        return sent

    def counted(self, sku: str) -> None:
        """A count is true. But what it knows to be sent before the shop has said so is taken off a second time then."""
        if self.unheard()[sku]:
            self.drifted.add(sku)
        else:
            self.drifted.discard(sku)
