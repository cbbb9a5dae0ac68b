"""Shopee: what is to ship, less returns; the SKU of the variation counts before the product's."""

from __future__ import annotations

from typing import Any

import pytest

HEAD = "Mã đơn hàng,Ngày đặt hàng,Trạng Thái Đơn Hàng,SKU sản phẩm,SKU phân loại hàng,Số lượng,Returned quantity\n"


def rows(*statuses: str) -> str:
    return HEAD + "".join(f"25{n},2025-11-19 12:57,{status},P,A,2,0\n" for n, status in enumerate(statuses))


def test_can_take_what_is_to_ship(orders: Any) -> None:
    read = orders(HEAD + "1,2025-11-19 12:57,Chờ lấy hàng,P,A,3,1\n1,2025-11-19 12:57,Chờ lấy hàng,B,,1,0\n")
    assert (read.format, read.orders) == ("shopee-orders", {"1": [("A", 2), ("B", 1)]})


@pytest.mark.parametrize("status", ["Đang giao", "Hoàn thành", "Đã hủy", "Chưa thanh toán"])
def test_cannot_take_anything_else(orders: Any, status: str) -> None:
    assert orders(rows(status, "Chờ lấy hàng")).orders == {"251": [("A", 2)]}


def test_can_take_another_countrys_file(orders: Any) -> None:
    head = "Order ID,Order Status,SKU Reference No.,Quantity,Order Creation Date\n"
    assert orders(head + "1,To ship,A,2,2025-11-19 12:57\n2,Completed,A,1,2025-11-19 12:57\n").orders == {
        "1": [("A", 2)]
    }
    head = "No. Pesanan,Status Pesanan,Nomor Referensi SKU,Jumlah\n"
    assert orders(head + "1,Perlu Dikirim,A,2\n2,Batal,A,1\n").orders == {"1": [("A", 2)]}
