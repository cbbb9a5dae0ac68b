"""Files that people import by mistake instead of a table, recognised by their first bytes."""

from __future__ import annotations

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
