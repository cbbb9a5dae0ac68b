"""Random commands, typed at the command line and told to a plain model of the rules: both must say the same.

`BACKSPLIT_MODEL_EXAMPLES=20000 pytest tests/test_model.py` is the long run; without it a short one with fixed seeds,
so that a red run can be repeated.
"""

import contextlib
import csv
import functools
import io
import json
import os
import shlex
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from backsplit.repository import report
from backsplit.services import promises
from conftest import MEMORY, new_file, typed
from model import (
    BACKORDER,
    CANCELLED,
    ON_HOLD,
    PROCESSING,
    SHIPPED,
    SKIP_OVER,
    STATUSES,
    STRICT,
    TODAY,
    TYPED_IN_AT,
    Model,
    Order,
    Refused,
    new_order,
)

PRODUCTS = ["AB-1", "ab-1"]
INSERTS = ["CARD", "FLYER"]
COUNTED = PRODUCTS + INSERTS
KITS = ["SET", "PAIR"]  # at times; else ordinary SKUs
SKUS = COUNTED + KITS
RECIPES = [{"AB-1": 2}, {"AB-1": 1, "ab-1": 1}, {"ab-1": 3, "CARD": 1}, {"SET": 2}, {"AB-1": 1, "NEW": 1}]
NEW_SKU = "NEW"
NUMBERS = ["M1", "M2", "#3", "M4", "M1-backorder", "M6", "M7-backorder-2", "M8"]
TIMES = ["2026-01-01T09:00:00Z", "2026-01-02T09:00:00Z", "2026-01-02T09:00:00Z", "2026-01-03T09:00:00Z"]
NOON = "2026-01-02T12:00:00Z"
LATER = "2026-12-24"
DAYS = st.sampled_from([TODAY, LATER])
PRIORITIES = [100, 100, 100, 1, 200]

small = st.integers(1, 5)
goods_of = functools.partial(st.lists, st.tuples(st.sampled_from([*COUNTED, *COUNTED, *KITS]), small), max_size=4)
lines_wanted = goods_of(min_size=1) | goods_of(min_size=2) | goods_of(min_size=3)
yes_or_no = st.booleans()
corrections = st.sampled_from([("by", n) for n in range(-4, 5) if n] + [("to", n) for n in range(-1, 9)])
rarely = st.integers(0, 7).map(lambda n: n == 7)  # shrinks towards no


@dataclass(frozen=True)
class Result:
    exit_code: int
    json: Any
    error_code: str | None


def run(*args: str, stdin: str | None = None) -> Result:
    """Type a command, and read back what it printed."""
    said = typed([*args, "--json"], (stdin or "").encode())
    error = json.loads(said.err.splitlines()[-1])["error"]["code"] if said.code and said.err else None
    return Result(said.code, json.loads(said.out) if said.out else None, error)


def as_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    return text.getvalue()


def orders_csv(orders: Iterable[Order]) -> str:
    return as_csv(
        ["order", "sku", "quantity", "placed_at", "priority", "customer", "note"],
        [
            [order.number, line.sku, line.quantity, order.placed_at, order.priority, order.customer, order.note]
            for order in orders
            for line in order.lines
        ],
    )


def part_of(whole: Any, keys: Iterable[str]) -> dict[str, Any]:
    return {key: whole[key] for key in keys}


def bare(order: dict[str, Any]) -> dict[str, Any]:
    lines = [(line["sku"], line["quantity"]) for line in order["lines"]]
    return {"number": order["number"], "status": order["status"], "lines": lines}


def seen(order: dict[str, Any]) -> dict[str, Any]:
    keys = ["number", "status", "placed_at", "priority", "customer", "note", "until", "split_from"]
    lines = [part_of(line, ["sku", "quantity", "insert", "available", "short"]) for line in order["lines"]]
    return part_of(order, keys) | {"split_into": sorted(order["split_into"]), "lines": lines}


def total(rows: Iterable[dict[str, Any]], key: str) -> dict[str, int]:
    added: Counter[str] = Counter()
    for row in rows:
        added[row["sku"]] += row[key]
    return dict(added)


class Beside(RuleBasedStateMachine):
    """A command line, and a model of the rules beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.folder = Path(tempfile.mkdtemp(dir=MEMORY, prefix="backsplit-"))
        self.path = self.folder / "backsplit.db"
        self.path.write_bytes(new_file())
        self.typed: list[str] = []
        self.history: list[dict[str, Any]] = []
        self.last = Result(0, None, None)
        self.deliveries: list[tuple[str, list[tuple[str, int]]]] = []

    def teardown(self) -> None:
        try:
            self.check()
        finally:
            shutil.rmtree(self.folder)

    # What every step does

    def type(self, *words: str, stdin: str | None = None) -> Result:
        """Every mismatch is shown with all that was typed before it, ready for a shell."""
        shown = ["backsplit"] + [
            os.path.relpath(w, self.folder) if w.startswith(str(self.folder)) else w for w in words
        ]
        self.typed.append(shlex.join(shown) + (f" <<'END'\n{stdin}END" if stdin is not None else ""))
        try:
            return run("--db", str(self.path), *words, stdin=stdin)
        except Exception as error:
            raise AssertionError("\n".join([repr(error), *self.typed])) from error

    def same(self, what: str, got: Any, expected: Any) -> None:
        if got != expected and isinstance(got, dict) and isinstance(expected, dict):
            keys = [key for key in {**got, **expected} if got.get(key) != expected.get(key)]
            got, expected = ({key: side.get(key) for key in keys} for side in (got, expected))
        assert got == expected, "\n".join([f"{what}:", f"  got      {got}", f"  expected {expected}", *self.typed])

    def file(self, name: str, content: str) -> str:
        path = self.folder / name
        path.write_text(content, encoding="utf-8", newline="")
        self.typed.append(f"cat > {name} <<'END'\n{content}END")
        return str(path)

    def do(
        self,
        *words: str,
        model: Callable[[], dict[str, Any]],
        compare: Callable[[Any, dict[str, Any]], None] | None = None,
        stdin: str | None = None,
    ) -> None:
        expected, refusal = None, None
        try:
            expected = model()
        except Refused as refused:
            refusal = refused
        got = self.last = self.type(*words, stdin=stdin)
        if refusal or expected is None:
            self.same("refusal", (got.exit_code, got.error_code), refusal and (refusal.exit_code, refusal.code))
        else:
            self.same("exit code and error", (got.exit_code, got.error_code), (0, None))
            if compare:
                compare(got.json, expected)
        last = self.type("history", "--limit", "1").json
        self.typed.pop()
        self.same("number of the last change", last[-1]["change"] if last else 0, self.last_change())
        self.same_everywhere()

    def last_change(self) -> int:
        """The number of the last change with an event."""
        return len(self.model.log)

    def same_everywhere(self) -> None:
        orders = self.type("list").json
        self.typed.pop()
        self.same("orders", {order["number"]: seen(order) for order in orders}, self.model.listing())
        self.same("rows of list", len(orders), len(self.model.orders))
        groups = [STATUSES.index(order["status"]) for order in orders]
        self.same("groups of list", groups, sorted(groups))
        stock = self.type("stock").json
        self.typed.pop()
        keys = ["insert", "kit", "on_hand", "allocated", "available", "owed", "final", "from"]
        self.same("stock", {row["sku"]: part_of(row, keys) for row in stock}, self.model.figures())
        self.same("rows of stock", len(stock), len(self.model.stock))
        shortages = self.type("shortages").json
        self.typed.pop()
        keys = ["sku", "short", "orders", "blocks_alone", "oldest"]
        self.same("shortages", [part_of(row, keys) for row in shortages], self.model.shortages())
        self.same("breaches in the model", list(self.model.breaches()), [])
        if len(self.typed) % 5 == 0:
            self.check()

    def check(self) -> None:
        got = self.type("check")
        self.typed.pop()
        self.same("check", (got.exit_code, got.json), (0, {"ok": True, "breaches": []}))
        history = self.type("history").json
        self.typed.pop()
        self.same("history told before", history[: len(self.history)], self.history)
        self.history = history

    def same_changes(self, *, named: Iterable[str]) -> Callable[[Any, dict[str, Any]], None]:
        def compare(got: Any, expected: dict[str, Any]) -> None:
            self.same("released", got["released"], expected["released"])
            self.same("returned", sorted(got["returned"]), sorted(expected["returned"]))
            if expected.get("dry_run"):
                return
            changed = {order["number"]: seen(order) for order in got["changed"]}
            self.same("changed", changed, {n: self.model.show(self.model.orders[n]) for n in changed})
            for key in {"change", "command"} & expected.keys():
                self.same(key, got[key].removesuffix(" --all") if key == "command" else got[key], expected[key])
            numbers = {self.model.order(number).number for number in named}
            self.same("named in changed", numbers - changed.keys(), set())

        return compare

    def same_splits(self, got: Any, expected: dict[str, Any]) -> None:
        self.same("dry_run", got["dry_run"], expected["dry_run"])
        self.same(
            "splits",
            [
                {
                    "processing": bare(split["processing"]),
                    "backorder": split["backorder"] and bare(split["backorder"]),
                    "dropped": [(line["sku"], line["quantity"]) for line in split["dropped"]],
                }
                for split in got["splits"]
            ],
            [part_of(split, ["processing", "backorder", "dropped"]) for split in expected["splits"]],
        )
        for split, wanted in zip(got["splits"], expected["splits"], strict=True):
            warned = " ".join(split["warnings"])
            self.same("warned", bool(warned), bool(wanted["overtaken"]))
            self.same("named", any(number in warned for number in wanted["overtaken"]), bool(warned))
        self.same("refused", [(row["order"], row["code"]) for row in got["refused"]], expected["refused"])
        self.same("released", got.get("released", []), expected["released"])

    def same_receipt(self, got: Any, expected: dict[str, Any]) -> None:
        for key in ("dry_run", "ref", "repeated", "released"):
            self.same(key, got[key], expected[key])
        passed_over = [
            part_of(row, ["order", "placed_at"]) | {"short": total(row["short"], "quantity")}
            for row in got["passed_over"]
        ]
        self.same("passed_over", passed_over, expected["passed_over"])
        if not expected["repeated"]:
            on_hand = {row["sku"]: row["on_hand"] for row in got["received"]}
            received = {sku: (quantity, on_hand[sku]) for sku, quantity in total(got["received"], "quantity").items()}
            self.same("received", received, expected["received"])

    def same_import(self, got: Any, expected: dict[str, Any]) -> None:
        keys = ["dry_run", "added", "known", "processing", "backorder"]
        self.same("import", part_of(got, keys), part_of(expected, keys))
        self.same("new_skus", sorted(got["new_skus"]), expected["new_skus"])
        self.same("skipped", got["skipped"], [])

    # What to choose from

    def numbers(self, *statuses: str) -> list[str]:
        return [order.number for order in self.model.orders.values() if order.status in statuses]

    def splittable(self, **options: bool) -> list[str]:
        """Those that a split would take: it is refused most of the time otherwise."""
        found = []
        for number in self.numbers(BACKORDER):
            with contextlib.suppress(Refused):
                self.model.split([number], **options, dry_run=True)
                found.append(number)
        return found

    def some(self, data: st.DataObject, *likely: str) -> list[str]:
        """One to three orders, mostly of those that the command can take; the # is left out at times."""
        anything = list(self.model.orders)
        choice = anything if not likely or data.draw(rarely, "any order") else list(likely)
        numbers = data.draw(st.lists(st.sampled_from(choice), min_size=1, max_size=3), "orders")
        if "3" not in self.model.orders and data.draw(rarely, "without #"):
            numbers = [number.removeprefix("#") for number in numbers]
        return numbers

    def has_orders(self) -> bool:
        return bool(self.model.orders)


class CommandLineBesideModel(Beside):
    # Beginnings

    @initialize(
        policy=st.sampled_from([SKIP_OVER, STRICT]),
        counts=st.lists(st.sampled_from([0, 1, 2, 4, 7, 0]), min_size=4, max_size=4),
        data=st.data(),
    )
    def begin(self, policy: str, counts: list[int], data: st.DataObject) -> None:
        if policy == STRICT:
            self.switch_policy(policy)
        self.count([(sku, on_hand, sku in INSERTS) for sku, on_hand in zip(COUNTED, counts, strict=True)])
        for sku in data.draw(st.sampled_from([[], ["SET"], KITS]), "kits from the start"):
            self.make_kit(sku, data.draw(st.sampled_from(RECIPES[:3])))
        self.arrive(self.arriving(data, data.draw(st.integers(3, 5))))
        parts = data.draw(st.sampled_from([None, "whole lines", "divided lines"]), "parts from the start")
        if parts:
            self.split_these([], partial=parts == "divided lines")

    def arriving(self, data: st.DataObject, many: int) -> list[Order]:
        free = [number for number in NUMBERS if number not in self.model.orders]
        return [
            new_order(
                number,
                data.draw(st.sampled_from(TIMES)),
                data.draw(lines_wanted),
                data.draw(st.sampled_from(PRIORITIES)),
                customer=f"customer of {number}",
                note="gift wrap" if number == "M1" else "",
            )
            for number in data.draw(st.permutations(free))[:many]
        ]

    def arrive(self, arriving: list[Order], *, dry_run: bool = False, by_stdin: bool = False) -> None:
        content = orders_csv(arriving)
        words = ["import", "orders", "-" if by_stdin else self.file("orders.csv", content)]
        self.do(
            *words,
            *["--dry-run"] * dry_run,
            model=lambda: self.model.import_orders(arriving, dry_run=dry_run),
            compare=self.same_import,
            stdin=content if by_stdin else None,
        )

    def count(self, counts: list[tuple[str, int, bool | None]]) -> None:
        rows = [[sku, on_hand, {True: "yes", False: "no", None: ""}[insert]] for sku, on_hand, insert in counts]
        words = ["import", "stock", self.file("stock.csv", as_csv(["sku", "on_hand", "insert"], rows))]

        def compare(got: Any, expected: dict[str, Any]) -> None:
            self.same("released", got["released"], expected["released"])
            self.same("returned", sorted(got["returned"]), sorted(expected["returned"]))

        self.do(*words, model=lambda: self.model.import_stock(counts), compare=compare)

    # Arrivals

    @precondition(lambda self: len(self.model.arrived) < len(NUMBERS))
    @rule(data=st.data(), dry_run=rarely, by_stdin=yes_or_no)
    def orders_arrive(self, data: st.DataObject, dry_run: bool, by_stdin: bool) -> None:
        arriving = self.arriving(data, data.draw(st.integers(1, 3)))
        if arriving and data.draw(rarely, "a SKU that nobody counted"):
            arriving[0].lines[-1].sku = NEW_SKU
        if data.draw(rarely, "an order that is there already"):
            old = data.draw(st.sampled_from(sorted(self.model.orders)))
            arriving.insert(0, new_order(old, TIMES[0], data.draw(lines_wanted)))
        if arriving:
            self.arrive(arriving, dry_run=dry_run, by_stdin=by_stdin)

    @rule(data=st.data(), with_inserts=rarely)
    def stock_is_counted(self, data: st.DataObject, with_inserts: bool) -> None:
        skus = data.draw(st.lists(st.sampled_from(SKUS), min_size=1, max_size=4, unique=True))
        inserts = st.sampled_from([None, True, False]) if with_inserts else st.none()
        self.count([(sku, data.draw(st.integers(0, 8)), data.draw(inserts)) for sku in skus])

    # Splits

    @precondition(Beside.has_orders)
    @rule(data=st.data(), partial=yes_or_no, drop_inserts=yes_or_no, dry_run=rarely)
    def split(self, data: st.DataObject, partial: bool, drop_inserts: bool, dry_run: bool) -> None:
        likely = self.splittable(partial=partial, drop_inserts=drop_inserts) or self.numbers(BACKORDER)
        self.split_these(self.some(data, *likely), partial=partial, drop_inserts=drop_inserts, dry_run=dry_run)

    @rule(partial=yes_or_no, drop_inserts=yes_or_no, dry_run=rarely, again=yes_or_no)
    def split_all(self, partial: bool, drop_inserts: bool, dry_run: bool, again: bool) -> None:
        self.split_these([], partial=partial, drop_inserts=drop_inserts, dry_run=dry_run)
        if not dry_run and again:
            self.split_these([], partial=partial, drop_inserts=drop_inserts)
            self.same("left for a second call", self.last.json["splits"], [])

    def split_these(self, numbers: list[str], **options: bool) -> None:
        """All of them, where none is named."""
        self.do(
            "split",
            *(numbers or ["--all"]),
            *("--" + option.replace("_", "-") for option, on in options.items() if on),
            model=lambda: self.model.split(numbers, **options) if numbers else self.model.split_all(**options),
            compare=self.same_splits,
        )

    @precondition(lambda self: self.numbers(BACKORDER))
    @rule(data=st.data(), partial=yes_or_no, drop_inserts=rarely)
    def goods_come_and_an_order_is_split(self, data: st.DataObject, partial: bool, drop_inserts: bool) -> None:
        self.goods_come_and_one_is_split(data, self.model.queue(BACKORDER), partial=partial, drop_inserts=drop_inserts)

    @precondition(lambda self: self.waiting_parts())
    @rule(data=st.data(), partial=yes_or_no, drop_inserts=rarely)
    def goods_come_and_a_part_is_split_again(self, data: st.DataObject, partial: bool, drop_inserts: bool) -> None:
        self.goods_come_and_one_is_split(data, self.waiting_parts(), partial=partial, drop_inserts=drop_inserts)

    def waiting_parts(self) -> list[Order]:
        return [order for order in self.model.queue(BACKORDER) if order.split_from]

    def goods_come_and_one_is_split(self, data: st.DataObject, orders: list[Order], **options: bool) -> None:
        order = data.draw(st.sampled_from(orders))
        line = data.draw(st.sampled_from(order.lines))
        sku = data.draw(st.sampled_from(sorted(self.model.shelf([line.sku]))))
        self.receive_goods([(sku, data.draw(st.integers(1, line.quantity)))])
        self.split_these([order.number], **options)

    @precondition(lambda self: any(order.split_from for order in self.model.orders.values()))
    @rule(data=st.data(), of=st.sampled_from(["open part", "open part", "any part", "any order"]))
    def merge(self, data: st.DataObject, of: str) -> None:
        parts = [order for order in self.model.orders.values() if order.split_from]
        gone = self.numbers(SHIPPED, CANCELLED)
        open_parts = [part for part in parts if part.number not in gone and part.split_from not in gone]
        choice = {"open part": open_parts or parts, "any part": parts, "any order": list(self.model.orders.values())}
        self.merge_this(data.draw(st.sampled_from(choice[of])))

    @precondition(lambda self: self.numbers(BACKORDER))
    @rule(data=st.data(), partial=yes_or_no)
    def a_split_is_undone(self, data: st.DataObject, partial: bool) -> None:
        self.goods_come_and_one_is_split(data, self.model.queue(BACKORDER), partial=partial)
        split = [each for each in (self.last.json or {"splits": []})["splits"] if each["backorder"]]
        if split:
            self.merge_this(self.model.orders[split[0]["backorder"]["number"]])

    def merge_this(self, part: Order) -> None:
        self.do(
            "merge",
            part.number,
            model=lambda: self.model.merge(part.number),
            compare=self.same_changes(named=[part.split_from] if part.split_from else []),
        )

    # Goods

    def receive_goods(self, goods: list[tuple[str, int]], ref: str | None = None, *options: str) -> None:
        sku, quantity = goods[0]
        words, text = ["--sku", sku, "--qty", str(quantity)], None
        if len(goods) > 1:
            text = as_csv(["sku", "quantity"], goods)
            words = ["--file", self.file("delivery.csv", text)]
        self.do(
            "receive",
            *words,
            *(["--ref", ref] if ref else []),
            *options,
            model=lambda: self.model.receive(
                goods,
                ref,
                file=text,
                again="--again" in options,
                create="--create" in options,
                dry_run="--dry-run" in options,
            ),
            compare=self.same_receipt,
        )

    def new_ref(self, goods: list[tuple[str, int]]) -> str:
        self.deliveries.append((f"PO-{len(self.deliveries) + 1}", goods))
        return self.deliveries[-1][0]

    @rule(sku=st.sampled_from(SKUS), quantity=small, with_ref=yes_or_no, dry_run=rarely)
    def receive_one_sku(self, sku: str, quantity: int, with_ref: bool, dry_run: bool) -> None:
        goods = [(sku, quantity)]
        self.receive_goods(goods, self.new_ref(goods) if with_ref else None, *["--dry-run"] * dry_run)

    @rule(goods=goods_of(min_size=2), with_ref=yes_or_no, dry_run=rarely)
    def receive_a_file(self, goods: list[tuple[str, int]], with_ref: bool, dry_run: bool) -> None:
        self.receive_goods(goods, self.new_ref(goods) if with_ref else None, *["--dry-run"] * dry_run)

    @rule(goods=goods_of(min_size=1))
    def receive_a_file_that_names_its_delivery(self, goods: list[tuple[str, int]]) -> None:
        ref = self.new_ref(goods)
        rows = [[sku, quantity, ref] for sku, quantity in goods]
        self.do(
            "receive",
            "--file",
            self.file("delivery.csv", as_csv(["sku", "quantity", "ref"], rows)),
            model=lambda: self.model.receive(goods, ref, file=as_csv(["sku", "quantity", "ref"], rows)),
            compare=self.same_receipt,
        )

    @precondition(lambda self: self.model.files)
    @rule(data=st.data(), again=yes_or_no)
    def receive_the_same_file_again(self, data: st.DataObject, again: bool) -> None:
        text, _, _ = data.draw(st.sampled_from(self.model.files))
        rows = list(csv.reader(io.StringIO(text)))[1:]
        if len(rows[0]) == 2:
            self.receive_goods([(sku, int(n)) for sku, n in rows], None, *["--again"] * again)

    @precondition(lambda self: self.deliveries)
    @rule(data=st.data(), other=rarely)
    def receive_the_same_delivery_again(self, data: st.DataObject, other: bool) -> None:
        ref, goods = data.draw(st.sampled_from(self.deliveries))
        if other:
            goods = [(goods[0][0], goods[0][1] + 1), *goods[1:]]
        self.receive_goods(goods, ref)

    @precondition(lambda self: self.model.shortages())
    @rule(data=st.data(), more=st.integers(-1, 1))
    def receive_what_is_short(self, data: st.DataObject, more: int) -> None:
        row = data.draw(st.sampled_from(self.model.shortages()))
        self.receive_goods([(row["sku"], max(1, row["short"] + more))])

    @rule(goods=st.sampled_from([[(NEW_SKU, 2)], [(SKUS[0], 1), (NEW_SKU, 1)]]), create=rarely)
    def receive_a_sku_that_nobody_knows(self, goods: list[tuple[str, int]], create: bool) -> None:
        self.receive_goods(goods, None, *["--create"] * create)

    @rule(sku=st.sampled_from([*SKUS, NEW_SKU]), correction=corrections)
    def adjust_any(self, sku: str, correction: tuple[str, int]) -> None:
        option, number = correction
        self.adjust(sku, **{option: number})

    @precondition(lambda self: any(self.model.allocated(sku) for sku in self.model.stock))
    @rule(data=st.data())
    def adjust_below_what_is_allocated(self, data: st.DataObject) -> None:
        sku = data.draw(st.sampled_from([sku for sku in self.model.stock if self.model.allocated(sku)]))
        self.adjust(sku, to=data.draw(st.integers(0, self.model.allocated(sku) - 1)))

    @precondition(lambda self: any(self.model.allocated(sku) for sku in self.model.stock))
    @rule()
    def count_all_stock_at_half(self) -> None:
        self.count([(sku, self.model.allocated(sku) // 2, None) for sku in sorted(self.model.stock)])

    def adjust(self, sku: str, **count: int) -> None:
        ((option, number),) = count.items()
        self.do(
            "adjust",
            "--sku",
            sku,
            f"--{option}",
            str(number),
            "--reason",
            "counted",
            model=lambda: self.model.adjust(sku, **count),
            compare=self.same_changes(named=[]),
        )

    @rule(skus=st.lists(st.sampled_from([*SKUS, NEW_SKU]), min_size=1, max_size=2), insert=yes_or_no)
    def mark(self, skus: list[str], insert: bool) -> None:
        self.do(
            "mark", *skus, "--insert" if insert else "--no-insert", model=lambda: self.model.mark(skus, insert=insert)
        )

    # Kits

    @rule(sku=st.sampled_from([*KITS, *KITS, "AB-1"]), recipe=st.sampled_from(RECIPES))
    def make_kit(self, sku: str, recipe: dict[str, int]) -> None:
        words = [f"{part}={each}" for part, each in recipe.items()]
        self.do("kit", sku, *words, model=lambda: self.model.kit(sku, recipe), compare=self.same_kits)

    @rule(sku=st.sampled_from(KITS))
    def take_a_kit_away(self, sku: str) -> None:
        self.do("kit", sku, "--off", model=lambda: self.model.kit(sku, {}), compare=self.same_kits)

    def same_kits(self, got: Any, expected: dict[str, Any]) -> None:
        self.same("released", got["released"], expected["released"])
        listed = self.type("kit").json
        self.typed.pop()
        parts = {kit["kit"]: {part["sku"]: part["quantity"] for part in kit["parts"]} for kit in listed}
        self.same("kits", parts, self.model.kits)
        made = {kit["kit"]: kit["can_make"] for kit in listed}
        self.same("can be made", made, {sku: self.model.can_be_made(sku) for sku in self.model.kits})

    # Orders

    def change(self, command: str, numbers: list[str], *options: str, by_stdin: bool = False) -> None:
        self.do(
            command,
            *(["-"] if by_stdin else numbers),
            *options,
            model=lambda: getattr(self.model, command)(numbers),
            compare=self.same_changes(named=numbers),
            stdin="".join(f"{number}\n" for number in numbers) if by_stdin else None,
        )

    @precondition(Beside.has_orders)
    @rule(data=st.data(), by_stdin=yes_or_no)
    def ship(self, data: st.DataObject, by_stdin: bool) -> None:
        self.change("ship", self.some(data, *self.numbers(PROCESSING)), by_stdin=by_stdin)

    @precondition(Beside.has_orders)
    @rule(data=st.data())
    def hold(self, data: st.DataObject) -> None:
        self.change("hold", self.some(data, *self.numbers(BACKORDER, PROCESSING)), "--reason", "asked to wait")

    @precondition(Beside.has_orders)
    @rule(data=st.data(), until=DAYS)
    def hold_until(self, data: st.DataObject, until: str) -> None:
        numbers = self.some(data, *self.numbers(BACKORDER, PROCESSING, ON_HOLD))
        self.do(
            "hold",
            *numbers,
            "--until",
            until,
            model=lambda: self.model.hold(numbers, until),
            compare=self.same_changes(named=numbers),
        )

    @precondition(lambda self: self.model.placed_before(NOON))
    @rule(command=st.sampled_from(["hold", "cancel"]))
    def what_waits_too_long(self, command: str) -> None:
        age = (datetime.now(timezone.utc) - datetime.fromisoformat(NOON.replace("Z", "+00:00"))) // timedelta(hours=1)
        numbers = self.model.placed_before(NOON)
        self.do(
            command,
            "--all",
            "--older-than",
            f"{age}h",
            model=lambda: getattr(self.model, command)(numbers),
            compare=self.same_changes(named=numbers),
        )

    @rule(skus=st.lists(st.sampled_from([*SKUS, NEW_SKU]), min_size=1, max_size=2, unique=True), day=DAYS | st.none())
    def first_day(self, skus: list[str], day: str | None) -> None:
        words = ["--from", day] if day else ["--no-from"]
        self.do("mark", *skus, *words, model=lambda: self.model.set_first_day(skus, day))

    @rule(dry_run=rarely)
    def due(self, dry_run: bool) -> None:
        def compare(got: Any, expected: dict[str, Any]) -> None:
            self.same(
                "due",
                part_of(got, expected) | {"resumed": set(got["resumed"])},
                expected | {"resumed": set(expected["resumed"])},
            )

        self.do("due", *["--dry-run"] * dry_run, model=lambda: self.model.due(dry_run=dry_run), compare=compare)
        if not dry_run:
            changes = self.last_change()
            self.do("due", model=self.model.due)
            self.same("a second call", self.last_change(), changes)

    def same_notices(self, got: Any, expected: dict[str, Any]) -> None:
        keys = ["order", "kind", "told", "day", "by", "answer"]
        self.same("notices", [part_of(one, keys) for one in got], expected["notices"])

    @rule(days=st.sampled_from([330, 334, 360]))
    def customers_are_told(self, days: int) -> None:
        self.do(
            "notices", "--take", "--days", str(days), model=lambda: self.model.take(days), compare=self.same_notices
        )

    @precondition(Beside.has_orders)
    @rule(data=st.data(), days=st.sampled_from([330, 334]))
    def a_customer_agrees(self, data: st.DataObject, days: int) -> None:
        number = data.draw(st.sampled_from(self.numbers(BACKORDER, ON_HOLD) or sorted(self.model.orders)))
        words = ["notices", "--agreed", number, "--days", str(days)]
        self.do(*words, model=lambda: self.model.agree(number, days), compare=self.same_notices)

    @precondition(lambda self: any(order.split_from for order in self.model.orders.values()))
    @rule(data=st.data())
    def hold_an_original(self, data: st.DataObject) -> None:
        originals = sorted({order.split_from for order in self.model.orders.values() if order.split_from})
        self.change("hold", [data.draw(st.sampled_from(originals))])

    @precondition(lambda self: self.numbers(ON_HOLD))
    @rule(data=st.data())
    def resume(self, data: st.DataObject) -> None:
        self.change("resume", self.some(data, *self.numbers(ON_HOLD)))

    @precondition(Beside.has_orders)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        self.change("cancel", self.some(data, *self.numbers(BACKORDER, PROCESSING))[:2], "--reason", "no longer wanted")

    @precondition(Beside.has_orders)
    @rule(data=st.data(), priority=st.sampled_from([1, 50, 100, 200, 10_000]))
    def prioritize(self, data: st.DataObject, priority: int) -> None:
        numbers = self.some(data, *self.numbers(BACKORDER, PROCESSING, ON_HOLD))
        self.do(
            "prioritize",
            *numbers,
            "--priority",
            str(priority),
            model=lambda: self.model.prioritize(numbers, priority),
            compare=self.same_changes(named=numbers),
        )

    @precondition(lambda self: self.numbers(SHIPPED, CANCELLED, ON_HOLD))
    @rule(data=st.data(), command=st.sampled_from(["split", "ship", "hold", "resume", "cancel"]), mixed=yes_or_no)
    def an_order_that_the_command_cannot_take(self, data: st.DataObject, command: str, mixed: bool) -> None:
        numbers = [data.draw(st.sampled_from(self.numbers(SHIPPED, CANCELLED, ON_HOLD)))]
        if mixed:
            numbers.insert(0, data.draw(st.sampled_from(sorted(self.model.orders))))
        if command == "split":
            self.do("split", *numbers, model=lambda: self.model.split(numbers), compare=self.same_splits)
        else:
            self.change(command, numbers)

    @precondition(Beside.has_orders)
    @rule(
        data=st.data(),
        what=st.sampled_from(["an unknown order", "an unknown order and a known one", "no goods", "a wrong priority"]),
    )
    def what_is_never_taken(self, data: st.DataObject, what: str) -> None:
        known = data.draw(st.sampled_from(sorted(self.model.orders)))
        if what == "no goods":
            self.receive_goods([(data.draw(st.sampled_from(SKUS)), data.draw(st.integers(-2, 0)))])
        elif what == "a wrong priority":
            got = self.type("prioritize", known, "--priority", data.draw(st.sampled_from(["-1", "0", "10001"])))
            self.same("exit code", got.exit_code, 2)
            self.same_everywhere()
        elif what == "an unknown order":
            self.do("merge", "no-such-order", model=lambda: self.model.merge("no-such-order"))
        else:
            command = data.draw(st.sampled_from(["ship", "hold", "resume", "cancel"]))
            self.change(command, [known, "no-such-order"])

    # Ways back

    @precondition(Beside.has_orders)
    @rule(
        data=st.data(),
        swap=st.lists(st.sampled_from(SKUS), min_size=2, max_size=2, unique=True) | st.none(),
        make=st.dictionaries(st.sampled_from(SKUS), st.integers(0, 6), max_size=2),
        more=st.dictionaries(st.sampled_from(SKUS), small, max_size=1),
        otherwise=st.sampled_from(["", "", "--wait", "--as-part", "--as-part"]),
    )
    def amend(self, data: st.DataObject, swap: list[str] | None, make: Any, more: Any, otherwise: str) -> None:
        number = self.some(data, *self.numbers(BACKORDER, PROCESSING, ON_HOLD))[0]
        order = self.model.order(number)
        if swap and data.draw(st.booleans(), "what it has"):
            swap = [data.draw(st.sampled_from(sorted(order.skus))), swap[1]]
        if swap and swap[0] == swap[1]:
            swap = None
        if data.draw(rarely, "a SKU that nobody knows"):
            make = {**make, NEW_SKU: 1}
        if make or more or swap:
            self.amend_this(number, dict([swap] if swap else []), make, more, otherwise)

    @precondition(lambda self: self.numbers(PROCESSING))
    @rule(data=st.data(), more=st.integers(0, 2), otherwise=st.sampled_from(["", "--wait", "--as-part"]))
    def amend_beyond_what_is_there(self, data: st.DataObject, more: int, otherwise: str) -> None:
        number = data.draw(st.sampled_from(self.numbers(PROCESSING)))
        sku = data.draw(st.sampled_from(sorted(self.model.orders[number].skus)))
        self.amend_this(number, {}, {}, {sku: max(1, self.model.available(sku) + more)}, otherwise)

    def amend_this(self, number: str, swap: Any, make: Any, more: Any, otherwise: str) -> None:
        options = [("--swap", swap), ("--set", make), ("--add", more)]
        self.do(
            "amend",
            number,
            *(word for option, said in options for sku, value in said.items() for word in (option, f"{sku}={value}")),
            *([otherwise] if otherwise else []),
            model=lambda: self.model.amend(number, swap, make, more, otherwise=otherwise),
            compare=self.same_changes(named=[number]),
        )

    @rule(
        number=st.sampled_from([*NUMBERS, "3", None, None, None, None]),
        wanted=lines_wanted,
        new=rarely,
        create=yes_or_no,
    )
    def add(self, number: str | None, wanted: list[tuple[str, int]], new: bool, create: bool) -> None:
        wanted = [*wanted, *[(NEW_SKU, 1)] * new]
        free = number is None or number not in self.model.orders
        self.do(
            "add",
            *([number] if number else []),
            *(f"{sku}={units}" for sku, units in wanted),
            "--placed-at",
            TYPED_IN_AT,
            *["--create"] * create,
            model=lambda: self.model.add(number, wanted, create=create),
            compare=self.same_changes(named=[number] if number and free else []),
        )

    @precondition(lambda self: self.model.log)
    @rule(data=st.data(), back=st.integers(0, 6), times=st.integers(1, 3))
    def undo(self, data: st.DataObject, back: int, times: int) -> None:
        number = max(1, len(self.model.log) - back)
        for _ in range(times if data.draw(st.booleans(), "the last") else 1):
            self.undo_this(None)
        if data.draw(st.booleans(), "an older one"):
            self.undo_this(number)

    @precondition(lambda self: self.standing())
    @rule(data=st.data())
    def undo_one_that_stands(self, data: st.DataObject) -> None:
        self.undo_this(data.draw(st.sampled_from(self.standing())))

    def standing(self) -> list[int]:
        """The changes of orders that could be undone if no order had been changed since, the newest first."""
        log = enumerate(self.model.log, 1)
        return [n for n, it in log if it.about and not it.undone and self.model.inverse(it)][::-1]

    @precondition(lambda self: self.model.log)
    @rule(number=st.integers(1, 25), dry_run=rarely)
    def undo_any(self, number: int, dry_run: bool) -> None:
        self.undo_this(min(number, len(self.model.log)), dry_run=dry_run)

    def undo_this(self, number: int | None, *, dry_run: bool = False) -> None:
        self.do(
            "undo",
            *([] if number is None else [str(number)]),
            *["--dry-run"] * dry_run,
            model=lambda: self.model.undo(number, dry_run=dry_run),
            compare=self.same_changes(named=[]),
        )

    # Policy, and what can be asked

    @precondition(Beside.has_orders)
    @rule(data=st.data())
    def show(self, data: st.DataObject) -> None:
        order = self.model.orders[data.draw(st.sampled_from(sorted(self.model.orders)))]
        got = self.type("show", order.number).json
        self.same("shown", seen(got), self.model.show(order))
        self.same("waiting_for", total(got["waiting_for"], "short"), self.model.missing(order))
        self.same("its history", bool(got["history"]), True)

    @rule(policy=st.sampled_from([SKIP_OVER, STRICT]))
    def switch_policy(self, policy: str) -> None:
        def compare(got: Any, expected: dict[str, Any]) -> None:
            self.same("policy", got["policy"], expected["policy"])
            self.same("released", got["released"], expected["released"])

        self.do("policy", policy, model=lambda: self.model.set_policy(policy), compare=compare)


@pytest.mark.slow
def test_the_command_line_does_what_the_model_of_the_rules_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(promises, "today", lambda: TODAY)
    monkeypatch.setattr(report, "CACHED_BEYOND", 0)  # what is short is kept, until any rule changes it
    by_hand = os.environ.get("BACKSPLIT_MODEL_EXAMPLES")
    run_state_machine_as_test(
        CommandLineBesideModel,
        settings=settings(
            max_examples=int(by_hand or 20),
            stateful_step_count=20,
            derandomize=not by_hand,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
