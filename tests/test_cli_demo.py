"""The quick start works where there is no checkout: `demo` brings the sample files."""

from __future__ import annotations

import errno
import shlex

import pytest

from backsplit.services import database
from conftest import Shop


def test_the_lines_that_demo_shows_can_be_typed(empty: Shop) -> None:
    first, *lines = empty.done("demo").out.splitlines()
    assert first == "wrote 4 sample files into examples; now type"
    for line in lines:
        empty.done(line.strip().removeprefix("backsplit "))
    assert empty.state()["M9681118-backorder"] == "Backorder TEAPOT-CAST1"


def test_the_folder_of_the_samples_may_have_a_blank_in_its_name(empty: Shop) -> None:
    lines = empty.done("demo 'first try'").out.splitlines()
    assert (empty.folder / shlex.split(lines[2])[-1]).is_file()


def test_samples_that_are_there_already_are_left_alone(empty: Shop) -> None:
    written = empty.done("demo --json").json["written"]
    again = empty.done("demo --json").json
    assert (again["written"], again["there"]) == ([], written)
    assert "nothing was written" in empty.done("demo").out


def test_cannot_write_over_another_file(empty: Shop) -> None:
    (empty.folder / "examples").mkdir()
    mine = empty.write("examples/stock.csv", "sku,on_hand\nMINE,1\n")
    answer = empty("demo --json")
    assert (answer.code, answer.error) == (1, "not-allowed")
    assert "stock.csv is there already" in answer.err
    assert [path.name for path in mine.parent.iterdir()] == ["stock.csv"]
    assert "MINE" in mine.read_text()


def test_cannot_write_where_no_folder_can_be(empty: Shop) -> None:
    empty.write("file", "")
    answer = empty("demo file")
    assert (answer.code, answer.err) == (2, "backsplit: file cannot be written: file exists\n")


def test_a_link_that_leads_nowhere_is_no_folder(empty: Shop) -> None:
    (empty.folder / "samples").symlink_to(empty.folder / "nowhere")
    answer = empty("demo samples")
    assert (answer.code, answer.err) == (
        2,
        "backsplit: samples is a link that leads nowhere: name the folder itself\n",
    )


def test_no_folder_is_left_where_the_samples_cannot_be_written(empty: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(database, "beside", full)
    for folder in ("samples", "new/samples"):
        answer = empty(f"demo {folder}")
        assert (answer.code, answer.out) == (5, ""), answer
        assert list(empty.folder.iterdir()) == []
    (empty.folder / "samples").mkdir()
    assert empty("demo samples").code == 5
    assert (empty.folder / "samples").is_dir()


def test_a_first_try_leaves_the_real_file_alone(shop: Shop) -> None:
    said = shop.done("demo").out
    assert f"export BACKSPLIT_DB=demo.db    # {shop.db} is there already" in said


def test_an_installed_package_has_the_samples_beside_its_code(empty: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    package = empty.folder / "backsplit"
    (package / "samples").mkdir(parents=True)
    for name in database.NAMES:
        (package / "samples" / name).write_text("installed\n", encoding="utf-8")
    monkeypatch.setattr(database, "PACKAGE", package)
    empty.done("demo here")
    assert (empty.folder / "here" / "stock.csv").read_text(encoding="utf-8") == "installed\n"
