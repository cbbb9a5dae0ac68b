"""Rule 15: the references under which something is expected, and what changes of them. Part of other jobs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from backsplit.domain.errors import RefNotFound, Refused
from backsplit.domain.history import Done, Happened
from backsplit.domain.promises.expected import Expected, arrive
from backsplit.repository import Entry, Repository
from backsplit.services.every_day import promising

Changes = Iterable[tuple["Expected | None", Expected]]  # each row before and after


def left_of(repository: Repository, ref: str) -> list[Expected]:
    """Of what a reference is still to bring something. Raises RefNotFound, and Refused where nothing is left."""
    left = [row for row in _known(repository, ref) if row.left]
    if not left:
        raise Refused("not-allowed", f"nothing more is expected of {ref}")
    return left


def draw_down(repository: Repository, of: str, ref: str | None, quantities: Mapping[str, int]) -> None:
    """Units came of what was expected under `of`, in the delivery `ref`. Raises RefNotFound."""
    expected = {row.sku: row for row in _known(repository, of)}
    not_expected = Expected(of, "", 0, promising.today())
    rows = [
        (expected.get(sku), arrive(expected.get(sku, not_expected._replace(sku=sku)), units))
        for sku, units in quantities.items()
    ]
    repository.expected.write(row for _, row in rows)
    one = [f"--sku={sku}" for sku in quantities] + [f"--qty={units}" for units in quantities.values()]
    what = one if len(quantities) == 1 else ["--file", "FILE"]
    keep(repository, rows, ["receive", "--of", of, *what, *(["--ref", ref] if ref else [])])


def keep(repository: Repository, rows: Changes, again: list[str]) -> None:
    """Keep with this change what it did to what is expected, so that it can be undone."""
    repository.history.keep_before(expected=list(rows), again=again)


def put_back(repository: Repository, change: Done) -> list[tuple[Expected, Expected | None]]:
    """What a change did to what is expected, taken back: each row, and as it was before that change.

    Raises Refused (`changed-since`) where something else has changed a row since.
    """
    taken = []
    for was, then in (change.before or {}).get("expected", ()):
        before, after = _row(was), Expected(*then)
        if repository.expected.get(after.ref, after.sku) != after:
            raise Refused(
                "changed-since", f"what is expected of {after.sku} under {after.ref} has changed since {change}"
            )
        if before is None:
            repository.expected.remove(after.ref, after.sku)
        else:
            repository.expected.write([before])
        taken.append((after, before))
    return taken


def told(before: Expected | None, after: Expected) -> Iterator[Entry]:
    """The event of a row that somebody changed."""
    if before is None or before.ordered != after.ordered:
        was = f", not {before.left} on {before.on}" if before else ""
        yield Entry(Happened.EXPECTED, None, after.sku, after.left, f"{after.ref}, on {after.on}{was}")
    elif before.on != after.on:
        yield Entry(Happened.EXPECTED_ON, None, after.sku, after.left, f"{after.ref}: {before.on} → {after.on}")
    elif after.left < before.left:
        yield Entry(Happened.GIVEN_UP, None, after.sku, before.left - after.left, after.ref)
    else:
        yield Entry(Happened.EXPECTED, None, after.sku, after.left, f"{after.ref}, on {after.on}")


def _known(repository: Repository, ref: str) -> list[Expected]:
    rows = repository.expected.of(ref)
    if not rows:
        raise RefNotFound(ref)
    return rows


def _row(kept: list[Any] | None) -> Expected | None:
    return Expected(*kept) if kept else None
