"""Answers in tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from backsplit.domain import times
from backsplit.domain.orders import DEFAULT_PRIORITY, Line, Order, Shortage, Status, Stock
from backsplit.domain.split import SplitPlan, can_go
from backsplit.domain.times import describe_age
from backsplit.render import sentences
from backsplit.render.layout import Column, Drawable, Kind, Table
from backsplit.render.terminal import Text, inert, quoted

if TYPE_CHECKING:
    from backsplit.domain.deliveries import Expected
    from backsplit.domain.history import Event
    from backsplit.domain.kits import Kit
    from backsplit.domain.promises import Promise
    from backsplit.errors import Code
    from backsplit.services.queries import Group, Shelf, Shown
    from backsplit.services.split import Refusal, SplitOutcome
    from backsplit.services.status import Changed


FIGURES = (
    "allocated: Processing orders hold it · owed: Backorder orders want it\nfinal: available less owed; below 0, buy it"
)
COLOURS = {
    Status.BACKORDER: "yellow",
    Status.PROCESSING: "green",
    Status.ON_HOLD: "magenta",
    Status.SHIPPED: "blue",
    Status.CANCELLED: "bright_black",
}


def groups(values: Sequence[Group], now: datetime) -> Iterator[Drawable]:
    """A table for each status that has orders, in the order of the statuses."""
    shown = [group for group in values if group.total != 0]
    for group in shown:
        if group is not shown[0]:
            yield Text()
        yield _group(group, now) if group.orders else _title(group)
        if group.only_counted:
            continue
        if group.total is None:
            yield Text(f"… and more: --limit {10 * len(group.orders)} shows more", "dim")
        else:
            yield from _more(group.total, len(group.orders), _one_status(group) if len(values) > 1 else "")
    if not shown:
        yield Text("no orders")


def _one_status(group: Group) -> str:
    return f"--status {group.status.value.lower().replace(' ', '-')} "


def _title(group: Group) -> Text:
    total = f"more than {len(group.orders):,}" if group.total is None else f"{group.total:,}"
    colour = COLOURS[group.status]
    more = [(" · --all shows them", f"dim {colour}")] if group.only_counted else []
    return Text(f"{group.status.value} · {total}", f"bold {colour}", *more)


def _group(group: Group, now: datetime) -> Table:
    """The orders of one status. Where they wait, what they wait for matters most; else their lines do."""
    waiting, held = group.status is Status.BACKORDER, group.status is Status.ON_HOLD
    table = Table(
        Column("Number"),
        Column("List", Kind.NUMBER, 1),
        Column("Placed", rank=4),
        Column("Age", Kind.NUMBER, 2),
        Column("Priority", Kind.NUMBER, 2),
        Column("Customer", Kind.NAME, 1),
        Column("Can go", Kind.NUMBER, 1),
        Column("Waits for", Kind.ITEMS, 0 if waiting else 1, style="yellow"),
        Column("Promised", rank=1),
        *([Column("Until"), Column("Why", Kind.NAME, 1)] if held else []),
        Column("Lines", Kind.ITEMS, 5 if waiting else 0),  # the longest, so that its blanks are before no other
        title=_title(group),
    )
    for order in group.orders:
        table.add(
            f"{order.number} (complete)" if order.ship_complete else order.number,
            "" if order.pick is None else order.pick,
            times.day_placed(order.placed_at),
            describe_age(order.placed_at, now),
            "" if order.priority == DEFAULT_PRIORITY else order.priority,
            order.customer,
            _can_go(order),
            each([Line(sku, quantity) for sku, quantity in order.waiting_for.items()]),
            order.promised or "",
            *([order.until or "", group.held_because.get(order.number, "")] if held else []),
            each(order.lines),
        )
    return table


def _can_go(order: Order) -> Text:
    """`3 of 4`, and the more of the order could go the more it is seen."""
    goes = can_go(order)
    if not goes:
        return Text("")
    return Text(f"{goes} of {order.units}", "bold green" if goes * 2 >= order.units else "green")


def each(lines: Sequence[Line]) -> list[str]:
    """The lines, each in one word."""
    return [f"{line.quantity}×{line.sku}" for line in lines]


def shown(value: Shown, now: datetime, *, brief: bool = False) -> Iterator[Drawable]:
    """An order: head, family, product information, why it waits, history."""
    order = value.order
    until = f" until {order.until}" if order.until else ""
    because = f": {inert(value.held_because)}" if value.held_because else ""
    status = f"{order.status.value}{until}{because}"
    yield Text(inert(order.number), "bold", ("  ", ""), (status, f"bold {COLOURS[order.status]}"))
    facts = [
        f"placed {times.placed(order.placed_at)} ({describe_age(order.placed_at, now)} ago)",
        f"priority {order.priority}",
        *(["ships complete"] if order.ship_complete else []),
        *([f"on pick list {order.pick}"] if order.pick is not None else []),
        *([f"sent with {inert(str(label))}" for label in order.tracking]),
        *([f"customer {inert(order.customer)}"] if order.customer else []),
        *([f"note: {inert(order.note)}"] if order.note else []),
    ]
    yield Text(" · ".join(facts))
    yield Text()
    if len(value.family) > 1:
        yield _family(value)
        yield Text()
    yield lines(order, "Product Information")
    if value.waits:
        yield Text("\nWhy it waits", "bold")
        yield from (Text(sentence) for sentence in sentences.why(value))
    if value.promise:
        yield Text("\nPromised", "bold")
        yield Text(sentences.promised(value.promise))
    if goes := can_go(order):
        command = f"backsplit split {quoted(order.number)}"
        yield Text(f"\n{goes} of {order.units} units can go now: {command}", "green")
    yield Text()
    yield history(value.history, "History", with_order=len(value.family) > 1, brief=brief)


def _family(value: Shown) -> Table:
    """The order and its parts: what each holds, what it waits for, and when it left."""
    table = Table(
        Column("Number"),
        Column("Status"),
        Column("Left", rank=1),
        Column("Waits for", Kind.ITEMS, 1, style="yellow"),
        Column("Promised", rank=2),
        Column("Lines", Kind.ITEMS),
        title=Text("The order and its parts", "bold"),
    )
    for member in value.family:
        waits = each([Line(sku, quantity) for sku, quantity in member.waiting_for.items()])
        left = times.day(value.left[member.number]) if member.number in value.left else ""
        table.add(member.number, member.status.value, left, waits, member.promised or "", each(member.lines))
    return table


def lines(order: Order, title: str) -> Table:
    """The lines of an order; those that are short stand out. One that has its stock shows what is left for others.

    Below a kit stand its parts.
    """
    waiting = order.status is Status.BACKORDER
    kept = any(line.kept or any(part.kept for part in line.parts) for line in order.lines)
    table = Table(
        Column("SKU"),
        Column("Name", Kind.NAME, 1),
        Column("Quantity", Kind.NUMBER),
        Column("Available" if waiting else "Left for others", Kind.NUMBER, 1),
        *([Column("Kept for earlier", Kind.NUMBER, 3)] if kept else []),
        *([Column("Short", Kind.NUMBER)] if waiting else []),
        title=Text(title, "bold"),
    )
    for line, short, lacking in zip(order.lines, order.short, order.missing, strict=True):
        table.add(
            line.sku,
            _name(line.sku, line.name, line.insert),
            line.quantity,
            line.available,
            *([line.kept] if kept else []),
            *([short or ""] if waiting else []),
            style="yellow" if short else "",
        )
        for part in line.parts:
            table.add(
                f"· {part.sku}",
                _name(part.sku, part.name),
                part.each * line.quantity,
                part.available,
                *([part.kept] if kept else []),
                *([lacking[part.sku] or ""] if waiting else []),
                style="yellow" if lacking[part.sku] else "dim",
            )
    return table


def _name(sku: str, name: str, insert: bool = False) -> str:
    """The name with a mark for an insert; one that only repeats the SKU is left out, and takes no room from figures."""
    said = "" if name.strip() == sku else name
    return f"{said} (insert)".strip() if insert else said


def stock(shelf: Shelf, *, explained: bool = False) -> Iterator[Drawable]:
    """The figures, and how many more SKUs there are; `explained`: with what they mean."""
    closed = any(product.first_day for product in shelf.shown)
    table = Table(
        Column("SKU"),
        Column("Name", Kind.NAME, 1),
        Column("On hand", Kind.NUMBER),
        Column("Allocated", Kind.NUMBER, 2),
        Column("Available", Kind.NUMBER),
        Column("Owed", Kind.NUMBER),
        Column("Final", Kind.NUMBER),
        *([Column("Not before")] if closed else []),
    )
    for product in shelf.shown:
        figures = (
            (product.on_hand, product.allocated, product.available, product.owed, product.final)
            if not product.kit
            else ("",) * 5
        )
        table.add(
            product.sku,
            _stock_name(product),
            *figures,
            *([product.first_day or ""] if closed else []),
            style="yellow" if product.final < 0 else "",
        )
    yield table
    yield from _more(shelf.total, len(shelf.shown))
    if explained:
        yield Text(FIGURES, "dim")


def _stock_name(product: Stock) -> str:
    name = _name(product.sku, product.name, product.insert)
    return f"{name} (kit)".strip() if product.kit else name


def _more(total: int, most: int | None, option: str = "") -> Iterator[Text]:
    """How many rows more there are, and what shows them; `option` is typed besides."""
    if most is not None and total > most:
        yield Text(f"… and {total - most:,} more: {option}--limit {total} shows them", "dim")


def kits(values: Sequence[Kit]) -> Table:
    """Each kit with its parts, and how many can be made of what is available."""
    table = Table(
        Column("Kit"),
        Column("Name", Kind.NAME, 1),
        Column("Can make", Kind.NUMBER),
        Column("Orders", Kind.NUMBER, 1),
        Column("Parts", Kind.ITEMS),
    )
    for kit in values:
        parts = [f"{part.each}×{part.sku}" for part in kit.parts]
        table.add(kit.sku, _name(kit.sku, kit.name), kit.can_make, kit.orders or "", parts)
    return table


def shortages(values: Iterable[Shortage], now: datetime, order: str | None = None) -> Table:
    """What to buy. For one `order` the table leaves out how many orders would go at once."""
    values = list(values)
    kits = any(shortage.kits for shortage in values)
    table = Table(
        Column("SKU"),
        Column("Name", Kind.NAME, 1),
        Column(f"Short on {inert(order)}" if order else "Short", Kind.NUMBER),
        Column("Incoming", Kind.NUMBER, 4),
        Column("Buy", Kind.NUMBER),
        Column("Next comes", rank=2),
        Column("Orders waiting", Kind.NUMBER, 1),
        Column("Lets go at once", Kind.NUMBER, 1),
        *([Column("Kits", Kind.NUMBER, 3)] if kits else []),
        Column("Oldest waits since", rank=5),
    )
    for shortage in values:
        since = f"{times.day_placed(shortage.oldest)} ({describe_age(shortage.oldest, now)})"
        table.add(
            shortage.sku,
            _name(shortage.sku, shortage.name),
            shortage.short,
            "" if order else shortage.incoming or "",
            shortage.to_buy or "",
            shortage.next or "",
            shortage.orders,
            "" if order else shortage.blocks_alone,
            *([shortage.kits or ""] if kits else []),
            "" if order else since,
        )
    return table


def expected(values: Sequence[Expected], today: str) -> Iterator[Drawable]:
    """What is to come, the earliest first: so the overdue rows stand at the top."""
    table = Table(
        Column("Day"),
        Column("Ref"),
        Column("SKU"),
        Column("Expected", Kind.NUMBER, 2),
        Column("Received", Kind.NUMBER, 1),
        Column("Left", Kind.NUMBER),
    )
    overdue = [row for row in values if row.is_overdue(today)]
    for row in values:
        late = row.is_overdue(today)
        table.add(
            f"{row.on} overdue" if late else row.on,
            row.ref,
            row.sku,
            row.expected,
            row.received,
            row.left,
            style="red" if late else "",
        )
    yield table
    if overdue:
        yield Text("Nothing is promised on what is overdue: receive it, --move it to another day, or --close it", "red")


def promises(values: Sequence[Promise], most: int | None = None) -> Iterator[Drawable]:
    table = Table(
        Column("Order"), Column("Customer", Kind.NAME, 1), Column("Promised"), Column("Because", Kind.SENTENCE)
    )
    for promise in values[:most]:
        table.add(
            promise.order,
            promise.customer,
            promise.on or ("no day" if promise.waits else ""),
            sentences.because(promise),
        )
    yield table
    yield from _more(len(values), most)


def history(values: Sequence[Event], title: str = "", *, with_order: bool = True, brief: bool = False) -> Table:
    """What happened. `brief`, for a terminal: a long reason is cut, so that who did it has room."""
    zones = times.zones(event.at for event in values)
    table = Table(
        Column("No.", Kind.NUMBER),
        Column(f"When ({zones})" if zones else "When"),
        *([Column("Order")] if with_order else []),
        Column("What", Kind.SENTENCE),
        Column("By", rank=1),
        title=Text(title, "bold") if title else None,
    )
    for event in values:
        number = [event.order or ""] if with_order else []
        said = sentences.event(event, brief=brief)
        table.add(event.change, times.minute(event.at), *number, said, event.user)
    return table


def formats(values: Iterable[tuple[str, str, str, str]]) -> Table:
    table = Table(
        Column("Format"),
        Column("What", rank=1),
        Column("Recognised by", Kind.SENTENCE),
        Column("Tells", Kind.SENTENCE, 2),
    )
    for row in values:
        table.add(*row)
    return table


SHOWN_BY_LINES = 3  # orders that are shown by their lines
NOTED = 5  # notes below a table
FOR_PARTIAL = "no whole line is in stock; see --partial"
REASONS: dict[Code, str] = {
    "nothing-in-stock": "nothing of it is in stock",
    "nothing-short": "nothing is out of stock",
    "only-inserts-short": "only inserts are out of stock",
    "only-inserts-in-stock": "only inserts are in stock",
    "ship-complete": "it ships complete",
    "due-soon": "all of it is due soon",
    "max-parts": "it is in as many parts as allowed",
    "too-little": "too little could go",
}


def plan(outcome: SplitOutcome) -> Iterator[Drawable]:
    """A split that is planned: for each order a table of the lines that go now, and of those that wait."""
    if len(outcome.splits) > SHOWN_BY_LINES:
        yield from many(outcome)
        return
    for split in outcome.splits:
        yield lines(split.processing, f"{inert(split.order.number)} → Processing")
        if split.backorder:
            yield Text()
            day = f", promised {split.promised}" if split.promised else ""
            yield lines(split.backorder, f"{inert(split.backorder.number)} → {split.part_status.value}{day}")
        if split.dropped:
            yield Text(f"left off, missing inserts: {sentences.lines(split.dropped)}")
        yield from _notes(split)
        yield Text()


def many(outcome: SplitOutcome, *, refused: bool = True) -> Iterator[Drawable]:
    """A row for each order that is divided, then for each reason the orders that are not."""
    if outcome.splits:
        table = Table(
            Column("Order"),
            Column("Customer", Kind.NAME, 1),
            Column("Goes", Kind.NUMBER, 1),
            Column("Goes now", Kind.ITEMS, style="green"),
            Column("Waits", Kind.ITEMS, style="yellow"),
            Column("Promised", rank=2),
            Column("Left off", Kind.ITEMS, 1),
            title=Text(f"Split · {len(outcome.splits):,}", "bold"),
        )
        for split in outcome.splits:
            goes = sum(line.quantity for line in split.stays)
            table.add(
                split.order.number,
                split.order.customer,
                f"{goes} of {split.order.units}",
                each(split.stays),
                each(split.moves),
                split.promised or "",
                each(split.dropped),
            )
        yield table
        notes = [note for split in outcome.splits for note in _notes(split)]
        yield from notes[:NOTED]
        if len(notes) > NOTED:
            yield Text(f"… and {len(notes) - NOTED:,} more notes: backsplit split --all --dry-run | less", "yellow")
        yield Text()
    if refused and outcome.refused:
        yield _refused(outcome.refused)
        yield Text()


def too_old(value: Changed, now: datetime) -> Iterator[Drawable]:
    """The orders that `cancel --all` or `hold --all` takes, a row each, and what goes on of their families."""
    table = Table(
        Column("Order"),
        Column("Placed", rank=2),
        Column("Age", Kind.NUMBER),
        Column("Customer", Kind.NAME, 1),
        Column("Lines", Kind.ITEMS, style="yellow"),
        title=Text(f"Waiting too long · {len(value.orders):,}", "bold"),
    )
    for order in value.orders:
        age = describe_age(order.placed_at, now)
        table.add(order.number, times.day_placed(order.placed_at), age, order.customer, each(order.lines))
    yield table
    yield from (Text(said) for said in sentences.released(value.effects.released))
    yield from (Text(f"note: {inert(note)}", "yellow") for note in value.notes[:NOTED])
    if len(value.notes) > NOTED:
        yield Text(f"… and {len(value.notes) - NOTED:,} more notes: the same with --dry-run | less", "yellow")


def _notes(split: SplitPlan) -> Iterator[Text]:
    asides = [f"{split.order.number} has the note: {split.order.note}"] if split.order.note else []
    for said in (*asides, *split.asides, *split.warnings):
        yield Text(f"note: {inert(said)}", "yellow")


def _refused(refused: Sequence[Refusal]) -> Table:
    by_reason: dict[str, list[str]] = {}
    for refusal in refused:
        reason = FOR_PARTIAL if refusal.for_partial else REASONS.get(refusal.code, refusal.code)
        by_reason.setdefault(reason, []).append(refusal.order)
    table = Table(
        Column("Orders", Kind.NUMBER),
        Column("Because"),
        Column("Numbers", Kind.ITEMS),
        title=Text(f"Not split · {len(refused):,}", "bold"),
    )
    for reason, numbers in by_reason.items():
        table.add(len(numbers), reason, numbers)
    return table
