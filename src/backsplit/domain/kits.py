"""Rule 18: a kit is a SKU without a count of its own, made of parts: what is wanted of it is wanted of the parts."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from backsplit.domain.limits import MOST_OF_A_PART, MOST_PARTS
from backsplit.domain.orders import KitPart, Line
from backsplit.errors import BadQuantity, Refused, WrongUsage
from backsplit.values import NamedTuple

Recipe = Mapping[str, int]  # the parts of a kit, by SKU, with the units of each in one kit; empty for no kit
MOST_NAMED = 3  # orders that a refusal names


class Kit(NamedTuple):
    """A kit with its parts; `orders` is how many open orders want it."""

    sku: str
    name: str
    parts: tuple[KitPart, ...]
    orders: int = 0

    @property
    def can_make(self) -> int:
        """How many kits the available parts suffice for."""
        return min((max(0, part.available) // part.each for part in self.parts), default=0)


class KitState(NamedTuple):
    """What keeps a SKU from becoming a kit, and a kit from changing.

    `part_of` are the kits that it is a part of, `expected` the references under which units of it are still to come,
    `held_by` the Processing orders with a line of it, `first_day` the day before which it is not available (rule 19).
    """

    recipe: Recipe
    on_hand: int = 0
    part_of: Sequence[str] = ()
    expected: Sequence[str] = ()
    held_by: Sequence[str] = ()
    first_day: str | None = None


def in_parts(units: Mapping[str, int], recipes: Mapping[str, Recipe]) -> Counter[str]:
    """Units per SKU that are wanted off the shelf: the parts of kits instead of kits."""
    total: Counter[str] = Counter()
    for sku, quantity in units.items():
        for part, each in recipes.get(sku, {sku: 1}).items():
            total[part] += each * quantity
    return total


def made_of(lines: Iterable[Line], recipes: Mapping[str, Recipe]) -> tuple[Line, ...]:
    """The lines, those of kits with their parts. What is available of these is not said."""
    return tuple(
        line.made_of(tuple(KitPart(part, each) for part, each in recipes[line.sku].items()))
        if line.sku in recipes
        else line
        for line in lines
    )


def check_recipe(sku: str, recipe: Recipe) -> None:
    """Raises WrongUsage or BadQuantity for parts that no kit can have."""
    if not recipe:
        raise WrongUsage(f"say what {sku} is made of: SKU=N, such as MUG-BLUE=2; --off makes it an ordinary SKU again")
    if len(recipe) > MOST_PARTS:
        raise WrongUsage(f"{sku} would have {len(recipe):,} parts: at most {MOST_PARTS:,}")
    for part, each in recipe.items():
        if not 1 <= each <= MOST_OF_A_PART:
            raise BadQuantity(f"{each:,} × {part} cannot be in one {sku}: 1 to {MOST_OF_A_PART:,} units")


def check_kit(sku: str, recipe: Recipe, state: KitState, kits: Collection[str]) -> None:
    """Raises Refused (`kit`, `in-use`) where a SKU cannot be made a kit of these parts, or a kit cannot change.

    An empty recipe takes the kit away. `kits` are those of the parts that are kits themselves.
    """
    if sku in recipe:
        raise Refused("kit", f"{sku} cannot be a part of itself")
    if kits:
        raise Refused("kit", f"{', '.join(kits)} is a kit, so it cannot be a part of {sku}: name its parts instead")
    if recipe == state.recipe:
        return
    if state.held_by:
        named = ", ".join(state.held_by[:MOST_NAMED]) + (" and others" if len(state.held_by) > MOST_NAMED else "")
        what = "cannot change" if state.recipe else "cannot become a kit"
        raise Refused("in-use", f"{sku} {what} while {named} in Processing holds it: ship or hold that first")
    if not recipe or state.recipe:
        return
    if state.part_of:
        raise Refused("kit", f"{sku} is a part of {state.part_of[0]}, so it cannot be a kit itself")
    if state.first_day:
        days = f"backsplit mark {shlex.join(recipe)} --from {state.first_day}"
        raise Refused(
            "kit",
            f"{sku} is not available before {state.first_day}, and a kit has no first day;"
            f" its parts can have one: {days}, then backsplit mark {shlex.quote(sku)} --no-from",
        )
    if state.on_hand:
        raise Refused(
            "kit",
            f"{sku} has {state.on_hand} on hand, and a kit has no count of its own:"
            f" take them apart, and book it with `backsplit adjust --sku {shlex.quote(sku)} --to 0 --reason …`",
        )
    if state.expected:
        ref = state.expected[0]
        raise Refused("kit", f"{sku} is expected under {ref}, and a kit cannot be: expect its parts instead")


def no_count(sku: str, recipe: Recipe, verb: str) -> Refused:
    """The error for a kit that is to be received, counted or expected."""
    return Refused("kit", f"{sku} is a kit ({in_words(recipe)}) and cannot be {verb}: name its parts instead")


def in_words(recipe: Recipe) -> str:
    """`2 × A, 1 × B`."""
    return ", ".join(f"{each} × {part}" for part, each in recipe.items())
