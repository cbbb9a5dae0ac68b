"""Around all work on a file: whatever keeps it from being used leaves as one sentence about it."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from backsplit.domain.errors import DatabaseError, WrongUsage
from backsplit.repository.file.connecting import DISK_FAILS, FAILURES
from backsplit.stopping import committed

FULL_DISK = "the disk is full; nothing was changed, make room and try again"
PERMISSIONS = (errno.EACCES, errno.EPERM, errno.EROFS)
Advised = Callable[[Path], str]  # what to do about damage, with a colon before it


@contextmanager
def reachable(path: Path) -> Iterator[None]:
    """Every way in which the system keeps a file from being made or opened, as one sentence about it."""
    try:
        yield
    except FileExistsError:  # for the caller to answer
        raise
    except FileNotFoundError:
        raise DatabaseError("no-database", f"{path} cannot be made: there is no folder {path.parent}") from None
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DatabaseError("disk-full", f"{path} could not be written: {FULL_DISK}") from error
        reason = str(error.strerror or error).lower()
        if error.errno in DISK_FAILS:
            raise DatabaseError(
                "disk-error", f"{path} could not be read or written ({reason}): look after the disk"
            ) from error
        advised = "check it, its folder and their permissions" if error.errno in PERMISSIONS else "try again later"
        raise DatabaseError("read-only", f"{path} cannot be used ({reason}): {advised}") from error
    except ValueError:
        if "\0" not in str(path):
            raise
        raise DatabaseError("no-database", f"{str(path)!r} cannot be the name of a file") from None


@contextmanager
def translated(path: Path, *, of: Path | None = None, advised: Advised | None = None) -> Iterator[None]:
    """Every way in which the file, or text on its way into it, cannot be used, as one sentence about it.

    `of` is the file that the user named, where another one is worked on. `advised` says what to do about damage.
    """
    try:
        yield
    except FAILURES as error:
        from backsplit.repository.file.backups import advice  # noqa: PLC0415 - only where something is wrong
        from backsplit.repository.file.explaining import explained  # noqa: PLC0415

        found = explained(error, path, of or path, advised or advice)
        if found is None:
            raise
        code, sentence = found
        raise DatabaseError(code, f"{of or path} {sentence}") from error
    except UnicodeEncodeError as error:  # bytes that are no text, from the command line or standard input
        raise WrongUsage(f"{error.object!r} is not UTF-8 text, so backsplit can neither keep nor find it") from None


@contextmanager
def blamed(path: Path) -> Iterator[None]:
    """Where a command meets what cannot be, say what is wrong with the file. If nothing is, the program is wrong."""
    try:
        yield
    except (AssertionError, AttributeError, LookupError, TypeError, ValueError) as error:
        from backsplit.repository.file.backups import advice, first_fault  # noqa: PLC0415 - only where something is wrong

        fault = first_fault(path)
        if fault is None:
            raise
        raise DatabaseError(
            "not-a-database",
            f"{path} does not fit together ({fault}){'' if committed() else ', nothing was changed'};"
            f" `backsplit check` says more: {advice(path)}",
        ) from error
