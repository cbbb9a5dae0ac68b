"""Every line that README, docs/ and the help texts offer to be copied can be typed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import MEMORY, Shop
from tools import sessions

PAGES = [sessions.ROOT / "README.md", *sorted((sessions.ROOT / "docs").glob("*.md"))]

# Where a line needs more than `busy` has, below: the line, and what is typed before it.
BEFORE: list[tuple[str, list[str]]] = [
    (r"M9681118-backorder", ["split M9681118"]),
    (r"^backsplit resume M9681118", ["hold M9681118"]),
    (r"^backsplit undo$", ["hold M9681118"]),
    (r"^backsplit (pick|slip|ship) M", ["receive --sku TEAPOT-CAST --qty 50"]),
    (r"^backsplit adjust .* --by -", ["receive --sku TEAPOT-CAST --qty 50"]),
    (r"^backsplit (?:--db \S+ )?restore (\S+)", [r"backup \1"]),
    (r"^backsplit mark TEAPOT-NEW", ["receive --sku TEAPOT-NEW --qty 1 --create"]),
    (r"^backsplit kit TEA-SET --off", ["kit TEA-SET TEAPOT-CAST=1 MUG-BLUE=2"]),
    (r"^backsplit stock --forget", ["import stock totals.csv"]),
    (r"^backsplit import formats --forget-map", ["import orders sheet.csv --map order=InvoiceNo,sku=StockCode"]),
]
# A line with --map has a file with these columns.
MAPPED: list[tuple[str, str]] = [
    ("quantity=Qty ordered", "order,sku,Qty ordered\n7,MUG-RED,1\n"),
    ("order=Vorgang,sku=Code", "Vorgang,Code,quantity\n7,MUG-RED,1\n"),
    ("sku=StockCode,on_hand=Shelf", "StockCode,Shelf\nMUG-RED,1\n"),
    ("sku=StockCode,quantity=Pieces", "StockCode,Pieces\nMUG-RED,1\n"),
    ("date=ETA", "sku,quantity,ETA\nMUG-RED,1,31/12/2999\n"),
]
# What stands for something else in running text.
PLACEHOLDERS = {"COMMAND": "split", "SKU": "MUG-BLUE", "FILE": "evening.db"}
FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
TIMES = re.compile(r"([-0-9*/,]+ +){5}")  # of cron


def lines(page: Path) -> list[str]:
    """Those in blocks that are no session, those of crontabs, and those within sentences."""
    text = page.read_text(encoding="utf-8")
    blocks = [block for language, block in FENCED.findall(text) if language in ("", "sh", "cron")]
    found = [
        line
        for block in blocks
        for line in block.splitlines()
        if re.match(rf"({TIMES.pattern}(for .* do )?)?backsplit ", line)
    ]
    for span in re.findall(r"`(backsplit\s[^`]+)`", FENCED.sub("", text)):
        words = span.split()
        found.append(" ".join([*words, *(["--help"] if len(words) == 2 else [])]))  # else only its name is meant
    return [re.sub(r" +# .*", "", line) for line in found]


@pytest.fixture(scope="module")
def busy() -> Iterator[Path]:
    """A folder with a file and exports that hold every order, SKU, list, reference and change that a line names."""
    folder = Path(MEMORY, f"lines-{os.getpid()}")
    folder.mkdir()
    sessions.prepare(folder)
    shop = Shop(folder)
    for name, source in {
        "export.csv": "shop_export.csv",
        "orders_export.csv": "shop_export.csv",
        "open_orders.csv": "orders.csv",
        "berlin.csv": "shop_export.csv",
        "berlin-stock.csv": "stock.csv",
        "web.csv": "shop_export.csv",
        "inventory.csv": "stock.csv",
        "delivery.csv": "delivery.csv",
    }.items():
        shutil.copy(folder / "examples" / source, folder / name)
    shop.write("inventory_export.csv", "Handle,Title,Option1 Value,SKU,COO,Berlin\nm,Mug,Blue,MUG-BLUE,,25\n")
    shop.write("sheet.csv", "InvoiceNo,StockCode,quantity\n7,MUG-RED,1\n")
    shop.write("po.csv", "ref,sku,quantity,date\nPO-8,MUG-TRAVEL,4,2999-01-01\n")
    shop.write("delivery-77.csv", "sku,quantity\nMUG-RED,1\n")
    shop.write("packed.txt", "M9681095\n")
    shop.write("kits.csv", "kit,sku,quantity\nTEA-SET,TEAPOT-CAST,1\nTEA-SET,MUG-BLUE,2\n")
    shop.write("totals.csv", "sku,on_hand\nGrand Total,0\n")
    shop.write("wms.csv", "order,sku,quantity,status\n9,MUG-RED,1,Ready\n")
    shop.write("labels.csv", "order,carrier,tracking\nM9681095,UPS,1Z9\n")
    shop.write("unshipped.txt", "order-id\torder-item-id\tpurchase-date\tsku\tquantity-to-ship\n")
    shop.write(
        "m.csv",
        "order,sku,quantity\n" + "".join(f"M{n},{sku},2\n" for n in (1, 2) for sku in ("MUG-BLUE", "TEAPOT-CAST")),
    )
    (folder / "berlin").mkdir()
    shop.done("init")
    shop.done("import stock " + str(folder / "inventory.csv"))
    for file in ("open_orders.csv", "m.csv"):
        shop.done(f"import orders {folder / file}")
    shop.done(f"sync {folder / 'orders_export.csv'}")
    shop.done("expect --sku TEAPOT-CAST --qty 10 --on 2999-12-03 --ref PO-7")
    for _ in range(3):
        shop.done("hold M9681107 --reason 'it is asked for'")
        shop.done("resume M9681107")
    shop.done("hold M9681107")  # change 12
    going = [order["number"] for order in shop.done("list --status processing --json").json]
    for number in [*(it for it in going if not it.startswith("#") and it != "M9681095")][:10]:
        shop.done(f"pick {number} --take")
    shop.done("pick M9681095 --take")
    shop.done("pick '#1001' --take")  # list 12
    yield folder
    shutil.rmtree(folder)


@pytest.mark.quick_cases(1)
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_line_of_the_page_can_be_typed(
    busy: Path, empty: Shop, monkeypatch: pytest.MonkeyPatch, page: Path
) -> None:
    failed = {}
    for place, line in enumerate(lines(page)):
        folder = empty.folder / str(place)
        shutil.copytree(busy, folder)
        monkeypatch.chdir(folder)
        for out in re.findall(r"--out (\S+)", line):  # another line's file has that name
            Path(folder, out).unlink(missing_ok=True)
        if said := _typed(line, folder):
            failed[line] = said
    assert not failed, "what a line needs before it goes into BEFORE of tests/test_lines_to_copy.py"


def test_lines_are_found_in_blocks_in_crontabs_and_in_sentences(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "See `backsplit\nlist` and `backsplit show M1`.\n\n```text\nbacksplit no\n```\n\n"
        "```sh\nbacksplit check  # all\nls\n```\n\n```cron\n5 2 * * *  backsplit x > y\n"
        "5 2 * * *  for it in *; do backsplit x $it; done\n```\n",
        encoding="utf-8",
    )
    assert lines(page) == [
        "backsplit check",
        "5 2 * * *  backsplit x > y",
        "5 2 * * *  for it in *; do backsplit x $it; done",
        "backsplit list --help",
        "backsplit show M1",
    ]


def _typed(line: str, folder: Path) -> str:
    """What a line says that fails; nothing if it does what it should."""
    command = re.sub(r"/srv/(shop|shops|backup)/", "", TIMES.sub("", line).replace("\\%", "%"))
    for word, stands_for in PLACEHOLDERS.items():
        command = re.sub(rf"\b{word}\b", stands_for, command)
    for columns, table in MAPPED:
        if columns in command:
            (folder / re.findall(r"\S+\.csv", command)[0]).write_text(table, encoding="utf-8")
    for pattern, before in BEFORE:
        if known := re.search(pattern, command):
            for first in before:
                Shop(folder).done(known.expand(first))
    if line == command and not re.search(r"[|<>&$]|to-ship", line):  # needs no shell, and takes a tenth of the time
        answer = Shop(folder)(command.partition(" ")[2])
        return answer.err or f"exit code {answer.code}" if answer.code else ""
    # As cron does it, with nearly no environment.
    environment = {"PATH": f"{folder / 'bin'}:/usr/bin:/bin", "HOME": str(folder), "LANG": "C.UTF-8"}
    done = subprocess.run(
        ["sh", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    return done.stderr or f"exit code {done.returncode}" if done.returncode else ""
