"""The text of an input file: opened, unpacked and decoded, as often as a reader needs it.

A sheet of a workbook is CSV from here on. Text that bears no mark is UTF-8, or cp1252, which many spreadsheets still
write: if not one of its other bytes is UTF-8 and all are cp1252, then that is what it is.

Two passes may run at once (Dates looks through a column while its rows are read), so each pass has its own
place in the file.
"""

from __future__ import annotations

import codecs
import io
import os
import re
import stat
import sys
import zlib
from typing import IO, cast

from backsplit.domain.errors import BadInput, WrongUsage
from backsplit.formats.opening.bounds import MOST_STREAMED, Bounded
from backsplit.formats.opening.lookalikes import what_it_looks_like
from backsplit.formats.wording import printable

HEAD = 1 << 16  # bytes that we look at to recognise a file
_CHUNK = 1 << 16
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

    @property
    def ends_with_a_line(self) -> bool:
        """Whether the last line has its end. A packed file that is cut off fails when unpacked."""
        return self.gzipped or os.pread(self._file.fileno(), 1, self._size - 1) in b"\r\n\0"

    def progress(self) -> float | None:
        """The share of the file's bytes on disk that the first pass has read, 0 to 1; None if the size is unknown."""
        if self._pass is None or not self._size:
            return None
        return min(1.0, self._pass.place / self._size)

    def fingerprint(self) -> str:
        """The same for the same bytes, and for no others."""
        import hashlib  # noqa: PLC0415 - only deliveries are known by it

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
        import tempfile  # noqa: PLC0415 - most files can be read twice

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
            from backsplit.formats.opening import sheets  # noqa: PLC0415 - most files are no workbooks

            if sheets.is_workbook(os.pread(self._file.fileno(), HEAD, 0)):
                try:
                    os.lseek(self._file.fileno(), 0, os.SEEK_SET)
                    csv, self.notices = sheets.opened(self._file, sheet)
                except ValueError as error:
                    raise self.refuse(str(error)) from None
                self._file.close()
                self._file = csv
                return True
        if sheet is not None:
            raise self.refuse("is no workbook, so it has no sheets: leave --sheet out.")
        return False

    def _unpacked(self, window: _Window) -> io.BufferedIOBase:
        packed = io.BufferedReader(cast("io.RawIOBase", window), _CHUNK)
        if not self.gzipped:
            return packed
        import gzip  # noqa: PLC0415 - most files are not packed

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
