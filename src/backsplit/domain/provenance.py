"""Rule 11, which file is this: older than the last look, another shop's, or one that takes back what shipped.

A file is compared with what is known of its source before anything is done. It is refused whole, with figures.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from backsplit.domain.times import placed
from backsplit.errors import Refused, listed

# A file is refused where so many orders disagree and more than half of those compared: fewer may be chance.
FEWEST_TO_REFUSE = 3
MOST_NAMED = 5  # orders that a refusal names
ALL_THE_SAME = "--yes takes it all the same"


@dataclass(slots=True)
class FileFacts:
    """What one file of a call says, beside what is known of its source.

    `newest` is the latest placed-at in the file, `last_newest` that of the last look, and `newest_open` that of the
    source's orders that are open here; blank where there is none. `only_open`: the file tells only what is open.
    `known` counts the known orders of the source that it names, and `differing` those of them of which it says
    something else than the last look. Of these, `older` were changed in the shop before the last look, as the file
    itself tells; `back` would come back, and `changed` would change in another way: that the shop has only learnt of
    what shipped from here is no change. `other_orders` only share their number with known ones; of `by_name` of them
    the names are SKUs here. `takes_names`: the file is read with names for SKUs.
    """

    path: str
    source: int
    only_open: bool
    last_newest: str = ""
    newest_open: str = ""
    newest: str = ""
    orders: int = 0
    known: int = 0
    differing: int = 0
    tells_changes: bool = False
    older: list[str] = field(default_factory=list)
    back: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    other_orders: list[str] = field(default_factory=list)
    by_name: int = 0
    takes_names: bool = False

    @property
    def is_before_the_last_look(self) -> bool:
        """Whether its newest order is older than the newest of the last look."""
        return bool(self.newest and self.newest < self.last_newest)


def refusal(facts: FileFacts) -> Refused | None:
    """Why a file is not taken, as far as it can be told without asking what shipped from here; None if it is taken."""
    if len(facts.other_orders) >= FEWEST_TO_REFUSE and len(facts.other_orders) * 2 > facts.known:
        return Refused(
            "other-shop",
            f"{facts.path} looks like another shop's: of the {facts.known:,} known orders that it names,"
            f" {len(facts.other_orders):,} are other orders, with no SKU in common or another customer on another day"
            f" ({listed(facts.other_orders, MOST_NAMED)})",
            f"{_way_out(facts)}; {ALL_THE_SAME}",
        )
    if facts.tells_changes:
        return _older_by_changes(facts) if facts.older and len(facts.older) == facts.differing else None
    would_change = facts.back if _holds_what_is_open_now(facts) else [*facts.back, *facts.changed]
    if facts.is_before_the_last_look and would_change:
        return Refused(
            "older-file",
            f"{facts.path} is older than the last look at this shop: its newest order was placed on"
            f" {placed(facts.newest)}, that of the last look on {placed(facts.last_newest)}, and"
            f" {len(would_change):,} of the orders since would be changed back ({listed(would_change, MOST_NAMED)})",
            f"export the orders again and take the newest file; {ALL_THE_SAME}",
        )
    return None


def _way_out(facts: FileFacts) -> str:
    """What is likely meant where the SKUs of a file are all unknown."""
    if facts.by_name:
        return "the names of its lines are SKUs here: --sku-from name takes them"
    if facts.takes_names:
        return "names were taken for its SKUs: --sku-from sku takes its own"
    return "keep two shops apart with --prefix"


def takes_back(path: str, back: Collection[str], shipped: int) -> Refused | None:
    """Refuse a file that takes back most of the orders that shipped from here and that the shop had called sent.

    `back` are those that would come back, `shipped` counts all of them that the file names.
    """
    if len(back) < FEWEST_TO_REFUSE or len(back) * 2 <= shipped:
        return None
    return Refused(
        "takes-back",
        f"{path} would take back {len(back):,} of the {shipped:,} orders in it that shipped from here and that the shop"
        f" had called sent ({listed(list(back), MOST_NAMED)})",
        f"check in the shop whether that is so; {ALL_THE_SAME}",
    )


def _older_by_changes(facts: FileFacts) -> Refused:
    return Refused(
        "older-file",
        f"{facts.path} is older than the last look at this shop: each of the {len(facts.older):,} orders of which it"
        f" says something else has been changed there since ({listed(facts.older, MOST_NAMED)})",
        f"export the orders again and take the newest file; {ALL_THE_SAME}",
    )


def _holds_what_is_open_now(facts: FileFacts) -> bool:
    """Whether a file of open orders may have lost its newest ones because they are closed by now."""
    return facts.only_open and facts.newest >= facts.newest_open
