"""Workbooks and everyday numbers through the command line."""

from __future__ import annotations

from conftest import Shop
from workbooks import xlsx


def test_can_import_and_receive_sheets_of_a_workbook(shop: Shop) -> None:
    book = shop.folder / "shop.xlsx"
    book.write_bytes(
        xlsx(
            {
                "Orders": [["order", "sku", "quantity"], [1001, 4711, 2.0]],
                "Counts": [["sku", "on_hand"], [4711, 1]],
                "Delivery": [["sku", "quantity"], [4711, 5]],
            }
        )
    )
    shop.done(f"sync {book} --sheet Orders --stock {book} --stock-sheet Counts")
    assert shop.state() == {"1001": "Backorder 47112"}
    shop.done(f"receive --file {book} --sheet Delivery")
    assert "Processing" in shop.state()["1001"]
    shop.done(f"import stock {book} --sheet Counts --dry-run")
    missing = shop(f"import orders {book} --sheet None")
    assert (missing.code, "has no sheet" in missing.err) == (5, True)


def test_can_say_what_a_mark_in_a_number_means(shop: Shop) -> None:
    file = shop.write("o.csv", "order;sku;quantity\nM1;A;1.200\n")
    asked = shop(f"import orders {file}")
    assert (asked.code, "--decimal comma" in asked.err) == (5, True)
    shop.done(f"import orders {file} --decimal comma")
    assert shop.state() == {"M1": "Backorder A1200"}
    delivery = shop.write("d.csv", "sku;quantity\nA;1.200\n")
    shop.done(f"receive --file {delivery} --decimal comma")
    assert shop(f"import stock {shop.write('s.csv', 'sku;on_hand' + chr(10) + 'A;1.200')} --decimal tres").code == 2
