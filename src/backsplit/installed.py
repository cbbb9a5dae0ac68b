"""How this backsplit was installed, and so how an extra is added to it."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path


def how_to_add(extra: str) -> str:
    """The line to type, by what pipx and uv leave in the environment of a program."""
    home, wanted = Path(sys.prefix), shlex.quote(f"backsplit[{extra}]")
    if (home / "pipx_metadata.json").exists():
        return f"pipx runpip backsplit install {wanted}"
    if (home / "uv-receipt.toml").exists():
        return f"uv pip install --python {shlex.quote(sys.executable)} {wanted}"
    return f"{shlex.quote(sys.executable)} -m pip install {wanted}"
