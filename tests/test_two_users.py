"""One file and two users of the system, who are in one group (docs/many.md)."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from conftest import Answer, Shop

GROUP, ANNA, BEN, EVE = 7001, 7101, 7102, 7103
AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be two users")


def rights(path: Path) -> str:
    return stat.filemode(path.stat().st_mode)


def test_a_copy_is_for_the_group_of_the_file(shop: Shop) -> None:
    shop.db.chmod(0o660)
    shop.done("backup copy.db")
    assert rights(shop.folder / "copy.db") == "-rw-rw----"
    kept = shop.done("restore copy.db --yes --json").json["kept"]
    assert rights(Path(kept)) == "-rw-rw----"


def test_a_group_that_may_only_read_may_only_read_the_copy(shop: Shop) -> None:
    shop.db.chmod(0o640)
    shop.done("backup copy.db")
    assert rights(shop.folder / "copy.db") == "-rw-r-----"


def test_others_get_no_copy_whatever_the_rights_of_the_file(shop: Shop) -> None:
    shop.db.chmod(0o666)
    shop.done("backup copy.db")
    assert rights(shop.folder / "copy.db") == "-rw-rw----"


@pytest.fixture
def shared(shop: Shop, tmp_path: Path) -> Shop:
    """The folder and the file belong to ANNA and the group, as docs/many.md sets them up."""
    shop.folder.chmod(0o2770)
    os.chown(shop.folder, ANNA, GROUP)
    shop.db.chmod(0o660)
    os.chown(shop.db, ANNA, GROUP)
    warm = Shop(tmp_path)  # loads what is imported late
    warm.done("init")
    for line in ("import stock -", "backup a.db", "restore a.db --yes", "check", "list", "today", "policy strict", "x"):
        warm(line, "sku,on_hand\nA,1\n")
    Shop(tmp_path / "no").__call__("list")
    return shop


def typed_by(user: int, group: int, shop: Shop, line: str) -> Answer:
    """In a copy of this process, which has loaded all that a command needs: the user may not read Python's folder."""
    reads, writes = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(group)
            os.setuid(user)
            os.write(writes, json.dumps(shop(line)).encode())
        finally:
            os._exit(0)
    os.close(writes)
    os.waitpid(child, 0)
    with os.fdopen(reads) as said:
        return Answer(*json.load(said))


@pytest.mark.slow
@AS_ROOT
def test_two_users_of_the_group_can_change_back_up_and_restore(shared: Shop) -> None:
    for user in (ANNA, BEN, ANNA):
        for line in ("import stock stock.csv", "backup --force night.db", "restore night.db --yes", "check"):
            shared.write("stock.csv", f"sku,on_hand\nA,{user}\n")
            (shared.folder / "stock.csv").chmod(0o644)
            done = typed_by(user, GROUP, shared, line)
            assert done.code == 0, (user, line, done)


@pytest.mark.slow
@AS_ROOT
def test_a_user_who_is_not_of_the_group_cannot_even_look(shared: Shop) -> None:
    done = typed_by(EVE, EVE, shared, "list")
    assert (done.code, done.out) == (4, "")


@pytest.mark.slow
@AS_ROOT
def test_a_user_who_may_only_read_the_file_is_told_so(shared: Shop) -> None:
    shared.folder.chmod(0o2750)
    shared.db.chmod(0o640)
    looked = typed_by(BEN, GROUP, shared, "list")
    assert (looked.code, looked.out) == (4, "")
    assert "cannot be written" in looked.err
