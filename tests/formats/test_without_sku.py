"""Lines whose SKU is blank, and the way out that the answer names."""

from __future__ import annotations

from typing import Any

import pytest

from conftest import Shop

SHOPIFY = "Name,Fulfillment Status,Lineitem quantity,Lineitem name,Lineitem sku,Lineitem fulfillment status\n"
BLANK = "#1,unfulfilled,1,Mug - Blue,,pending\n"
FILLED = "#2,unfulfilled,2,Plate,P,pending\n"
INVENTORY = "Handle,Title,Option1 Name,Option1 Value,SKU,HS Code,COO,Shop\n"


def test_can_say_how_to_take_the_lines_of_a_mixed_file(orders: Any) -> None:
    read = orders(SHOPIFY + BLANK + FILLED)
    assert (read.orders, read.named_only) == ({"#2": [("P", 2)]}, ["#1"])
    assert read.notices == [
        "Left out since they have no SKU: 1 line. To take the name where there is no SKU: --sku-from sku-or-name."
    ]


def test_can_take_the_name_only_where_there_is_no_sku(orders: Any) -> None:
    read = orders(SHOPIFY + BLANK + FILLED, sku_from="sku-or-name")
    assert (read.orders, read.notices) == ({"#1": [("Mug - Blue", 1)], "#2": [("P", 2)]}, [])


def test_cannot_take_a_file_of_which_every_open_order_has_no_sku(refused: Any) -> None:
    sentence = refused("orders", SHOPIFY + BLANK)
    assert "1 line without a SKU, and so no open order that can be taken" in sentence
    assert sentence.endswith("--sku-from name.")
    closed = FILLED.replace("unfulfilled", "fulfilled").replace("pending", "fulfilled")
    assert refused("orders", SHOPIFY + BLANK + closed).endswith("--sku-from sku-or-name.")


def test_can_take_a_file_whose_closed_orders_have_no_sku(orders: Any) -> None:
    read = orders(SHOPIFY + BLANK.replace("unfulfilled", "fulfilled").replace("pending", "fulfilled"))
    assert (read.closed, read.notices) == ({"#1": "Shipped"}, [])


def test_cannot_advise_a_name_that_is_not_there(refused: Any) -> None:
    assert "give the products SKUs in the shop" in refused("orders", SHOPIFY + BLANK.replace("Mug - Blue", ""))
    nameless = SHOPIFY + FILLED.replace("Plate", "")
    assert "use --sku-from sku-or-name" in refused("orders", nameless, sku_from="name")


def test_can_say_it_of_plain_orders(orders: Any, refused: Any) -> None:
    text = "order,sku,name,quantity\n1,,Mug,2\n2,P,Plate,1\n"
    assert "or to take the name as the SKU, --sku-from sku-or-name" in refused("orders", text)
    assert "--sku-from name" in refused("orders", text.replace("P,", ","))
    assert "--sku-from" not in refused("orders", "order,sku,quantity\n1,,2\n2,P,1\n")
    assert "--sku-from sku-or-name" in orders(text, skip_bad=True).notice
    assert orders(text, sku_from="sku-or-name").orders == {"1": [("Mug", 2)], "2": [("P", 1)]}


def test_can_take_plain_orders_with_names_only(orders: Any) -> None:
    assert orders("order,name,quantity\n1,Mug,2\n", sku_from="sku-or-name").orders == {"1": [("Mug", 2)]}


def test_can_say_it_of_counts(stock: Any, refused: Any) -> None:
    text = INVENTORY + "mug,Mug,Color,Blue,,,,4\nplate,Plate,Title,Default Title,P,,,5\n"
    assert "--sku-from sku-or-name" in stock(text).notice
    assert stock(text, sku_from="sku-or-name").stock == {"Mug - Blue": 4, "P": 5}
    assert refused("stock", INVENTORY + "mug,Mug,Color,Blue,,,,4\n").endswith("--sku-from name.")
    assert "--sku-from sku-or-name" in refused("stock", "sku,name,on_hand\n,Mug,3\nP,Plate,1\n")


@pytest.mark.quick_cases(1)
@pytest.mark.parametrize(("option", "skus"), [("name", ["Mug - Blue", "Plate"]), ("sku-or-name", ["Mug - Blue", "P"])])
def test_can_choose_by_the_command_line(shop: Shop, option: str, skus: list[str]) -> None:
    path = shop.write("o.csv", SHOPIFY + BLANK + FILLED)
    assert shop.done(f"import orders {path} --sku-from {option} --json").json["new_skus"] == skus
    assert shop(f"import orders {path} --sku-from handle").code == 2


def test_cannot_end_well_without_any_order(shop: Shop) -> None:
    answer = shop(f"import orders {shop.write('o.csv', SHOPIFY + BLANK)}")
    assert answer.code == 5
    assert "--sku-from name" in answer.err
