"""Rule 11, which file is this: the files of a call are compared with what is known of their sources. Part of `sync`."""

from __future__ import annotations

from collections.abc import Iterable

from backsplit.domain.orders import Status
from backsplit.domain.provenance import FEW, FileFacts, refusal, takes_back
from backsplit.repository import Repository
from backsplit.services.shop_state import KnownOrders


def check_files(repository: Repository, looks: KnownOrders) -> None:
    """Raises Refused (`older-file`, `other-shop`, `takes-back`) for a file that is not what it is taken for."""
    for place, facts in enumerate(looks.files, 1):
        looked = [one for one in looks.changed.values() if one.file == place]
        facts.back = [one.number for one in looked if one.comes_back]
        facts.changed = [one.number for one in looked if not one.comes_back]
        facts.changed += [
            one.number for one in looks.withheld.values() if one.file == place and one.number not in facts.changed
        ]
        facts.differing = len(facts.older) + len(looked)
        facts.newest_open = repository.sources.newest_open(facts.source) if facts.only_open else ""
        back = [one for one in looked if one.comes_back]
        refused = refusal(facts) or _takes_back(repository, looks, facts, {one.family: one.number for one in back})
        if refused:
            raise refused


def note_files(repository: Repository, files: Iterable[FileFacts], *, sure: bool = False) -> None:
    """Remember of each source when its newest order was placed. `sure`: also where that was earlier than before."""
    newest: dict[int, str] = {}
    for facts in files:
        newest[facts.source] = max(newest.get(facts.source, "" if sure else facts.last_newest), facts.newest)
    for source, placed_at in newest.items():
        if placed_at and placed_at != repository.sources.newest(source):
            repository.sources.note_newest(source, placed_at)


def _takes_back(repository: Repository, looks: KnownOrders, facts: FileFacts, back: dict[int, str]) -> Exception | None:
    """Counted only where enough orders would come back: all that shipped are looked at."""
    shipped_back = [number for family, number in back.items() if _shipped_here(repository, family)]
    if len(shipped_back) < FEW:
        return None
    place = looks.files.index(facts) + 1
    named = [family for family in repository.shop_state.sent_there() if looks.is_named_by(family, place)]
    return takes_back(facts.path, shipped_back, sum(_shipped_here(repository, family) for family in named))


def _shipped_here(repository: Repository, family: int) -> bool:
    members = repository.orders.members(family)
    return repository.history.shipped_here(order.number for order in members if order.status is Status.SHIPPED)
