"""The one place that runs SQL: opens the file, lends a transaction, turns rows into domain values and back."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from backsplit.domain.age import moment
from backsplit.domain.errors import OrderNotFound
from backsplit.domain.values import Order, Policy
from backsplit.repository import file
from backsplit.repository.asked import AskedTable
from backsplit.repository.history import Entry, History
from backsplit.repository.maps import Maps
from backsplit.repository.moving import Moving
from backsplit.repository.orders import Orders, Which
from backsplit.repository.picking import PickLists
from backsplit.repository.placing import KEPT_BESIDE, has_changes_beside
from backsplit.repository.queue import Queue
from backsplit.repository.stock import StockTable
from backsplit.stopping import too_late

if TYPE_CHECKING:
    import sqlite3

    from backsplit.repository.arrivals import Arrivals

__all__ = [
    "KEPT_BESIDE",
    "Entry",
    "Repository",
    "Which",
    "create",
    "has_changes_beside",
    "open_repository",
    "reachable",
]

create = file.create
reachable = file.reachable


@contextmanager
def open_repository(path: Path) -> Iterator[Repository]:
    """Lend the repository over the file at `path`. Raises DatabaseError where it cannot be used."""
    with file.connection(path) as db:
        yield Repository(db, path)


class Repository:
    """The tables, each under its name, and the transactions around them."""

    def __init__(self, db: sqlite3.Connection, path: Path) -> None:
        self._db = db
        self.path = path
        self.orders = Orders(db)
        self.moving = Moving(db)
        self.queue = Queue(db)
        self.asked = AskedTable(db)
        self.picking = PickLists(db)
        self.stock = StockTable(db)
        self.history = History(db)
        self.maps = Maps(db)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """One unchanging view of the file for all that is read inside."""
        file.begin_reading(self._db, self.path)
        try:
            yield
        finally:
            self._db.execute("ROLLBACK")

    @contextmanager
    def change(self, command: str, reason: str = "", *, dry_run: bool = False) -> Iterator[None]:
        """All or nothing: the write lock from the first read on, and one entry in the history.

        A dry run does the same work on the same rows and then takes it all back.
        """
        file.begin(self._db, self.path)
        try:
            self.now = datetime.now(timezone.utc)
            self.history.begin(moment(self.now), command, reason, _user())
            yield
        except BaseException:
            if self._db.in_transaction:  # SQLite has taken it back already when the disk is full
                self._db.execute("ROLLBACK")
            raise
        if dry_run:
            self._db.execute("ROLLBACK")
        else:
            too_late()
            self._db.execute("COMMIT")

    @contextmanager
    def copied(self, target: Path, *, overwrite: bool) -> Iterator[Repository]:
        """Lend the repository over a copy of the file, which becomes `target` if nothing is raised.

        Raises FileExistsError where that name is taken, unless `overwrite`.
        """
        with file.copied(self.path, target, overwrite=overwrite) as new:
            with open_repository(new) as copy:
                yield copy
            too_late()

    @property
    def policy(self) -> Policy:
        row = self._db.execute("SELECT value FROM settings WHERE name = 'policy'").fetchone()
        return Policy(row[0])

    @policy.setter
    def policy(self, policy: Policy) -> None:
        self._db.execute("UPDATE settings SET value = ? WHERE name = 'policy'", (policy.value,))

    def order(self, number: str) -> Order:
        """The order that the user means. Raises OrderNotFound."""
        order = self.orders.typed(number)
        if order is None:
            raise OrderNotFound(f"there is no order {number}: `backsplit list` shows all")
        return order

    @contextmanager
    def arrivals(self, *, later_holds: bool = False) -> Iterator[Arrivals]:
        """Lend an import: the orders that it adds are settled by its caller.

        `later_holds`: where two files name an order, the later file counts; otherwise the earlier one does.
        """
        from backsplit.repository.arrivals import Arrivals  # noqa: PLC0415 - imports need it alone

        with Arrivals(self._db, self.history, moment(self.now), later_holds=later_holds) as arrivals:
            self.orders.unsettled_from = arrivals.first
            yield arrivals

    def breaches(self) -> Iterator[str]:
        from backsplit.repository.check import breaches  # noqa: PLC0415 - `check` needs it alone

        return breaches(self._db, self.policy)


def _user() -> str:
    try:
        return getpass.getuser().encode(errors="backslashreplace").decode()  # a name may hold any bytes
    except (KeyError, OSError, ImportError):  # a user id without a name, as in some containers
        return "unknown"
