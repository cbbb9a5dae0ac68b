"""SKUs: those that are new, what to say of them after a stock file, and forgetting one that nothing refers to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TYPE_CHECKING, TypeVar

from backsplit.domain.history import EventKind
from backsplit.domain.limits import check_new_sku
from backsplit.domain.orders import Stock
from backsplit.errors import PROBLEMS_SHOWN, NotKnown, Refused, UnknownSku
from backsplit.repository import Entry, Repository

if TYPE_CHECKING:
    from backsplit.domain.imports import LeftOut
    from backsplit.formats.reader import Reading

T = TypeVar("T")
NAMED = 5  # SKUs of a purchase order that a sentence names
UNKNOWN = "unknown SKU"  # why a row of a file is left out
CREATE = "--create takes SKUs that are not known in as new"


def make_known(repository: Repository, skus: Iterable[str], *, create: bool, advice: str = "") -> list[str]:
    """Take in the SKUs that nobody knows; those. Raises UnknownSku unless `create`, WrongUsage for one that cannot be.

    `advice` is put before that of the error.
    """
    new = [sku for sku in skus if repository.stock.get(sku) is None]
    if new and not create:
        raise UnknownSku(new[0], f"{advice}; --create takes it in as new")
    for sku in new:
        check_new_sku(sku)
    repository.stock.add(new)
    return new


def refuse_unknown(
    repository: Repository,
    reading: Reading[T],
    named: Callable[[T], tuple[int, str, str] | None],
    *advice: str,
) -> None:
    """Let rows of a file with SKUs that nobody knows be bad rows; the first of them name the nearest.

    `named` gives the place of an item, its SKU and the order or reference that it names; None for one that needs none.
    """
    from backsplit.formats.reader import Unfit  # noqa: PLC0415 - only for files

    known: set[str] = set()
    unknown: dict[str, NotKnown] = {}

    def check(item: T) -> Unfit | None:
        at, sku, order = named(item) or (0, "", "")
        if not sku or sku in known:
            return None
        if sku not in unknown:
            if repository.stock.get(sku) is not None:
                known.add(sku)
                return None
            error = UnknownSku(sku)
            unknown[sku] = repository.with_nearest(error) if len(unknown) < PROBLEMS_SHOWN else error
        return Unfit(at, UNKNOWN, unknown[sku], order)

    reading.check(check, *advice)


def why(skipped: Sequence[LeftOut]) -> str:
    """For the refusal of a file of which no line is taken: why its lines were left out."""
    counts = Counter(left.reason for left in skipped).most_common()
    return f" (left out: {', '.join(f'{n} × {reason}' for reason, n in counts)})" if counts else ""


def of_a_count(repository: Repository, new: Collection[str], counted: Collection[str]) -> list[str]:
    """What to say of the SKUs of stock files: `new` are those that came in with them, `counted` all that they count."""
    from backsplit.domain.skus import notices  # noqa: PLC0415 - not for receive

    left = sum(sku not in counted for sku in repository.stock.with_stock())
    known_skus = "known SKUs" if left != 1 else "known SKU"
    said = [f"the file does not count {left:,} {known_skus} with stock: what is on hand stays"] if left else []
    known = set(repository.stock.skus()).difference(new) if new else set[str]()
    return [*said, *notices(new, known)]


def forget(repository: Repository, named: Collection[str]) -> list[Stock]:
    """Take away SKUs that nothing refers to: no order, no delivery, nothing expected, no kit.

    What was counted of them is taken off, and the history keeps it. Gives them as they were.
    Raises UnknownSku, Refused.
    """
    forgotten = []
    with repository.change("stock --forget"):
        for sku in dict.fromkeys(named):
            stock = repository.stock.known(sku)
            if not repository.stock.forget(sku):
                raise Refused(
                    "not-allowed",
                    f"{sku} cannot be forgotten: an order, a delivery, something expected or a kit has it",
                )
            repository.history.record([Entry(EventKind.ADJUSTED, None, sku, -stock.on_hand, "the SKU was forgotten")])
            forgotten.append(stock)
        return forgotten
