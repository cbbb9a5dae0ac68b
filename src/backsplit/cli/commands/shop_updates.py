"""to-mark, stock --through."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import lru_cache, partial
from pathlib import Path
from typing import Annotated

import typer

from backsplit.cli import output
from backsplit.cli.options import DEFAULT_FILE, Csv, Db, Json, Wide, examples
from backsplit.domain.shop_updates import Form, Items, Row, Telling
from backsplit.domain.times import day
from backsplit.errors import WrongUsage
from backsplit.formats import ReadOptions
from backsplit.render import shop_updates as render
from backsplit.repository import open_repository
from backsplit.repository.files import IsEarlier, answer_file, begins_with, check_out, check_place
from backsplit.services import shop_updates as service

app = typer.Typer()
FILE = "A file for the shop's importer"
LONGEST_HEADER = 65_536  # bytes


@app.command(
    "to-mark",
    epilog=examples(
        "backsplit to-mark",
        "backsplit to-mark --as woocommerce-ast --out mark.csv --take",
        "backsplit to-mark --as amazon-shipping --through unshipped.txt --out m.txt",
    ),
)
def to_mark(
    form: Annotated[
        Form | None, typer.Option("--as", rich_help_panel=FILE, help="Write it as this importer takes it.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", rich_help_panel=FILE, metavar="FILE", help="Where it is written.")
    ] = None,
    through: Annotated[
        str | None,
        typer.Option(
            "--through",
            rich_help_panel=FILE,
            metavar="EXPORT",
            help="amazon-shipping: the unshipped report, which has the ids of the items.",
        ),
    ] = None,
    take: Annotated[
        bool,
        typer.Option("--take", rich_help_panel=FILE, help="Remember it: the next file has only what is new."),
    ] = False,
    mail: Annotated[
        bool,
        typer.Option("--mail", rich_help_panel=FILE, help="matrixify-orders: the shop writes to the customers."),
    ] = False,
    prefix: Annotated[
        str,
        typer.Option(
            "--prefix",
            rich_help_panel=FILE,
            metavar="P",
            help="Only orders that were imported with this --prefix, as the shop numbers them.",
        ),
    ] = "",
    wide: Wide = False,
    db: Db = DEFAULT_FILE,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    """Show what has shipped here and the shop does not know. With --as, write it as the shop's importer takes it.

    What an export has shown since to be marked in the shop (backsplit sync) is in neither.
    """
    if form is None:
        if out or through or take or mail or prefix:
            raise WrongUsage("--out, --through, --take, --mail and --prefix go with --as FORM")
        _show(db, output.Form(as_json, as_csv, wide=wide))
        return
    if out is None or as_csv:
        raise WrongUsage(f"say where it is written: --as {form.value} --out FILE")
    if mail and form is not Form.MATRIXIFY:
        raise WrongUsage(f"--mail goes with --as {Form.MATRIXIFY.value}")
    if (through is None) is (form is Form.AMAZON):
        raise WrongUsage(f"--through EXPORT goes with --as {Form.AMAZON.value}, which needs it")
    check_place(out, db, _is_earlier(form))
    items: Items = {}
    if through is not None:
        from backsplit.formats.shop_updates import read_items  # noqa: PLC0415 - only for Amazon

        items = read_items(through)
    telling = Telling(form, lru_cache(maxsize=1000)(day), prefix, mail=mail, items=items)
    again = ["to-mark", "--as", form.value, "--out", str(out), "--take"]
    again += ["--through", through] if through else []
    with open_repository(db) as repository:
        done = service.tell(repository, telling, partial(_save, form, out, db), str(out), take=take, again=again)
    output.answer(output.Form(as_json), lambda: render.told(done), lines=lambda: render.lines(done))


def _show(db: Path, form: output.Form) -> None:
    with open_repository(db) as repository:
        found = service.to_mark(repository)
    output.answer(
        form,
        lambda: render.document(found.to_mark),
        sheets={"to-mark": lambda: render.rows(found.to_mark)},
        tables=lambda: render.table(found),
    )


def _is_earlier(form: Form) -> IsEarlier:
    return begins_with(form.delimiter.join(form.header).encode())


def _save(form: Form, out: Path, db: Path, rows: Sequence[Row]) -> None:
    with answer_file(out, db, _is_earlier(form)) as new, new.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=form.delimiter, lineterminator="\n").writerows([form.header, *rows])


def write_counts(db: Path, through: str, out: Path, options: ReadOptions, source: str, *, as_json: bool) -> None:
    """Write a shop's inventory export again at `out`, with the counts that are true here."""
    header = _header(through)  # with which an earlier answer begins, too
    is_earlier = begins_with(header) if header else lambda _: False

    def save(encoding: str, texts: Iterable[str]) -> None:
        with answer_file(out, db, is_earlier) as new, new.open("w", encoding=encoding, newline="") as file:
            file.writelines(texts)

    check_out(out, through, db, is_earlier)
    with open_repository(db) as repository:
        done = service.rewrite_counts(repository, through, options, save, str(out), source=source)
    output.answer(output.Form(as_json), lambda: render.rewritten(done), lines=lambda: render.rewritten_lines(done))


def _header(through: str) -> bytes:
    """The first line of the export; blank where it cannot be read twice."""
    with suppress(OSError), Path(through).open("rb") as file:
        return file.readline(LONGEST_HEADER).rstrip(b"\r\n")
    return b""
