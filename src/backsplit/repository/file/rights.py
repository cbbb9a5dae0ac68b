"""Which file keeps SQLite from opening or writing a database: it says that something does, and not what."""

from __future__ import annotations

import errno
import os
from contextlib import ExitStack
from pathlib import Path

from backsplit.domain.errors import Code
from backsplit.repository.file.placing import KEPT_BESIDE

NOTHING_FOUND = "the system refused it, but refuses nothing at a second look; try again"


def what_keeps_out(path: Path, named: Path) -> tuple[Code, str]:
    """The file or folder that may not be written, whose it is, and what to do about it; or another reason.

    `named` is the file that the user named, where `path` is a copy of it or for it.
    """
    real = Path(os.path.realpath(path))
    shown = real if named == path else named
    with ExitStack() as opened:  # all of them at once, as SQLite does: there may be too many open files
        for ending in ("", *KEPT_BESIDE):
            name = Path(f"{real}{ending}")
            try:
                descriptor = os.open(name, os.O_RDWR)
            except FileNotFoundError:
                continue
            except PermissionError:
                return "read-only", _permission(name, real)
            except OSError as error:
                code: Code = "disk-error" if error.errno == errno.EIO else "read-only"
                return code, f"{shown}{ending}: {str(error.strerror or error).lower()}"
            opened.callback(os.close, descriptor)
        if not os.access(real.parent, os.W_OK | os.X_OK):
            folder = f"its folder {real.parent} may not be written; give yourself permission to write in it"
            return "read-only", folder
    return "read-only", NOTHING_FOUND


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
