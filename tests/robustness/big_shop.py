"""A shop in which every command has a good deal to do, and the commands that are disturbed while they do it."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import NamedTuple

from conftest import Shop
from robustness.processes import contents, put_back

ORDERS, SKUS, LINES_OF_BIG = 400, 60, 3_000
BEGIN = "order,sku,quantity,placed_at\n"
PLACED = "2026-01-01T09:00:00Z"


class Disturbed(NamedTuple):
    """A command, what must have been typed before it, and its exit code when all of it is done already."""

    words: tuple[str, ...]
    before: tuple[tuple[str, ...], ...] = ()
    again: int = 0


COMMANDS = {
    "split": Disturbed(("split", "BIG"), again=1),
    "split --all": Disturbed(("split", "--all", "--partial")),
    "receive --file": Disturbed(("receive", "--file", "delivery.csv", "--ref", "ASN-1")),
    "import orders": Disturbed(("import", "orders", "more.csv")),
    "merge": Disturbed(("merge", "BIG-backorder"), before=(("split", "BIG"),), again=3),
    "adjust": Disturbed(("adjust", "--sku", "HOT", "--to", "0", "--reason", "stolen")),
    "sync": Disturbed(("sync", "shop.csv", "--stock", "counts.csv", "--missing", "cancel", "--yes")),
    "amend": Disturbed(("amend", "BIG", "--set", "HOT=2", "--remove", "L0"), again=3),
    "undo": Disturbed(("undo", "3"), before=(("split", "--all", "--partial"),), again=1),
    "restore": Disturbed(("restore", "older.db"), before=(("backup", "older.db"), ("split", "BIG"))),
    "expect": Disturbed(("expect", "--file", "due.csv")),
    "pick --take": Disturbed(("pick", "--take")),
    "ship --list": Disturbed(("ship", "--list", "1"), before=(("pick", "--take"),)),
}


class Scene(NamedTuple):
    """A command on a file, with what the file holds before it and after it."""

    name: str
    shop: Shop
    command: Disturbed
    kept: Path
    before: object
    after: object

    def set(self) -> None:
        for pattern in (".backsplit-*", "*.before-restore-*"):
            for left in self.shop.folder.glob(pattern):
                shutil.rmtree(left) if left.is_dir() else left.unlink()
        put_back(self.kept, self.shop.db)


def fill(shop: Shop) -> None:
    """Orders that wait, orders that hold stock, one with very many lines; and files to come."""
    shop.done("init")
    dice = random.Random(6)
    shop.write("stock.csv", "sku,on_hand\nHOT,600\n" + "".join(f"S{n}X,{3 * (n % 3)}\n" for n in range(SKUS)))
    shop.done("import stock stock.csv")
    shop.write("orders.csv", BEGIN + "".join(_order(f"M{n}", dice) for n in range(ORDERS)) + _big_order())
    shop.write("more.csv", BEGIN + "".join(_order(f"N{n}", dice) for n in range(2 * ORDERS)))
    shop.write("shop.csv", BEGIN + "".join(_order(f"M{n}", dice) for n in range(0, ORDERS, 2)))
    shop.write("delivery.csv", "sku,quantity\n" + "".join(f"S{n}X,40\n" for n in range(SKUS)))
    shop.write("counts.csv", "sku,on_hand\n" + "".join(f"S{n}X,70\n" for n in range(SKUS)))
    shop.write("due.csv", "sku,quantity,date,ref\n" + "".join(f"S{n}X,9,2030-01-02,PO-{n}\n" for n in range(SKUS)))
    shop.done("import orders orders.csv")


def _order(number: str, dice: random.Random) -> str:
    skus = ["HOT"] if dice.random() < 0.5 else [f"S{dice.randrange(SKUS)}X" for _ in range(4)]
    return "".join(f"{number},{sku},{dice.randint(1, 3)},{PLACED}\n" for sku in skus)


def _big_order() -> str:
    return "".join(f"BIG,L{n // 2},{1 + n % 2},{PLACED}\n" for n in range(LINES_OF_BIG)) + f"BIG,HOT,1,{PLACED}\n"


def scenes(shop: Shop) -> list[Scene]:
    """Every command with the file it starts from and the file it leads to."""
    fill(shop)
    filled = shop.folder / "filled"
    shutil.copyfile(shop.db, filled)
    found = []
    for name, command in COMMANDS.items():
        put_back(filled, shop.db)
        for words in command.before:
            shop.done(" ".join(words))
        kept = shop.folder / f"kept-{len(found)}"
        shutil.copyfile(shop.db, kept)
        before = contents(shop.db)
        shop.done(" ".join(command.words))
        after = contents(shop.db)
        assert before != after, name
        found.append(Scene(name, shop, command, kept, before, after))
    return found
