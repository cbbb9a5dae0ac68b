"""receive"""

from __future__ import annotations

from typing import Annotated

import typer

from backsplit.cli.files import Encoding, Map, Mark, Sheet, parse_map
from backsplit.cli.options import DEFAULT_FILE, Db, DryRun, Json, complete_ref, complete_sku, examples
from backsplit.cli.output import print_json, print_lines
from backsplit.cli.progress import Progressing
from backsplit.domain.errors import WrongUsage
from backsplit.render import documents, sentences
from backsplit.render.inert import quoted
from backsplit.repository import open_repository
from backsplit.services.every_day.receiving import receive as book

app = typer.Typer()


@app.command(
    epilog=examples(
        "backsplit receive --sku TEAPOT-CAST --qty 5",
        "backsplit receive --file delivery.csv --ref ASN-77",
        "backsplit receive --file delivery.csv --map sku=StockCode,quantity=Pieces",
        "backsplit receive --of PO-7",
    )
)
def receive(
    sku: Annotated[
        str | None,
        typer.Option(
            "--sku",
            rich_help_panel="What has arrived",
            metavar="SKU",
            help="The SKU that arrived.",
            autocompletion=complete_sku,
        ),
    ] = None,
    qty: Annotated[
        int | None, typer.Option("--qty", rich_help_panel="What has arrived", metavar="N", help="How many units of it.")
    ] = None,
    file: Annotated[
        str | None,
        typer.Option(
            "--file",
            rich_help_panel="What has arrived",
            metavar="FILE",
            help="A delivery: sku, quantity[, ref]; - for standard input.",
        ),
    ] = None,
    ref: Annotated[
        str | None,
        typer.Option(
            "--ref",
            rich_help_panel="What has arrived",
            metavar="REF",
            autocompletion=complete_ref,
            help="The delivery's name; the same name counts once.",
        ),
    ] = None,
    of: Annotated[
        str | None,
        typer.Option(
            "--of",
            rich_help_panel="What has arrived",
            metavar="REF",
            help="What was expected under REF arrives; alone: all that is left of it.",
            autocompletion=complete_ref,
        ),
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
    if (file is not None and sku is not None) or not (file or sku or of):
        raise WrongUsage("say what arrived: --sku SKU --qty N, --file FILE, or --of REF for all that is left of it")
    if (sku is None) != (qty is None):
        said = f"--sku {quoted(sku or 'TEAPOT-CAST')} --qty {qty or 5}"
        raise WrongUsage("--sku and --qty go together", f"As in: backsplit receive {said}")
    quantities: dict[str, int] | None = None
    contents: str | None = None
    if file is not None:
        from backsplit.formats import ReadOptions  # noqa: PLC0415 - only for files
        from backsplit.services.shop.importing import read_delivery  # noqa: PLC0415

        options = ReadOptions(map=parse_map(columns or []), encoding=encoding, sheet=sheet, decimal=decimal)
        quantities, named, contents = read_delivery(file, options)
        if ref and named and ref != named:
            raise WrongUsage(f"the file names the reference {named}, but --ref says {ref}")
        ref = ref or named
    elif sku is not None and qty is not None:
        quantities = {sku: qty}
    with open_repository(db) as repository, Progressing("receiving"):
        receipt = book(
            repository, quantities, ref=ref, of=of, contents=contents, again=again, create=create, dry_run=dry_run
        )
    if as_json:
        print_json(documents.receipt(receipt))
    else:
        print_lines(sentences.receipt(receipt))
