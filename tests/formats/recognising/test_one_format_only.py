"""No file fits two formats: the order of the registry decides nothing."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from backsplit.domain.imports import Said
from backsplit.errors import BadInput
from backsplit.formats import ReadOptions, recognise
from backsplit.formats.columns import FACTS, Header
from backsplit.formats.reader import read_orders, read_stock
from backsplit.formats.shops._toolkit import TableFormat
from small_files import FILES

TABLES = recognise.table_formats()
named_by_format = pytest.mark.parametrize("form", TABLES, ids=lambda form: form.name)


def fitting(names: list[str]) -> list[str]:
    return [form.name for form in TABLES if form.fits(Header(names))]


def smallest_headers(form: TableFormat) -> Iterator[list[str]]:
    """Every header with one column for each thing that the format needs, and no other."""
    for names in product(*(form.columns[name] for name in form.needs), *form.marks):
        yield list(dict.fromkeys([*names, *form.spelled]))


@named_by_format
def test_can_fit_one_format_with_the_columns_that_it_needs(form: TableFormat) -> None:
    for names in smallest_headers(form):
        assert fitting(names) == [form.name], names


@pytest.mark.quick_cases(8)
@named_by_format
def test_can_fit_one_format_with_all_columns_that_it_looks_for(form: TableFormat) -> None:
    others = [names[0] for name, names in form.columns.items() if name not in form.needs]
    for names in smallest_headers(form):
        assert fitting(list(dict.fromkeys([*names, *others]))) == [form.name], names


@named_by_format
def test_cannot_fit_a_format_without_a_column_that_it_needs(form: TableFormat) -> None:
    for names in smallest_headers(form):
        for name in form.needs:
            left = [other for other in names if Header([other]).find(*form.columns[name]) is None]
            assert form.name not in fitting(left)
        break


def test_can_tell_shipstation_from_woocommerce_by_the_spelling(orders: Any) -> None:
    woocommerce = "order_number,status,item_sku,item_quantity\n7,completed,A,1\n"
    assert (orders(woocommerce).format, orders(woocommerce).closed) == ("woocommerce-orders", {"7": "Shipped"})
    shipstation = "Order - Number,Order - Status,Item - SKU,Item - Quantity\nS1,awaiting_shipment,A,2\n"
    assert orders(shipstation).format == "shipstation-orders"


def test_can_name_the_format_of_a_file_that_is_of_another(orders: Any) -> None:
    text = "order-id,order-item-id,purchase-date,sku,quantity-purchased,quantity-to-ship\n1,2,2026-01-01,A,3,1\n"
    assert (orders(text).format, orders(text).orders) == ("amazon-unshipped", {"1": [("A", 1)]})
    assert orders(text, format="amazon-orders").orders == {"1": [("A", 3)]}


def test_cannot_choose_between_two_formats(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    form = TABLES[0]
    monkeypatch.setattr(recognise, "table_formats", lambda _: [form, form])
    path = tmp_path / "o.csv"
    path.write_text(",".join(next(smallest_headers(form))) + "\n")
    with pytest.raises(BadInput, match=f"fits 2 formats; say which it is with --format {form.name}"):
        read_orders(str(path), ReadOptions())


@pytest.mark.parametrize("name", FILES)
def test_can_read_a_small_file_of_each_format(tmp_path: Path, name: str) -> None:
    """A file that fitted two formats would be refused."""
    path = tmp_path / "file"
    path.write_bytes(FILES[name])
    kinds = {form.name: form.what for form in recognise.formats()} | {"tsv": "stock"}
    read: Any = read_stock if kinds.get(name) == "stock" else read_orders
    with read(str(path)) as reading:
        assert reading.format == name
        assert list(reading)


def test_can_find_a_small_file_of_every_format() -> None:
    assert set(FILES) == {form.name for form in recognise.known_formats()}


def test_can_find_a_place_for_every_fact() -> None:
    assert {*Said._fields} - {"withheld"} == {fact.name for fact in FACTS}
