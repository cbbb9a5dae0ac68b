"""history, undo, report."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from backsplit.cli.options import (
    DEFAULT_FILE,
    LARGEST,
    OUTPUT,
    Csv,
    Db,
    DryRun,
    Json,
    Limit,
    Sku,
    Wide,
    Yes,
    complete_change,
    complete_order,
    examples,
)
from backsplit.cli.output import Form, Progressing, answer, asked, asks, print_lines
from backsplit.render import documents, sentences, spreadsheets, tables
from backsplit.repository import open_repository
from backsplit.repository.files import answer_file, check_place
from backsplit.services import queries

if TYPE_CHECKING:
    from backsplit.services.status import Undone

app = typer.Typer()
SHOWN = 50  # events that a table shows unless --limit says otherwise


@app.command(
    epilog=examples(
        "backsplit history M9681118", "backsplit history --sku TEAPOT-CAST --csv", "backsplit history --after 12 --json"
    )
)
def history(
    order: Annotated[str | None, typer.Argument(metavar="[ORDER]", autocompletion=complete_order)] = None,
    sku: Sku = None,
    after: Annotated[
        int | None,
        typer.Option(
            "--after",
            metavar="CHANGE",
            min=0,
            max=LARGEST,
            help="Only later changes, for a reader that keeps the last one's number.",
        ),
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="WHEN", help="Only what was done since then: 4d, 36h, yesterday.")
    ] = None,
    limit: Limit = None,
    wide: Wide = False,
    db: Db = DEFAULT_FILE,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    """Show what happened to an order, to a SKU, or to everything.

    The oldest comes first. A table shows the last 50 events unless --limit, --after or --since is given; --json and
    --csv give all. With --after, --limit takes the first.
    """
    form = Form(as_json, as_csv, wide=wide)
    with open_repository(db) as repository:
        most = SHOWN if form.is_text and after is None and since is None else None
        events = queries.history(repository, order, sku=sku, limit=limit or most, after=after, since=since)
    answer(
        form,
        lambda: documents.history(events),
        sheets={"history": partial(spreadsheets.history, events)},
        tables=lambda: [tables.history(events, brief=sys.stdout.isatty() and not wide)],
    )


@app.command(epilog=examples("backsplit undo", "backsplit undo 12 --dry-run"))
def undo(
    change: Annotated[
        int | None,
        typer.Argument(
            metavar="[CHANGE]",
            autocompletion=complete_change,
            max=LARGEST,
            help="Its number in the history; else the last change.",
        ),
    ] = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    db: Db = DEFAULT_FILE,
    as_json: Json = False,
) -> None:
    """Take back what one command did. The history keeps both."""
    from backsplit.services import undo as undo_service  # noqa: PLC0415 - 12 modules that history needs none of

    ask = asks(yes=yes, dry_run=dry_run, as_json=as_json)
    with open_repository(db) as repository:

        def run(*, dry_run: bool, shown: Undone | None = None) -> Undone:
            with Progressing("undoing"):
                return undo_service.undo(repository, change, last_that_can=ask, dry_run=dry_run, shown=shown)

        outcome = asked(run, _show) if ask else run(dry_run=dry_run)
    answer(Form(as_json), lambda: documents.undone(outcome), lines=lambda: sentences.undone(outcome), of=repository)


def _show(outcome: Undone) -> str:
    print_lines(sentences.undone(outcome._replace(done=outcome.done._replace(dry_run=False)), asked=True))
    return f"Undo change {outcome.change.number} ({outcome.change.command})?"


@app.command(
    epilog=examples(
        "backsplit report --since 90d", "backsplit report --since 2026-11-01", "backsplit report --html report.html"
    )
)
def report(
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="WHEN", help="What came and what was done since then: 90d, 1.11.2026."),
    ] = None,
    svg: Annotated[
        Path | None, typer.Option("--svg", rich_help_panel=OUTPUT, metavar="FILE", help="Write it as a picture.")
    ] = None,
    html: Annotated[
        Path | None, typer.Option("--html", rich_help_panel=OUTPUT, metavar="FILE", help="Write it as a page.")
    ] = None,
    db: Db = DEFAULT_FILE,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    """Show how well it goes: fill rates, waiting times, weeks.

    The rates count orders, lines and units that stock covered when they came in, inserts aside. A screen shows the last
    13 weeks; --json and --csv give all, --csv nothing else.
    """
    from backsplit.render import report as report_render  # noqa: PLC0415 - not for history and undo
    from backsplit.services import report as report_service  # noqa: PLC0415 - as above

    for path in (svg, html):
        check_place(path, db, report_render.is_report)
    with open_repository(db) as repository:
        found = report_service.report(repository, datetime.now(timezone.utc), since)
    files = {path: kind for path, kind in ((svg, "svg"), (html, "html")) if path is not None}
    with ExitStack() as half_made:  # all of them are whole before the first gets its name
        for path, kind in files.items():
            new = half_made.enter_context(answer_file(path, db, report_render.is_report))
            new.write_text(report_render.exported(found, kind), encoding="utf-8")
    answer(
        Form(as_json, as_csv),
        lambda: report_render.document(found),
        sheets={"report": partial(report_render.rows, found)},
        tables=lambda: [f"wrote {' and '.join(map(str, files))}"] if files else report_render.drawn(found),
    )
