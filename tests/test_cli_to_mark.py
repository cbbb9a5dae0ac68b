"""to-mark, and ship with labels: what shipped here and the shop does not know, on a file and as typed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from conftest import Shop, once
from shopify import shopify

TODAY = date.today().isoformat()  # noqa: DTZ011 - the day of the shop
HEADER = "order,sku,quantity,shipped_on,carrier,tracking\n"


@pytest.fixture
@once
def sent(shop: Shop) -> Shop:
    """#1 is divided: A has shipped with a label, B waits. #2 is in Processing."""
    shop.stock("A5 B0 C5")
    shop.write("o.csv", shopify("1 A2 B1", "2 C1"))
    shop.done("sync o.csv")
    shop.done("split 1")
    shop.done("ship 1 --tracking UPS:1Z9")
    return shop


def test_can_show_what_the_shop_does_not_know(sent: Shop) -> None:
    assert sent.done("to-mark").out == (
        "Order  Sent        Carrier  Tracking  Units\n"
        "───────────────────────────────────────────\n"
        f"#1     {TODAY}  UPS      1Z9       2×A\n"
        "1 order, 2 units to be marked in the shop\n"
    )


def test_can_show_it_as_json_and_csv(sent: Shop) -> None:
    ((order,),) = (sent.done("to-mark --json").json,)
    (parcel,) = order["parcels"]
    assert parcel.pop("shipped_at")[:4] == TODAY[:4]
    assert order == {
        "order": "#1",
        "parcels": [{"number": "#1", "carrier": "UPS", "tracking": "1Z9", "sent": [{"sku": "A", "quantity": 2}]}],
    }
    assert sent.done("to-mark --csv").out == f"{HEADER}#1,A,2,{TODAY},UPS,1Z9\n"


def test_no_cell_of_its_csv_is_a_formula(shop: Shop) -> None:
    shop.stock("A5")
    shop.write("o.csv", shopify("1 A2"))
    shop.done("sync o.csv")
    shop.done("ship 1 --tracking =UPS:+1")
    assert shop.done("to-mark --csv").out.endswith(",'=UPS,'+1\n")


def test_what_a_sync_has_shown_to_be_known_is_in_no_file(sent: Shop) -> None:
    sent.write("o.csv", shopify("1 A2! B1", "2 C1"))
    sent.done("sync o.csv")
    assert sent.done("to-mark").out == "nothing is to be marked in the shop\n"
    assert sent.done("to-mark --as csv --out m.csv --json").json["orders"] == []
    assert Path("m.csv").read_text(encoding="utf-8") == HEADER


def test_what_was_sent_instead_is_to_be_closed_there_by_hand(sent: Shop) -> None:
    sent.done("amend 2 --swap C=A")
    sent.done("ship 2")
    out = sent.done("to-mark").out
    assert "1 order, 2 units to be marked in the shop\n" in out
    assert out.endswith(
        "to be closed there by hand, since what it waits for was swapped or given up here: #2 (1 × C)\n"
    )
    assert [order["order"] for order in sent.done("to-mark --json").json] == ["#1"]
    sent.write("o.csv", shopify("1 A2 B1", "2 C1 fulfilled"))
    sent.done("sync o.csv")
    assert "by hand" not in sent.done("to-mark").out


def test_an_order_of_which_something_is_still_to_be_sent_is_not_closed_by_hand(sent: Shop) -> None:
    assert "by hand" not in sent.done("to-mark").out
    sent.done("cancel 1-backorder")
    assert "by hand, since what it waits for was swapped or given up here: #1 (1 × B)" in sent.done("to-mark").out


def test_an_order_that_was_typed_in_is_no_shops(shop: Shop) -> None:
    shop.stock("A1")
    shop.done("add P1 A=1")
    shop.done("ship P1")
    assert shop.done("to-mark --json").json == []


def test_take_leaves_only_what_is_new_and_its_undo_makes_it_new_again(sent: Shop) -> None:
    told = sent.done("to-mark --as csv --out a.csv --take --json").json
    assert (told["orders"], told["rows"], told["made"]) == (["#1"], 1, 5)
    assert sent.done("to-mark --as csv --out b.csv --take --json").json["orders"] == []
    sent.done("receive --sku B --qty 1")
    sent.done("ship 1-backorder")
    assert sent.done("to-mark --as csv --out c.csv --json").json["made"] is None
    assert Path("c.csv").read_text(encoding="utf-8") == f"{HEADER}#1,B,1,{TODAY},,\n"
    sent.done("undo 5")
    sent.done("to-mark --as csv --out c.csv")
    assert Path("c.csv").read_text(encoding="utf-8") == f"{HEADER}#1,A,2,{TODAY},UPS,1Z9\n#1,B,1,{TODAY},,\n"


def test_what_was_taken_is_shown_until_the_shop_knows_it(sent: Shop) -> None:
    sent.done("to-mark --as csv --out a.csv --take")
    assert "1 parcel of these: in a file already (--take), and in no export yet" in sent.done("to-mark").out


def test_a_take_can_be_undone_after_the_shop_has_learnt_of_a_part(sent: Shop) -> None:
    sent.done("ship 2")
    sent.done("to-mark --as csv --out a.csv --take")
    sent.write("o.csv", shopify("1 A2! B1", "2 C1"))
    sent.done("sync o.csv")
    sent.done("undo 6")
    assert sent.done("to-mark --as csv --out b.csv --json").json["orders"] == ["#2"]


def test_a_shipment_that_the_shop_was_told_of_cannot_be_undone_before_the_telling(sent: Shop) -> None:
    sent.done("to-mark --as csv --out a.csv --take")
    refused = sent("undo 4 --json")
    assert (refused.error, "backsplit undo 5" in refused.err) == ("changed-since", True)
    sent.done("undo")
    sent.done("undo")
    assert sent.done("show 1 --json").json["tracking"] == []


def test_what_ships_again_is_new_again(sent: Shop) -> None:
    sent.done("to-mark --as csv --out a.csv --take")
    sent.write("o.csv", shopify("1 A2! B1", "2 C1"))
    sent.done("sync o.csv")
    sent.write("o.csv", shopify("1 A2 B1", "2 C1"))
    sent.done("sync o.csv")  # the fulfilment was taken back in the shop
    sent.done("split 1-backorder") if sent.state()["#1"].startswith("Backorder") else None
    sent.done("ship 1")
    assert sent.done("to-mark --as csv --out b.csv --json").json["orders"] == ["#1"]


def test_a_second_take_says_which_change_told_all_of_it(sent: Shop) -> None:
    assert "nothing is new" not in sent.done("to-mark --as csv --out m.csv --take").out
    change = sent.done("history --json").json[-1]["change"]
    (notice,) = sent.done("to-mark --as csv --out m.csv --take --json").json["notices"]
    assert notice.startswith(f"nothing is new since change {change} (to-mark, ")
    sent.done(f"undo {change}")
    assert sent.done("to-mark --as csv --out m.csv --json").json["orders"] == ["#1"]


def test_an_unwritten_file_is_not_remembered(sent: Shop) -> None:
    Path("there.csv").write_text("mine\n", encoding="utf-8")
    assert sent("to-mark --as csv --out there.csv --take").code == 2
    assert sent("to-mark --as csv --out no/such/folder.csv --take").code == 2
    assert Path("there.csv").read_text(encoding="utf-8") == "mine\n"
    assert sent.done("to-mark --as csv --out a.csv --json").json["orders"] == ["#1"]


def test_only_an_earlier_answer_of_its_form_is_written_over(sent: Shop) -> None:
    sent.done("to-mark --as csv --out a.csv")
    sent.done("to-mark --as csv --out a.csv")
    assert sent("to-mark --as woocommerce-ast --out a.csv").code == 2
    assert sent(f"to-mark --as csv --out {sent.db}").code == 2


@pytest.mark.parametrize(
    "line",
    [
        "to-mark --as csv",
        "to-mark --out a.csv",
        "to-mark --take",
        "to-mark --as csv --out a.csv --mail",
        "to-mark --as csv --out a.csv --through o.csv",
        "to-mark --as amazon-shipping --out a.txt",
        "to-mark --as csv --out a.csv --csv",
        "to-mark --json --csv",
    ],
)
def test_cannot_be_typed_so_that_nobody_knows_what_is_meant(sent: Shop, line: str) -> None:
    assert sent(line).code == 2


def test_amazon_needs_the_unshipped_report_itself(sent: Shop) -> None:
    assert sent("to-mark --as amazon-shipping --through o.csv --out m.txt").code == 5


def test_an_order_that_the_form_cannot_tell_of_is_named_and_stays_new(shop: Shop) -> None:
    shop.write("s.csv", 'sku,on_hand\n"A,B",1\n')
    shop.done("import stock s.csv")
    shop.write("o.csv", 'order,sku,quantity\n1,"A,B",1\n')
    shop.done("import orders o.csv")
    shop.done("ship 1")
    answer = shop.done("to-mark --as woocommerce-ast --out m.csv --take")
    assert "left out: 1, 'A,B' has a comma, which divides SKUs in this form" in answer.out
    assert shop.done("to-mark --as csv --out c.csv --json").json["orders"] == ["1"]


# Labels


def test_a_label_is_named_by_show_slip_history_and_json(sent: Shop) -> None:
    assert "sent with UPS 1Z9" in sent.done("show 1").out
    assert "sent with UPS 1Z9" in sent.done("slip 1").out
    assert "2 × A shipped (UPS 1Z9)" in sent.done("history 1").out
    assert sent.done("show 1 --json").json["tracking"] == [{"carrier": "UPS", "number": "1Z9"}]


def test_a_later_slip_names_the_label_of_what_was_sent_before(sent: Shop) -> None:
    sent.done("receive --sku B --qty 1")
    assert "Sent before (UPS 1Z9)" in sent.done("slip 1-backorder").out


def test_undo_takes_the_label_back(sent: Shop) -> None:
    sent.done("undo")
    assert sent.done("show 1 --json").json["tracking"] == []
    assert "1Z9" not in sent.done("slip 1").out


@pytest.mark.parametrize("label", ["UPS", "UPS:", ":1Z9", ""])
def test_a_label_needs_a_carrier_and_a_number(sent: Shop, label: str) -> None:
    assert sent(f"ship 2 --tracking '{label}'").code == 2


def test_a_number_may_have_colons(sent: Shop) -> None:
    sent.done("ship 2 --tracking DHL:00:34")
    assert sent.done("show 2 --json").json["tracking"] == [{"carrier": "DHL", "number": "00:34"}]


@pytest.mark.parametrize(
    "header",
    [
        "Order #,Carrier,Tracking Number",
        "Order - Number,Carrier - Name,Tracking #",
        "Order Number,Carrier,Tracking Number",
        "reference,carrier,tracking_code",
        "Order ID,Carrier,Tracking Number",
        "order,carrier,tracking",
    ],
)
def test_can_ship_what_a_label_tool_wrote(sent: Shop, header: str) -> None:
    sent.write("labels.csv", f"{header},Cost\n#2,USPS,94001,3.20\n")
    sent.done("ship --file labels.csv")
    assert sent.state()["#2"] == "Shipped C1"
    assert sent.done("show 2 --json").json["tracking"] == [{"carrier": "USPS", "number": "94001"}]


def test_can_name_the_columns_of_a_label_file(sent: Shop) -> None:
    sent.write("labels.csv", "Auftrag,Dienst,Kennung\n2,DHL,7\n")
    assert sent("ship --file labels.csv").code == 5
    sent.done("ship --file labels.csv --map carrier=Dienst,tracking=Kennung")
    assert sent.done("show 2 --json").json["tracking"] == [{"carrier": "DHL", "number": "7"}]


def test_a_label_file_ships_all_or_none_and_names_each_row_that_cannot(sent: Shop) -> None:
    sent.write("labels.csv", "order,carrier,tracking\n2,UPS,1\n1-backorder,UPS,2\n77,UPS,3\n")
    refused = sent("ship --file labels.csv")
    assert refused.code == 1
    assert "labels.csv: 2 rows cannot be taken, so nothing was shipped:" in refused.err
    assert "line 3: #1-backorder is Backorder" in refused.err
    assert "line 4: there is no order 77" in refused.err
    assert sent.state()["#2"] == "Processing C1"


def test_orders_of_a_label_file_that_nobody_knows_are_named_together_with_the_nearest(sent: Shop) -> None:
    sent.write("labels.csv", "order,carrier,tracking\n#2,UPS,1\n1-backodrer,UPS,2\n9999,UPS,3\n")
    refused = sent("ship --file labels.csv")
    assert refused.code == 3
    assert "line 3: there is no order 1-backodrer (the nearest: #1-backorder" in refused.err
    assert "line 4: there is no order 9999\n" in refused.err
    assert "list" not in refused.err
    assert sent("ship --file labels.csv --json").error == "not-found"


def test_bad_rows_of_a_label_file_are_named_with_those_that_cannot_ship(sent: Shop) -> None:
    sent.write("labels.csv", "order,carrier,tracking\n,UPS,1\n9999,UPS,2\n")
    refused = sent("ship --file labels.csv")
    assert refused.code == 5
    assert "nothing was shipped" in refused.err
    assert 'line 2, column "order"' in refused.err
    assert "line 3: there is no order 9999" in refused.err
    assert refused.err.endswith("correct the file\n")  # ship has no --skip-bad


def test_a_row_of_an_order_that_has_shipped_is_for_its_part_in_processing(sent: Shop) -> None:
    sent.done("receive --sku B --qty 1")
    sent.write("labels.csv", "order,carrier,tracking\n#1,UPS,1Z10\n")
    sent.done("ship --file labels.csv")
    assert sent.done("show 1-backorder --json").json["tracking"] == [{"carrier": "UPS", "number": "1Z10"}]


def test_the_same_label_file_again_does_nothing(sent: Shop) -> None:
    sent.write("labels.csv", "order,carrier,tracking\n#1,UPS,1Z9\n#2,UPS,1Z10\n")
    sent.done("ship --file labels.csv")
    again = sent.done("ship --file labels.csv")
    assert again.out == "nothing changed\nnote: labels with which their orders had shipped before: 2\n"


def test_an_order_that_has_shipped_cannot_ship_with_another_label(sent: Shop) -> None:
    sent.write("labels.csv", "order,carrier,tracking\n#1,UPS,1Z8\n")
    assert sent("ship --file labels.csv --json").error == "shipped"


def test_an_order_may_have_several_labels(sent: Shop) -> None:
    sent.write("labels.csv", "order,carrier,tracking\n#2,UPS,1\n#2,UPS,2\n#2,UPS,2\n")
    sent.done("ship --file labels.csv")
    assert [label["number"] for label in sent.done("show 2 --json").json["tracking"]] == ["1", "2"]
    told = sent.done("to-mark --as woocommerce-ast --out m.csv --json").json
    assert told["notices"] == ["parcels with more than one label, of which the file has the first: #2"]


@pytest.mark.quick_cases(3)
@pytest.mark.parametrize("header", ["order,carrier,tracking", "Order Number,Carrier,Tracking Number"])
@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("5.76431E+17", '"5.76431E+17" is not the tracking number but what a spreadsheet has rounded it to'),
        ("5,76431e+17", '"5,76431e+17" is not the tracking number but what a spreadsheet has rounded it to'),
        ("#########", '"#########" is a spreadsheet\'s error and not the tracking number'),
        ("#N/A", '"#N/A" is a spreadsheet\'s error and not the tracking number'),
        ("", "there is no tracking number"),
        (" ", "there is no tracking number"),
    ],
)
def test_a_row_without_a_tracking_number_that_can_be_read_ships_nothing(
    sent: Shop, header: str, number: str, said: str
) -> None:
    sent.write("labels.csv", f'{header}\n#1-backorder,UPS,1Z10\n#2,UPS,"{number}"\n')
    refused = sent("ship --file labels.csv")
    assert refused.code == 5
    assert f'line 3, column "{header.split(",")[2]}": {said}' in refused.err
    assert "--skip-bad" not in refused.err
    assert sent.state()["#2"] == "Processing C1"


@pytest.mark.parametrize("number", ["1E5", "12E4", "00340434161094042557", "'00712"])
def test_a_tracking_number_with_an_e_in_it_is_one(sent: Shop, number: str) -> None:
    sent.write("labels.csv", f"order,carrier,tracking\n#2,UPS,{number}\n")
    sent.done("ship --file labels.csv")
    assert sent.done("show 2 --json").json["tracking"][0]["number"] == number


def test_a_tracking_number_is_what_a_spreadsheet_shows_of_it(sent: Shop) -> None:
    sent.write("labels.csv", 'order,carrier,tracking\n#2,UPS,"=""00712"""\n')
    sent.done("ship --file labels.csv")
    assert sent.done("show 2 --json").json["tracking"] == [{"carrier": "UPS", "number": "00712"}]


WOO = (
    '[{"id":1,"number":"1","status":"processing","date_created_gmt":"2026-01-01T09:00:00","line_items":['
    '{"id":11,"sku":"A","name":"A","quantity":2},{"id":12,"sku":"C","name":"C","quantity":1}]}]'
)


@pytest.mark.quick_cases(3)
@pytest.mark.parametrize(
    ("done", "status", "given_up"),
    [
        (["ship 1"], "1", False),
        (["amend 1 --swap C=B", "ship 1"], "1", True),
        (["amend 1 --remove C", "ship 1"], "1", True),
        (["adjust C=0 --reason lost", "split 1", "ship 1"], "2", False),
        (["adjust C=0 --reason lost", "split 1", "hold 1-backorder", "ship 1"], "2", False),
        (["adjust C=0 --reason lost", "split 1", "cancel 1-backorder", "ship 1"], "1", True),
    ],
)
def test_an_order_is_completed_when_nothing_more_of_it_goes(
    shop: Shop, done: list[str], status: str, given_up: bool
) -> None:
    shop.stock("A5 B5 C5")
    shop.write("w.json", WOO)
    shop.done("sync w.json")
    for line in done:
        shop.done(line)
    answer = shop.done("to-mark --as woocommerce-ast --out m.csv --json").json
    assert [row.split(",")[4] for row in Path("m.csv").read_text(encoding="utf-8").splitlines()[1:]] == [status]
    said = ["completed without what was given up or swapped here; pay it back there: 1"]
    assert answer["notices"] == (said if given_up else [])


def test_undo_takes_a_label_file_back(sent: Shop) -> None:
    sent.write("labels.csv", "order,carrier,tracking\n#2,UPS,1\n")
    sent.done("ship --file labels.csv")
    sent.done("undo")
    assert sent.state()["#2"] == "Processing C1"
