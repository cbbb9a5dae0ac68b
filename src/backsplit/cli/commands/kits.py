"""kit"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from backsplit.cli.options import (
    DEFAULT_FILE,
    Db,
    DryRun,
    Encoding,
    Json,
    Map,
    Mark,
    Sheet,
    Wide,
    complete_sku,
    examples,
    parse_map,
    parse_units,
)
from backsplit.cli.output import Form, answer
from backsplit.errors import WrongUsage
from backsplit.formats import ReadOptions
from backsplit.render import documents, sentences, tables
from backsplit.render.terminal import quoted
from backsplit.repository import open_repository
from backsplit.services import kits

if TYPE_CHECKING:
    from backsplit.formats import ReadOptions
    from backsplit.repository import Repository
    from backsplit.services.kits import KitsChanged

app = typer.Typer()


@app.command(
    epilog=examples(
        "backsplit kit TEA-SET TEAPOT-CAST=1 MUG-BLUE=2 --name 'Tea for two'",
        "backsplit kit --file kits.csv",
        "backsplit kit",
        "backsplit kit TEA-SET --off",
    )
)
def kit(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SET] [SKU=N]...",
            help="The kit, then its parts with the units of each in one kit.",
            autocompletion=complete_sku,
        ),
    ] = None,
    name: Annotated[str | None, typer.Option("--name", metavar="TEXT", help="What the kit is called.")] = None,
    file: Annotated[
        str | None,
        typer.Option("--file", metavar="FILE", help="kit, sku, quantity: a row for each part; - for standard input."),
    ] = None,
    off: Annotated[bool, typer.Option("--off", help="Make it an ordinary SKU again.")] = False,
    create: Annotated[bool, typer.Option("--create", help="Take in parts that are not known yet.")] = False,
    columns: Map = None,
    encoding: Encoding = None,
    sheet: Sheet = None,
    decimal: Mark = None,
    dry_run: DryRun = False,
    wide: Wide = False,
    db: Db = DEFAULT_FILE,
    as_json: Json = False,
) -> None:
    """Say which SKUs are kits, and what they are made of. Alone, it lists them.

    A kit has no count of its own: what orders want of it, they want of its parts. It goes whole or waits whole. While
    an order in Processing holds it, it cannot change.
    """
    sku, *pairs = words or [""]
    if file is not None and (words or off or name is not None):
        raise WrongUsage("--file names the kits: leave out SET, SKU=N, --name and --off")
    if off and (pairs or name is not None or not sku):
        raise WrongUsage("--off goes with the kit alone, as in: backsplit kit TEA-SET --off")
    if not (file is not None or off or pairs):
        if name is not None or create:
            raise WrongUsage("name the kit and its parts, as in: backsplit kit TEA-SET TEAPOT-CAST=1 MUG-BLUE=2")
        _list(sku, db, wide=wide, as_json=as_json)
        return
    if off:
        change = partial(kits.take_away, sku=sku)
    elif file is not None:
        options = ReadOptions(map=parse_map(columns), encoding=encoding, sheet=sheet, decimal=decimal)
        change = partial(_from_file, path=file, options=options, create=create)
    else:
        again = [sku, *pairs, *(["--name", name] if name is not None else [])]
        change = partial(kits.make, recipes={sku: _parts(sku, pairs)}, name=name, create=create, again=again)
    with open_repository(db) as repository:
        outcome = change(repository, dry_run=dry_run)
    answer(
        Form(as_json),
        lambda: documents.kits_changed(outcome),
        lines=lambda: sentences.kits_changed(outcome),
        of=repository,
    )


def _from_file(repository: Repository, *, path: str, options: ReadOptions, create: bool, dry_run: bool) -> KitsChanged:
    from backsplit.services.readings import read_kits  # noqa: PLC0415 - only for files

    recipes = read_kits(repository, path, options, create=create)
    return kits.make(repository, recipes, create=create, dry_run=dry_run)


def _parts(sku: str, pairs: list[str]) -> dict[str, int]:
    if "=" in sku and all("=" in pair for pair in pairs):
        raise WrongUsage(
            f"name the kit first, as in: backsplit kit TEA-SET {quoted(sku)} {' '.join(map(quoted, pairs))}"
        )
    return parse_units("kit", pairs)


def _list(sku: str, db: Path, *, wide: bool, as_json: bool) -> None:
    with open_repository(db) as repository:
        found = kits.kits(repository, sku)
    answer(
        Form(as_json, wide=wide),
        lambda: [documents.kit(kit) for kit in found],
        tables=lambda: [tables.kits(found)] if found else ["no kits; to make one: backsplit kit SET SKU=N SKU=N"],
    )
