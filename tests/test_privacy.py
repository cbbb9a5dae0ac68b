"""Nobody else reads the file, no answer says more than was asked, and no command speaks to a network."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import Shop
from robustness.processes import run

SECRET = "4111-1111-1111-1111"
EVERYTHING = """
init
import stock stock.csv
import orders orders.csv
import formats
list
show M1
split M1 --dry-run
split --all --partial
receive --sku B --qty 1 --ref R
receive --file delivery.csv
receive --sku NOBODY --qty 1
ship M2
to-mark
to-mark --as csv --out mark.csv --take
hold M3
resume M3
cancel M3
merge M1-backorder
prioritize M1 --priority 1
adjust --sku A --by 1 --reason x
mark A --insert
stock
shortages
history
policy strict
check
backup copy.db
--version
--help
nonsense
"""
# An audit hook cannot be taken out again, and sees every socket, however it is asked for.
NO_SOCKETS = """
import os, sys

def hook(event, _):
    if event.startswith("socket."):
        sys.stderr.write(event)
        sys.stderr.flush()
        os._exit(99)

sys.addaudithook(hook)
"""
ALL_COMMANDS = """
from backsplit.__main__ import main
for line in sys.argv[1:]:
    for more in ([], ["--json"]):
        main([*line.split(), *more])
"""


@pytest.fixture
def files(empty: Shop) -> Shop:
    empty.write("stock.csv", "sku,on_hand\nA,2\nB,0\n")
    empty.write("orders.csv", "order,sku,quantity,note\nM1,A,1,\nM1,B,1,\nM2,A,1,\nM3,B,2,\n")
    empty.write("delivery.csv", "sku,quantity\nB,1\n")
    return empty


@pytest.mark.slow
def test_no_command_opens_a_socket(files: Shop) -> None:
    lines = EVERYTHING.strip().splitlines()
    script = NO_SOCKETS + ALL_COMMANDS
    done = subprocess.run([sys.executable, "-c", script, *lines], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    files.done("check")
    assert (files.folder / "copy.db").exists()


def test_a_socket_would_have_been_seen() -> None:
    script = NO_SOCKETS + "import socket; socket.getaddrinfo('localhost', 80)"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, check=False).returncode == 99


@pytest.mark.slow
def test_nobody_else_can_read_the_file(files: Shop) -> None:
    run(files, "init", umask=0)
    run(files, "import", "stock", "stock.csv", umask=0)
    run(files, "backup", "copy.db", umask=0)
    for path in (files.db, files.folder / "copy.db"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("option", ["", "--json"])
def test_an_error_about_a_row_does_not_tell_what_else_is_in_it(files: Shop, option: str) -> None:
    files.done("init")
    bad = files.write("bad.csv", f"order,sku,quantity,customer,note\nM1,A,none,Kim,{SECRET}\nM2,A\n")
    answer = files(f"import orders {bad} {option}")
    assert answer.code == 5
    assert "none" in answer.err
    assert SECRET not in answer.err
    assert "Kim" not in answer.err


def test_an_answer_holds_no_order_that_was_not_asked_for(files: Shop) -> None:
    files.done("init")
    files.write("more.csv", f"order,sku,quantity,customer,note\nN1,A,1,Kim,{SECRET}\nN2,A,1,,\n")
    files.done("import stock stock.csv")
    assert SECRET not in files.done("import orders more.csv --json").out
    for command in ("show N2", "ship N2", "receive --sku A --qty 1", "stock", "shortages", "history", "check"):
        answer = files.done(f"{command} --json")
        assert SECRET not in answer.out + answer.err


def test_no_name_address_mail_or_token_is_in_the_database(files: Shop) -> None:
    """What is read for the shop and what is written for it holds them, and passes through."""
    person = {"email": "ann@example.com", "customer": {"displayName": "Ann Secret"}, "note": SECRET}
    address = {"shippingAddress": {"address1": "Mill Lane 3", "city": "Leeds"}, "token": "shpat_secret"}
    line = {"sku": "A", "name": "Mug", "currentQuantity": 1, "unfulfilledQuantity": 1, "nonFulfillableQuantity": 0}
    order = {"name": "#1", "createdAt": "2026-01-01T09:00:00Z", "displayFinancialStatus": "PAID"}
    order |= {"lineItems": {"nodes": [line]}, **person, **address}
    files.write("q.json", json.dumps({"data": {"orders": {"nodes": [order]}}}))
    billing = {"first_name": "Ann", "last_name": "Secret", "email": "ann@example.com", "address_1": "Mill Lane 3"}
    woo = {"number": "7", "status": "processing", "date_created_gmt": "2026-01-01T09:00:00", "billing": billing}
    woo |= {"line_items": [{"id": 1, "sku": "A", "quantity": 1}], "fulfillments": [], "customer_note": SECRET}
    files.write("w.json", json.dumps([woo]))
    amazon = "order-id\torder-item-id\tpurchase-date\tbuyer-email\tbuyer-name\tsku\tquantity-to-ship\tship-address-1\n"
    files.write("u.txt", f"{amazon}9\t1\t2026-01-01T09:00:00Z\tann@example.com\tAnn Secret\tA\t1\tMill Lane 3\n")
    labels = "Order #,Recipient,Address,Email,Carrier,Tracking Number\n"
    files.write(
        "labels.csv", labels + "".join(f"{n},Ann Secret,Mill Lane 3,ann@example.com,UPS,{n}\n" for n in (1, 7, 9))
    )
    files.write("stock.csv", "sku,on_hand\nA,9\n")
    for line_ in (
        "init",
        "import stock stock.csv",
        *(f"sync {name}" for name in ("q.json", "w.json", "u.txt")),
        "ship --file labels.csv",
        "to-mark --as amazon-shipping --through u.txt --out m.txt --take",
        "to-mark --as csv --out m.csv --take",
    ):
        files.done(line_)
    kept = b"".join(path.read_bytes() for path in files.folder.glob("backsplit.db*")).lower()
    found = [word for word in ("secret", "mill lane", "leeds", "example.com", SECRET) if word.encode() in kept]
    assert found == []


@pytest.mark.slow
def test_nothing_is_left_in_other_places(files: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    home = files.folder / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("TMPDIR", str(home))
    for line in ("init", "import stock -", "import orders orders.csv", "list", "receive --file delivery.csv"):
        run(files, *line.split())
    assert not any(home.iterdir())
    expected = {"backsplit.db", "stock.csv", "orders.csv", "delivery.csv", "home"}
    assert {path.name for path in Path(files.folder).iterdir()} == expected
