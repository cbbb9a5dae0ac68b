"""The answer of `demo`: what was written, and what to type next."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from backsplit.render import sentences
from backsplit.render.documents import Document
from backsplit.render.inert import inert
from backsplit.services.demonstrating import Samples


def document(samples: Samples) -> Document:
    return {"folder": str(samples.folder), "written": list(samples.written), "there": list(samples.there)}


def lines(samples: Samples, taken: str | None) -> Iterator[str]:
    """`taken` names the database file that the next lines would work on, if it is there: a first try is not for it."""
    folder = inert(str(samples.folder))
    if samples.written:
        yield f"wrote {sentences.count(len(samples.written), 'sample file')} into {folder}; now type"
    else:
        yield f"{folder} holds the sample files already: nothing was written; now type"
    if taken is not None:
        yield f"  export BACKSPLIT_DB=demo.db    # {inert(taken)} is there already, and stays as it is"
    yield "  backsplit init"
    for what in ("stock", "orders"):
        yield f"  backsplit import {what} {inert(shlex.quote(str(samples.folder / f'{what}.csv')))}"
    yield "  backsplit list --can-split"
    yield "  backsplit split M9681118"
