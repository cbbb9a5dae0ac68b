"""What was meant by a command that is not there."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from difflib import get_close_matches
from pathlib import Path

from backsplit.cli.options import DEFAULT_FILE
from backsplit.errors import BacksplitError
from backsplit.render.terminal import quoted
from backsplit.repository import open_repository

# Words that other programs have for what is done here, and the line to type instead.
OTHER_WORDS = {
    "undo [CHANGE]": "revert rollback undelete unship uncancel unreceive back",
    "amend ORDER": "edit change modify update alter replace swap substitute set",
    "list --customer TEXT": "search find lookup query grep filter customer",
    "list": "ls orders backorders order status open",
    "show ORDER": "view display info detail details get why",
    "add SKU=N": "new create insert enter",
    "cancel ORDER": "delete remove rm drop void refund",
    "receive --sku SKU --qty N": "arrive arrival delivery restock return returns returned in book",
    "ship ORDER": "send fulfil fulfill dispatch out close done",
    "hold ORDER": "pause stop block park",
    "resume ORDER": "unhold release continue unpause unblock",
    "merge ORDER": "join unite combine unsplit",
    "adjust --sku SKU": "correct count recount",
    "stock": "inventory sku skus products product items available",
    "shortages": "buy to-buy reorder purchase missing short needs",
    "history": "log journal events audit changes",
    "prioritize ORDER": "priority rush expedite bump",
    "import orders FILE": "load upload read",
    "list --csv": "export download csv dump",
    "backup FILE": "save copy",
    "slip ORDER --html FILE": "print",
    "slip ORDER": "pack packing packing-slip invoice",
    "to-ship --through EXPORT": "label labels address addresses",
    "ship -": "scan scanner barcode",
    "mark SKU --from DATE": "preorder pre-order launch",
    "kit SET SKU=N": "bundle bundles sets assembly bom",
    "expect SKU=N --on DATE": "po pos incoming purchase-order",
    "today": "next todo morning dashboard now",
    "demo": "sample samples example examples tutorial try",
    "init": "setup start begin make",
    "check": "verify validate doctor fsck",
}
INSTEAD_OF_ORDERS = {"--all", "--list", "--lists", "--file", "--customer", "--help", "-h", "--json", "--csv", "--sku"}
SUGGESTIONS = {word: line for line, words in OTHER_WORDS.items() for word in words.split()}


def suggestion(word: str, commands: Iterable[str]) -> str:
    """Advice: the command that does it, where the word is known, else those that are spelt nearly so."""
    plain = word.lower().replace("_", "-")
    if plain in SUGGESTIONS:
        return f"`backsplit {SUGGESTIONS[plain]}` does that"
    if plain.startswith(("undo-", "un-")):
        return "`backsplit undo [CHANGE]` takes back what a command did"
    near = get_close_matches(plain, commands, n=2)
    return f"did you mean {' or '.join(near)}?" if near else "`backsplit --help` lists the commands"


def without_hash(words: Sequence[str]) -> Iterator[str]:
    """Where a command got no order, and the shop's numbers begin with #: a shell takes that for a comment."""
    if any(not word.startswith("-") or word.partition("=")[0] in INSTEAD_OF_ORDERS for word in words[1:]):
        return
    number = None
    with suppress(BacksplitError), open_repository(Path(os.environ.get("BACKSPLIT_DB") or DEFAULT_FILE)) as repository:
        number = repository.orders.one_with_hash()
    if number is not None:
        line = f"backsplit {words[0]} {quoted(number[1:])}"
        yield f"# begins a comment in a shell: to name an order leave it out, as in {line}"
