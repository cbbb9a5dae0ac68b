"""receive"""

from __future__ import annotations

from typing import Annotated

import typer

from backsplit.cli.files import Encoding, Map, Mark, Sheet, parse_map
from backsplit.cli.options import DEFAULT_FILE, Db, DryRun, Json, complete_sku, examples
from backsplit.cli.output import print_json, print_lines
from backsplit.cli.progress import Progressing
from backsplit.domain.errors import WrongUsage
from backsplit.render import documents, sentences
from backsplit.repository import open_repository
from backsplit.services.receiving import receive as book

app = typer.Typer()


@app.command(
    epilog=examples("backsplit receive --sku TEAPOT-CAST --qty 5", "backsplit receive --file delivery.csv --ref ASN-77")
)
def receive(
    sku: Annotated[
        str | None, typer.Option("--sku", metavar="SKU", help="The SKU that arrived.", autocompletion=complete_sku)
    ] = None,
    qty: Annotated[int | None, typer.Option("--qty", metavar="N", help="How many units of it.")] = None,
    file: Annotated[
        str | None,
        typer.Option("--file", metavar="FILE", help="A delivery: sku, quantity[, ref]; - for standard input."),
    ] = None,
    ref: Annotated[
        str | None, typer.Option("--ref", metavar="REF", help="The delivery's name; the same name counts once.")
    ] = None,
    columns: Map = None,
    encoding: Encoding = None,
    sheet: Sheet = None,
    decimal: Mark = None,
    again: Annotated[bool, typer.Option("--again", help="Book a file that was booked before once more.")] = False,
    create: Annotated[bool, typer.Option("--create", help="Take in SKUs that are not known yet.")] = False,
    dry_run: DryRun = False,
    db: Db = DEFAULT_FILE,
    as_json: Json = False,
) -> None:
    """Book arriving stock and release every backorder that it covers, oldest first."""
    if (file is None) == (sku is None):
        raise WrongUsage("say what arrived: --sku SKU --qty N, or --file FILE")
    if sku is not None and qty is not None:
        quantities, contents = {sku: qty}, None
    elif file is None or qty is not None:
        raise WrongUsage("--sku and --qty go together")
    else:
        from backsplit.formats import ReadOptions  # noqa: PLC0415 - only for files
        from backsplit.services.importing import read_delivery  # noqa: PLC0415

        options = ReadOptions(map=parse_map(columns or []), encoding=encoding, sheet=sheet, decimal=decimal)
        quantities, named, contents = read_delivery(file, options)
        if ref and named and ref != named:
            raise WrongUsage(f"the file names the reference {named}, but --ref says {ref}")
        ref = ref or named
    with open_repository(db) as repository, Progressing("receiving"):
        receipt = book(repository, quantities, ref=ref, contents=contents, again=again, create=create, dry_run=dry_run)
    if as_json:
        print_json(documents.receipt(receipt))
    else:
        print_lines(sentences.receipt(receipt))
