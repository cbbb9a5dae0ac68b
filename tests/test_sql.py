"""docs/sql.md is held to the letter: the views with their columns, the events, the five questions."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from backsplit.domain.history import EventKind
from backsplit.services import promises
from conftest import Shop

PAGE = (Path(__file__).parent.parent / "docs" / "sql.md").read_text(encoding="utf-8")
QUESTIONS = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)
INTERNAL = {"lacking"}
# Those of PostgreSQL 17 and DuckDB 1.4 that cannot be a column's name without quotes, and all of SQLite 3.51.
RESERVED = set(
    re.findall(
        r"\w+",
        """
    abort action add after all alter always analyse analyze and anti any array as asc asof asymmetric at attach
    authorization autoincrement before begin between bigint binary bit boolean both by cascade case cast char
    character check coalesce collate collation column columns commit concurrently conflict constraint create cross
    current current_catalog current_date current_role current_schema current_time current_timestamp current_user
    database dec decimal default deferrable deferred delete desc describe detach distinct do drop each else end
    escape except exclude exclusive exists explain extract fail false fetch filter first float following for
    foreign freeze from full generated glob grant group grouping groups having if ignore ilike immediate in index
    indexed initially inner inout insert instead int integer intersect interval into is isnull join key lambda
    last lateral leading left like limit localtime localtimestamp map match materialized national natural nchar
    next no none not nothing notnull null nullif nulls numeric of offset on only or order others out outer over
    overlaps overlay partition pivot placing plan position positional pragma preceding precision primary qualify
    query raise range real recursive references regexp reindex release rename replace restrict returning right
    rollback row rows savepoint select semi session_user set setof show similar smallint some struct substring
    summarize symmetric table tablesample temp temporary then ties time timestamp to trailing transaction treat
    trigger trim true try_cast unbounded union unique unpivot update user using vacuum values varchar variadic
    verbose view virtual when where window with without
    """,
    )
)


@pytest.fixture
def asked(shop: Shop) -> Iterator[sqlite3.Connection]:
    """A file of which M1 was split, its part was released, M3 waits for two SKUs, and one is to come."""
    shop.stock("A5 B0 C0")
    shop.order("M1", "A1 B1", placed_at="2026-01-05T09:00:00Z")
    shop.order("M2", "A1", placed_at="2026-01-11T23:00:00Z")
    shop.order("M3", "A2 B1 C2", placed_at="2026-01-12T00:00:00Z")
    shop.done("split M1")
    shop.done("receive --sku B --qty 1")
    shop.done("expect --sku C --qty 1 --on 2999-01-01")
    with closing(sqlite3.connect(shop.db)) as db:
        db.row_factory = sqlite3.Row
        yield db


def _documented() -> dict[str, list[str]]:
    views = PAGE.split("\n## Views\n")[1].split("\n## Events\n")[0]
    return {
        name: re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)
        for name, text in re.findall(r"^### `(\w+)`\n(.*?)(?=^### |\Z)", views, re.DOTALL | re.MULTILINE)
    }


def test_the_page_names_every_view_and_its_columns(asked: sqlite3.Connection) -> None:
    views = {name for (name,) in asked.execute("SELECT name FROM sqlite_master WHERE type = 'view'")}
    found = {name: [row["name"] for row in asked.execute(f"PRAGMA table_info({name})")] for name in views - INTERNAL}
    assert found == _documented()


def test_no_column_of_a_view_needs_quotes() -> None:
    assert not {column for columns in _documented().values() for column in columns} & RESERVED


def test_the_page_names_every_event() -> None:
    events = PAGE.split("\n## Events\n")[1]
    assert re.findall(r"^\| `([\w-]+)` \|", events, re.MULTILINE) == [event.word for event in EventKind]


def test_each_of_five_questions_is_one_line_over_one_view(asked: sqlite3.Connection) -> None:
    assert len(QUESTIONS) == 5
    for question in QUESTIONS:
        assert question.count("\n") == 1
        assert re.findall(r"FROM (\w+)|JOIN", question) == [re.search(r"FROM (\w+)", question)[1]]  # type: ignore[index]
        assert asked.execute(question).fetchall(), question


@pytest.fixture
def duck(shop: Shop, asked: sqlite3.Connection) -> Iterator[Any]:
    """The same file in DuckDB, and one order more: shipped, on a list, expected, of a kit, split."""
    duckdb = pytest.importorskip("duckdb", reason="DuckDB is not installed: pip install duckdb")
    package = pytest.importorskip("duckdb_extension_sqlite_scanner", reason="its extension for SQLite is not installed")
    shop.done("ship M1")
    shop.done("pick --take")
    shop.done("kit SET A=2 --create")
    shop.done("add K1 SET=1")
    shop.done("add K2 D=1 --create")
    shop.done("adjust --sku A --to 7 --reason found")
    shop.done("expect --sku B --qty 1 --on 2999-01-02")
    shop.done("expect --sku C --qty 1 --on 2999-01-03")
    shop.done("promise")
    asked.commit()
    (extension,) = Path(package.__file__).parent.glob("extensions/*/*.duckdb_extension")
    with closing(duckdb.connect(config={"allow_unsigned_extensions": "true"})) as db:
        db.execute(f"LOAD '{extension}'")
        db.execute(f"ATTACH '{shop.db}' AS backsplit (TYPE sqlite, READ_ONLY)")
        db.execute("USE backsplit")
        yield db


@pytest.mark.slow
def test_duckdb_reads_every_view_as_sqlite_does(duck: Any, asked: sqlite3.Connection) -> None:
    for name in _documented():
        rows = _as_text(duck.execute(f"SELECT * FROM {name}").fetchall())
        assert rows == _as_text(asked.execute(f"SELECT * FROM {name}")), name
        assert rows, name


def _as_text(rows: Iterable[Sequence[object]]) -> list[tuple[str, ...]]:
    """Of some views DuckDB has text alone, and of `stock`, which has no order, another order."""
    return sorted(tuple(map(str, row)) for row in rows)


@pytest.mark.slow
def test_duckdb_answers_the_five_questions(duck: Any, asked: sqlite3.Connection) -> None:
    for question in QUESTIONS:
        assert len(duck.execute(question).fetchall()) == len(asked.execute(question).fetchall()) > 0, question


def test_the_lines_for_duckdb_can_be_typed(duck: Any) -> None:
    blocks = re.findall(r"```duckdb\n(.*?)```", PAGE, re.DOTALL)
    duck.execute("USE memory")
    asking = [line for block in blocks for line in block.splitlines() if line.startswith("SELECT")]
    assert len(asking) == 3
    for line in asking:
        assert duck.execute(line.replace("berlin.", "backsplit.").replace("paris.", "backsplit.")).fetchall(), line


def test_duckdb_knows_the_numbers_of_the_views_that_it_runs(duck: Any) -> None:
    assert duck.execute("SELECT sum(on_hand) FROM stock").fetchall() == [(8,)]
    assert duck.execute("SELECT available FROM open_orders WHERE sku = 'SET'").fetchall() != []


def test_closed_orders_families_and_what_is_picked_or_to_come(shop: Shop, asked: sqlite3.Connection) -> None:
    shop.done("ship M1")
    shop.done("pick --take")
    closed = [tuple(row)[:2] for row in asked.execute("SELECT order_number, status FROM closed_orders")]
    assert closed == [("M1", "Shipped")]
    assert [tuple(row) for row in asked.execute("SELECT * FROM families")] == [
        ("M1", "M1", None, "Shipped"),
        ("M1", "M1-backorder", "M1", "Processing"),
    ]
    assert [row["order_number"] for row in asked.execute("SELECT * FROM picking WHERE list_number = 1")] == [
        "M1-backorder",
        "M2",
    ]
    ((sku, to_come),) = asked.execute("SELECT sku, to_come FROM expected_receipts").fetchall()
    assert (sku, to_come) == ("C", 1)


def test_promised_days_are_those_that_promise_found_until_the_next_change(
    shop: Shop, asked: sqlite3.Connection
) -> None:
    shop.done("expect --sku B --qty 1 --on 2999-01-02")
    shop.done("expect --sku C --qty 1 --on 2999-01-03")
    assert asked.execute("SELECT * FROM promised_days").fetchall() == []
    shop.done("promise")
    assert [tuple(row) for row in asked.execute("SELECT * FROM promised_days")] == [
        ("M3", "", "2999-01-03", promises.today())
    ]
    shop.done("receive --sku B --qty 1")
    assert asked.execute("SELECT * FROM promised_days").fetchall() == []


def test_waiting_says_what_each_order_lacks(asked: sqlite3.Connection) -> None:
    rows = [tuple(row)[:5] for row in asked.execute("SELECT * FROM waiting")]
    assert rows == [
        ("M3", "", "B", 1, "2026-01-12T00:00:00Z"),
        ("M3", "", "C", 2, "2026-01-12T00:00:00Z"),
    ]


def test_shortages_says_what_the_command_says(shop: Shop, asked: sqlite3.Connection) -> None:
    rows = [tuple(row) for row in asked.execute("SELECT * FROM shortages")]
    assert rows == [tuple(one.values()) for one in shop.done("shortages --json").json]
    assert rows[1] == ("C", "", 2, 1, 0, "2026-01-12T00:00:00Z", 1, 1, "2999-01-01")


def test_waits_are_those_that_are_over(asked: sqlite3.Connection) -> None:
    ((number, since, days),) = asked.execute("SELECT order_number, since, days FROM waits").fetchall()
    assert (number, since) == ("M1-backorder", "2026-01-05T09:00:00Z")
    assert days > 0


def test_fill_rates_are_those_of_the_week_in_which_orders_were_placed(asked: sqlite3.Connection) -> None:
    rows = [tuple(row) for row in asked.execute("SELECT * FROM fill_rate_by_week")]
    assert rows == [
        ("2026-01-05", 2, 1, 0.5, 3, 2, 0.6667, 3, 2, 0.6667),
        ("2026-01-12", 1, 0, 0.0, 3, 1, 0.3333, 5, 2, 0.4),
    ]


@pytest.mark.parametrize(("policy", "lacks"), [("skip-over", [("M1", 3)]), ("strict", [("M1", 3), ("M2", 1)])])
def test_under_strict_what_is_kept_for_others_is_lacking(shop: Shop, policy: str, lacks: list[tuple[str, int]]) -> None:
    shop.done(f"policy {policy}")
    shop.stock("A2 B0")
    shop.order("M1", "A5")
    shop.order("M2", "A1 B1")
    with closing(sqlite3.connect(shop.db)) as db:
        rows = db.execute("SELECT order_number, short FROM waiting WHERE sku = 'A'").fetchall()
    assert rows == lacks
