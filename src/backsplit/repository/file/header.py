"""The first bytes of a file: https://www.sqlite.org/fileformat.html#the_database_header"""

from __future__ import annotations

from pathlib import Path

from backsplit import schema
from backsplit.repository.file.placing import has_changes_beside

LENGTH = 100
SQLITE = b"SQLite format 3\x00"
PAGE_SIZE, WRITTEN_BY, PAGE_COUNT, APPLICATION = slice(16, 18), slice(18, 20), slice(28, 32), slice(68, 72)
IN_WAL_MODE = b"\2\2"


def header_of(path: Path) -> bytes:
    """The first bytes of a file. Raises OSError.

    Never call it on a database that this process has open: closing the file would let SQLite's locks on it go.
    """
    with path.open("rb") as file:
        return file.read(LENGTH)


def is_sqlite(header: bytes) -> bool:
    return header.startswith(SQLITE)


def is_backsplit(header: bytes) -> bool:
    return is_sqlite(header) and header[APPLICATION] == schema.APPLICATION_ID.to_bytes(4, "big")


def is_backsplit_file(path: Path) -> bool:
    """Whether a file begins as a backsplit database does. As of `header_of`, not of one that this process has open."""
    return is_backsplit(header_of(path))


def is_in_wal_mode(header: bytes) -> bool:
    return header[WRITTEN_BY] == IN_WAL_MODE


def is_cut_off(path: Path, header: bytes) -> bool:
    """Whether the file is shorter than its header says, which SQLite sees only when it comes to what is missing.

    While a write-ahead log or a journal lies beside it, what is missing may be there.
    """
    page_size, page_count = int.from_bytes(header[PAGE_SIZE], "big"), int.from_bytes(header[PAGE_COUNT], "big")
    if has_changes_beside(path):
        return False
    return path.stat().st_size < max(LENGTH, page_count * (0x10000 if page_size == 1 else page_size))
