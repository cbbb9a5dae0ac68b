"""Shopee: orders as a workbook (Order.all.FROM_TO.xlsx, sheet `orders`), a row per article, all cells text.

Open is what is to be shipped. What was returned is taken off. The SKU is that of the variation, else that of the
product. Each country has its own language in the header and in the statuses; a status that is not known leaves the
order alone.

Seen in real files (18, of one shop in Vietnam): the Vietnamese header and statuses. Only read about, in programs that
read these files: the English, Indonesian, Portuguese, Thai and Chinese ones.
"""

from __future__ import annotations

from backsplit.domain.orders import Status
from backsplit.formats.report import CANCELLED, FULFILLED, NOT_PAID, REFUNDED
from backsplit.formats.shops._columns import ShopRow, State, Text, Units, declared, row_by_row
from backsplit.formats.shops._toolkit import FoundLine, FoundOrder


class Article(ShopRow):
    order = Text(
        "Mã đơn hàng", "Order ID", "No. Pesanan", "ID do pedido", "หมายเลขคำสั่งซื้อ", "訂單編號", needed=True
    )  # fmt: skip
    placed_at = Text(
        "Ngày đặt hàng", "Order Creation Date", "Waktu Pesanan Dibuat", "Data de criação do pedido",
        "วันที่ทำการสั่งซื้อ", "訂單成立日期",
    )  # fmt: skip
    status = State(
        "Trạng Thái Đơn Hàng", "Order Status", "Status Pesanan", "Status do pedido", "สถานะการสั่งซื้อ", "訂單狀態",
        open_=("Chờ lấy hàng", "Chờ xác nhận", "To ship", "Ready to ship", "Processed", "Perlu Dikirim", "A Enviar",
               "ที่ต้องจัดส่ง", "待出貨"),
        closing={
            **dict.fromkeys(
                ("Đang giao", "Đã giao", "Đã nhận được hàng", "Hoàn thành", "Shipping", "Shipped", "To receive",
                 "To confirm receive", "Delivered", "Completed", "Sedang Dikirim", "Selesai", "Enviado", "Concluído",
                 "การจัดส่ง", "สำเร็จแล้ว", "運送中", "已完成"),
                (FULFILLED, Status.SHIPPED),
            ),
            **dict.fromkeys(
                ("Đã hủy", "Cancelled", "Canceled", "Batal", "Dibatalkan", "Cancelado", "ยกเลิกแล้ว", "不成立", "已取消"),
                (CANCELLED, Status.CANCELLED),
            ),
            **dict.fromkeys(
                ("Chưa thanh toán", "Unpaid", "Belum Bayar", "Não pago", "ที่ยังไม่ชำระ", "尚未付款"), (NOT_PAID, None)
            ),
            **dict.fromkeys(("Trả hàng/Hoàn tiền", "Return/Refund", "Pengembalian"), (REFUNDED, Status.CANCELLED)),
        },
        needed=True,
    )  # fmt: skip
    variation = Text(
        "SKU phân loại hàng", "SKU Reference No.", "Nomor Referensi SKU", "Número de referência SKU",
        "เลขอ้างอิง SKU (SKU Reference No.)", "商品選項貨號", needed=True,
    )  # fmt: skip
    product = Text(
        "SKU sản phẩm", "Parent SKU Reference No.", "SKU Induk", "Nº de referência do SKU principal",
        "เลขอ้างอิง Parent SKU", "主商品貨號",
    )  # fmt: skip
    quantity = Text("Số lượng", "Quantity", "Jumlah", "Quantidade", "จำนวน", "數量", needed=True)
    returned = Units("Returned quantity", "退貨數量")
    name = Text("Tên sản phẩm", "Product Name", "Nama Produk", "Nome do Produto", "ชื่อสินค้า", "商品名稱")
    kind = Text("Tên phân loại hàng", "Variation Name", "Nama Variasi", "Nome da variação", "ชื่อตัวเลือก", "商品選項名稱")


def line(row: Article, _: FoundOrder) -> FoundLine:
    name = f"{row.name} - {row.kind}" if row.kind else row.name
    found = FoundLine(row.at, row.variation or row.product, row.quantity, name)
    found.take_off(row.returned or 0)
    return found


ORDERS = declared(
    Article,
    row_by_row(line),
    name="shopee-orders",
    title="Shopee orders (Excel)",
    recognised_by="Columns Mã đơn hàng, Trạng Thái Đơn Hàng, SKU phân loại hàng, Số lượng, or another country's.",
    tells="wanted, per line, less returns; sent only for an order as a whole; what is closed",
)

FORMATS = (ORDERS,)
