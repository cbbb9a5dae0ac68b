"""Bounds on the bytes of an input file, so that no file, however it was made, fills the memory or is read for ever."""

from __future__ import annotations

import io
from collections.abc import Callable

from backsplit.domain.errors import BadInput

LONGEST_LINE = 1 << 23  # bytes; 16 million short cells on a line would take half a GB
MOST_STREAMED = 2 << 30  # bytes of standard input or a pipe, which we copy
MOST_BLANK_LINES = 1 << 21  # in one piece; a spreadsheet may save all of its 2^20 rows
MOST_BLANK = 1 << 28  # bytes in one piece
MOST_GROWTH = 200  # times; an export grows some 10 times when unpacked
MAY_GROW = 1 << 26  # bytes that any packed file may unpack to
_CHUNK = 1 << 16
_BLANK = b" \t\r\n,;|\0\x1a"  # and the delimiters, as in rows that are blank


class Bounded(io.BufferedIOBase):
    """The unpacked bytes of a file, for its decoder. Counts them, keeps the bounds, and replaces NULs if `clean`.

    `packed` is the size of a packed file. `any_line`: lines may have any length. Raises what `refuse` makes.
    """

    def __init__(
        self,
        inner: io.BufferedIOBase,
        refuse: Callable[[str], BadInput],
        reads: Callable[[Bounded], None],
        *,
        packed: int | None,
        clean: bool,
        any_line: bool,
    ) -> None:
        self._inner, self._refuse, self._reads, self._clean = inner, refuse, reads, clean
        self._most = None if packed is None else max(MAY_GROW, MOST_GROWTH * packed)
        self._longest = None if any_line else LONGEST_LINE
        self.taken = 0
        self._since_line_end = 0
        self._blank = self._blank_lines = 0

    def readable(self) -> bool:
        return True

    def read1(self, size: int = -1, /) -> bytes:  # noqa: ARG002 - the decoder takes what it gets
        chunk = self._inner.read1(_CHUNK)
        self._reads(self)
        self.taken += len(chunk)
        self._check(chunk)
        if self._clean and b"\0" in chunk:
            return chunk.replace(b"\0", b"\x1a")
        return chunk

    def close(self) -> None:
        self._inner.close()
        super().close()

    def _check(self, chunk: bytes) -> None:
        end = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
        self._since_line_end = self._since_line_end + len(chunk) if end < 0 else len(chunk) - end
        if self._longest is not None and self._since_line_end > self._longest:
            raise self._refuse(f"has a line of more than {self._longest >> 20} MB: it is no table.")
        if self._most is not None and self.taken > self._most:
            raise self._refuse(
                f"unpacks to more than {MOST_GROWTH} times its size: that is no export."
                " If it is sound, unpack it and import the file inside."
            )
        if chunk.strip(_BLANK):
            self._blank = self._blank_lines = 0
            return
        self._blank += len(chunk)
        self._blank_lines += max(chunk.count(b"\n"), chunk.count(b"\r"))
        if self._blank_lines > MOST_BLANK_LINES:
            raise self._refuse(f"has {self._blank_lines:,} blank lines in one piece: take them out.")
        if self._blank > MOST_BLANK:
            raise self._refuse(f"has {self._blank >> 20:,} MB of blanks in one piece: take them out.")
