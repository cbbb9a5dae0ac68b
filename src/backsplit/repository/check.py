"""Rule 10, proved on the file itself: each question is asked of the orders and lines, not of what is derived."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import closing, suppress
from functools import cache, lru_cache
from itertools import chain

from backsplit.domain.history import OF_RECEIPTS, OF_STOCK, EventKind
from backsplit.domain.orders import Policy, Status
from backsplit.repository import schema
from backsplit.repository.connection import FAILURES, IOERR, SORTING
from backsplit.repository.orders import DEMANDED, DEMANDED_UNITS, DEMANDING
from backsplit.repository.policy import needed
from backsplit.values import NamedTuple

AT_ONCE = 10_000  # rows whose text is looked at together
LEAST = -(2**63)  # the smallest row id
MADE = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL"
# Blanks, comments and quotes around names are of no consequence: versions of SQLite write them differently.
WORD = re.compile(r"""--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\[[^]]*]|\w+|[^\s\w]""", re.DOTALL)
# What a table of another program, such as Litestream's, must not have: it would run, or forbid changes of ours.
RUNS = {"VIRTUAL", "CHECK", "GENERATED", "AS", "REFERENCES"}
SHAPES = ("table", "view")  # what the questions below read
UNREAD = re.compile("error code=([0-9]+)")


def defects(db: sqlite3.Connection) -> Iterator[str]:
    """What SQLite itself finds wrong with the file, a line each. Raises sqlite3.Error where it cannot be read."""
    for (found,) in db.execute("PRAGMA integrity_check"):
        for line in found.splitlines():
            if (unread := UNREAD.search(line)) and int(unread[1]) & 0xFF == IOERR:
                raise sqlite3.OperationalError("disk I/O error")
            if line != "ok" and not line.startswith("***"):
                yield line


class SchemaFault(NamedTuple):
    """A table, index, view or trigger that is not as the migrations make it. `sql` makes one that is missing."""

    kind: str
    sentence: str
    is_missing: bool = False
    sql: str = ""

    @property
    def is_only_slow(self) -> bool:
        """Whether all works without it."""
        return self.kind == "index" and self.is_missing


def schema_faults(db: sqlite3.Connection, applied: Collection[str] | None = None) -> list[SchemaFault]:
    """Where the schema is not exactly what the migrations make (`applied`, else all), or something else runs."""
    made, sql, _ = _new(frozenset(schema.MIGRATIONS if applied is None else applied))
    tables = {name for kind, name in made if kind == "table"}
    found = []
    db.text_factory = lambda raw: raw.decode(errors="backslashreplace")
    try:
        there = _parts(db)
    finally:
        db.text_factory = str
    for (kind, name), part in made.items():
        if (kind, name) not in there:
            found.append(SchemaFault(kind, f"the {kind} {name} is missing", is_missing=True, sql=sql[kind, name]))
        elif there[kind, name] != part:
            found.append(SchemaFault(kind, f"the {kind} {name} was changed"))
    for (kind, name), part in there.items():
        if (kind, name) not in made and not _does_nothing(kind, part, tables):
            found.append(SchemaFault(kind, f"the {kind} {name} is not backsplit's"))
    return found


class _Part(NamedTuple):
    """What something in the schema is made of: the words of its SQL. An index or a trigger is of a `table`."""

    table: str
    words: tuple[str, ...]


def _parts(db: sqlite3.Connection) -> dict[tuple[str, str], _Part]:
    """What a file is made of, by kind and name."""
    return {(kind, name): _Part(table, _words_of(sql)) for kind, name, table, sql in db.execute(MADE).fetchall()}


@lru_cache(maxsize=1_000)  # a file has most of its SQL as the migrations make it, to the letter
def _words_of(sql: str) -> tuple[str, ...]:
    words = (word for word in WORD.findall(sql) if not word.startswith(("--", "/*")))
    return tuple(word[1:-1] if word[0] in '"`[' else word for word in words)


def _does_nothing(kind: str, part: _Part, ours: Collection[str]) -> bool:
    """Whether something of another program only lies there: a plain table, or a plain index."""
    words = [word.upper() for word in part.words]
    if kind == "table":
        return words[:2] == ["CREATE", "TABLE"] and RUNS.isdisjoint(words)
    is_unique = words[1:2] == ["UNIQUE"]
    is_index = kind == "index" and words[1 + is_unique : 2 + is_unique] == ["INDEX"]
    is_plain = words.count("(") == 1 and "WHERE" not in words
    return is_index and is_plain and not (is_unique and part.table in ours)


class _New(NamedTuple):
    """What migrations make: each part, and its SQL, by kind and name; and each table that has text.

    Of such a table: its name, in SQL all text of a row, and whether its rows have ids.
    """

    parts: dict[tuple[str, str], _Part]
    sql: dict[tuple[str, str], str]
    texts: tuple[tuple[str, str, bool], ...]


@cache  # to make them takes longer than all other questions about a small file
def _new(applied: frozenset[str]) -> _New:
    """A file as these migrations make it."""
    with closing(sqlite3.connect(":memory:")) as new:
        for name, migration in schema.MIGRATIONS.items():
            for statement in schema.statements(migration) if name in applied else ():
                new.execute(statement)
        sql = {(kind, name): made_by for kind, name, _, made_by in new.execute(MADE).fetchall()}
        return _New(_parts(new), sql, tuple(_texts(new)))


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
    for table, text, has_row_ids in _new(frozenset(schema.MIGRATIONS)).texts:
        if has_row_ids:
            yield from _not_text_by_row_id(db, table, text)
        else:
            # Many rows in one look: bytes of two rows can make no character together, since a line end is between.
            (texts,) = db.execute(f"SELECT group_concat({text}, char(10)) FROM {table}").fetchone()
            if not _is_text(texts):
                rows = (value for (value,) in db.execute(f"SELECT {text} FROM {table}") if not _is_text(value))
                yield from (f"a row of {table} is not UTF-8: {_shown(value)}" for value in rows)


def _not_text_by_row_id(db: sqlite3.Connection, table: str, text: str) -> Iterator[str]:
    """The same in pieces: these tables are large."""
    piece = f"SELECT rowid AS row, {text} AS text FROM {table} WHERE rowid > ? ORDER BY rowid LIMIT {AT_ONCE}"
    after = LEAST
    while True:
        last, texts = db.execute(f"SELECT max(row), group_concat(text, char(10)) FROM ({piece})", (after,)).fetchone()
        if last is None or last <= after:  # in a damaged table row ids may stand in no order
            return
        if not _is_text(texts):
            rows = ((row, value) for row, value in db.execute(piece, (after,)) if not _is_text(value))
            yield from (f"row {row} of {table} is not UTF-8: {_shown(value)}" for row, value in rows)
        after = last


def _texts(new: sqlite3.Connection) -> Iterator[tuple[str, str, bool]]:
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


def _words(events: Iterable[EventKind]) -> str:
    return ", ".join(f"'{kind.word}'" for kind in events)


ON_HAND = """SELECT sku, on_hand, allocated FROM products WHERE NOT (on_hand >= allocated AND allocated >= 0)"""
# CROSS JOIN and + make SQLite read both tables from end to end: by product or by date it would jump about in them.
ALLOCATED = f"""SELECT sku, allocated, coalesce(units, 0) FROM products
LEFT JOIN (SELECT {DEMANDED} AS product_id, sum({DEMANDED_UNITS}) AS units
           FROM orders CROSS JOIN {DEMANDING} WHERE l.order_id = orders.id AND +status = 'Processing' GROUP BY 1)
  ON product_id = id
WHERE allocated <> coalesce(units, 0)"""
# By its index of SKUs it would jump about in the history: one look from end to end. What is added up needs no join,
# which would look at all SKUs for each of them.
HISTORY = f"""SELECT sku, sum(on_hand), sum(of_stock), sum(booked), sum(of_receipts) FROM (
  SELECT sku, on_hand, 0 AS of_stock, 0 AS booked, 0 AS of_receipts, 1 AS known FROM products
  UNION ALL SELECT +sku, 0, coalesce(sum(quantity) FILTER (WHERE event IN ({_words(OF_STOCK)})), 0), 0,
    coalesce(sum(quantity) FILTER (WHERE event IN ({_words(OF_RECEIPTS)})), 0), 0
  FROM events WHERE event IN ({_words({*OF_STOCK, *OF_RECEIPTS})}) GROUP BY +sku
  UNION ALL SELECT sku, 0, 0, quantity, 0, 0 FROM receipt_lines JOIN products ON id = product_id)
GROUP BY sku HAVING max(known) AND (sum(on_hand) <> sum(of_stock) OR sum(booked) <> sum(of_receipts))"""
WITHOUT_LINES = "SELECT number FROM orders WHERE id NOT IN (SELECT order_id FROM order_lines)"
COUNTED = """SELECT coalesce(orders, 'no'), found FROM
  (SELECT count(*) AS found FROM orders WHERE status = '{status}')
  LEFT JOIN order_counts ON status = '{status}' WHERE orders IS NOT found"""
FAMILIES = """SELECT number, units, total FROM (
  SELECT number, units,
    (SELECT coalesce(sum(quantity), 0) FROM order_lines WHERE order_id = o.id) + coalesce(on_parts, 0) AS total
  FROM orders o LEFT JOIN (
    SELECT family_id AS of, sum(quantity) AS on_parts FROM orders JOIN order_lines ON order_id = orders.id
    WHERE split_from IS NOT NULL GROUP BY family_id) ON of = o.id
  WHERE split_from IS NULL)
WHERE units <> total"""
ASKED = """SELECT (SELECT number FROM orders WHERE id = family_id), (SELECT sku FROM products WHERE id = product_id),
  wanted, found FROM (
  SELECT family_id, product_id, wanted, sent_by_shop + wanted_not_on_lines +
    coalesce((SELECT sum(quantity) FROM order_lines WHERE order_id = family_id AND product_id = a.product_id), 0) +
    coalesce((SELECT sum(quantity) FROM orders part JOIN order_lines l ON l.order_id = part.id
     WHERE part.family_id = a.family_id AND part.split_from IS NOT NULL AND l.product_id = a.product_id), 0) AS found
  FROM shop_state a)
WHERE wanted <> found"""
# Each part comes of the order that the family came in as: who does not comes of itself, or of another family.
NOT_OF_FAMILY = """WITH RECURSIVE of_family (id, family_id) AS (
  SELECT id, id FROM orders WHERE split_from IS NULL AND family_id = id
  UNION ALL SELECT part.id, part.family_id FROM of_family f JOIN orders part ON part.split_from = f.id
  WHERE part.family_id = f.family_id)
SELECT number FROM orders WHERE (split_from IS NOT NULL OR family_id <> id) AND id NOT IN (SELECT id FROM of_family)"""
UNUSABLE = """SELECT id, number, priority, placed_at FROM orders
WHERE number = '' OR priority NOT BETWEEN 1 AND 10000 OR strftime('%Y-%m-%dT%H:%M:%SZ', placed_at) IS NOT placed_at"""
UNMARKED = """SELECT number FROM to_mark JOIN orders ON id = order_id WHERE status <> 'Shipped'"""
HELD = "SELECT number, hold_until FROM orders WHERE hold_until IS NOT NULL AND status <> 'On Hold'"
# What the lines say is not in the queue, or the other way round.
WAITING = f"""SELECT (SELECT number FROM orders WHERE id = order_id) FROM (
  SELECT order_id FROM (
    SELECT {DEMANDED} AS product_id, priority, placed_at, family_id, orders.id AS order_id,
      sum({DEMANDED_UNITS}) AS units
    FROM orders JOIN {DEMANDING} WHERE l.order_id = orders.id AND status = 'Backorder' GROUP BY orders.id, 1) w
  WHERE NOT EXISTS (
    SELECT 1 FROM queue q WHERE (q.order_id, q.product_id, q.quantity) = (w.order_id, w.product_id, units)
      AND (q.priority, q.placed_at, q.family_id) = (w.priority, w.placed_at, w.family_id))
  UNION
  SELECT order_id FROM queue q WHERE NOT EXISTS (
    SELECT 1 FROM orders o JOIN {DEMANDING}
    WHERE l.order_id = o.id AND (o.id, o.status, {DEMANDED}) = (q.order_id, 'Backorder', q.product_id)
      AND (q.priority, q.placed_at, q.family_id) = (o.priority, o.placed_at, o.family_id)))"""
EXPECTED = """SELECT ref, sku, ordered, received, "left", given_up FROM expected JOIN products ON id = product_id
WHERE received + "left" + given_up <> max(ordered, received)"""
DRAWN_DOWN = """SELECT ref, sku, counted, coalesce(booked, 0) FROM (
  SELECT ref, product_id, sum(received) AS counted, (SELECT sum(quantity) FROM receipts JOIN receipt_lines l
    ON receipt_id = receipts.id WHERE expected_ref = e.ref AND l.product_id = e.product_id) AS booked FROM expected e
  GROUP BY ref, product_id
  UNION ALL
  SELECT expected_ref, product_id, 0, sum(quantity) FROM receipts JOIN receipt_lines ON receipt_id = receipts.id
  WHERE expected_ref IS NOT NULL AND (expected_ref, product_id) NOT IN (SELECT ref, product_id FROM expected)
  GROUP BY expected_ref, product_id)
JOIN products ON id = product_id WHERE counted <> coalesce(booked, 0)"""
# A kit has no count of its own, nothing of it is to come, and it is no part of another.
KITS = """SELECT sku FROM products WHERE id IN (SELECT kit_id FROM kit_parts) AND (
  on_hand <> 0 OR id IN (SELECT part_id FROM kit_parts) OR id IN (SELECT product_id FROM expected WHERE "left" > 0))"""
NEEDED = "NEEDED"  # stands in COVERED for the units that must be available, which depend on the policy
COVERED = """SELECT number FROM (
  SELECT order_id, NEEDED > available AS missing FROM queue JOIN products ON products.id = product_id)
JOIN orders ON orders.id = order_id GROUP BY order_id HAVING max(missing) = 0"""


# Each question with the sentence for every row that it finds.
QUESTIONS = (
    (ON_HAND, "{0}: {1} on hand but {2} allocated"),
    (ALLOCATED, "{0}: {1} allocated but Processing orders hold {2}"),
    (WITHOUT_LINES, "{0} has no lines"),
    *(
        (COUNTED.format(status=status.value), f"{{0}} orders are counted as {status.value}, but there are {{1}}")
        for status in Status
    ),
    (FAMILIES, "units of {0} that came in: {1}; its family now has {2}"),
    (ASKED, "{0}: the shop asks for {2} of {1} but {3} are open, shipped and given up here"),
    (NOT_OF_FAMILY, "{0} is a part, but does not come of the order of its family"),
    (UNUSABLE, "order {0} cannot be used: number {1!r}, priority {2}, placed at {3!r}"),
    (EXPECTED, "{0}: of {1} {2} are expected but {3} came, {4} are left and {5} were given up"),
    (DRAWN_DOWN, "{0}: {2} of {1} are counted as received but its receipts hold {3}"),
    (UNMARKED, "{0} has not shipped but is to be marked as sent in the shop"),
    (HELD, "{0} is not on hold but has {1} as the last day of its hold"),
    (WAITING, "{0} does not stand in the queue as its lines say"),
    (KITS, "{0} is a kit, but it is counted, expected, or a part of another kit"),
    (COVERED, "{0} waits in Backorder although available stock covers it"),
    ("PRAGMA foreign_key_check", "a row of {0} points to a row of {2} that is not there"),
)


def breaches(db: sqlite3.Connection, policy: Policy) -> Iterator[str]:
    """A sentence for each breach of rule 10."""
    db.execute(SORTING)
    for question, sentence in QUESTIONS:
        for row in db.execute(question.replace(NEEDED, needed(policy))):
            yield sentence.format(*row)
    for sku, on_hand, of_stock, booked, received in db.execute(HISTORY):
        if on_hand != of_stock:
            yield f"{sku}: {on_hand} on hand but the history adds up to {of_stock}"
        if booked != received:
            yield f"{sku}: the history has {received} received but the receipts hold {booked}"


def unusable(db: sqlite3.Connection, policy: Callable[[], Policy]) -> Iterator[str]:
    """A sentence for everything that keeps commands from using a file which SQLite finds sound, and by rule 10."""
    return _without_writing(db, _broken(db, policy, slow_too=False))


def wrong(db: sqlite3.Connection, policy: Callable[[], Policy]) -> Iterator[str]:
    """A sentence for everything that is wrong with a file, as a file and by rule 10.

    `policy` is asked once the tables are known to be those of this version.
    """
    return _without_writing(db, _wrong(db, policy))


def _wrong(db: sqlite3.Connection, policy: Callable[[], Policy]) -> Iterator[str]:
    found = 0
    try:
        for sentence in chain(defects(db), _broken(db, policy, slow_too=True)):
            found += 1
            yield sentence
    except FAILURES:
        if not found:  # else that is why
            raise


def _broken(db: sqlite3.Connection, policy: Callable[[], Policy], *, slow_too: bool) -> Iterator[str]:
    """What is wrong beside damaged pages; with or without what only makes it slow."""
    faults = [fault for fault in schema_faults(db) if slow_too or not fault.is_only_slow]
    yield from (fault.sentence for fault in faults)
    if not any(fault.kind in SHAPES for fault in faults):  # what is called as one of ours may be anything, and endless
        yield from not_text(db)
        yield from readably(db, breaches(db, policy()))


def _without_writing(db: sqlite3.Connection, answers: Iterator[str]) -> Iterator[str]:
    db.execute("PRAGMA query_only = ON")
    try:
        yield from answers
    finally:
        with suppress(sqlite3.ProgrammingError):  # who asked has read the first answers alone, and closed the file
            db.execute("PRAGMA query_only = OFF")
