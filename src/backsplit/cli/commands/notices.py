"""notices"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from backsplit.cli.options import (
    DEFAULT_FILE,
    OUTPUT,
    Csv,
    Db,
    Json,
    Wide,
    complete_order,
    examples,
    read_numbers,
)
from backsplit.cli.output import Form, answer, print_notes
from backsplit.domain.notices import DEFAULT_DAYS
from backsplit.errors import WrongUsage
from backsplit.formats import ReadOptions
from backsplit.render import notices as render
from backsplit.repository import Repository, open_repository
from backsplit.repository.files import check_out
from backsplit.services import notices as service

app = typer.Typer()
MOST_DAYS = 3650


@app.command(
    epilog=examples(
        "backsplit notices",
        "backsplit notices --quiet",
        "backsplit notices --through orders_export.csv --out mails.csv --take",
        "backsplit notices --agreed M9681118",
    )
)
def notices(
    days: Annotated[
        int,
        typer.Option(
            "--days",
            metavar="N",
            min=1,
            max=MOST_DAYS,
            help=f"Days to send it in, if none was told; default: {DEFAULT_DAYS}.",
        ),
    ] = DEFAULT_DAYS,
    take: Annotated[bool, typer.Option("--take", help="Note that these customers were told.")] = False,
    agreed: Annotated[
        list[str] | None,
        typer.Option(
            "--agreed", metavar="ORDER", autocompletion=complete_order, help="Note that a customer agrees to wait."
        ),
    ] = None,
    through: Annotated[
        str | None,
        typer.Option("--through", metavar="EXPORT", help="The shop's export, for a mail merge."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Where its rows of these orders go.")
    ] = None,
    quiet: Annotated[
        bool,
        typer.Option("--quiet", "-q", rich_help_panel=OUTPUT, help="One line, and none where nobody is to be told."),
    ] = False,
    wide: Wide = False,
    db: Db = DEFAULT_FILE,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    """Say which customers must hear of a delay, and by which day. It also says whether silence is consent.

    No mail is sent. --take notes that they were told, so that the next list has only what is new. --agreed notes a yes.
    Customers expect an order by the day that was told, else --days after it was placed. This is no legal advice.
    """
    if agreed and (take or through is not None):
        raise WrongUsage("--agreed goes without --take and --through")
    if (through is None) != (out is None):
        raise WrongUsage("--through EXPORT and --out FILE go together")
    said: list[str] = []
    with open_repository(db) as repository:
        if agreed:
            done = service.agree(repository, read_numbers(agreed), days)
            found, said = done.notices, list(render.agreed(done))
        elif through is not None and out is not None:
            told = _mail_merge(repository, through, out, days=days, taking=take)
            found, said = told.notices, list(render.told(told, taken=take, out=str(out)))
        elif take:
            told = service.take(repository, days)
            found, said = told.notices, list(render.told(told, taken=True))
        else:
            found = service.listed(repository, days)
    if quiet and not found and not (as_json or as_csv):
        return
    has_table = not agreed and through is None
    if quiet and has_table and not take:  # every night, until somebody takes the list
        has_table, said = False, [render.count(found)]
    answer(
        Form(as_json, as_csv, wide=wide),
        lambda: render.documents(found),
        sheets={"notices": lambda: render.rows(found)},
        tables=(lambda: [*render.table(found), *said]) if has_table else None,
        lines=lambda: said,
    )
    if as_csv:
        print_notes(said)


def _mail_merge(repository: Repository, through: str, out: Path, *, days: int, taking: bool) -> service.Told:
    from backsplit.cli.commands.parcels import earlier_export, opened  # noqa: PLC0415 - only for a mail merge

    options = ReadOptions()
    is_earlier = earlier_export(options, through)
    check_out(out, through, repository.path, is_earlier)

    def save(encoding: str, texts: Iterable[str]) -> None:
        with opened(out, repository.path, is_earlier) as begin:
            write = begin(encoding)
            for text in texts:
                write(text)

    return service.through(repository, through, options, save, days=days, taking=taking)
