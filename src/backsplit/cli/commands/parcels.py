"""pick, slip, to-ship."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from backsplit.cli.options import (
    DEFAULT_FILE,
    OUTPUT,
    Db,
    DryRun,
    Encoding,
    Format,
    Json,
    Map,
    Mark,
    OrderNumbers,
    PickList,
    Prefix,
    SkuFrom,
    Source,
    Xlsx,
    examples,
    orders_not_lists,
    parse_map,
    read_numbers,
)
from backsplit.cli.output import Form, answer, print_json, print_notes
from backsplit.errors import NotWritten, WrongUsage
from backsplit.formats import ReadOptions
from backsplit.render import parcels as render
from backsplit.render import sentences
from backsplit.render.terminal import inert, inert_lines
from backsplit.repository import open_repository
from backsplit.repository.files import IsEarlier, answer_file, begins_with, check_out, check_place
from backsplit.services import parcels as service

app = typer.Typer()


@app.command(
    epilog=examples(
        "backsplit pick",
        "backsplit pick --take > list.txt",
        "backsplit pick --list 12 --html list.html",
        "backsplit pick --lists",
    )
)
def pick(
    orders: OrderNumbers = [],  # noqa: B006 - Typer's way to say "none"
    take: Annotated[bool, typer.Option("--take", help="Make a numbered list of it.")] = False,
    pick_list: PickList = None,
    lists: Annotated[bool, typer.Option("--lists", help="Show the lists that still have orders on them.")] = False,
    dry_run: DryRun = False,
    html: Annotated[
        Path | None,
        typer.Option("--html", rich_help_panel=OUTPUT, metavar="FILE", help="Write a page, to be printed."),
    ] = None,
    db: Db = DEFAULT_FILE,
    as_json: Json = False,
    xlsx: Xlsx = None,
) -> None:
    """Say what to fetch from the shelves, or make a pick list.

    SKU by SKU, then order by order. Without ORDER, of all Processing orders that are on no list yet.
    """
    if pick_list is not None and (orders or take):
        raise WrongUsage("--list shows a list again: leave orders and --take out")
    if lists:
        if orders or take or pick_list is not None or html or xlsx:
            raise WrongUsage("--lists shows the open lists: leave all else out")
        with open_repository(db) as repository:
            opened = service.open_lists(repository)
        answer(Form(as_json), lambda: render.open_lists_document(opened), lines=lambda: render.open_lists(opened))
        return
    check_place(html, db, begins_with(render.PICK_BEGIN))
    numbers = read_numbers(orders)
    with orders_not_lists(db), open_repository(db) as repository:
        if pick_list is not None:
            found = service.show_list(repository, pick_list)
        elif take:
            found = service.take(repository, numbers, dry_run=dry_run)
        else:
            found = service.show(repository, numbers)
    if not found.orders and found.number is None:
        html = xlsx = None  # an empty page is of no use
    try:
        if html is not None:
            with answer_file(html, db, begins_with(render.PICK_BEGIN)) as new:
                new.write_text(render.pick_html(found), encoding="utf-8")
        answer(
            Form(as_json, xlsx=xlsx, db=db),
            lambda: render.pick_document(found),
            sheets={"by SKU": partial(render.by_sku, found), "by order": partial(render.by_order, found)},
            lines=lambda: render.pick_lines(found) if html is None else [_wrote(html, found.number)],
            of=repository,
        )
    except (WrongUsage, NotWritten) as error:
        if not take or found.number is None or dry_run:
            raise
        again = f"`backsplit pick --list {found.number} {'--xlsx' if html is None else '--html'} FILE`"
        raise NotWritten(f"pick list {found.number} is made, but {error}: {again} writes it", exit_code=0) from None


def _wrote(path: Path, pick_list: int | None) -> str:
    which = "" if pick_list is None else f"pick list {pick_list}, "
    return f"wrote {inert(str(path))}: {which}to be printed from a browser"


@app.command(epilog=examples("backsplit slip M9681118", "backsplit slip --list 12 --html slips.html"))
def slip(
    orders: OrderNumbers = [],  # noqa: B006 - Typer's way to say "none"
    pick_list: PickList = None,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write a page an order, to be printed by a browser.")
    ] = None,
    db: Db = DEFAULT_FILE,
    as_json: Json = False,
) -> None:
    """Print packing slips: what is in the parcel, what follows.

    Each also says what was sent before, and what is not sent any more.
    """
    if (pick_list is None) == (not orders):
        raise WrongUsage("name orders, or a pick list with --list")
    check_place(html, db, begins_with(render.SLIPS_BEGIN))
    with orders_not_lists(db), open_repository(db) as repository:
        found = service.slips(repository, read_numbers(orders), pick_list)
    if html is not None and found:
        with answer_file(html, db, begins_with(render.SLIPS_BEGIN)) as new:
            new.write_text(render.slip_html(found), encoding="utf-8")
    pages = f"wrote {inert(str(html))}: {sentences.count(len(found), 'page')}, to be printed from a browser"
    answer(
        Form(as_json),
        lambda: render.slip_documents(found),
        lines=lambda: [pages] if html is not None and found else render.slip_lines(found),
    )


@app.command(
    "to-ship",
    epilog=examples(
        "backsplit to-ship --through orders_export.csv > labels.csv",
        "backsplit to-ship --through orders_export.csv --list 12 --out labels.csv",
        "backsplit to-ship --through orders_export.csv --map 'sku=Lineitem sku'",
    ),
)
def to_ship(
    through: Annotated[str, typer.Option("--through", metavar="EXPORT", help="The shop's own export of its orders.")],
    pick_list: PickList = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Where it is written; else to standard output.")
    ] = None,
    source: Source = "",
    prefix: Prefix = "",
    file_format: Format = None,
    columns: Map = None,
    encoding: Encoding = None,
    decimal: Mark = None,
    sku_from: SkuFrom = None,
    db: Db = DEFAULT_FILE,
    as_json: Json = False,
) -> None:
    """Write the shop's export with only what goes now, for labels.

    It has only the rows, and in them the quantities, that go. Names and addresses pass through, and nothing of the
    file is kept.
    """
    if as_json and out is None:
        raise WrongUsage("--json goes with --out FILE: without it the export itself is printed")
    options = ReadOptions(
        format=file_format,
        map=parse_map(columns),
        encoding=encoding,
        decimal=decimal,
        sku_from=sku_from,
        prefix=prefix,
    )
    is_earlier = earlier_export(options, through)
    check_out(out, through, db, is_earlier)
    with open_repository(db) as repository, opened(out, db, is_earlier) as begin:
        done = service.to_ship(repository, through, options, begin, pick_list=pick_list, source=source)
    if as_json:
        print_json(render.to_ship_document(done._replace(out=str(out))))
    else:
        print_notes(render.to_ship_lines(done))


def earlier_export(options: ReadOptions, through: str) -> IsEarlier:
    """Tells what was written of an export: it is one still."""

    def is_earlier(path: Path) -> bool:
        from backsplit.formats.rewrite import is_export  # noqa: PLC0415 - only where a file is there

        return is_export(str(path), options, through)

    return is_earlier


@contextmanager
def opened(out: Path | None, db: Path, is_earlier: IsEarlier) -> Iterator[Callable[[str], Callable[[str], object]]]:
    """Lend what opens standard output, or the file, with an encoding, and gives the function that writes text to it."""
    with ExitStack() as stack:
        new = stack.enter_context(answer_file(out, db, is_earlier)) if out else None

        def begin(encoding: str) -> Callable[[str], object]:
            if new is None and sys.stdout.isatty():
                return lambda text: sys.stdout.write(inert_lines(text))
            if new is None:
                sys.stdout.flush()
                stream = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding=encoding, newline="")
            else:
                stream = new.open("w", encoding=encoding, newline="")
            return stack.enter_context(stream).write

        yield begin
