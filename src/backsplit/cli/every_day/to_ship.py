"""to-ship"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from backsplit.cli.files import Encoding, Format, Map, Prefix, SkuFrom, parse_map
from backsplit.cli.options import DEFAULT_FILE, Db, Json, PickList, examples
from backsplit.cli.output import print_json
from backsplit.domain.errors import WrongUsage
from backsplit.formats import ReadOptions
from backsplit.render import shipping
from backsplit.repository import open_repository
from backsplit.services.every_day import to_ship as service

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

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
    with open_repository(db) as repository, _Output(out) as output:
        done = service.to_ship(repository, through, options, output.begin, pick_list=pick_list)
    if as_json:
        print_json(shipping.document(replace(done, out=str(out))))
    else:
        for line in shipping.lines(done):
            sys.stderr.write(f"{line}\n")


class _Output:
    """Standard output, or a file that is made beside its place and put there when it is whole. Raises WrongUsage."""

    def __init__(self, out: Path | None) -> None:
        self._out = out
        self._new = out.with_name(f".{out.name}.new") if out else None
        self._stream: IO[str] | None = None

    def begin(self, encoding: str) -> Callable[[str], object]:
        """Open it; the function that writes text to it."""
        with self._reachable():
            if self._new is None:
                sys.stdout.flush()
                self._stream = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding=encoding, newline="")
            else:
                self._stream = self._new.open("w", encoding=encoding, newline="")
        return self._stream.write

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with self._reachable():
            if self._stream is not None:
                self._stream.close()
            if self._new is not None and self._out is not None and self._stream is not None:
                if kind is None:
                    self._new.replace(self._out)
                else:
                    self._new.unlink(missing_ok=True)

    @contextmanager
    def _reachable(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if self._out is None:
                raise
            reason = (error.strerror or str(error)).lower()
            raise WrongUsage(f"{self._out} cannot be written: {reason}") from None
