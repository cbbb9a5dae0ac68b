"""The one place that runs SQL: opens the file, lends a transaction, turns rows into domain values and back."""

from __future__ import annotations

import os
import pwd
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timezone
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from backsplit.domain.orders import Order, Policy
from backsplit.domain.times import moment
from backsplit.errors import DatabaseError, NotKnown, OrderNotFound
from backsplit.repository.commit import Identity, check_in_place, commit_change, identity
from backsplit.repository.connection import FIGURES, begin, begin_reading, is_backsplit_file
from backsplit.repository.failures import advice, diagnose, translate_os
from backsplit.repository.history import Entry, History
from backsplit.repository.opening import copied, create, open_connection
from backsplit.repository.orders import SORTED, Orders, Which
from backsplit.repository.policy import policy_of, word_of_policy
from backsplit.repository.queue import Queue, QueueReader
from backsplit.repository.stock import StockTable
from backsplit.signals import ignore_from_now_on

if TYPE_CHECKING:
    from backsplit.repository.bulk_import import Arrivals, FillRateTable
    from backsplit.repository.calendar import Calendar
    from backsplit.repository.completion import Completion
    from backsplit.repository.counts import ShopCounts
    from backsplit.repository.deliveries import ExpectedTable
    from backsplit.repository.kits import KitsTable
    from backsplit.repository.notices import Notices
    from backsplit.repository.parcels import PickLists
    from backsplit.repository.promises import PromiseCache
    from backsplit.repository.queue import QueueReader
    from backsplit.repository.report import ReportTable, ShortageCache
    from backsplit.repository.shop_state import ShopStateTable
    from backsplit.repository.shop_updates import ShopUpdates
    from backsplit.repository.sources import Maps, Sources
    from backsplit.repository.spelling import Spelling
    from backsplit.repository.today import TodayTable
    from backsplit.repository.transitions import Transitions

__all__ = [
    "SORTED",
    "Entry",
    "Repository",
    "Which",
    "create",
    "is_backsplit_file",
    "open_repository",
    "translate_os",
]


# SQLite keeps the pages that a statement changes as they were before it, to be able to take that statement alone back.
# In a file, that is two writes for each of them: a quarter of a `split --all`. It must be said before the transaction.
UNDONE_IN_MEMORY = "PRAGMA temp_store = MEMORY"


@contextmanager
def open_repository(path: Path) -> Iterator[Repository]:
    """Lend the repository over the file at `path`. Raises DatabaseError where it cannot be used."""
    opened = identity(path)
    with diagnose(path), open_connection(path) as db:
        repository = Repository(db, path, opened)
        try:
            yield repository
        except NotKnown as error:  # no lock is held any more
            raise repository.with_nearest(error) from None


T = TypeVar("T")


class _Table(Generic[T]):
    """A table of the repository, made at its first use: its module is imported then."""

    def __init__(self, module: str, name: str) -> None:
        self._module, self._name = module, name

    def __set_name__(self, owner: type[Repository], attribute: str) -> None:
        self._attribute = attribute

    def __get__(self, repository: Repository, owner: type[Repository]) -> T:
        table: T = getattr(import_module(f"{__package__}.{self._module}"), self._name)(repository._db)  # noqa: SLF001
        repository.__dict__[self._attribute] = table  # found there from now on
        return table


class Repository:
    """The tables, each under its name, and the transactions around them."""

    # Tables that few commands need: their modules are imported where one is first asked for.
    transitions: _Table[Transitions] = _Table("transitions", "Transitions")
    sources: _Table[Sources] = _Table("sources", "Sources")
    shop_state: _Table[ShopStateTable] = _Table("shop_state", "ShopStateTable")
    counts: _Table[ShopCounts] = _Table("counts", "ShopCounts")
    fill_rates: _Table[FillRateTable] = _Table("bulk_import", "FillRateTable")
    kits: _Table[KitsTable] = _Table("kits", "KitsTable")
    expected: _Table[ExpectedTable] = _Table("deliveries", "ExpectedTable")
    completion: _Table[Completion] = _Table("completion", "Completion")
    promise_cache: _Table[PromiseCache] = _Table("promises", "PromiseCache")
    shortage_cache: _Table[ShortageCache] = _Table("report", "ShortageCache")
    report: _Table[ReportTable] = _Table("report", "ReportTable")
    spelling: _Table[Spelling] = _Table("spelling", "Spelling")
    notices: _Table[Notices] = _Table("notices", "Notices")
    calendar: _Table[Calendar] = _Table("calendar", "Calendar")
    picking: _Table[PickLists] = _Table("parcels", "PickLists")
    shop_updates: _Table[ShopUpdates] = _Table("shop_updates", "ShopUpdates")
    maps: _Table[Maps] = _Table("sources", "Maps")
    today: _Table[TodayTable] = _Table("today", "TodayTable")

    def __init__(self, db: sqlite3.Connection, path: Path, opened: Identity | None = None) -> None:
        self._db = db
        self.path = path
        self._opened = opened
        self.made: int | None = None  # the number of the change that was made last
        self.orders = Orders(db)
        self.queue = Queue(db)
        self.stock = StockTable(db)
        self.history = History(db)

    def queue_reader(self, *, many: bool = False) -> QueueReader:
        """For orders that are read one after the other; `many` of them are as many as the queue has, or nearly."""
        return QueueReader(self.orders, self.queue, self.policy, many=many)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """One unchanging view of the file for all that is read inside."""
        begin_reading(self._db, self.path)
        try:
            yield
        finally:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")

    @contextmanager
    def answering(self) -> Iterator[None]:
        """The same; what took long to find is then kept for the next question."""
        with self.reading():
            yield
            caches = map(self.__dict__.get, ("promise_cache", "shortage_cache", "today"))
            if unsaved := [cache for cache in caches if cache is not None and cache.is_unsaved]:
                self._save(unsaved)

    def _save(self, caches: Iterable[PromiseCache | ShortageCache | TodayTable]) -> None:
        """Write what a question has found, and end its transaction. What another program does goes first."""
        with suppress(sqlite3.OperationalError):  # somebody else writes, or nobody may
            for cache in caches:
                cache.save()
            self._db.execute("COMMIT")

    @contextmanager
    def keep_shop_state(self, family: int) -> Iterator[None]:
        """Local edits inside must not change what we remember the shop asked for (rule 11). `family` is an id."""
        from backsplit.domain.sync import remembered, settled  # noqa: PLC0415 - most splits need none of it

        shop_state = remembered(self.orders.members(family), self.shop_state.of(family))
        yield
        self.shop_state.write(family, settled(shop_state, self.orders.members(family)))

    @contextmanager
    def own_ids(self) -> Iterator[None]:
        """For a change that gives every id itself, or has just read it: SQLite need not look up whether it is there.

        Enter it before the change: within one it does nothing.
        """
        self._db.execute("PRAGMA foreign_keys = OFF")
        try:
            yield
        finally:
            with suppress(sqlite3.ProgrammingError):  # a commit failed, and the connection is closed
                self._db.execute("PRAGMA foreign_keys = ON")

    @contextmanager
    def change(
        self, command: str, reason: str = "", *, dry_run: bool = False, whole_tables: bool = False
    ) -> Iterator[None]:
        """All or nothing: the write lock from the first read on, and one entry in the history.

        A dry run does the same work on the same rows and then takes it all back. `whole_tables`: a single statement
        may write much of the file.
        """
        if not whole_tables:
            self._db.execute(UNDONE_IN_MEMORY)
        begin(self._db, self.path)
        try:
            self.now = datetime.now(timezone.utc)
            self.made = None
            self.history.begin(moment(self.now), command, reason, _user())
            if "transitions" in self.__dict__:
                self.transitions.begin()
            yield
            if not dry_run:
                self._db.execute("DELETE FROM today_cache")
                check_in_place(self.path, self._opened, committed=False)
        except BaseException:
            if self._db.in_transaction:  # SQLite has taken it back already when the disk is full
                self._db.execute("ROLLBACK")
            raise
        if dry_run:
            self._db.execute("ROLLBACK")
        else:
            commit_change(self._db, self.path, self.history.begun)
            check_in_place(self.path, self._opened, committed=True)
            self.made = self.history.begun

    @property
    def on_lists(self) -> dict[str, int]:
        """The orders that this change took off a pick list, gave back to it or changed on it, and its number."""
        return dict(self.transitions.on_lists) if "transitions" in self.__dict__ else {}

    @contextmanager
    def copied(self, target: Path, *, overwrite: bool) -> Iterator[Repository]:
        """Lend the repository over a copy of the file, which becomes `target` if nothing is raised.

        Raises FileExistsError where that name is taken, unless `overwrite`.
        """
        with copied(self.path, target, overwrite=overwrite) as new:
            with open_connection(new, of=target) as copy:
                yield Repository(copy, target)
            ignore_from_now_on()

    @property
    def policy_word(self) -> str:
        """What the file has for its policy, which another program may have made no policy."""
        return word_of_policy(self._db)

    @property
    def policy(self) -> Policy:
        try:
            return policy_of(self._db)
        except ValueError as error:
            raise DatabaseError(
                "not-a-database", f"{self.path}: {error}; `backsplit policy skip-over` or `strict` sets it"
            ) from None

    @policy.setter
    def policy(self, policy: Policy) -> None:
        self._db.execute("INSERT OR REPLACE INTO settings VALUES ('policy', ?)", (policy.value,))

    def order(self, number: str) -> Order:
        """The order that the user means. Raises OrderNotFound."""
        order = self.orders.typed(number)
        if order is None:
            raise OrderNotFound(number)
        return order

    def orders_named(self, numbers: Iterable[str]) -> list[Order]:
        """The orders that the user names, each once, in that order. Raises OrderNotFound."""
        return list({order.id: order for order in map(self.order, numbers)}.values())

    @contextmanager
    def arrivals(self, *, later_holds: bool = False) -> Iterator[Arrivals]:
        """Lend an import: the orders that it adds are settled by its caller.

        `later_holds`: where two files name an order, the later file counts; otherwise the earlier one does.
        """
        from backsplit.repository.bulk_import import Arrivals  # noqa: PLC0415 - imports need it alone

        with Arrivals(self._db, self.history, moment(self.now), later_holds=later_holds) as arrivals:
            self.orders.unsettled = lambda: arrivals.ids
            yield arrivals

    def figures(self) -> tuple[int, int, str | None]:
        """How many orders and SKUs the file has, and when the last change was (ISO 8601 in UTC)."""
        row: tuple[int, int, str | None] = self._db.execute(FIGURES).fetchone()
        return row

    def with_nearest(self, error: NotKnown) -> NotKnown:
        """The same error with the nearest that the file knows."""
        return error.with_nearest(self.spelling.nearest(error))

    def unusable(self) -> Iterator[str]:
        """A sentence for everything that keeps commands from using a file which SQLite finds sound, and by rule 10."""
        from backsplit.repository.check import unusable  # noqa: PLC0415 - proofs need it alone

        return unusable(self._db, lambda: self.policy)

    def wrong(self) -> Iterator[str]:
        """A sentence for everything that is wrong with the file: damage, what another program did, breaches."""
        from backsplit.repository.check import wrong  # noqa: PLC0415 - as above

        return wrong(self._db, lambda: self.policy)

    def advice(self) -> str:
        """What to do about a file that is not sound."""
        return advice(self.path)


def _user() -> str:
    """As `getpass.getuser`, which would load how to ask for a password."""
    named = filter(None, map(os.environ.get, ("LOGNAME", "USER", "LNAME", "USERNAME")))
    try:
        name = next(named, None) or pwd.getpwuid(os.getuid()).pw_name
    except (KeyError, OSError):  # a user id without a name, as in some containers
        return "unknown"
    return name.encode(errors="backslashreplace").decode()  # a name may hold any bytes
