"""Whether a file is sound as a file: SQLite's own check, what the schema made, and text that is text."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing

from backsplit import schema
from backsplit.repository.file.connecting import IOERR

AT_ONCE = 10_000  # rows whose text is looked at together
# Text that came from outside, of each table that has any.
TEXTS = {
    "products": ("sku", "name"),
    "orders": ("number", "customer", "note"),
    "changes": ("command", "reason", "user"),
    "events": ("event", "order_number", "sku", "reason"),
}
MADE = (
    "SELECT type, name, sql FROM sqlite_master WHERE type IN ('table', 'index', 'trigger', 'view') AND sql IS NOT NULL"
)
UNREAD = re.compile("error code=([0-9]+)")


def defects(db: sqlite3.Connection) -> Iterator[str]:
    """What SQLite itself finds wrong with the file, a line each. Raises sqlite3.Error where it cannot be read."""
    for (found,) in db.execute("PRAGMA integrity_check"):
        for line in found.splitlines():
            if (unread := UNREAD.search(line)) and int(unread[1]) & 0xFF == IOERR:
                raise sqlite3.OperationalError("disk I/O error")
            if line != "ok" and not line.startswith("***"):
                yield line


def missing(db: sqlite3.Connection) -> Iterator[str]:
    """A sentence for each table, index, view or trigger that is not as this version makes it.

    Of tables, indexes and views only whether they are there is asked: SQLite writes their text anew when they change.
    """
    there = {(kind, name): sql for kind, name, sql in db.execute(MADE)}
    for kind, name, sql in _made_new():
        found = there.get((kind, name))
        if found is None:
            yield f"the {kind} {name} is missing"
        elif kind == "trigger" and found.split() != sql.split():
            yield f"the {kind} {name} was changed"


def _made_new() -> list[tuple[str, str, str]]:
    with closing(sqlite3.connect(":memory:")) as new:
        for migration in schema.MIGRATIONS.values():
            for statement in schema.statements(migration):
                new.execute(statement)
        return new.execute(MADE).fetchall()


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
    for table, columns in TEXTS.items():
        joined = " || char(10) || ".join(f"coalesce({column}, '')" for column in columns)
        (last,) = db.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()
        for first in range(1, last + 1, AT_ONCE):
            span = (first, first + AT_ONCE - 1)
            # Many rows in one look: bytes of two rows can make no character together, since a line end is between.
            (texts,) = db.execute(
                f"SELECT group_concat({joined}, char(10)) FROM {table} WHERE id BETWEEN ? AND ?", span
            ).fetchone()
            if not _is_text(texts or b""):
                for row, text in db.execute(f"SELECT id, {joined} FROM {table} WHERE id BETWEEN ? AND ?", span):
                    if not _is_text(text):
                        shown = " ".join(text.decode(errors="backslashreplace").split())
                        yield f"row {row} of {table} is not UTF-8: {shown}"


def _is_text(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True
