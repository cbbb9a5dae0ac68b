"""Which file keeps SQLite from opening or writing a database: it says that something does, and not what."""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path

from backsplit.repository.file.placing import KEPT_BESIDE

NOTHING_FOUND = "it, its folder or its disk is read-only; make them writable"


def what_keeps_out(path: Path) -> str:
    """The file or folder that may not be written, whose it is, and what to do about it; or another reason."""
    real = Path(os.path.realpath(path))
    names = [real, *(Path(f"{real}{ending}") for ending in KEPT_BESIDE)]
    with ExitStack() as opened:  # all of them at once, as SQLite does: there may be too many open files
        for name in names:
            try:
                descriptor = os.open(name, os.O_RDWR)
            except FileNotFoundError:
                continue
            except PermissionError:
                return _permission(name, real)
            except OSError as error:
                return f"{name}: {str(error.strerror or error).lower()}"
            opened.callback(os.close, descriptor)
        if not os.access(real.parent, os.W_OK | os.X_OK):
            return f"its folder {real.parent} may not be written; give yourself permission to write in it"
    return NOTHING_FOUND


def _permission(name: Path, real: Path) -> str:
    if name == real:
        return "it is read-only, or you have no permission; make it writable"
    owner = _owner(name)
    if owner is not None:
        return f"{name} beside it belongs to {owner}: ask {owner} to give you permission to write it"
    if name.name.endswith("-shm"):  # it is made anew; what is in the others is not
        return f"{name} beside it was left read-only: remove that file when nobody uses the database"
    return f"{name} beside it was left read-only: make that file writable, and keep it, for it holds changes"


def _owner(name: Path) -> str | None:
    """The name of the user whose file that is; None where it is one's own."""
    try:
        number = name.stat().st_uid
    except OSError:
        return None
    if number == os.geteuid():
        return None
    import pwd  # noqa: PLC0415 - only for this sentence

    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"user {number}"
