"""Files that cannot be taken, and what is said of them."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from backsplit.errors import BadInput, WrongUsage
from backsplit.formats import ReadOptions, source
from backsplit.formats.reader import read_orders

SIMPLE = "order,sku,quantity\n1,A,2\n"
RECORD = '{"order": "1", "sku": "A", "quantity": 1}'


def packed(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "x" * 50)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf \n\n", "is empty"),
        (packed("[Content_Types].xml", "xl/workbook.xml"), "workbook that cannot be read"),
        (packed("Index/Document.iwa", "Metadata/Properties.plist"), "Numbers document: save it as CSV"),
        (packed("mimetypeapplication/vnd.oasis.opendocument.text"), "OpenDocument"),
        (packed("orders.csv"), "zip archive: unpack it"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old Excel workbook"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\n <!DOCTYPE html><html><title>Log in</title>", "login page"),
        (b"<?xml version='1.0'?><a/>", "XML"),
        (b"\x7fELF" + bytes(range(256)) + b"\0" * 500, "binary data"),
        ("order,sku\n".encode("utf-16-le") * 9, "--encoding utf-16-le"),
        (gzip.compress(gzip.compress(SIMPLE.encode(), mtime=0), mtime=0), "packed twice"),
        (gzip.compress(SIMPLE.encode() * 999, mtime=0)[:40], "cut off"),
        (b"\x1f\x8b\x08", "cut off"),
        (gzip.compress(SIMPLE.encode(), mtime=0)[:-8] + b"\0" * 8, "damaged"),
        (b"\x1f\x8b\x08\0" + b"\xff" * 30, "damaged"),
        (b",,,\n,,,\n", "has no rows"),
        (b"1,A,2\n2,B,3\n", "Is it a header?"),
        (b"Order 1 has two mugs.\n", "there is no column for"),
    ],
)
def test_cannot_take_what_is_no_table(refused: Any, content: bytes, said: str) -> None:
    sentence = refused("orders", content, "given")
    assert sentence.startswith("given: ")
    assert said in sentence


def test_cannot_read_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no such file"):
        read_orders(str(tmp_path / "none.csv"))
    with pytest.raises(BadInput, match="a folder"):
        read_orders(str(tmp_path))
    with pytest.raises(BadInput, match="cannot be read"):
        read_orders("a\0b")


def test_can_read_a_header_without_rows(orders: Any) -> None:
    assert orders("order,sku,quantity\n").items == []
    assert orders("[]", "o.json").items == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_can_tell_an_encoding_by_its_mark(orders: Any, encoding: str) -> None:
    assert orders("order,sku,quantity\n1,Ä€,2\n".encode(encoding)).orders == {"1": [("Ä€", 2)]}


def test_can_be_told_an_encoding(orders: Any) -> None:
    text = "order,sku,quantity\n1,Ä€,2\n"
    for encoding in ("cp1252", "utf-16-le", "utf-8"):
        assert orders(text.encode(encoding, "replace"), encoding=encoding).orders
    assert orders(text.encode("cp1252"), encoding="cp1252").orders == {"1": [("Ä€", 2)]}


@pytest.mark.quick_cases(1)
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_can_tell_cp1252_by_its_letters(orders: Any, pack: Any) -> None:
    text = "order,sku,quantity\n" + "0,A,1\n" * 50_000 + "1,Größe €,2\n"
    read = orders(pack(text.encode("cp1252")))
    assert read.orders["1"] == [("Größe €", 2)]
    assert "was read as cp1252" in read.notice
    assert "cp1252" not in orders(pack(text.encode())).notice


@pytest.mark.parametrize("other", [b"\x81", b"\x9d", "ä".encode()])
def test_cannot_take_a_file_for_cp1252_that_is_only_partly_so(refused: Any, other: bytes) -> None:
    text = b"order,sku,quantity\n1,\xe4,2\n2," + other + b",2\n"
    sentence = refused("orders", text)
    assert f"byte {text.index(0xE4)} is 0xe4" in sentence
    assert "--encoding cp1252" in sentence


def test_can_name_the_byte_far_down_a_large_file(refused: Any) -> None:
    text = "order,sku,quantity\n1,ä,2\n".encode() + b"1,A,2\n" * 50_000 + b"1,\xff,2\n"
    assert f"byte {text.index(0xFF):,} is 0xff" in refused("orders", text)
    assert f"byte {text.index(0xFF):,} is 0xff" in refused("orders", gzip.compress(text))


def test_cannot_end_within_a_character(refused: Any) -> None:
    assert "cut off" in refused("orders", "order,sku,quantity\n1,A,2\n1,ä".encode()[:-1])


@pytest.mark.parametrize("encoding", ["klingon", "base64", "rot13", "a\0b"])
def test_cannot_use_an_encoding_that_there_is_not(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "o.csv").write_text(SIMPLE)
    with pytest.raises(WrongUsage, match="no such encoding"):
        read_orders(str(tmp_path / "o.csv"), ReadOptions(encoding=encoding))


@pytest.mark.slow
def test_cannot_take_a_cell_without_an_end(refused: Any) -> None:
    assert "quote" in refused("orders", 'order,sku,quantity\n1,"A' + "x\n" * 600_000 + "\n")


def test_cannot_take_a_line_without_an_end(refused: Any) -> None:
    for header in ("order,sku,quantity", "{order,order,sku,quantity", RECORD + "\n" + RECORD):
        assert "a line of more than 8 MB" in refused("orders", header + "\n" + "x" * (9 << 20))


def test_can_read_a_document_on_one_line_of_any_length(orders: Any) -> None:
    note = "x" * 9_000
    record = json.dumps({"order": "1", "sku": "A", "quantity": 1, "text": note})
    assert len(orders("[" + ",".join([record] * 1_000) + "]").orders["1"]) == 1_000


@pytest.mark.slow
def test_cannot_take_a_file_that_grows_beyond_measure(refused: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "MAY_GROW", 1 << 20)
    packed = gzip.compress(b"order,sku,quantity\n" + b"M1,A,1\n" * 300_000)
    assert "more than 200 times its size" in refused("orders", packed)
    assert "more than 200 times its size" in refused("orders", packed, encoding="utf-8")


@pytest.mark.slow
def test_can_take_a_small_file_however_much_it_grows(orders: Any) -> None:
    assert len(orders(gzip.compress(b"order,sku,quantity\n" + b"M1,A,1\n" * 90_000)).orders["M1"]) == 90_000


@pytest.mark.quick_cases(1)
@pytest.mark.parametrize("blank", ["\n", "\r\n", ",,\n", " \n"])
def test_cannot_take_blank_lines_without_end(
    refused: Any, orders: Any, blank: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "MOST_BLANK_LINES", 1 << 17)
    assert len(orders(SIMPLE + blank * 50_000 + "9,A,1\n").orders) == len(orders(SIMPLE + "9,A,1\n").orders)
    assert "blank lines in one piece" in refused("orders", SIMPLE + blank * 300_000 + "9,A,1\n")


def test_cannot_take_blanks_without_end(refused: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "MOST_BLANK", 1 << 20)
    assert "MB of blanks" in refused("orders", "[" + " " * (2 << 20) + "]", "o.json")


def test_cannot_take_standard_input_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "MOST_STREAMED", 1 << 20)
    (tmp_path / "o.csv").write_text("order,sku,quantity\n" + "1,A,1\n" * 300_000)
    with (tmp_path / "o.csv").open() as stream:
        monkeypatch.setattr("sys.stdin", stream)
        with pytest.raises(BadInput, match="save it as a file"):
            read_orders("-")


def test_can_close_a_file_that_was_not_read(tmp_path: Path) -> None:
    (tmp_path / "o.csv").write_text(SIMPLE)
    with read_orders(str(tmp_path / "o.csv")) as reading:
        assert reading.format == "csv"
    for item in read_orders(str(tmp_path / "o.csv")):
        assert item
        break
