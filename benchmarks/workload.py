"""Seeded orders and stock: the same call writes the same files.

5 % of the orders are mixed backorders, with at least one line on a SKU that is out and one on a SKU that is
there; the others are wholly in stock. 2 % of the SKUs are out; of each other one there is more than all orders
ask for, so that what is short does not depend on who is served first. Orders are not placed in the order of
their numbers: each may be up to three hours late. About 1 % of the SKUs that are there are inserts.
"""

from __future__ import annotations

import csv
import random
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import NamedTuple

SKUS = 10_000
OUT_OF_STOCK = 0.02
MIXED = 0.05
INSERTS = 0.01
DAYS = 300
LATE = 3 * 3600
EXPORT = [
    *("Name", "Email", "Financial Status", "Fulfillment Status", "Created at", "Lineitem quantity", "Lineitem name"),
    *("Lineitem price", "Lineitem sku", "Lineitem requires shipping", "Lineitem fulfillment status", "Cancelled at"),
]
INVENTORY = [
    *("Handle", "Title", "Option1 Name", "Option1 Value", "SKU", "HS Code", "COO", "Location"),
    *("Committed (not editable)", "Available (not editable)", "On hand (current)"),
]
FIRST_DAY = datetime(2026, 1, 1, tzinfo=timezone.utc)


class Files(NamedTuple):
    orders: Path
    stock: Path


def write(folder: Path, count: int, seed: int = 1) -> Files:
    """orders.csv, a row for each line, and stock.csv, a row for each SKU."""
    rng = random.Random(seed)
    skus = [f"SKU-{n:05}" for n in range(1, SKUS + 1)]
    out = sorted(rng.sample(skus, round(SKUS * OUT_OF_STOCK)))
    there = sorted(set(skus) - set(out))
    mixed = set(rng.sample(range(count), round(count * MIXED)))
    asked = dict.fromkeys(skus, 0)
    folder.mkdir(parents=True, exist_ok=True)
    files = Files(folder / "orders.csv", folder / "stock.csv")
    with files.orders.open("w", newline="") as file:
        orders = csv.writer(file, lineterminator="\n")
        orders.writerow(["order_number", "placed_at", "sku", "quantity"])
        for n in range(count):
            lines = rng.choice((2, 3))
            missing = rng.randint(1, lines - 1) if n in mixed else 0
            placed = FIRST_DAY + timedelta(seconds=int(n * DAYS * 86400 / count + rng.uniform(0, LATE)))
            for sku in sorted(rng.sample(out, missing) + rng.sample(there, lines - missing)):
                quantity = rng.choice((1, 1, 1, 2, 3))
                asked[sku] += quantity
                orders.writerow([f"SO-{n + 1:07}", f"{placed:%Y-%m-%d %H:%M:%S}", sku, quantity])
    with files.stock.open("w", newline="") as file:
        stock = csv.writer(file, lineterminator="\n")
        stock.writerow(["sku", "on_hand", "is_insert"])
        for sku in there:
            stock.writerow([sku, asked[sku] + rng.randint(0, 20), int(rng.random() < INSERTS)])
        stock.writerows([sku, 0, 0] for sku in out)
    return files


def write_kits(folder: Path, plain: Files, seed: int = 1) -> tuple[Files, Path]:
    """The same orders with a kit on every fifth line of what is there, and kits.csv: 1,000 kits of three parts.

    Of the parts there is enough, too, so that the same orders wait.
    """
    rng = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    files, kits = Files(folder / "orders.csv", folder / "stock.csv"), folder / "kits.csv"
    with plain.stock.open(newline="") as stock:
        header, *counts = csv.reader(stock)
    there = [sku for sku, on_hand, _ in counts if on_hand != "0"]
    parts = {f"KIT-{n:04}": rng.sample(there, 3) for n in range(1, 1_001)}
    more = dict.fromkeys(there, 0)
    with plain.orders.open(newline="") as before, files.orders.open("w", newline="") as after:
        rows, orders = csv.reader(before), csv.writer(after, lineterminator="\n")
        orders.writerow(next(rows))
        for number, placed, sku, quantity in rows:
            kit = rng.choice(list(parts)) if sku in more and rng.random() < 0.2 else ""
            for part in parts.get(kit, ()):
                more[part] += int(quantity)
            orders.writerow([number, placed, kit or sku, quantity])
    with files.stock.open("w", newline="") as stock, kits.open("w", newline="") as file:
        stocked, made = csv.writer(stock, lineterminator="\n"), csv.writer(file, lineterminator="\n")
        stocked.writerow(header)
        stocked.writerows([sku, int(on_hand) + more.get(sku, 0), insert] for sku, on_hand, insert in counts)
        made.writerow(["kit", "sku", "quantity"])
        made.writerows([kit, part, 1] for kit, of in parts.items() for part in of)
    return files, kits


def write_export(path: Path, count: int, changed: int = 0, seed: int = 1) -> Path:
    """A shop's export of `count` open orders. Of `changed` of them the first line wants one unit more than without."""
    rng = random.Random(seed)
    every = count // changed if changed else count + 1
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(EXPORT)
        for n in range(1, count + 1):
            placed = f"{FIRST_DAY + timedelta(seconds=n * DAYS * 86400 // count):%Y-%m-%d %H:%M:%S} +0000"
            of_order = [f"customer{n}@example.com", "paid", "unfulfilled"]
            for line in range(rng.choice((2, 3))):
                sku, quantity = rng.randint(1, SKUS), rng.choice((1, 1, 1, 2, 3))
                quantity += line == 0 and n % every == 0
                of_line = [placed, quantity, f"Article {sku}", "9.00", f"SKU-{sku:05}", "true", "pending", ""]
                rows.writerow([f"#{n}", *(of_order if line == 0 else ["", "", ""]), *of_line])
    return path


def write_inventory(path: Path, count: int, units: int, changed: int = 0) -> Path:
    """A shop's own counts of that many SKUs, `units` of each. Of `changed` of them it counts one less."""
    every = count // changed if changed else count + 1
    with path.open("w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(INVENTORY)
        for n in range(1, count + 1):
            on_hand = units - (n % every == 0)
            item = [f"article-{n}", f"Article {n}", "Title", "Default Title", f"SKU-{n:05}", "", "", "Shop"]
            rows.writerow([*item, 0, on_hand, on_hand])
    return path


def write_waiting(folder: Path, count: int, *, lacks_another: bool) -> Files:
    """`count` orders that all wait for the SKU HOT; with `lacks_another` each of them for one more SKU as well."""
    folder.mkdir(parents=True, exist_ok=True)
    files = Files(folder / "orders.csv", folder / "stock.csv")
    with files.orders.open("w", newline="") as file:
        orders = csv.writer(file, lineterminator="\n")
        orders.writerow(["order_number", "placed_at", "sku", "quantity"])
        for n in range(count):
            placed = FIRST_DAY + timedelta(minutes=n)
            for sku in ("HOT", f"RARE-{n % 500:03}" if lacks_another else "PLENTY"):
                orders.writerow([f"W-{n + 1:06}", f"{placed:%Y-%m-%d %H:%M:%S}", sku, 1])
    files.stock.write_text(f"sku,on_hand\nHOT,0\nPLENTY,{10 * count}\n")
    return files


def write_expected(folder: Path, count: int, seed: int = 1) -> tuple[Files, Path]:
    """`count` orders that wait for two or three of all SKUs, of which few are there; and po.csv, a row for each SKU.

    Each SKU comes on one of the 28 days from tomorrow on, more of some and less of others than is wanted.
    """
    rng = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    files, expected = Files(folder / "orders.csv", folder / "stock.csv"), folder / "po.csv"
    skus = [f"SKU-{n:05}" for n in range(1, SKUS + 1)]
    with files.orders.open("w", newline="") as file:
        orders = csv.writer(file, lineterminator="\n")
        orders.writerow(["order_number", "placed_at", "sku", "quantity"])
        for n in range(count):
            placed = FIRST_DAY + timedelta(minutes=n)
            for sku in rng.sample(skus, rng.choice((2, 3))):
                orders.writerow([f"W-{n + 1:06}", f"{placed:%Y-%m-%d %H:%M:%S}", sku, rng.choice((1, 1, 1, 2, 3))])
    today = datetime.now(timezone.utc).date()
    with files.stock.open("w", newline="") as stock, expected.open("w", newline="") as file:
        counts, rows = csv.writer(stock, lineterminator="\n"), csv.writer(file, lineterminator="\n")
        counts.writerow(["sku", "on_hand"])
        rows.writerow(["ref", "sku", "quantity", "date"])
        for n, sku in enumerate(skus):
            day = n % 28 + 1
            counts.writerow([sku, rng.choice((0, 0, 0, 0, 2))])
            rows.writerow([f"PO-{day}", sku, rng.randint(1, count * 6 // SKUS), today + timedelta(days=day)])
    return files, expected
