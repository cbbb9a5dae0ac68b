"""The two scripts of docs/shops.md, as they stand there, against a stand-in for a shop on this machine."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from conftest import Shop

PAGE = (Path(__file__).parent.parent / "docs" / "shops.md").read_text(encoding="utf-8")
SCRIPTS = {re.search(r"# (fetch-\w+)", text)[1]: text for text in re.findall(r"```sh\n(#!.*?)```", PAGE, re.DOTALL)}  # type: ignore[index]
SHOPIFY, WOOCOMMERCE = "X-Shopify-Access-Token: shpat_secret", 'user = "ck_secret:cs_secret"'

pytestmark = pytest.mark.skipif(not (shutil.which("curl") and shutil.which("jq")), reason="needs curl and jq")


def _graphql_order(number: int, left: int) -> dict[str, Any]:
    line = {"id": f"gid://shopify/LineItem/{number}", "sku": "A", "name": "Mug", "quantity": 2, "currentQuantity": 2}
    line |= {"unfulfilledQuantity": left, "nonFulfillableQuantity": 0, "requiresShipping": True, "isGiftCard": False}
    return {
        "id": f"gid://shopify/Order/{number}", "name": f"#{number}", "createdAt": f"2026-01-0{number}T09:00:00Z",
        "updatedAt": "2026-01-09T09:00:00Z", "cancelledAt": None, "displayFinancialStatus": "PAID",
        "displayFulfillmentStatus": "UNFULFILLED",
        "lineItems": {"pageInfo": {"hasNextPage": False}, "nodes": [line]},
    }  # fmt: skip


def _woo_order(number: int) -> dict[str, Any]:
    return {
        "id": number, "number": str(number), "status": "processing", "date_created_gmt": "2026-01-01T09:00:00",
        "date_modified_gmt": "2026-01-02T09:00:00", "billing": {"email": "ann@example.com"}, "refunds": [],
        "line_items": [{"id": number * 10, "sku": "A", "name": "Mug", "quantity": 2}],
    }  # fmt: skip


class StandIn(ThreadingHTTPServer):
    """Answers as a shop does, a page after the other; after `good` answers it fails.

    WooCommerce: 101 open orders that have changed, `quiet` are open and have not.
    """

    good = 1000
    asked = 0
    changed = 101
    quiet: tuple[int, ...] = ()
    has_orders = True


class _Answers(BaseHTTPRequestHandler):
    server: StandIn

    def log_message(self, *_: object) -> None:
        pass

    def do_POST(self) -> None:
        question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.headers["X-Shopify-Access-Token"] != "shpat_secret" or "lineItemGroup" not in question["query"]:
            return self._answer(401, {})
        first = question["variables"]["after"] is None
        if not self.server.has_orders:
            return self._answer(200, {"data": {"orders": {"pageInfo": {"hasNextPage": False}, "nodes": []}}})
        nodes = [_graphql_order(1, 2), _graphql_order(2, 1)] if first else [_graphql_order(3, 2)]
        page = {"hasNextPage": first, "endCursor": "cursor-2"}
        return self._answer(200, {"data": {"orders": {"pageInfo": page, "nodes": nodes}}})

    def do_GET(self) -> None:
        key = base64.b64encode(b"ck_secret:cs_secret").decode()
        if self.headers["Authorization"] != f"Basic {key}":
            return self._answer(401, {})
        found = urlsplit(self.path)
        if match := re.fullmatch(r"/wp-json/wc/v3/orders/(\d+)/fulfillments", found.path):
            number = int(match[1])
            meta = [{"key": "_items", "value": [{"item_id": number * 10, "qty": 1}]}]
            sent = [{"id": 1, "is_fulfilled": True, "meta_data": meta}] if number == 2 else []
            return self._answer(200, sent)
        asked = {name: value for name, (value,) in parse_qs(found.query).items()}
        orders = list(map(_woo_order, [*range(1, self.server.changed + 1), *self.server.quiet]))
        if "status" in asked:
            orders = [order for order in orders if order["status"] in asked["status"].split(",")]
        elif "modified_after" in asked:
            orders = orders[: self.server.changed]
        start = 100 * (int(asked["page"]) - 1)
        return self._answer(200, orders[start : start + 100])

    def _answer(self, code: int, document: object) -> None:
        self.server.asked += 1
        text = json.dumps(document).encode()
        self.send_response(code if self.server.asked <= self.server.good else 503)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with StandIn(("127.0.0.1", 0), _Answers) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def _fetch(shop: Shop, server: StandIn, name: str, token: str, mode: int = 0o600) -> subprocess.CompletedProcess[str]:
    script, secret = shop.write(name, SCRIPTS[name]), shop.write("token", token + "\n")
    secret.chmod(mode)
    env = {**os.environ, "SHOP": f"http://127.0.0.1:{server.server_port}", "TOKEN": str(secret), "SINCE": "2026-01-01"}
    command = ["sh", str(script), "orders.jsonl"]
    return subprocess.run(command, cwd=shop.folder, env=env, capture_output=True, text=True, check=False)


def test_both_scripts_are_in_the_docs() -> None:
    assert SCRIPTS.keys() == {"fetch-shopify", "fetch-woocommerce"}


def test_can_fetch_and_follow_shopify(shop: Shop, stand_in: StandIn) -> None:
    done = _fetch(shop, stand_in, "fetch-shopify", SHOPIFY)
    assert (done.returncode, done.stderr) == (0, "")
    shop.stock("A9")
    assert shop.done("sync orders.jsonl --json").json["format"] == "shopify-orders-graphql"
    assert shop.state() == {"#1": "Processing A2", "#2": "Processing A1", "#3": "Processing A2"}


@pytest.mark.slow
def test_can_fetch_and_follow_woocommerce(shop: Shop, stand_in: StandIn) -> None:
    done = _fetch(shop, stand_in, "fetch-woocommerce", WOOCOMMERCE)
    assert (done.returncode, done.stderr) == (0, "")
    shop.stock("A999")
    assert shop.done("sync orders.jsonl --json").json["added"] == 101
    assert (shop.state()["2"], shop.state()["101"]) == ("Processing A1", "Processing A2")
    assert "ann@example.com" not in Path("orders.jsonl").read_text(encoding="utf-8")


@pytest.mark.slow
def test_an_open_order_of_woocommerce_that_has_not_changed_is_fetched_every_night(
    shop: Shop, stand_in: StandIn
) -> None:
    shop.stock("A9")
    stand_in.changed = 3
    _fetch(shop, stand_in, "fetch-woocommerce", WOOCOMMERCE)
    shop.done("sync orders.jsonl --quiet")
    stand_in.changed, stand_in.quiet = 1, (2, 3)
    _fetch(shop, stand_in, "fetch-woocommerce", WOOCOMMERCE)
    assert [json.loads(line)["id"] for line in Path("orders.jsonl").read_text().splitlines()] == [1, 2, 3]
    assert shop.done("sync orders.jsonl --quiet")[1:] == ("", "")


@pytest.mark.quick_cases(1)
@pytest.mark.parametrize(("name", "token"), [("fetch-shopify", SHOPIFY), ("fetch-woocommerce", WOOCOMMERCE)])
def test_a_shop_without_orders_is_a_night_that_goes_well(shop: Shop, stand_in: StandIn, name: str, token: str) -> None:
    stand_in.has_orders, stand_in.changed = False, 0
    assert _fetch(shop, stand_in, name, token).returncode == 0
    assert shop.done("sync orders.jsonl --source shop --quiet")[1:] == ("", "")


@pytest.mark.quick_cases(1)
@pytest.mark.parametrize(("name", "token"), [("fetch-shopify", SHOPIFY), ("fetch-woocommerce", WOOCOMMERCE)])
def test_the_earlier_file_stays_where_fetching_fails(shop: Shop, stand_in: StandIn, name: str, token: str) -> None:
    shop.write("orders.jsonl", "earlier")
    stand_in.good = 1
    assert _fetch(shop, stand_in, name, token).returncode != 0
    assert Path("orders.jsonl").read_text(encoding="utf-8") == "earlier"
    assert [path.name for path in shop.folder.iterdir() if path.name.startswith("orders.jsonl.")] == []


@pytest.mark.parametrize(("name", "token"), [("fetch-shopify", SHOPIFY), ("fetch-woocommerce", WOOCOMMERCE)])
def test_a_token_that_others_can_read_is_not_used(shop: Shop, stand_in: StandIn, name: str, token: str) -> None:
    refused = _fetch(shop, stand_in, name, token, mode=0o644)
    assert (refused.returncode, "chmod 600" in refused.stderr, stand_in.asked) == (1, True, 0)


@pytest.mark.slow
def test_what_is_fetched_only_its_owner_can_read(shop: Shop, stand_in: StandIn) -> None:
    _fetch(shop, stand_in, "fetch-shopify", SHOPIFY)
    assert Path("orders.jsonl").stat().st_mode & 0o777 == 0o600
