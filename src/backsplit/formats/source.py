"""Open a file, unpack it, tell its encoding, decode it; and the bounds that keep a hostile file small."""

from __future__ import annotations

import codecs
import csv
import gzip
import hashlib
import io
import os
import re
import stat
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, cast

from backsplit.errors import BadInput, WrongUsage
from backsplit.formats.report import printable

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


_SAVE_AS = "save it as CSV (UTF-8) and import that"
_UNPACK = "unpack it and import the file inside"

_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        f"looks like an old Excel workbook (.xls), or one with a password: {_SAVE_AS}.",
    ),
    (b"%PDF", "looks like a PDF, which cannot be read as a table: export CSV from the shop."),
    (b"SQLite format 3\0", "is a SQLite database, not an export: see --db if it is backsplit's own."),
    (b"\x89PNG", "is a picture, not a table."),
    (b"\xff\xd8\xff", "is a picture, not a table."),
    (b"GIF8", "is a picture, not a table."),
    (b"{\\rtf", f"is a rich text document: {_SAVE_AS}."),
    (b"\x1f\x8b", f"is packed twice with gzip: {_UNPACK}."),
    (b"BZh", f"is packed with bzip2; only gzip is read: {_UNPACK}."),
    (b"\xfd7zXZ\0", f"is packed with xz; only gzip is read: {_UNPACK}."),
    (b"\x28\xb5\x2f\xfd", f"is packed with zstd; only gzip is read: {_UNPACK}."),
    (b"7z\xbc\xaf\x27\x1c", f"is a 7-Zip archive: {_UNPACK}."),
    (b"Rar!", f"is a RAR archive: {_UNPACK}."),
)

_WEB_PAGES = (b"<!doctype html", b"<html", b"<head", b"<body", b"<table", b"<script", b"<meta", b"<!--")


def what_it_looks_like(head: bytes, *, encoding_given: bool = False) -> str | None:
    """A sentence that says why the file is not a table, and what to do; None if it may be one."""
    if head.startswith(b"PK\x03\x04"):
        return _inside_a_zip(head)
    for beginning, sentence in _BEGINNINGS:
        if head.startswith(beginning):
            return sentence
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1000].lower()
    if text.startswith(_WEB_PAGES):
        return "is a web page (HTML), not a table: perhaps the shop's login page. Sign in and export again."
    if text.startswith((b"<?xml", b"<workbook")):
        return f"is XML, not a table: {_SAVE_AS}."
    # Text in UTF-16 or UTF-32 has NULs, and a mark at its start; text in UTF-8 or cp1252 has no NULs.
    marked = head.startswith((b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff"))
    return None if marked or encoding_given else _by_its_nuls(head)


def _by_its_nuls(head: bytes) -> str | None:
    even, odd = head[::2].count(0), head[1::2].count(0)
    if (even + odd) * 3 <= len(head):
        return None
    if min(even, odd) * 10 < max(even, odd):
        order = "le" if odd > even else "be"
        return f"looks like UTF-16 text without its mark: try --encoding utf-16-{order}, or {_SAVE_AS}."
    return "is binary data, not a table."


def _inside_a_zip(head: bytes) -> str:
    if b"Index/" in head or b".iwa" in head:
        return f"looks like a Numbers document: {_SAVE_AS}."
    if b"opendocument" in head:
        return f"looks like an OpenDocument text: {_SAVE_AS}."
    return f"is a zip archive: {_UNPACK}."


HEAD = 1 << 16  # bytes that we look at to recognise a file
_GZIP = b"\x1f\x8b"
_NO_UTF8, _UTF8 = re.compile("[\udc80-\udcff]"), re.compile("[^\0-\x7f\udc80-\udcff]")
_NO_CP1252 = re.compile("[\udc81\udc8d\udc8f\udc90\udc9d]")
_MARKS = (  # longer ones first, since the mark of UTF-32 begins like that of UTF-16
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class Source:
    """One input file; `-` is standard input. `sheet` names the sheet of a workbook. `notices` are for the user.

    Raises BadInput if it cannot be read or is not text, and WrongUsage for an unknown encoding.
    """

    def __init__(self, path: str, encoding: str | None = None, sheet: str | None = None) -> None:
        self.path = "standard input" if path == "-" else printable(path.encode(errors="replace").decode())
        self.name = "" if path == "-" else os.path.basename(path).lower()  # noqa: PTH119 - any text is a path here
        self.notices: list[str] = []
        self._file = self._open(path)
        self._pass: _Window | None = None
        self._latest: Bounded | None = None
        self._texts: list[io.TextIOWrapper] = []
        try:
            self._opened_as = self._state()
            self.is_sheet = self._is_sheet(sheet)
            self._size = os.fstat(self._file.fileno()).st_size
            self.gzipped = os.pread(self._file.fileno(), 2, 0) == _GZIP
            self.head = self._first_bytes()
            self.encoding = "utf-8" if self.is_sheet else self._encoding(encoding)
            self._must_be_text(encoding_given=encoding is not None)
        except BaseException as error:
            self.close()
            if isinstance(error, OSError):
                raise self.explain(error) from None
            raise

    def refuse(self, sentence: str) -> BadInput:
        return BadInput(f"{self.path}: {sentence}")

    def explain(self, error: Exception) -> BadInput:
        """The error of a read or of the decoder, as one for the user."""
        if isinstance(error, UnicodeDecodeError) and self._latest is not None:
            if error.reason == "unexpected end of data":
                return self.refuse("is cut off in the middle of a character. Fetch it again.")
            offset = self._latest.taken - len(error.object) + error.start
            byte = f"0x{error.object[error.start]:02x}"
            hint = "use --encoding cp1252 (or another)" if self.encoding == "utf-8" else "use another --encoding"
            return self.refuse(f"is not {self.encoding} text: byte {offset:,} is {byte}. Save it as UTF-8, or {hint}.")
        if isinstance(error, UnicodeError):
            return self.refuse(f"is not {self.encoding} text. Save it as UTF-8, or use another --encoding.")
        if isinstance(error, EOFError):
            return self.refuse("is cut off: the gzip file is not whole. Fetch it again.")
        if isinstance(error, zlib.error) or type(error).__name__ == "BadGzipFile":
            return self.refuse("cannot be unpacked: the gzip file is damaged. Fetch it again.")
        return self.refuse(f"cannot be read: {_why(error)}.")

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Around all reading of the file's text: what the system and the decoder raise leaves as BadInput."""
        try:
            yield
        except (UnicodeError, EOFError, OSError, zlib.error) as error:
            raise self.explain(error) from None
        except csv.Error as error:
            raise self.refuse(f"is not a table that can be read: {error}.") from None

    def text(self, *, any_line: bool = False) -> io.TextIOWrapper:
        """The file's text from its start. Line ends stay as they are, since the csv module needs them.

        `any_line`: it is not read by lines, and they may be of any length.
        """
        window = _Window(self._file.fileno())
        self._pass = self._pass or window
        clean = not self.encoding.startswith(("utf-16", "utf-32"))
        stream = cast("IO[bytes]", self._bounded(window, clean=clean, any_line=any_line))
        text = io.TextIOWrapper(stream, encoding=self.encoding, newline="")
        self._texts.append(text)
        if self.encoding == "utf-8" and self.head.startswith(codecs.BOM_UTF8):
            text.read(1)
        return text

    @property
    def sample(self) -> str:
        """The beginning of the text, up to the end of a line. Bytes that cannot be decoded are replaced."""
        head = codecs.getincrementaldecoder(self.encoding)(errors="replace").decode(self.head)
        text = head.removeprefix("\ufeff").replace("\0", "\x1a")
        whole = len(self.head) < HEAD
        return text if whole else text[: max(text.rfind("\n"), text.rfind("\r")) + 1] or text

    def check_first_row(self) -> None:
        """Raises BadInput where the first row is longer than what a file is recognised by."""
        if len(self.head) == HEAD and not {"\n", "\r"}.intersection(self.sample):
            raise self.refuse(f"has a first row of more than {HEAD >> 10} KB: it is no table that can be recognised.")

    @property
    def ends_with_a_line(self) -> bool:
        """Whether the last line has its end. A packed file that is cut off fails when unpacked."""
        return self.gzipped or os.pread(self._file.fileno(), 1, self._size - 1) in b"\r\n\0"

    def check_is_whole(self) -> None:
        """Raises BadInput for a file that another program has written to since it was opened."""
        if self._state() != self._opened_as:
            raise self.refuse(
                "was changed by another program while it was read, so nothing was taken from it. Write exports under"
                " another name and rename them when they are whole (mv); then give the command again."
            )

    def _state(self) -> tuple[int, int]:
        """The size and the time of the last write. They stay the same for a file that was renamed or replaced."""
        state = os.fstat(self._file.fileno())
        return state.st_size, state.st_mtime_ns

    def progress(self) -> float | None:
        """The share of the file's bytes on disk that the first pass has read, 0 to 1; None if the size is unknown."""
        if self._pass is None or not self._size:
            return None
        return min(1.0, self._pass.place / self._size)

    def begin(self) -> None:
        """Progress counts from here: what was read before was to recognise the file."""
        self._pass = None

    def fingerprint(self) -> str:
        """The same for the same bytes, and for no others."""
        digest, place = hashlib.sha256(), 0
        try:
            while chunk := os.pread(self._file.fileno(), _CHUNK, place):
                digest.update(chunk)
                place += len(chunk)
        except OSError as error:
            raise self.explain(error) from None
        return digest.hexdigest()

    def reads(self, stream: Bounded) -> None:
        """Remember the pass that has read last: an error of the decoder is in its bytes."""
        self._latest = stream

    def close(self) -> None:
        for text in self._texts:
            text.close()
        self._file.close()

    def _open(self, path: str) -> IO[bytes]:
        if path == "-":
            if sys.stdin is None:
                raise self.refuse("it is closed.")
            return self._spooled(cast("IO[bytes]", getattr(sys.stdin, "buffer", sys.stdin)))
        try:
            file = open(path, "rb", buffering=0)  # noqa: PTH123, SIM115 - closed by close()
        except (OSError, ValueError) as error:
            raise self.refuse(f"cannot be read: {_why(error)}.") from None
        # A pipe, such as `<(…)`, can be read only once, so we copy it.
        if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            return cast("IO[bytes]", file)
        with file:
            return self._spooled(cast("IO[bytes]", file))

    def _spooled(self, stream: IO[bytes]) -> IO[bytes]:
        copy = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()
        try:
            while copy.tell() <= MOST_STREAMED and (chunk := stream.read(_CHUNK)):
                copy.write(chunk)
            copy.flush()
        except (OSError, ValueError) as error:
            copy.close()
            raise self.refuse(f"cannot be read: {_why(error)}.") from None
        except BaseException:
            copy.close()
            raise
        if copy.tell() > MOST_STREAMED:
            copy.close()
            raise self.refuse(f"has no end within {MOST_STREAMED >> 30} GB: save it as a file, and name that.")
        return cast("IO[bytes]", copy)

    def _is_sheet(self, sheet: str | None) -> bool:
        """Whether the file is a workbook. If so, it is from now on the CSV of its sheet."""
        if os.pread(self._file.fileno(), 2, 0) == b"PK":
            from backsplit.formats import workbooks  # noqa: PLC0415 - most files are no workbooks

            if workbooks.is_workbook(os.pread(self._file.fileno(), HEAD, 0)):
                try:
                    os.lseek(self._file.fileno(), 0, os.SEEK_SET)
                    csv, self.notices = workbooks.opened(self._file, sheet)
                except ValueError as error:
                    raise self.refuse(str(error)) from None
                self.check_is_whole()
                self._file.close()
                self._file = csv
                self._opened_as = self._state()
                return True
        if sheet is not None:
            raise self.refuse("is no workbook, so it has no sheets: leave --sheet out.")
        return False

    def _unpacked(self, window: _Window) -> io.BufferedIOBase:
        packed = io.BufferedReader(cast("io.RawIOBase", window), _CHUNK)
        if not self.gzipped:
            return packed
        return gzip.GzipFile(fileobj=packed)

    def _bounded(self, window: _Window, *, clean: bool, any_line: bool) -> Bounded:
        packed = self._size if self.gzipped else None
        inner = self._unpacked(window)
        return Bounded(inner, self.refuse, self.reads, packed=packed, clean=clean, any_line=any_line)

    def _first_bytes(self) -> bytes:
        try:
            with self._unpacked(_Window(self._file.fileno())) as file:
                return file.read(HEAD)
        except (EOFError, OSError, zlib.error) as error:
            raise self.explain(error) from None

    def _must_be_text(self, *, encoding_given: bool) -> None:
        if not self.head.strip(codecs.BOM_UTF8 + b" \t\r\n"):
            raise self.refuse("is empty.")
        if found := what_it_looks_like(self.head, encoding_given=encoding_given):
            raise self.refuse(found)

    def _encoding(self, asked: str | None) -> str:
        if asked is not None:
            try:
                name = codecs.lookup(asked).name
                "".encode(asked)
            except (LookupError, ValueError, UnicodeError):
                raise WrongUsage(
                    f"--encoding {printable(asked)}: no such encoding. Usual are utf-8, cp1252, utf-16 and latin-1.",
                ) from None
            return "utf-8" if name == "utf-8-sig" else name
        return next((name for mark, name in _MARKS if self.head.startswith(mark)), None) or self._unmarked()

    def _unmarked(self) -> str:
        decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        other, any_line = False, self.head.lstrip()[:1] in b"[{"
        try:
            with self._bounded(_Window(self._file.fileno()), clean=False, any_line=any_line) as file:
                while chunk := file.read1():
                    if chunk.isascii() and not decoder.getstate()[0]:  # not within a character
                        continue
                    text = decoder.decode(chunk)
                    if _UTF8.search(text) or _NO_CP1252.search(text):
                        return "utf-8"  # if there are errors in it, they are told where it is decoded
                    other = other or _NO_UTF8.search(text) is not None
        except (EOFError, OSError, zlib.error):
            return "utf-8"  # told where it is read
        if not other:
            return "utf-8"
        self.notices.append("The file is not UTF-8; it was read as cp1252. If letters are wrong, say --encoding NAME.")
        return "cp1252"


class _Window(io.RawIOBase):
    """A pass through an open file. It does not move the file's own place."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.place = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        chunk = os.pread(self._descriptor, len(buffer), self.place)
        buffer[: len(chunk)] = chunk
        self.place += len(chunk)
        return len(chunk)


def _why(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    if isinstance(error, IsADirectoryError):
        return "it is a folder"
    if isinstance(error, PermissionError):
        return "you have no permission"
    return (getattr(error, "strerror", None) or "its name cannot be used").lower()
