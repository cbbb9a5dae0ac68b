"""Tab knows the order numbers and the SKUs of the file."""

from __future__ import annotations

import os
import subprocess
import sys

from conftest import Shop


def completed(shop: Shop, words: str) -> list[str]:
    """What Tab offers in bash after `words`."""
    environment = {
        **os.environ,
        "_BACKSPLIT_COMPLETE": "complete_bash",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split(" ")) - 1),
        "BACKSPLIT_DB": str(shop.db),
    }
    process = subprocess.run(
        [sys.executable, "-m", "backsplit"], env=environment, capture_output=True, text=True, check=False
    )
    assert not process.stderr
    return process.stdout.split()


def test_can_complete_numbers_skus_and_commands(shop: Shop) -> None:
    shop.stock("MUGBLUE1 MUGRED1 TEA1")
    shop.order("M1", "TEA1")
    shop.order("M2", "TEA1")
    shop.order("X1", "TEA1")
    assert completed(shop, "backsplit show M") == ["M1", "M2"]
    assert completed(shop, "backsplit receive --sku MUG") == ["MUGBLUE", "MUGRED"]
    assert completed(shop, "backsplit sp") == ["split"]


def test_cannot_disturb_the_typist_where_there_is_no_file(empty: Shop) -> None:
    assert completed(empty, "backsplit show M") == []
