"""Where orders come from: each shop by its name, what is known of its files, and the maps that were typed for these."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from backsplit.values import NamedTuple

if TYPE_CHECKING:
    from backsplit.formats import SkuFrom

NEWEST_OPEN = """SELECT coalesce(max(root.placed_at), '') FROM orders root WHERE root.source_id = ?1 AND root.id IN (
  SELECT family_id FROM orders WHERE status = 'Backorder'
  UNION SELECT family_id FROM orders WHERE status = 'Processing'
  UNION SELECT family_id FROM orders WHERE status = 'On Hold')"""


class Sources:
    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def ids(self) -> dict[str, int]:
        """The ids of all sources, by their names."""
        return dict(self._db.execute("SELECT name, id FROM sources"))

    def id_of(self, name: str) -> int:
        """The id of that source, which is made known if it is new."""
        self._db.execute("INSERT INTO sources (name) VALUES (?) ON CONFLICT DO NOTHING", (name,))
        ((source,),) = self._db.execute("SELECT id FROM sources WHERE name = ?", (name,)).fetchall()
        return int(source)

    def name_of(self, source: int | None) -> str:
        """Blank for an order that came from none."""
        row = self._db.execute("SELECT name FROM sources WHERE id = ?", (source,)).fetchone()
        return str(row[0]) if row else ""

    def any_orders(self) -> bool:
        """Whether any order came from a shop."""
        return self._db.execute("SELECT 1 FROM orders WHERE source_id IS NOT NULL LIMIT 1").fetchone() is not None

    def newest(self, source: int) -> str:
        """When the newest order of the last look was placed; blank before the first look."""
        ((newest,),) = self._db.execute("SELECT newest FROM sources WHERE id = ?", (source,)).fetchall()
        return str(newest or "")

    def newest_open(self, source: int) -> str:
        """When the newest of the orders was placed that are open here; blank where none is."""
        ((newest,),) = self._db.execute(NEWEST_OPEN, (source,)).fetchall()
        return str(newest)

    def note_followed(self, names: Iterable[str], at: str) -> None:
        """Note when these shops were followed, and make them known."""
        self._db.executemany(
            "INSERT INTO sources (name, followed_at) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET followed_at = ?2",
            [(name, at) for name in names],
        )

    def followed_at(self, name: str) -> str | None:
        """When that shop was followed last (ISO 8601 in UTC); None if it was not."""
        row = self._db.execute("SELECT followed_at FROM sources WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def last_followed(self) -> tuple[str, str] | None:
        """The shop that was followed last, and when (ISO 8601 in UTC)."""
        row = self._db.execute(
            "SELECT name, followed_at FROM sources WHERE followed_at IS NOT NULL ORDER BY followed_at DESC, id LIMIT 1"
        ).fetchone()
        return (row[0], row[1]) if row else None

    def note_newest(self, source: int, placed_at: str) -> None:
        self._db.execute("UPDATE sources SET newest = ? WHERE id = ?", (placed_at, source))

    def header_of(self, name: str) -> str | None:
        """The columns of the plain files of a source; None where there is no such source, or it has none yet."""
        row = self._db.execute("SELECT header FROM sources WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def of_header(self, header: str) -> list[str]:
        """The names of the sources whose plain files have these columns."""
        return [
            name for (name,) in self._db.execute("SELECT name FROM sources WHERE header = ? ORDER BY id", (header,))
        ]

    def note_header(self, name: str, header: str) -> None:
        """Note the columns of a source's plain files, and make it known."""
        self._db.execute(
            "INSERT INTO sources (name, header) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET header = ?2",
            (name, header),
        )

    def columns(self) -> dict[str, list[str]]:
        """The columns that the files of each source had at the last look, by its name."""
        rows = self._db.execute("SELECT name, columns FROM sources WHERE columns IS NOT NULL ORDER BY id")
        return {name: json.loads(columns) for name, columns in rows}

    def note_columns(self, name: str, columns: Sequence[str]) -> None:
        """Note them, and make the source known."""
        self._db.execute(
            "INSERT INTO sources (name, columns) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET columns = ?2",
            (name, json.dumps(columns)),
        )

    def note_counted(self, source: int, form: str, mark: int) -> bool:
        """Note the format in which a shop's counts came, and their mark. Whether it was that of the last look, too."""
        ((before,),) = self._db.execute("SELECT counts_mark FROM sources WHERE id = ?", (source,)).fetchall()
        self._db.execute(
            "UPDATE sources SET counted_as = ?1, counts_mark = ?2"
            " WHERE id = ?3 AND (counted_as, counts_mark) IS NOT (?1, ?2)",
            (form, mark, source),
        )
        return bool(before == mark)

    def that_count(self) -> dict[str, str]:
        """The shops whose counts were followed, each with their format."""
        return dict(self._db.execute("SELECT name, counted_as FROM sources WHERE counted_as IS NOT NULL ORDER BY id"))


_OPEN, _SKU_FROM = "--open", "--sku-from"  # beside the fields, of which none is called so


class RememberedMap(NamedTuple):
    """`number` is what the user calls it by. `columns` are by field, `open` the words of --open by column.

    `sku_from` is what was said of SKUs; None if nothing is to be remembered of it.
    """

    number: int
    header: str
    columns: dict[str, str]
    open: dict[str, list[str]]
    sku_from: SkuFrom | None = None


class Maps:
    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def all(self) -> list[RememberedMap]:
        rows = self._db.execute("SELECT rowid, header, map FROM maps ORDER BY rowid").fetchall()
        if not rows:
            return []
        maps = []
        for number, header, text in rows:
            columns = json.loads(text)
            open_words, sku_from = columns.pop(_OPEN, {}), columns.pop(_SKU_FROM, None)
            maps.append(RememberedMap(number, header, columns, open_words, sku_from))
        return maps

    def remember(
        self,
        header: str,
        columns: Mapping[str, str],
        open_words: Mapping[str, Sequence[str]],
        sku_from: SkuFrom | None = None,
    ) -> None:
        """Keep them in the place of what was remembered for this header, or this shop, before."""
        typed: dict[str, Any] = {**columns}
        if open_words:
            typed[_OPEN] = {name: list(words) for name, words in open_words.items()}
        if sku_from:
            typed[_SKU_FROM] = sku_from
        if not typed:
            self._db.execute("DELETE FROM maps WHERE header = ?", (header,))
            return
        self._db.execute(
            "INSERT INTO maps (header, map) VALUES (?, ?) ON CONFLICT (header) DO UPDATE SET map = excluded.map",
            (header, json.dumps(typed, ensure_ascii=False)),
        )

    def forget(self, number: int) -> bool:
        """Whether there was one of this number."""
        return self._db.execute("DELETE FROM maps WHERE rowid = ?", (number,)).rowcount > 0
