"""Rule 11: a shop's own counts of the shelf, followed by what changed in them since the last look.

The shop's inventory is a second book of the same shelf. Its figure is not taken over: what changed in it is done here,
and what was received, corrected or counted here stays, whether the shop ever learns of it or not.
"""

from __future__ import annotations

from enum import Enum

from backsplit.values import NamedTuple

PLATFORMS = ("shopify", "woocommerce")
EXPORTS = ("orders", "orders-json", "orders-graphql", "inventory", "products")


class Kind(Enum):
    """What the figures of a file of counts are; the value is how `import formats` says it.

    SHELF: somebody counted the shelf. ON_HAND: the shop's own figure, which holds what it has not sent. LEFT: what the
    shop can still sell, with what its open orders want taken off.
    """

    SHELF = "on the shelf"
    ON_HAND = "on hand, as the shop counts"
    LEFT = "left to sell"


class ShopCount(NamedTuple):
    """What is remembered of a shop's count of one SKU, in units.

    `counted` is what it held at the last look. `due` is what it should count now: that, less what it has said to be
    sent since, more what it took back. `untold` are units that were received, corrected or counted here and that it has
    not counted yet, less those taken off. `differs` are the units here above it at the last look.
    """

    counted: int
    due: int
    untold: int = 0
    differs: int = 0


class Reconciled(NamedTuple):
    """What is on hand once a count has been followed, and what is remembered of it."""

    on_hand: int
    last: ShopCount


class BooksDiffer(NamedTuple):
    """A SKU in which the books differ: units here (on hand, and what is to be marked), and units that the shop has."""

    sku: str
    here: int
    shop: int


def reconcile(count: int, last: ShopCount | None, on_hand: int, to_mark: int, missed: int = 0) -> Reconciled:
    """Follow one count of a shop. `to_mark` units have shipped here and the shop does not know it.

    The shop has sent `missed` units since the last look that could not be taken off on hand: they were not there, or
    others hold them. They go off with this count, whatever else is untold; what was not there, and this count does not
    bring, is untold. Without a `last` look there is nothing to compare: the count is taken as it is.
    """
    if last is None:
        return _reconciled(count, max(0, count - to_mark), 0, to_mark)
    here = on_hand - missed
    if here + to_mark == count:
        return _reconciled(count, max(0, here), max(0, -here), to_mark)
    changed = count - last.due
    same = min(changed, last.untold, key=abs) if (changed > 0) == (last.untold > 0) else 0
    here += changed - same
    still_missed = min(missed, max(0, -here))
    return _reconciled(count, max(0, here), last.untold - same + still_missed, to_mark)


def _reconciled(count: int, on_hand: int, untold: int, to_mark: int) -> Reconciled:
    return Reconciled(on_hand, ShopCount(count, count, untold, on_hand + to_mark - count))


def shop_of(source: str) -> str:
    """The shop whose counts hold the orders of this source.

    A source that the user has named is a shop. The exports of one platform are of one shop, unless a prefix tells them
    apart: `shopify-orders W` and `shopify-inventory W` are both of the shop `shopify W`.
    """
    form, _, prefix = source.partition(" ")
    platform, _, export = form.partition("-")
    if platform not in PLATFORMS or export not in EXPORTS:
        return source
    return f"{platform} {prefix}" if prefix else platform
