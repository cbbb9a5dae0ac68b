"""The night of docs/cookbook.md, as it stands there, with two shops: a simulated fortnight, and nights that fail."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import Shop
from shopify import inventory, shopify

PAGE = Path(__file__).parents[1] / "docs" / "cookbook.md"
NIGHTS = 14
AWAY = 12  # the night on which the export of the first shop is broken
SYSTEMD = shutil.which("systemd-analyze")


def night_script(folder: Path) -> str:
    """The script of the page, with its folders in this one."""
    (script,) = re.findall(r"```sh\n(set -eu .*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return str(script).replace("/srv/shop", str(folder)).replace("/srv/backup", str(folder)).replace("-w 600", "-w 0")


class Nights:
    """A folder with the script, the program, and a curl that fetches from the folder `shops`."""

    def __init__(self, shop: Shop) -> None:
        self.shop, self.script = shop, night_script(shop.folder)
        self.shops = shop.folder / "shops"
        self.shops.mkdir()
        (shop.folder / "bin").mkdir()
        self._program("backsplit", f'exec {sys.executable} -m backsplit "$@"')
        self._program("curl", f'exec cat "{self.shops}/${{2##*/}}"')

    def __call__(self) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": f"{self.shop.folder / 'bin'}:/usr/bin:/bin", "TZ": "UTC", "LANG": "C.UTF-8"}
        environment |= {"PYTHONPATH": os.pathsep.join(sys.path)}
        words = ["sh", "-c", self.script]
        return subprocess.run(words, cwd=self.shop.folder, env=environment, capture_output=True, text=True, check=False)

    def exports(self, berlin: list[str], counts: str, web: list[str]) -> None:
        files = {"berlin.csv": shopify(*berlin), "berlin-stock.csv": inventory(counts), "web.csv": shopify(*web)}
        for name, text in files.items():
            (self.shops / name).write_text(text, encoding="utf-8")

    def _program(self, name: str, line: str) -> None:
        path = self.shop.folder / "bin" / name
        path.write_text(f"#!/bin/sh\n{line}\n")
        path.chmod(0o755)


@pytest.fixture
def night(shop: Shop) -> Nights:
    """One that went well, with 5 on the shelf and an order in each shop."""
    night = Nights(shop)
    night.exports(["1 A1"], "A5", ["1 A1"])
    assert night().returncode == 0
    return night


@pytest.mark.slow
def test_a_delivery_that_is_refused_is_put_aside_and_the_night_goes_on_and_fails(shop: Shop, night: Nights) -> None:
    shop.write("delivery-1.csv", "sku,quantity\nA,1")  # of A,15: half of it was written
    half = night()
    assert half.returncode == 0
    assert half.stdout.startswith("delivery-1.csv:\nreceived 1 × A: 6 on hand\n")
    assert "The last line has no line end" in half.stdout
    shop.write("delivery-1.csv", "sku,quantity\nA,15\n")
    shop.write("delivery-2.csv", "sku,quantity\nB,2\n")
    shop.write("delivery-3.csv", "sku,quantity\nA,2\n")
    night.exports(["1 A1", "2 A1"], "A5", ["1 A1"])
    refused = night()
    assert refused.returncode == 1
    assert "delivery-1.csv is now in refused: do what is said above" in refused.stdout
    assert "backsplit: delivery-1.csv: delivery-1.csv was received before with other contents (1 × A)" in refused.stderr
    assert "backsplit: delivery-2.csv: 1 row cannot be taken" in refused.stderr
    assert "#2" in shop.state(), "the shop is followed all the same"
    assert shop.figures()["A"][0] == 5 + 1 + 2
    assert sorted(path.name for path in (shop.folder / "refused").iterdir()) == ["delivery-1.csv", "delivery-2.csv"]
    assert sorted(path.name for path in (shop.folder / "booked").iterdir()) == ["delivery-1.csv", "delivery-3.csv"]
    (rest,) = re.findall(r"book the rest of it: backsplit (.*)", refused.stderr)
    shop.done(rest)
    assert shop.figures()["A"][0] == 5 + 15 + 2
    assert night().returncode == 0


@pytest.mark.slow
def test_a_night_fails_whose_export_cannot_be_fetched_and_reads_none_of_yesterday(shop: Shop, night: Nights) -> None:
    (night.shops / "web.csv").unlink()
    before = shop.done("history --limit 1 --json").json
    failed = night()
    assert (failed.returncode, "web.csv" in failed.stderr) == (1, True)
    assert shop.done("history --limit 1 --json").json == before


@pytest.mark.slow
def test_a_second_night_at_a_time_says_why_it_does_not_begin(shop: Shop, night: Nights) -> None:
    with subprocess.Popen(["flock", shop.folder / "night.lock", "cat"], stdin=subprocess.PIPE) as other:
        while subprocess.run(["flock", "-n", shop.folder / "night.lock", "true"], check=False).returncode == 0:
            pass
        second = night()
        other.communicate()
    assert (second.returncode, second.stdout) == (1, "night.lock: another night runs, so this one has not begun\n")


@pytest.mark.slow
def test_the_copy_is_of_the_evening_before_the_night(shop: Shop, night: Nights) -> None:
    night.exports(["1 A1", "2 A1"], "A5", ["1 A1"])
    assert night().returncode == 0
    assert "#2" in shop.state()
    (evening,) = shop.folder.glob("evening-[1-7]-[0-2][0-9].db")
    shop.done(f"restore {evening} --yes")
    assert shop.state().keys() == {"#1", "W#1"}


@pytest.mark.skipif(SYSTEMD is None, reason="systemd is not installed")
def test_systemd_takes_the_unit_that_mails(tmp_path: Path) -> None:
    (unit,) = re.findall(r"mail-anna@\.service`\n\n```ini\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "mail-anna@.service").write_text(unit)
    name = str(tmp_path / "mail-anna@night.service.service")
    done = subprocess.run([str(SYSTEMD), "verify", name], capture_output=True, text=True, check=False)
    assert not [line for line in done.stderr.splitlines() if "mail-anna" in line]


@pytest.mark.slow
def test_a_fortnight_of_the_page_is_clean(shop: Shop) -> None:
    night = Nights(shop)
    on_hand, there, berlin, web = 60, 60, list[str](), list[str]()
    for number in range(1, NIGHTS + 1):
        day = f"@2026-01-{number:02}"
        berlin.append(f"{100 + number} A1 {day}")
        web.append(f"{100 + number} A1 {day}")
        if number > 2:  # what came two nights before has shipped here, and is marked there
            sent = 100 + number - 2
            shop.done(f"ship {sent} W#{sent} --yes")
            berlin[number - 3], web[number - 3] = f"{berlin[number - 3]} fulfilled", f"{web[number - 3]} fulfilled"
            on_hand, there = on_hand - 2, there - 1
        if not number % 7:  # booked here alone
            shop.write(f"delivery-{number}.csv", "sku,quantity\nA,15\n")
            on_hand += 15
        night.exports(berlin, f"A{there}", web)
        if number == AWAY:
            (night.shops / "berlin.csv").write_text("")
            before = shop.done("history --limit 1 --json").json
            failed = night()
            assert (failed.returncode, bool(failed.stderr)) == (5, True), failed
            assert shop.done("history --limit 1 --json").json == before, "nothing goes on after a failed sync"
            night.exports(berlin, f"A{there}", web)
        done = night()
        assert done.returncode == 0, (number, done)
        assert shop.figures()["A"][0] == on_hand, (number, done.stdout)
    assert not shop.done("list --status backorder --json").json
    assert shop.done("stock A --json").json[0]["shop"] == there
