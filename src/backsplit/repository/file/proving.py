"""Whether a file is sound as a file: SQLite's own check, what the schema made, and text that is text."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Collection, Iterator
from contextlib import closing
from typing import Any

from backsplit import schema
from backsplit.repository.file.connecting import IOERR

AT_ONCE = 10_000  # rows whose text is looked at together
LEAST = -(2**63)  # the smallest row id
MADE = "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL"
# SQLite writes the text of tables, indexes and views anew when they change, so their columns tell what they are.
COLUMNS = {
    "table": "SELECT * FROM pragma_table_xinfo(?)",
    "view": "SELECT * FROM pragma_table_xinfo(?)",
    "index": "SELECT * FROM pragma_index_xinfo(?)",
}
KINDS = (*COLUMNS, "trigger")
UNREAD = re.compile("error code=([0-9]+)")


def defects(db: sqlite3.Connection) -> Iterator[str]:
    """What SQLite itself finds wrong with the file, a line each. Raises sqlite3.Error where it cannot be read."""
    for (found,) in db.execute("PRAGMA integrity_check"):
        for line in found.splitlines():
            if (unread := UNREAD.search(line)) and int(unread[1]) & 0xFF == IOERR:
                raise sqlite3.OperationalError("disk I/O error")
            if line != "ok" and not line.startswith("***"):
                yield line


def missing(db: sqlite3.Connection, kinds: Collection[str] = KINDS) -> Iterator[str]:
    """A sentence for each table, index, view or trigger, or of these `kinds`, that is not as this version makes it."""
    return readably(db, _missing(db, kinds))


def _missing(db: sqlite3.Connection, kinds: Collection[str]) -> Iterator[str]:
    with closing(_new()) as new:
        made_new = _parts(new)
    there = _parts(db)
    for (kind, name), made in made_new.items():
        if kind in kinds and there.get((kind, name)) != made:
            yield f"the {kind} {name} {'was changed' if (kind, name) in there else 'is missing'}"


def _parts(db: sqlite3.Connection) -> dict[tuple[str, str], list[Any]]:
    """What a file is made of, by its kind and name: the words of triggers, the columns of all else."""
    return {
        (kind, name): db.execute(COLUMNS[kind], (name,)).fetchall() if kind in COLUMNS else sql.split()
        for kind, name, sql in db.execute(MADE).fetchall()
    }


def _new() -> sqlite3.Connection:
    """A file as this version makes it, in memory."""
    new = sqlite3.connect(":memory:")
    for migration in schema.MIGRATIONS.values():
        for statement in schema.statements(migration):
            new.execute(statement)
    return new


def not_text(db: sqlite3.Connection) -> Iterator[str]:
    """A sentence for each row with text that is not UTF-8: no command can read it."""
    return _reading(db, bytes, _not_text(db))


def readably(db: sqlite3.Connection, answers: Iterator[str]) -> Iterator[str]:
    """The same answers, with text that is not UTF-8 written out."""
    return _reading(db, lambda raw: raw.decode(errors="backslashreplace"), answers)


def _reading(db: sqlite3.Connection, text: Callable[[bytes], object], answers: Iterator[str]) -> Iterator[str]:
    db.text_factory = text
    try:
        yield from answers
    finally:
        db.text_factory = str


def _not_text(db: sqlite3.Connection) -> Iterator[str]:
    for table, text, has_row_ids in _texts():
        if has_row_ids:
            yield from _not_text_by_row_id(db, table, text)
        else:
            # Many rows in one look: bytes of two rows can make no character together, since a line end is between.
            (texts,) = db.execute(f"SELECT group_concat({text}, char(10)) FROM {table}").fetchone()
            if not _is_text(texts):
                rows = (one for (one,) in db.execute(f"SELECT {text} FROM {table}") if not _is_text(one))
                yield from (f"a row of {table} is not UTF-8: {_shown(one)}" for one in rows)


def _not_text_by_row_id(db: sqlite3.Connection, table: str, text: str) -> Iterator[str]:
    """The same in pieces: these tables are large."""
    piece = f"SELECT rowid AS row, {text} AS text FROM {table} WHERE rowid > ? ORDER BY rowid LIMIT {AT_ONCE}"
    after = LEAST
    while True:
        last, texts = db.execute(f"SELECT max(row), group_concat(text, char(10)) FROM ({piece})", (after,)).fetchone()
        if last is None or last <= after:  # in a damaged table row ids may stand in no order
            return
        if not _is_text(texts):
            rows = ((row, one) for row, one in db.execute(piece, (after,)) if not _is_text(one))
            yield from (f"row {row} of {table} is not UTF-8: {_shown(one)}" for row, one in rows)
        after = last


def _texts() -> Iterator[tuple[str, str, bool]]:
    """Each table that has text: its name, in SQL all text of a row, and whether its rows have ids."""
    with closing(_new()) as new:
        for table, without in new.execute("SELECT name, wr FROM pragma_table_list WHERE type = 'table'").fetchall():
            columns = new.execute("SELECT name FROM pragma_table_info(?) WHERE type = 'TEXT'", (table,))
            if text := " || char(10) || ".join(f"coalesce({column}, '')" for (column,) in columns):
                yield table, text, not without


def _shown(raw: bytes) -> str:
    return " ".join(raw.decode(errors="backslashreplace").split())


def _is_text(raw: bytes | None) -> bool:
    try:
        (raw or b"").decode()
    except UnicodeDecodeError:
        return False
    return True
