"""The shop's own export again, with only what goes now: bytes that are kept are the same bytes."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backsplit.domain.parcels import ExportLine, allot
from conftest import Shop
from robustness.processes import Terminal

SHOPIFY = (
    b"Name,Email,Financial Status,Fulfillment Status,Created at,Lineitem quantity,Lineitem name,Lineitem sku,"
    b'Lineitem fulfillment status,Cancelled at,"Shipping Name",Shipping Street\r\n'
)
FIRST = b'#1,a@x,paid,unfulfilled,2026-01-01 09:00:00 +0000,2,Item B,B,pending,,"Anna ""A""","Road 1\n2nd"\r\n'
SECOND = b'#1,a@x,,,2026-01-01 09:00:00 +0000,"3",Item A,A,pending,,,\r\n'
OTHER = b"#2,b@x,paid,unfulfilled,2026-01-01 09:00:00 +0000,1,Item A,A,pending,,Bob,Street\r\n"
NEVER = b"#3,c@x,paid,unfulfilled,2026-01-01 09:00:00 +0000,1,Item C,C,pending,,Cy,Street\r\n"

EBAY = "Sales Record Number,Order Number,Item Number,Item Title,Custom Label,Quantity,Paid On Date,Post To Name"


@given(
    st.lists(st.tuples(st.sampled_from("AB"), st.integers(1, 5)), max_size=6),
    st.dictionaries(st.sampled_from("AB"), st.integers(1, 9)),
)
def test_each_line_gets_units_until_what_goes_is_used_up(lines: list[tuple[str, int]], going: dict[str, int]) -> None:
    rows = [ExportLine(at, sku, quantity) for at, (sku, quantity) in enumerate(lines)]
    units, rest = allot(rows, going)
    given_out: Counter[str] = Counter()
    for row in rows:
        assert 0 <= units.get(row.at, 0) <= row.quantity
        given_out[row.sku] += units.get(row.at, 0)
    assert +given_out + rest == Counter(going)


def export(shop: Shop, content: bytes, name: str = "export.csv") -> Path:
    path = shop.folder / name
    path.write_bytes(content)
    return path


def written(shop: Shop, options: str = "", name: str = "export.csv") -> bytes:
    shop.done(f"to-ship --through {name} --out labels.csv {options}")
    return (shop.folder / "labels.csv").read_bytes()


@pytest.fixture
def labels(shop: Shop) -> Shop:
    shop.stock("A9 B0 C0")
    export(shop, SHOPIFY + FIRST + SECOND + OTHER + NEVER)
    shop.done("import orders export.csv")
    shop.done("split '#1'")
    return shop


def test_can_leave_out_what_waits_and_carry_the_address_to_the_first_row_that_goes(labels: Shop) -> None:
    carried = b'#1,a@x,paid,unfulfilled,2026-01-01 09:00:00 +0000,"3",Item A,A,pending,,"Anna ""A""","Road 1\n2nd"\r\n'
    assert written(labels) == SHOPIFY + carried + OTHER


def test_can_write_fewer_units_in_their_place(labels: Shop) -> None:
    labels.done("split '#1' --now A=2 --hold-rest")
    assert b',"2",Item A,A,' in written(labels)
    labels.done("ship '#1'")
    assert written(labels) == SHOPIFY + OTHER


def test_can_write_only_what_is_on_a_pick_list(labels: Shop) -> None:
    labels.done("pick '#2' --take")
    assert written(labels, "--list 1") == SHOPIFY + OTHER
    answer = labels.done("to-ship --through export.csv --list 1 --out x.csv --json").json
    assert answer == {
        "kept": 1,
        "changed": 0,
        "left_out": 3,
        "orders": ["#2"],
        "out": "x.csv",
        "together": [],
        "notices": [],
    }


def test_says_where_the_rows_went(labels: Shop) -> None:
    said = labels.done("to-ship --through export.csv --out labels.csv").err
    assert "2 orders to ship: 2 rows written" in said
    assert "left out: 1 row, nothing of it is in Processing" in said


@pytest.mark.parametrize(
    ("head", "going", "waiting", "tail"),
    [
        (
            "\ufeffOrder Number,Order Status,Order Date,First Name (Shipping),SKU,Quantity (- Refund),Item Name\r\n",
            "7,Processing,2026-01-01 09:00,Änne,A,1,Thing\r\n",
            "7,Processing,2026-01-01 09:00,Änne,B,1,Other\r\n",
            "",
        ),
        (
            "order-id\torder-item-id\tpurchase-date\tsku\tproduct-name\tquantity-purchased\trecipient-name\n",
            '7\t1\t2026-01-01T09:00:00+00:00\tA\t5" pipe\t1\tAnne\n',
            "7\t2\t2026-01-01T09:00:00+00:00\tB\tOther\t1\tAnne\n",
            "",
        ),
        (
            f",,,,,,,\n{EBAY}\n,,,,,,,\n70,7,,,,2,Jan-01-26,Anne\n",
            "70,7,111,Thing,A,1,Jan-01-26,\n",
            "70,7,112,Other,B,1,Jan-01-26,\n",
            ",,,,,,,\n1,record(s) downloaded,,,,,,\nSeller ID : me,,,,,,,\n",
        ),
    ],
)
def test_can_keep_the_layout_of_other_shops(shop: Shop, head: str, going: str, waiting: str, tail: str) -> None:
    shop.stock("A1 B0")
    content = (head + going + waiting + tail).encode()
    export(shop, content)
    shop.done("import orders export.csv")
    shop.done("split 7")
    assert written(shop) == (head + going + tail).encode()


@pytest.mark.parametrize("quantity", ["two", "#N/A", "1.5"])
def test_a_row_whose_quantity_cannot_be_read_is_left_out_and_named(shop: Shop, quantity: str) -> None:
    shop.stock("A1 B1")
    export(shop, b"order,sku,quantity,note\n7,A,1,x\n7,B,1,\n")
    shop.done("import orders export.csv")
    export(shop, f"order,sku,quantity,note\n7,A,{quantity},x\n7,B,1,\n".encode())
    answer = shop.done("to-ship --through export.csv --out labels.csv --json").json
    assert answer["notices"] == [f'left out: line 2, column "quantity": {_not_whole(quantity)}']
    assert "left out: line 2" in shop.done("to-ship --through export.csv --out labels.csv").err


def _not_whole(cell: str) -> str:
    return f'"{cell}" is not a whole number' + ("; backsplit counts whole units" if "." in cell else "")


def test_numbers_that_can_be_read_two_ways_need_a_word(shop: Shop) -> None:
    shop.stock("A2000")
    export(shop, b'order,sku,quantity\n7,A,"1,000"\n')
    shop.done("import orders export.csv --decimal point")
    assert "--decimal point" in shop("to-ship --through export.csv --out labels.csv").err
    assert written(shop, "--decimal point") == b'order,sku,quantity\n7,A,"1,000"\n'


def test_cannot_write_a_file_of_orders_that_nobody_knows(shop: Shop) -> None:
    export(shop, SHOPIFY + OTHER)
    answer = shop("to-ship --through export.csv --out labels.csv --json")
    assert answer.error == "not-allowed"
    assert not (shop.folder / "labels.csv").exists()


def test_cannot_write_what_is_no_table(shop: Shop) -> None:
    export(shop, b'[{"order": "M1", "sku": "A", "quantity": 1}]')
    assert shop("to-ship --through export.csv --out labels.csv").code == 5


def test_cannot_mix_the_export_with_json(labels: Shop) -> None:
    assert labels("to-ship --through export.csv --json").code == 2
    assert labels("to-ship --through export.csv --out no/folder.csv").code == 2


@pytest.mark.parametrize("lost", [b'"#4,x@x,paid', b'#4,x@x,paid,unfulfilled,2026-01-01,1,"Item C,C'])
def test_cannot_write_an_export_again_in_which_a_quote_is_lost(labels: Shop, lost: bytes) -> None:
    export(labels, SHOPIFY + FIRST + lost + b"\r\n" + SECOND + OTHER)
    answer = labels("to-ship --through export.csv --out labels.csv --json")
    assert answer.error == "bad-input"
    assert "a quote is left open on line 4" in answer.err
    assert not (labels.folder / "labels.csv").exists()


def test_an_export_with_a_row_that_is_too_long_is_refused(shop: Shop) -> None:
    shop.stock("A5")
    shop.order("M1", "A1")
    shop.write("export.csv", "order,sku,quantity\nM1,A,1\n" + "," * 1_100_000 + "\n")
    answer = shop("to-ship --through export.csv --out labels.csv")
    assert (answer.code, "the row on line 3 has more than 1,048,576 characters" in answer.err) == (5, True), answer
    assert not (shop.folder / "labels.csv").exists()


def test_a_plain_table_is_written_again_with_the_map_that_is_remembered(shop: Shop) -> None:
    shop.stock("A9 B0")
    export(shop, b"Nr;Ware;Wieviel;Name\nM1;A;2;Anna\nM1;B;1;Anna\nM2;B;9;Bob\n")
    shop.done("import orders export.csv --map order=Nr,sku=Ware,quantity=Wieviel")
    shop.done("split M1")
    assert written(shop) == b"Nr;Ware;Wieviel;Name\nM1;A;2;Anna\n"


def test_an_export_that_cannot_be_written_again_is_refused_before_anything_else(shop: Shop) -> None:
    export(shop, b'Order ID,Order Status,Product Details\n1,Awaiting Shipment,"Product ID: 1, Product SKU: A"\n')
    answer = shop("to-ship --through export.csv")
    assert (answer.code, "cannot be written again" in answer.err, answer.out) == (5, True, "")


WHOLE = SHOPIFY + FIRST + SECOND + OTHER
UTF16, UTF32 = WHOLE.decode().encode("utf-16"), WHOLE.decode().encode("utf-32")
BROKEN = {
    "cut off in a character": (WHOLE + "é".encode()[:1], "is cut off in the middle of a character"),
    "other bytes behind the header": (WHOLE.replace(b"Item A", b"T\xe9\xc3\xa9"), "is not utf-8 text: byte"),
    "half of UTF-16": (UTF16[:-1], "is not utf-16 text"),
    "half of UTF-32": (UTF32[:-2], "is not utf-32 text"),
    "no character": (UTF32[:-4] + b"\xff\xff\xff\xff", "is not utf-32 text"),
}


@pytest.mark.quick_cases(2)
@pytest.mark.parametrize(("content", "word"), BROKEN.values(), ids=BROKEN.keys())
def test_of_an_export_that_is_no_text_it_says_what_an_import_says(labels: Shop, content: bytes, word: str) -> None:
    (labels.folder / "broken.csv").write_bytes(content)
    to_ship = "to-ship --through broken.csv"
    for line in (to_ship, f"{to_ship} --out new.csv", "import orders broken.csv"):
        answer = labels(line)
        assert (answer.code, word in answer.err) == (5, True), answer
        assert "backsplit.db" not in answer.err
    assert not (labels.folder / "new.csv").exists()


@pytest.mark.quick_cases(2)
@pytest.mark.parametrize("encoding", ["utf-16", "utf-7", "idna", "punycode"])
def test_an_encoding_that_the_export_does_not_have_is_told(labels: Shop, encoding: str) -> None:
    (labels.folder / "plain.csv").write_bytes(WHOLE)
    for line in ("to-ship --through", "import orders"):
        answer = labels(f"{line} plain.csv --encoding {encoding}")
        assert (answer.code, f"is not {encoding} text" in answer.err) == (5, True), answer


@pytest.mark.slow
def test_what_would_act_on_a_terminal_is_written_out_there(labels: Shop) -> None:
    export(labels, WHOLE.replace(b"Anna", b"\x1b[31mAnna"), "loud.csv")
    terminal = Terminal(labels, "to-ship --through loud.csv")
    assert terminal.end() == 0
    assert ("\\x1b[31mAnna" in terminal.screen, "\x1b[31mAnna" in terminal.screen) == (True, False), terminal.screen
    assert "\r\r" not in terminal.screen


def shopify_row(number: str, *, paid: str = "paid", sent: str = "unfulfilled", cancelled: str = "") -> bytes:
    line = "fulfilled" if sent == "fulfilled" else "pending"
    return f"{number},a@x,{paid},{sent},2026-01-01 09:00:00 +0000,1,Item A,A,{line},{cancelled},Anna,Road\r\n".encode()


@pytest.fixture
def four(shop: Shop) -> Shop:
    """Four orders of a Shopify shop in Processing, on pick list 1."""
    shop.stock("A9")
    export(shop, SHOPIFY + b"".join(shopify_row(f"#{n}") for n in (1, 2, 3, 4)))
    shop.done("import orders export.csv")
    shop.done("pick --take")
    return shop


def test_orders_that_the_export_shows_as_closed_get_no_label_and_are_named(four: Shop) -> None:
    closed = (
        shopify_row("#1", paid="refunded")
        + shopify_row("#2", cancelled="2026-01-02 09:00:00 +0000")
        + shopify_row("#3", sent="fulfilled")
    )
    export(four, SHOPIFY + closed + shopify_row("#4"))
    answer = four.done("to-ship --through export.csv --out labels.csv --json").json
    assert (answer["orders"], answer["left_out"]) == (["#4"], 3)
    said = "left out, since the export shows them so: #1 (refunded), #2 (cancelled), #3 (fulfilled)"
    assert answer["notices"] == [said]
    assert (four.folder / "labels.csv").read_bytes() == SHOPIFY + shopify_row("#4")
    assert "left out: 3 rows, cancelled, refunded or sent in the export" in (
        four("to-ship --through export.csv --out labels.csv").err
    )


def test_orders_on_the_list_that_the_export_lacks_are_named(four: Shop) -> None:
    export(four, SHOPIFY + shopify_row("#2") + shopify_row("#4", paid="refunded"))
    answer = four.done("to-ship --through export.csv --list 1 --out labels.csv --json").json
    assert answer["notices"] == [
        "left out, since the export shows them so: #4 (refunded)",
        "on pick list 1, and not in the export: #1, #3",
    ]
    assert four.done("to-ship --through export.csv --out labels.csv --json").json["notices"][1:] == []
