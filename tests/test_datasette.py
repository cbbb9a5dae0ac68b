"""The metadata for Datasette fits the file, and says what docs/sql.md says."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from conftest import Shop
from test_sql import PAGE, QUESTIONS

ROOT = Path(__file__).parent.parent
DATABASE: dict[str, Any] = json.loads((ROOT / "docs" / "datasette.json").read_text(encoding="utf-8"))["databases"][
    "backsplit"
]
TABLES: dict[str, dict[str, Any]] = DATABASE["tables"]
SHOWN = {name: said for name, said in TABLES.items() if not said.get("hidden")}


@pytest.fixture
def file(shop: Shop) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(shop.db)) as db:
        yield db


def test_every_table_and_view_is_told_or_hidden(file: sqlite3.Connection) -> None:
    rows = file.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'")
    assert {name for (name,) in rows} == set(TABLES)


def test_every_column_of_what_is_shown_is_told(file: sqlite3.Connection) -> None:
    for name, said in SHOWN.items():
        assert {row[1] for row in file.execute(f"PRAGMA table_info({name})")} == set(said["columns"]), name


def test_columns_of_views_are_told_as_in_the_page() -> None:
    page = dict(re.findall(r"^### `(\w+)`\n(.*?)(?=^### |^## )", PAGE, re.DOTALL | re.MULTILINE))
    for view, text in page.items():
        told = dict(re.findall(r"^\| `(\w+)` \| (.*?) \|$", text, re.MULTILINE))
        assert TABLES[view]["columns"] == {name: says.replace("`", "") for name, says in told.items()}


def test_the_questions_are_those_of_the_page() -> None:
    asked = [query["sql"] for query in DATABASE["queries"].values()]
    assert asked == [question.removesuffix(";\n") for question in QUESTIONS]


def test_a_reference_shows_what_people_call_it(file: sqlite3.Connection) -> None:
    people_say = {"orders": "number", "products": "sku", "sources": "name", "changes": "command"}
    referred = {row[2] for name in SHOWN for row in file.execute(f"PRAGMA foreign_key_list({name})")}
    assert referred - {"pick_lists"} == set(people_say)  # a pick list is called by its id
    assert {name: TABLES[name]["label_column"] for name in people_say} == people_say


def test_it_is_installed_with_the_wheel() -> None:
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert '"docs/datasette.json" = "share/backsplit/datasette.json"' in pyproject
