"""to-ship"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from backsplit.cli.files import Encoding, Format, Map, Prefix, SkuFrom, parse_map
from backsplit.cli.options import DEFAULT_FILE, Db, Json, PickList, examples
from backsplit.cli.output import print_json
from backsplit.cli.writing import check_place, written
from backsplit.domain.errors import WrongUsage
from backsplit.formats import ReadOptions
from backsplit.render import shipping
from backsplit.repository import open_repository
from backsplit.services.every_day import to_ship as service

app = typer.Typer()


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
    prefix: Prefix = "",
    file_format: Format = None,
    columns: Map = None,
    encoding: Encoding = None,
    sku_from: SkuFrom = None,
    db: Db = DEFAULT_FILE,
    as_json: Json = False,
) -> None:
    """Write the shop's own export again for labels, with only what goes now.

    It has only the rows, and in them the quantities, that go. Names and addresses pass through, and nothing of the
    file is kept.
    """
    if as_json and out is None:
        raise WrongUsage("--json goes with --out FILE: without it the export itself is printed")
    options = ReadOptions(
        format=file_format, map=parse_map(columns or []), encoding=encoding, sku_from=sku_from, prefix=prefix
    )
    _check_out(out, through)
    with open_repository(db) as repository, _opened(out) as begin:
        done = service.to_ship(repository, through, options, begin, pick_list=pick_list)
    if as_json:
        print_json(shipping.document(replace(done, out=str(out))))
    else:
        for line in shipping.lines(done):
            sys.stderr.write(f"{line}\n")


@contextmanager
def _opened(out: Path | None) -> Iterator[Callable[[str], Callable[[str], object]]]:
    """Lend what opens standard output, or the file, with an encoding, and gives the function that writes text to it."""
    with ExitStack() as stack:
        new = stack.enter_context(written(out)) if out else None

        def begin(encoding: str) -> Callable[[str], object]:
            if new is None:
                sys.stdout.flush()
                stream = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding=encoding, newline="")
            else:
                stream = new.open("w", encoding=encoding, newline="")
            return stack.enter_context(stream).write

        yield begin


def _check_out(out: Path | None, through: str) -> None:
    """Raises WrongUsage where an answer cannot be written to `out`, or would take the place of the export itself."""
    check_place(out)
    with suppress(OSError):  # one of the two is not there
        if out and out.samefile(through):
            raise WrongUsage(f"{out} is the export itself: name another file")
