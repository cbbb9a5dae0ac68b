"""report"""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import Annotated

import typer

from backsplit.cli.options import DEFAULT_FILE, OUTPUT, Csv, Db, Json, examples
from backsplit.cli.output import draw, print_csv, print_json, print_line
from backsplit.cli.writing import MARKUP, check_place, written
from backsplit.domain.report import Report
from backsplit.render.inert import inert
from backsplit.render.report import values
from backsplit.repository import open_repository
from backsplit.services import reporting

app = typer.Typer()


@app.command(epilog=examples("backsplit report --since 90d", "backsplit report --html report.html"))
def report(
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="AGE", help="Only orders placed, and what was done, since then: 90d, 12w."),
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
    """Show how well it goes: what could go at once, how long the rest waits, and both by week.

    The rates count orders, lines and units that stock covered when they came in, inserts aside. A screen shows the last
    13 weeks; --json and --csv give all, --csv nothing else.
    """
    for path in (svg, html):
        check_place(path, MARKUP)
    with open_repository(db) as repository:
        found = reporting.report(repository, datetime.now(timezone.utc), since)
    files = {path: kind for path, kind in ((svg, "svg"), (html, "html")) if path is not None}
    for path, kind in files.items():
        _write(path, kind, found)
    if as_json:
        print_json(values.document(found))
    elif as_csv:
        print_csv(values.rows(found))
    elif files:
        print_line(f"wrote {' and '.join(inert(str(path)) for path in files)}")
    else:
        from backsplit.render.report import drawing  # noqa: PLC0415 - only where it is drawn

        draw(drawing.drawn(found))


def _write(path: Path, kind: str, found: Report) -> None:
    from backsplit.render.report import drawing  # noqa: PLC0415 - as above

    with written(path) as new:
        new.write_text(drawing.exported(found, kind), encoding="utf-8")
