"""A pipe gets from a few lines of ours what Rich would draw there, and Rich is not loaded for it."""

from __future__ import annotations

import io
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from backsplit.cli import output
from backsplit.render.layout import Column, Drawable, Kind, Table
from backsplit.render.terminal import NARROW, Text, cells
from conftest import Shop, new_file

TABLES = (
    "list",
    "list --all",
    "list --queue",
    "list --limit 1",
    "show M1",
    "show M1-backorder",
    "show 日本-1",
    "stock",
    "stock --short",
    "stock --limit 2",
    "shortages",
    "shortages --for 日本-1",
    "history",
    "history M1",
    "promise",
    "expect",
    "report",
    "import formats",
)
ENCODINGS = ("utf-8", "cp1252", "ascii")

texts = st.text(st.characters(codec="utf-8") | st.sampled_from("×→…日é☕\u0301 [/]"), max_size=12)
rows = st.lists(st.tuples(texts, st.integers(), texts, st.lists(texts, max_size=3)), max_size=4)


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Orders of each status, names in wide letters, and what looks like markup."""
    shop = Shop(tmp_path_factory.mktemp("market"))
    shop.db.write_bytes(new_file())
    names = "漢字-1,日本語の湯呑み,3,no\nÉCLAIR,café ☕ e\u0301,0,no\nLAMP[red]XL,[bold]b[/],2,yes\n"
    shop.done("import stock -", f"sku,name,on_hand,insert\n{names}")
    shop.stock("A9 B0")
    for number in ("M1", "M2", "M3", "M4"):
        shop.order(number, "A1 B2")
    shop.done("add 日本-1 漢字-1=2 ÉCLAIR=3 LAMP[red]XL=1 --customer 山田太郎 --note '[note] ☕' --priority 7")
    shop.done("expect --sku ÉCLAIR --qty 2 --on 2020-01-02 --ref 注文")
    shop.done("expect --sku B --qty 9 --on 2999-01-02 --ref PO-7")
    shop.done("split M1")
    shop.done("pick --take")
    shop.done("hold M3")
    shop.done("cancel M4")
    return shop


def printed(drawn: list[Drawable], encoding: str, monkeypatch: pytest.MonkeyPatch, *, by_rich: bool) -> str:
    with monkeypatch.context() as patch:
        patch.setattr("sys.stdout", io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors=output.STAND_IN))
        patch.setattr(output, "_has_rich", lambda _: by_rich)
        output.draw(drawn)
        sys.stdout.seek(0)
        return sys.stdout.read()


@pytest.mark.quick_cases(1)
@pytest.mark.parametrize("encoding", ENCODINGS)
@given(rows=rows)
def test_a_pipe_gets_what_rich_would_draw_there(encoding: str, rows: list[tuple[str, int, str, list[str]]]) -> None:
    columns = (
        Column("SKU", rank=1),
        Column("Short", Kind.NUMBER),
        Column("Why", Kind.SENTENCE),
        Column("Has", Kind.ITEMS),
    )
    table = Table(*columns, title=Text("Short", "bold", (" of 2", "dim")))
    for row in rows:
        table.add(*row)
    with pytest.MonkeyPatch.context() as patch:
        drawn: list[Drawable] = [table, Text(), "nothing else", Text("and more", "dim")]
        assert printed(drawn, encoding, patch, by_rich=False) == printed(drawn, encoding, patch, by_rich=True)


@pytest.mark.quick_cases(4)
@pytest.mark.parametrize("line", TABLES)
def test_each_table_in_a_pipe_is_what_rich_would_draw_there(
    market: Shop, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    plain = market.done(line).out
    monkeypatch.setattr(output, "_has_rich", lambda _: True)
    assert market.done(line).out == plain


def loaded(shop: Shop, line: str, **environment: str) -> set[str]:
    """The modules of Rich that are there after the line was run in a pipe."""
    script = (
        "import sys\nfrom backsplit.__main__ import main\n"
        f"assert main(['--db', {str(shop.db)!r}, *{line.split()!r}]) == 0\n"
        "print(*(name for name in sys.modules if name.partition('.')[0] == 'rich'), file=sys.stderr)"
    )
    process = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment
    )
    return set(process.stderr.split())


@pytest.mark.quick_cases(1)
@pytest.mark.parametrize("line", ["list", "show M1", "stock", "shortages", "history", "promise", "split M2"])
def test_a_table_in_a_pipe_is_drawn_without_rich(shop: Shop, line: str) -> None:
    shop.stock("A9 B0")
    shop.order("M1", "A1 B2")
    shop.order("M2", "A1 B2")
    assert loaded(shop, line) == set()


@pytest.mark.slow
def test_rich_is_asked_how_wide_a_letter_is_where_it_may_be_wide(market: Shop) -> None:
    assert "rich.cells" in loaded(market, "stock 漢字-1")
    assert "rich.console" not in loaded(market, "stock 漢字-1")


@pytest.mark.slow
def test_rich_draws_in_a_pipe_where_colour_is_forced(market: Shop) -> None:
    assert "rich.console" in loaded(market, "stock", FORCE_COLOR="1")


def test_letters_that_count_as_narrow_are_narrow_for_rich() -> None:
    assert {cell_len(letter) for letter in NARROW} == {1}
    assert cells("日本e\u0301") == cell_len("日本e\u0301") == 5
