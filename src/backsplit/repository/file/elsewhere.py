"""A file that is not there, and where it may be instead."""

from __future__ import annotations

import shlex
from contextlib import suppress
from pathlib import Path

from backsplit.repository.file.backups import command
from backsplit.repository.file.header import is_backsplit_file


def sentence_of_missing(named: Path) -> str:
    """Says that the file is not there. One of that name in a folder above comes first, then how to make one here."""
    made = f"make it with {command(named, 'init')}"
    if named.parent != Path() or named.is_absolute():
        return f"there is no {named}: {made}"
    here = Path.cwd()
    above = next((folder / named for folder in here.parents if _is_there(folder / named)), None)
    if above is None:
        return f"there is no {named} here ({here}): go to the folder that has it, or {made}"
    use = f"use it with `--db {shlex.quote(str(above))}`"
    return f"there is no {named} here ({here}), but {above.parent} has one: {use}, or {made}"


def _is_there(path: Path) -> bool:
    with suppress(OSError):
        return path.is_file() and is_backsplit_file(path)
    return False
