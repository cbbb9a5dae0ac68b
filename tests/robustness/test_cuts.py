"""What a disk may hold after a power cut, where it is plain what that is."""

from __future__ import annotations

import random
from pathlib import Path

from robustness.disk.cuts import SECTOR, Call, Disk, What

FOLDER = Path("/shop")
FILE, OTHER = "/shop/a", "/shop/b"
BY, BY_FOLDER = (1, 3), (1, 4)
MADE = Call(What.MADE, BY, 0, FILE.encode())
SYNC = Call(What.SYNCED, BY, 0, b"")
SYNC_FOLDER = (Call(What.OPENED, BY_FOLDER, 0, b"/shop/."), Call(What.SYNCED, BY_FOLDER, 0, b""))


def written(content: bytes, offset: int = 0) -> Call:
    return Call(What.WRITTEN, BY, offset, content)


def states(*calls: Call) -> list[dict[str, bytes]]:
    """Many states that the disk may be in after these calls."""
    disk, dice = Disk(FOLDER), random.Random(1)
    for call in calls:
        disk.happen(call)
    return [disk.drawn(dice) for _ in range(300)]


def test_what_was_synced_is_there() -> None:
    assert all(state == {FILE: b"ab"} for state in states(MADE, *SYNC_FOLDER, written(b"ab"), SYNC))


def test_what_was_not_synced_may_be_there_in_any_of_its_sectors() -> None:
    found = {state[FILE] for state in states(MADE, *SYNC_FOLDER, written(b"x" * 2 * SECTOR))}
    old, new = bytes(SECTOR), b"x" * SECTOR
    assert found == {b"", old + old, old + new, new + old, new + new}


def test_a_later_write_may_be_there_without_an_earlier_one() -> None:
    found = {state[FILE] for state in states(MADE, *SYNC_FOLDER, written(b"a"), written(b"b", SECTOR))}
    assert {b"", b"a", bytes(SECTOR) + b"b", b"a" + bytes(SECTOR - 1) + b"b"} <= found


def test_what_was_cut_off_may_be_there_still() -> None:
    found = {state[FILE] for state in states(MADE, *SYNC_FOLDER, written(b"ab"), SYNC, Call(What.CUT, BY, 1, b""))}
    assert found == {b"a", b"ab"}


def test_a_name_may_be_missing_until_its_folder_is_synced() -> None:
    assert {tuple(state) for state in states(MADE, written(b"a"), SYNC)} == {(), (FILE,)}
    assert {tuple(state) for state in states(MADE, written(b"a"), SYNC, *SYNC_FOLDER)} == {(FILE,)}


def test_a_rename_is_there_whole_or_not_at_all() -> None:
    renamed = Call(What.RENAMED, (1, -1), 0, f"{FILE}\n{OTHER}".encode())
    found = {tuple(state) for state in states(MADE, *SYNC_FOLDER, renamed)}
    assert found == {(FILE,), (OTHER,)}


def test_a_name_that_was_taken_away_may_be_there_until_its_folder_is_synced() -> None:
    taken = Call(What.UNLINKED, (1, -1), 0, FILE.encode())
    assert {tuple(state) for state in states(MADE, *SYNC_FOLDER, taken)} == {(), (FILE,)}
    assert {tuple(state) for state in states(MADE, *SYNC_FOLDER, taken, *SYNC_FOLDER)} == {()}
