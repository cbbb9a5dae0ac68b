"""What was meant by a command that is not there."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

# Words that other programs have for what is done here, and the line to type instead.
OTHER_WORDS = {
    "undo [CHANGE]": "revert rollback undelete unship uncancel unreceive unsplit back",
    "amend ORDER": "edit change modify update alter replace swap substitute set",
    "list --customer TEXT": "search find lookup query grep filter customer",
    "list": "ls orders backorders order status open",
    "show ORDER": "view display info detail details get why",
    "add SKU=N": "new create insert enter",
    "cancel ORDER": "delete remove rm drop void",
    "receive --sku SKU --qty N": "arrive arrival delivery restock return returns returned in book po",
    "ship ORDER": "send fulfil fulfill dispatch out close done",
    "hold ORDER": "pause stop block park",
    "resume ORDER": "unhold release continue unpause unblock",
    "merge ORDER": "join unite combine",
    "adjust --sku SKU": "correct count recount",
    "stock": "inventory sku skus products product items available",
    "shortages": "buy to-buy reorder purchase missing short needs",
    "history": "log journal events audit changes",
    "prioritize ORDER": "priority rush expedite bump",
    "import orders FILE": "load upload read",
    "list --csv": "export download csv dump",
    "backup FILE": "save copy",
    "slip ORDER": "print pack packing packing-slip invoice",
    "to-ship --through EXPORT": "label labels address addresses",
    "demo": "sample samples example examples tutorial try",
    "init": "setup start begin make",
    "check": "verify validate doctor fsck",
}
SUGGESTIONS = {word: line for line, words in OTHER_WORDS.items() for word in words.split()}


def suggestion(word: str, commands: Iterable[str]) -> str:
    """Advice: the command that does it, where the word is known, else those that are spelt nearly so."""
    plain = word.lower().replace("_", "-")
    if plain.startswith(("undo-", "un-")):
        return "`backsplit undo [CHANGE]` takes back what a command did"
    if plain in SUGGESTIONS:
        return f"`backsplit {SUGGESTIONS[plain]}` does that"
    near = get_close_matches(plain, commands, n=2)
    return f"did you mean {' or '.join(near)}?" if near else "`backsplit --help` lists the commands"
