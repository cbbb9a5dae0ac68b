"""What a disk may hold after a power cut, by the calls that `calls.c` wrote down.

Of a file, what was there at its last sync is there; each write and cut after it is there, not there, or, a write, there
in some of its sectors. Of a folder the same: names that were given or taken since its last sync are, or are not. This
is less than any file system keeps in order, and all that POSIX promises.
"""

from __future__ import annotations

import os
import random
import struct
from collections.abc import Iterator, Sequence
from enum import IntEnum
from pathlib import Path
from typing import NamedTuple, TypeVar

SECTOR = 512  # bytes that are written whole or not at all
HEADER = struct.Struct("=iiiiq")

T = TypeVar("T")


class What(IntEnum):
    """As in `calls.c`."""

    OPENED = 1
    MADE = 2
    WRITTEN = 3
    CUT = 4
    SYNCED = 5
    RENAMED = 6
    LINKED = 7
    UNLINKED = 8
    SAID = 9


class Call(NamedTuple):
    """One call as it was written down; `by` is the process and its number for the file."""

    what: What
    by: tuple[int, int]
    offset: int
    content: bytes

    @property
    def names(self) -> list[str]:
        return [os.path.normpath(name) for name in self.content.decode().split("\n")]


def calls_in(record: bytes) -> Iterator[Call]:
    place = 0
    while place < len(record):
        what, process, number, length, offset = HEADER.unpack_from(record, place)
        place += HEADER.size
        yield Call(What(what), (process, number), offset, record[place : place + length])
        place += length


class File:
    """What is on the disk for certain, and the calls since."""

    def __init__(self) -> None:
        self.kept = b""
        self.pending: list[Call] = []

    def sync(self) -> None:
        self.kept = _after(self.kept, self.pending)
        self.pending = []

    def drawn(self, dice: random.Random) -> bytes:
        """One of the contents that it may have after a cut."""
        torn = dice.random() < 0.5
        return _after(self.kept, drawn(self.pending, dice), dice if torn else None)


Names = dict[str, "File | None"]  # a name that was given, or None for one that was taken


class Disk:
    """The files of one folder. `names` is how the running system sees them, `kept` what is certain of that."""

    def __init__(self, folder: Path) -> None:
        self._folder = str(folder)
        self.names: dict[str, File] = {}
        self._kept: dict[str, File] = {}
        self._pending: list[Names] = []
        self._open: dict[tuple[int, int], File | None] = {}  # None is the folder

    def happen(self, call: Call) -> None:
        if call.what in (What.MADE, What.OPENED):
            self._opened(call.names[0], call)
        elif call.what in (What.WRITTEN, What.CUT):
            if file := self._open[call.by]:
                file.pending.append(call)
        elif call.what is What.SYNCED:
            self._sync(self._open[call.by])
        elif call.what is What.RENAMED:
            old, new = call.names
            self._name({old: None, new: self.names[old]})
        elif call.what is What.LINKED:
            old, new = call.names
            self._name({new: self.names[old]})
        elif call.what is What.UNLINKED:
            self._name({call.names[0]: None})

    def _opened(self, path: str, call: Call) -> None:
        if path == self._folder:
            self._open[call.by] = None
            return
        if call.what is What.MADE or path not in self.names:  # somebody else may have made it, who is not written down
            self._name({path: File()})
        self._open[call.by] = self.names[path]

    def _name(self, names: Names) -> None:
        _rename(self.names, names)
        self._pending.append(names)

    def _sync(self, file: File | None) -> None:
        if file:
            file.sync()
            return
        for names in self._pending:
            _rename(self._kept, names)
        self._pending = []

    def drawn(self, dice: random.Random) -> dict[str, bytes]:
        """One of the states that it may be in after a cut: what each name leads to."""
        names = dict(self._kept)
        for change in drawn(self._pending, dice):
            _rename(names, change)
        contents = {id(file): file.drawn(dice) for file in names.values()}
        return {name: contents[id(file)] for name, file in names.items()}


def drawn(pending: Sequence[T], dice: random.Random) -> list[T]:
    """Those that reached the disk: none, all, the first ones, or any, in the order in which they were made."""
    way = dice.randrange(4)
    if way == 0 or not pending:
        return []
    if way == 1:
        return list(pending)
    if way == 2:
        return list(pending[: dice.randrange(len(pending)) + 1])
    chance = dice.random()
    return [one for one in pending if dice.random() < chance]


def _rename(all_names: dict[str, File], changed: Names) -> None:
    for name, file in changed.items():
        if file is None:
            all_names.pop(name, None)
        else:
            all_names[name] = file


def _after(content: bytes, calls: Sequence[Call], torn_by: random.Random | None = None) -> bytes:
    """The content once these calls are on the disk; with dice, some of them in some of their sectors."""
    result = bytearray(content)
    for call in calls:
        if call.what is What.CUT:
            del result[call.offset :]
            result.extend(bytes(call.offset - len(result)))
            continue
        end = call.offset + len(call.content)
        result.extend(bytes(max(0, end - len(result))))
        chance = 1.0 if torn_by is None else torn_by.choice((0.0, 0.5, 1.0))
        for start, stop in sectors(call.offset, end) if chance < 1 else [(call.offset, end)]:
            if torn_by is None or torn_by.random() < chance:
                result[start:stop] = call.content[start - call.offset : stop - call.offset]
    return bytes(result)


def sectors(start: int, end: int) -> Iterator[tuple[int, int]]:
    """The parts of [start, end) that lie in one sector each."""
    while start < end:
        stop = min(end, (start // SECTOR + 1) * SECTOR)
        yield start, stop
        start = stop
