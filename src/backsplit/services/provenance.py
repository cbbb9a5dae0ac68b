"""Rule 11, which file is this: the files of a call are compared with what is known of their sources. Part of `sync`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backsplit.domain.orders import Status
from backsplit.domain.provenance import FEWEST_TO_REFUSE, FileFacts, refusal, takes_back
from backsplit.domain.times import day, moment
from backsplit.errors import BadInput, listed
from backsplit.formats.columns import normal
from backsplit.formats.state_columns import says_state
from backsplit.repository import Repository
from backsplit.services.reconciliation import KnownOrders

if TYPE_CHECKING:
    from backsplit.formats.reader import Reading

A_NIGHT = timedelta(hours=20)  # from one to the next


def check_files(repository: Repository, known: KnownOrders) -> None:
    """Raises Refused (`older-file`, `other-shop`, `takes-back`) for a file that is not what it is taken for."""
    for place, facts in enumerate(known.files, 1):
        changed = [exported for exported in known.changed.values() if exported.file == place]
        facts.back = [exported.number for exported in changed if exported.comes_back]
        facts.changed = [exported.number for exported in changed if exported.is_news and not exported.comes_back]
        facts.changed += [
            order.number
            for order in known.withheld.values()
            if order.file == place and order.number not in facts.changed
        ]
        facts.differing = len(facts.older) + len(changed)
        facts.newest_open = repository.sources.newest_open(facts.source) if facts.only_open else ""
        back = [exported for exported in changed if exported.comes_back]
        refused = refusal(facts) or _takes_back(
            repository, known, facts, {exported.family: exported.number for exported in back}
        )
        if refused:
            raise refused


def not_written_since(repository: Repository, paths: Iterable[str], sources: Iterable[str]) -> list[str]:
    """A sentence for each file that was there at the last look at these shops, which is a day ago: nobody writes it."""
    last = max(filter(None, map(repository.sources.followed_at, sources)), default=None)
    if last is None or last > moment(repository.now - A_NIGHT):
        return []
    return [
        f"{path} was written on {day(at)}, before the last look at the shop on {day(last)}: check that the shop still"
        " writes it"
        for path in paths
        if (at := _written_at(path)) is not None and at < last
    ]


def _written_at(path: str) -> str | None:
    try:
        return moment(datetime.fromtimestamp(Path(path).stat().st_mtime, timezone.utc))
    except (OSError, OverflowError, ValueError):  # standard input, or no such time
        return None


def check_columns(
    repository: Repository, files: Sequence[tuple[Reading[Any], str]], *, named: bool, sure: bool
) -> None:
    """Raises BadInput where a file lacks a column of state that those of its source had at the last look.

    Without it, all that is sent or cancelled would be open again. Unless the user has `named` the source, such a file
    may look like one of a new source. `sure`: it is taken. The columns that all files of the call have are remembered.
    """
    known = repository.sources.columns()
    now: dict[str, set[str]] = {}
    for reading, source in files:
        if not reading.columns:
            continue
        now[source] = now.get(source, {*reading.columns}).intersection(reading.columns)
        others = [] if named or source in known else known.values()
        columns = {*map(normal, reading.columns)}
        for before in () if sure else [known.get(source, ()), *others]:
            lacks = [column for column in before if normal(column) not in columns]
            if lacks:
                _check_no_state(reading.path, lacks, is_new=source not in known)
    for source, columns in now.items():
        repository.sources.note_columns(source, sorted(columns))


def _check_no_state(path: str, lacks: Sequence[str], *, is_new: bool) -> None:
    states = [column for column in lacks if says_state(normal(column))]
    if not states or (is_new and len(states) < len(lacks)):
        return
    column = "the column" if len(states) == 1 else "the columns"
    another = "if it is another shop's, give that a name with --source; " if is_new else ""
    raise BadInput(
        f"{path} lacks {column} {listed(states)}, which the files of this shop had and which say what is sent or"
        f" cancelled: without that, all of it would be open; {another}if it is meant to be so, --yes takes the file"
    )


def note_files(repository: Repository, files: Iterable[FileFacts], *, sure: bool = False) -> None:
    """Remember of each source when its newest order was placed. `sure`: also where that was earlier than before."""
    newest: dict[int, str] = {}
    for facts in files:
        newest[facts.source] = max(newest.get(facts.source, "" if sure else facts.last_newest), facts.newest)
    for source, placed_at in newest.items():
        if placed_at and placed_at != repository.sources.newest(source):
            repository.sources.note_newest(source, placed_at)


def _takes_back(repository: Repository, known: KnownOrders, facts: FileFacts, back: dict[int, str]) -> Exception | None:
    """Counted only where enough orders would come back: all that shipped are looked at."""
    shipped_back = [number for family, number in back.items() if _shipped_here(repository, family)]
    if len(shipped_back) < FEWEST_TO_REFUSE:
        return None
    place = known.files.index(facts) + 1
    named = [family for family in repository.shop_state.sent_there() if known.is_named_by(family, place)]
    return takes_back(facts.path, shipped_back, sum(_shipped_here(repository, family) for family in named))


def _shipped_here(repository: Repository, family: int) -> bool:
    members = repository.orders.members(family)
    return repository.history.shipped_here(order.number for order in members if order.status is Status.SHIPPED)
