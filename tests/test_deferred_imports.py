"""Modules that are loaded when something of them is first used."""

from __future__ import annotations

import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from backsplit.__main__ import DEFERRED, defer_imports
from conftest import Shop

NAME = "seldom_used_in_tests"


@pytest.fixture
def loads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A module called NAME is put off; this file gets a line whenever it is loaded."""
    log = tmp_path / "loads"
    log.touch()
    (tmp_path / f"{NAME}.py").write_text(f"with open({str(log)!r}, 'a') as log:\n    log.write('.')\nfour = 4\n")
    monkeypatch.syspath_prepend(tmp_path)
    defer_imports(NAME)
    yield log
    del sys.modules[NAME]


def test_a_module_that_is_put_off_is_loaded_when_it_is_first_used(loads: Path) -> None:
    module = importlib.import_module(NAME)
    assert loads.read_text() == ""
    assert module.four + module.four + importlib.import_module(NAME).four == 12
    assert loads.read_text() == "."


def test_a_module_that_is_loaded_cannot_be_put_off(loads: Path) -> None:
    assert importlib.import_module(NAME).four == 4
    defer_imports(NAME)
    assert importlib.import_module(NAME).four == 4
    assert loads.read_text() == "."


@pytest.mark.usefixtures("loads")
def test_a_name_that_the_module_lacks_is_told_as_ever() -> None:
    with pytest.raises(AttributeError, match=f"module '{NAME}' has no attribute 'five'"):
        _ = importlib.import_module(NAME).five


def test_a_split_loads_nothing_that_is_seldom_used(shop: Shop) -> None:
    shop.stock("A1 B0")
    shop.order("M1", "A1 B1")
    script = (
        "import sys\nfrom backsplit.__main__ import DEFERRED, main\nmain()\n"
        "print(*(type(sys.modules[name]).__module__ for name in DEFERRED))"
    )
    process = subprocess.run(
        [sys.executable, "-c", script, "--db", shop.db, "split", "M1"], capture_output=True, text=True, check=True
    )
    assert process.stdout.splitlines()[-1].split() == ["backsplit.__main__"] * len(DEFERRED)
