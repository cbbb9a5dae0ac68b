"""A small made-up file of every format, by the format's name."""

from __future__ import annotations

import json

FILES: dict[str, bytes] = {
    "csv": b'order,sku,quantity,placed_at\n1,A,2,31/12/2023 22:36\n1,B,1,\n2,"A\nB",3,2026-01-01\n',
    "tsv": b"sku\ton_hand\tis_insert\nA\t1\t0\nB\t\tx\n",
    "json": b'[{"order":"1","sku":"A","quantity":1},{"order":"2","lines":[{"sku":"B","qty":2.0}]}]',
    "jsonl": b'{"order":"1","sku":"A","quantity":1}\n{"order":"2","sku":"B","quantity":2}\n',
    "shopify-orders": (
        b"Name,Fulfillment Status,Financial Status,Created at,Lineitem quantity,Lineitem name,Lineitem sku\n"
        b"#1,unfulfilled,paid,2026-01-01 10:00:00 -0700,1,Mug,A\n#1,,,,2,Tip,\n"
    ),
    "shopify-orders-json": json.dumps([{"id": 5, "name": "#1", "financial_status": "paid", "line_items": [
        {"id": 1, "sku": "A", "quantity": 2, "fulfillable_quantity": 1}], "refunds": []}]).encode(),
    "shopify-orders-graphql": json.dumps({"data": {"orders": {"nodes": [{"name": "#1", "createdAt":
        "2026-01-01T09:00:00Z", "displayFinancialStatus": "PAID", "lineItems": {"nodes": [{"sku": "A", "name": "Mug",
        "currentQuantity": 3, "unfulfilledQuantity": 1, "nonFulfillableQuantity": 0}]}}]}}}).encode(),
    "shopify-inventory": (
        b"Handle,Title,Option1 Value,SKU,COO,Location,Unavailable,On hand (current)\nm,Mug,Blue,A,,Shop,1,5\n"
    ),
    "shopify-products": (
        b"URL handle,Title,Status,SKU,Option1 value,Price,Inventory tracker,Inventory quantity\n"
        b"m,Mug,active,A,,9,shopify,5\n"
    ),
    "woocommerce-orders": (
        b"Order Number,Order Status,Order Date,SKU,Name,Quantity,Quantity (- Refund)\n"
        b"7,processing,2026-02-03,A,Mug,2,1\n"
    ),
    "woocommerce-orders-json": json.dumps({"orders": [{"id": 9, "number": "1", "status": "processing",
        "date_created": "2026-01-01", "line_items": [{"sku": "A", "quantity": 1}]}]}).encode(),
    "woocommerce-products": b"ID,Type,SKU,Name,Published,In stock?,Stock,Backorders allowed?\n1,simple,A,Mug,1,1,5,0\n",
    "amazon-orders": (
        b"order-id\torder-item-id\tpurchase-date\tsku\tquantity-purchased\n1\t2\t2026-01-01T00:00:00Z\tA\t1\n"
    ),
    "amazon-unshipped": (
        b"order-id\torder-item-id\tpurchase-date\tsku\tquantity-purchased\tquantity-shipped\tquantity-to-ship\n"
        b"1\t2\t2026-01-01T00:00:00Z\tA\t2\t1\t1\n"
    ),
    "ebay-orders": (
        b",,,,\nSales Record Number,Order Number,Item Number,Custom Label,Quantity\n1,2,3,A,1\n1,record(s) downloaded\n"
    ),
    "etsy-order-items": (
        b"Sale Date,Item Name,Quantity,Transaction ID,Listing ID,Date Shipped,Order ID,Variations,SKU\n"
        b"12/31/20,Mug,2,9,8,,1,Size:S,A\n"
    ),
    "squarespace-orders": (
        b"Order ID,Financial Status,Fulfillment Status,Created at,Lineitem quantity,Lineitem name,Lineitem sku,"
        b"Lineitem variant\n1,PAID,PENDING,7/25/2018 21:06,1,Coffee,SQ1,200g\n"
    ),
    "wix-orders": (
        b"Order number,Date created,Time,Item,Variant,SKU,Qty,Quantity refunded,Payment status,Fulfillment status\n"
        b'1,"Dec 8, 2024",9:15:51 AM,Mug,Blue,A,2,1,Paid,Unfulfilled\n'
    ),
    "tiktok-orders": (
        b"Order ID,Order Status,Seller SKU,Quantity,Created Time\nPlatform unique order ID.,,,,\n"
        b"576460000000000001\t,To ship,A,1,31/12/2025 22:36:01\t\n"
    ),
    "tiendanube-orders": (
        "Número de orden;Fecha;Estado de la orden;Estado del pago;Estado del envío;Nombre del producto;"
        "Cantidad del producto;SKU;Producto Físico\n"
        "9;19/11/2025 12:57:32;Abierta;Recibido;Listo para enviar;Lámpara;2;A;Sí\n"
        ";;;;;E-book;1;B;No\n"
    ).encode("cp1252"),
    "shopee-orders": (
        "Mã đơn hàng,Ngày đặt hàng,Trạng Thái Đơn Hàng,SKU sản phẩm,SKU phân loại hàng,Số lượng,Returned quantity\n"
        "25A,2025-11-19 12:57,Chờ lấy hàng,P,A,2,1\n25A,2025-11-19 12:57,Chờ lấy hàng,B,,1,0\n"
    ).encode(),
    "temu-orders": (
        b"Bestell-ID,Bestellstatus,Status der Bestellartikel,Beitrags-SKU,Gekaufte Menge,Versandte Menge,"
        b"Zu versendende Menge,Kaufdatum\n"
        b'PO-1,Nicht versandt,Nicht versandt,A,3\t,1\t,2\t,"1. Dez. 2025, 12:32 Uhr CET(UTC+1)"\n'
    ),
    "shipstation-grid": (
        b"Order #,Order Date,Item Name,Ship Date,Quantity,Item SKU\n7,02/27/2025,Serum,,3,A\n"
        b"8,02/27/2025,(2 Items),,2,(2 Items)\n"
    ),
    "odoo-order-lines": (
        b"order_line/order_id/name,order_line/name,order_line/product_uom_qty,order_line/order_id/state,"
        b"order_line/order_id/picking_state\nSO1,[A] Valve,4,Sale Order,not_received\n"
    ),
    "odoo-transfers": (
        b"Status,Reference,Stock Moves/Product/Internal Reference,Stock Moves/Product/Name,Stock Moves/Demand,"
        b"Stock Moves/Quantity\nReady,WH/OUT/1,A,Mug,5.0,2.0\n,,B,Cup,1.0,0.0\n"
    ),
    "magento-order-items": (
        b"increment_id,created_at,status,sku,qty_ordered,price\n"
        b"100000051,2026-01-01 09:00:00,processing,A,6.0000,75.0000\n"
        b"100000051,2026-01-01 09:00:00,processing,A,6.0000,0.0000\n"
    ),
    "shipstation-orders": (
        b"Order - Number,Date - Order Date,Order - Status,Item - SKU,Item - Qty\nS1,2026-01-01,on_hold,A,2\n"
    ),
    "bigcommerce-orders": (
        b'Order ID,Order Status,Product Details\n1,Awaiting Shipment,"Product ID: 1, Product Qty: 1, Product SKU: A"\n'
    ),
    "odoo-orders": (
        b"Order Reference,Status,Order Lines/Product,Order Lines/Quantity\nS1,sale,[A] Mug,1.0\n,,[B] Cup,2.0\n"
    ),
}  # fmt: skip
