"""Rule 18: make kits, change them, take them away, and list them."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from backsplit.domain.history import EventKind
from backsplit.domain.kits import Kit, Recipe, check_kit, check_recipe, in_words
from backsplit.domain.limits import check_new_sku, check_words
from backsplit.domain.queue import NO_EFFECTS, Effects
from backsplit.errors import Refused
from backsplit.repository import Entry, Repository
from backsplit.services.release import sweep
from backsplit.services.skus import make_known
from backsplit.values import NamedTuple

if TYPE_CHECKING:
    from backsplit.domain.undo import BeforeKits


class KitsChanged(NamedTuple):
    """The kits that were made or changed, as they are now; `gone` are SKUs that are no kits any more.

    `new` are SKUs that were not known before, `changed` those whose parts are others than before.
    """

    kits: tuple[Kit, ...]
    gone: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    effects: Effects = NO_EFFECTS
    dry_run: bool = False


def kits(repository: Repository, sku: str = "") -> list[Kit]:
    """Every kit, by SKU, or the one that is named. Raises UnknownSku, Refused (`kit`) for a SKU that is no kit."""
    with repository.reading():
        if not sku:
            return repository.kits.all()
        repository.stock.known(sku)
        found = repository.kits.some([sku])
    if not found:
        raise Refused("kit", f"{sku} is no kit; to make it one, name its parts: backsplit kit {shlex.quote(sku)} SKU=N")
    return found


def make(
    repository: Repository,
    recipes: Mapping[str, Recipe],
    *,
    name: str | None = None,
    create: bool = False,
    again: Sequence[str] = ("--file", "FILE"),
    dry_run: bool = False,
) -> KitsChanged:
    """Make kits of SKUs, or change them, by their parts: all of them or none. Then sweep.

    A kit that is not known becomes so. `name` is that of a single kit. Raises UnknownSku for a part that nobody knows,
    unless `create`; WrongUsage, BadQuantity, Refused (`kit`, `in-use`).
    """
    for sku, recipe in recipes.items():
        check_new_sku(sku)
        check_recipe(sku, recipe)
    check_words("--name", name or "")
    with repository.change("kit", dry_run=dry_run):
        parts = dict.fromkeys(part for recipe in recipes.values() for part in recipe if part not in recipes)
        new = [*make_known(repository, recipes, create=True), *make_known(repository, parts, create=create)]
        was = {sku: _write(repository, sku, recipe) for sku, recipe in recipes.items()}
        if name is not None:
            for sku in recipes:
                repository.stock.describe(sku, name, None)
        changed = {sku: before for sku, before in was.items() if before != recipes[sku]}
        if changed:
            repository.history.keep_before({"was": changed, "now": recipes, "again": ["kit", *again]})
        # Under a strict policy, what a kit no longer keeps of its old parts is free for later orders.
        effects = sweep(repository, {*changed, *(part for before in changed.values() for part in before)})
        made = tuple(repository.kits.some([*recipes]))
        return KitsChanged(made, (), tuple(new), tuple(changed), effects, dry_run)


def take_away(repository: Repository, sku: str, *, dry_run: bool = False) -> KitsChanged:
    """Let a kit be an ordinary SKU again, of which nothing is on hand. Raises UnknownSku, Refused (`kit`, `in-use`)."""
    with repository.change("kit", dry_run=dry_run):
        repository.stock.known(sku)
        was = _write(repository, sku, {})
        if not was:
            raise Refused("kit", f"{sku} is no kit: `backsplit kit` lists the kits")
        repository.history.keep_before({"was": {sku: was}, "now": {sku: {}}, "again": ["kit", sku, "--off"]})
        effects = sweep(repository, was)
        return KitsChanged((), (sku,), (), (sku,), effects, dry_run)


def put_back(repository: Repository, before: BeforeKits) -> set[str]:
    """Let kits be made of what they were made of before a change; the SKUs to be swept.

    Raises Refused: `changed-since` where one has been changed since, `kit`, `in-use`.
    """
    touched: set[str] = set()
    for sku, was in before["was"].items():
        now = before["now"][sku]
        if repository.kits.recipe(sku) != now:
            raise Refused("changed-since", f"{sku} has been changed since: undo that first")
        _write(repository, sku, was)
        touched |= {sku, *now}
    return touched


def recipes_at(repository: Repository, skus: Iterable[str], number: int) -> dict[str, Recipe]:
    """Those of the SKUs that were kits at the change of that number, with what they were made of then."""
    then: dict[str, Recipe] = {}
    for sku in skus:
        then[sku] = repository.kits.recipe(sku)
        later = repository.history.kit_changed_after(sku, number)
        undone = repository.history.change(later.undoes) if later and later.undoes else None
        if undone and undone.before:
            then[sku] = undone.before["now"][sku]
        elif later and later.before:
            then[sku] = later.before["was"][sku]
    return {sku: recipe for sku, recipe in then.items() if recipe}


def _write(repository: Repository, sku: str, recipe: Recipe) -> Recipe:
    """Let a known SKU be made of these parts, of none for no kit; what it was made of before. Raises Refused."""
    state = repository.kits.state(sku)
    check_kit(sku, recipe, state, [*repository.queue.recipes(recipe)])
    if recipe != state.recipe:
        repository.kits.write(sku, recipe)
        if recipe and not state.recipe:
            event, reason = EventKind.KIT_MADE, in_words(recipe)
        else:
            event, reason = EventKind.KIT_CHANGED, f"is a kit of {in_words(recipe)} now" if recipe else "is no kit now"
        repository.history.record([Entry(event, None, sku, reason=reason)])
    return state.recipe
