"""The list of formats, and that reading it costs nothing to those who read no file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from backsplit.formats.recognise import formats, known_formats


def test_can_list_every_format_once() -> None:
    names = [info.name for info in known_formats()]
    assert len(names) == len(set(names)) == 29
    assert {"shopify-orders", "woocommerce-products", "csv", "jsonl"} <= set(names)
    assert all(info.title and info.recognised_by.endswith(".") for info in known_formats())


def test_can_find_a_shops_module_for_every_format_and_a_format_in_every_module() -> None:
    folder = Path(sys.modules["backsplit.formats"].__file__ or "").parent
    modules = {path.stem.partition("_")[0] for path in (folder / "shops").glob("[a-z]*.py")}
    assert {form.name.partition("-")[0] for form in formats()} == modules


def test_cannot_import_what_reads_files_along_with_the_package() -> None:
    program = "import sys, backsplit.formats; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    for name in (
        "csv",
        "json",
        "gzip",
        "sqlite_utils",
        "sqlite3",
        "rich",
        "typer",
        "backsplit.formats.reader",
    ):
        assert name not in loaded


def test_can_be_told_to_read_a_shops_file_as_a_plain_one(orders: Any, refused: Any) -> None:
    text = "Order Number,Order Status,SKU,Quantity\n7,processing,A,1\n"
    assert orders(text).format == "woocommerce-orders"
    read = orders(text, format="csv")
    assert (read.format, read.orders) == ("csv", {"7": [("A", 1)]})
    assert orders(text.replace("processing", "completed"), format="csv").orders == {}
    assert "--open" in refused("orders", text.replace("processing", "in orbit"), format="csv")
