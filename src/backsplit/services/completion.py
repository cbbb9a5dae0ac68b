"""What Tab offers behind a command: only what it can take."""

from __future__ import annotations

from collections.abc import Collection

from backsplit.domain.orders import ALLOWED_FROM, CLOSED, Status
from backsplit.domain.times import minute
from backsplit.repository import Repository

OPEN = tuple(status for status in Status if status not in CLOSED)
TAKEN = {
    **ALLOWED_FROM,
    "split": (Status.BACKORDER,),
    "promise": (Status.BACKORDER,),
    "shortages": (Status.BACKORDER,),
    "pick": (Status.PROCESSING,),
    "slip": (Status.PROCESSING, Status.SHIPPED),
    "amend": OPEN,
    "merge": OPEN,
    "ship-complete": OPEN,
}
MOST_NAMED = 2  # orders of a change
Word = tuple[str, str]  # and what it is, where a shell can show that


def orders(repository: Repository, command: str, start: str, typed: Collection[str] = ()) -> list[str]:
    """The numbers that begin so, of orders that the command can take and that are not `typed` yet.

    A number's leading `#` is left out unless it was typed, as it may be left out everywhere.
    """
    statuses, parts = TAKEN.get(command, tuple(Status)), command == "merge"
    found = repository.completion.numbers(start, statuses, parts=parts)
    if not start.startswith("#"):
        found += repository.completion.numbers(f"#{start}", statuses, parts=parts)
        found = [number.removeprefix("#") for number in found]
    return [number for number in dict.fromkeys(found) if number not in typed]


def skus(repository: Repository, start: str) -> list[str]:
    return repository.completion.skus(start)


def refs(repository: Repository, start: str) -> list[str]:
    """The references under which something is still to come."""
    return [ref for ref in repository.completion.refs() if ref.startswith(start)]


def lists(repository: Repository, start: str) -> list[Word]:
    """The pick lists that still have orders on them."""
    found = ((str(number), orders) for number, orders in repository.completion.lists())
    return [
        (number, f"{orders} order{'' if orders == 1 else 's'}") for number, orders in found if number.startswith(start)
    ]


def changes(repository: Repository, start: str) -> list[Word]:
    """The last changes that undo may take back, with what each did."""
    from backsplit.services.undo import INVERSES  # noqa: PLC0415 - for undo alone

    return [
        (
            str(change.number),
            " ".join(
                filter(None, (change.command, _named(repository, change.number), change.reason, minute(change.at)))
            ),
        )
        for change in repository.completion.changes(INVERSES)
        if str(change.number).startswith(start)
    ]


def _named(repository: Repository, change: int) -> str:
    """`M1, M2, …`: the orders, or SKUs, of a change."""
    names = repository.history.named_in(change, MOST_NAMED)
    return ", ".join([*names[:MOST_NAMED], *(["…"] if len(names) > MOST_NAMED else [])])
