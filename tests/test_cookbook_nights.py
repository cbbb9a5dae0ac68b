"""The night of docs/cookbook.md, as it stands there, for thirty simulated nights with two shops."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import Shop
from shopify import inventory, shopify

PAGE = Path(__file__).parents[1] / "docs" / "cookbook.md"
NIGHTS = 30
AWAY = 12  # the night on which the export of the first shop is broken


def night_script(folder: Path) -> str:
    """The script of the page, with its folders in this one."""
    (script,) = re.findall(r"```sh\n(set -eu\n.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return str(script).replace("/srv/shop", str(folder)).replace("/srv/backup", str(folder))


class Nights:
    def __init__(self, shop: Shop) -> None:
        self.shop, self.script = shop, night_script(shop.folder)
        (shop.folder / "bin").mkdir()
        program = shop.folder / "bin" / "backsplit"
        program.write_text(f'#!/bin/sh\nexec {sys.executable} -m backsplit "$@"\n')
        program.chmod(0o755)

    def __call__(self) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": f"{self.shop.folder / 'bin'}:/usr/bin:/bin", "TZ": "UTC", "LANG": "C.UTF-8"}
        environment |= {"PYTHONPATH": os.pathsep.join(sys.path)}
        words = ["flock", "-w", "60", "night.lock", "sh", "-c", self.script]
        return subprocess.run(words, cwd=self.shop.folder, env=environment, capture_output=True, text=True, check=False)

    def exports(self, berlin: list[str], counts: str, web: list[str]) -> None:
        """Put there whole, as the page says."""
        files = {"berlin.csv": shopify(*berlin), "berlin-stock.csv": inventory(counts), "web.csv": shopify(*web)}
        for name, text in files.items():
            self.shop.write(f".{name}", text).replace(self.shop.folder / name)


@pytest.mark.slow
def test_thirty_nights_of_the_page_are_clean(shop: Shop) -> None:
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
            shop.write("berlin.csv", "")
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
