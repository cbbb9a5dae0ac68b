"""Ctrl-C and SIGTERM stop a command until it commits. After that they are ignored, so that its answer is true."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

WORDS = {signal.SIGINT: "stopped", signal.SIGTERM: "terminated"}
UNCHANGED = "the file is as it was before"
ONLY_UPGRADED = "the file was brought up to date for this version; nothing else in it changed"


class Stopped(BaseException):
    """A signal came in time: nothing of the command has happened."""

    def __init__(self, number: int) -> None:
        super().__init__(f"{WORDS[signal.Signals(number)]}; {ONLY_UPGRADED if _command.upgraded else UNCHANGED}")
        self.exit_code = 128 + number


class _Command:
    """The command that this process runs. `missed` is a signal that came while none was heard.

    `stopped` was raised; it may have got lost where Python was called by SQLite, or cleaned up.
    """

    may_have_committed = False
    upgraded = False
    heard = True
    missed: int | None = None
    stopped: Stopped | None = None


_command = _Command()


def check_stopped() -> None:
    """Raises Stopped where a signal has come in time. Call it where SQLite says that it was interrupted."""
    if _command.stopped:
        raise _command.stopped


def ignore_from_now_on() -> None:
    """Call right before a commit: from now on the command will be done, and must say so. Raises Stopped."""
    check_stopped()
    _command.may_have_committed = True
    _command.heard = False


def upgraded() -> None:
    """Call right after the commit of an upgrade: the command itself begins only now. Raises Stopped."""
    _command.may_have_committed = False
    _command.upgraded = True
    if _command.missed:
        raise Stopped(_command.missed)
    _command.heard = True


def may_have_committed() -> bool:
    """Whether the command has changed the file, or was about to."""
    return _command.may_have_committed


@contextmanager
def while_loading() -> Iterator[None]:
    """Raises Stopped also where Python before 3.12 raises a RuntimeError in its place, as it does in making a class."""
    try:
        yield
    except RuntimeError as error:
        if isinstance(error.__cause__, Stopped):
            raise error.__cause__ from None
        raise


@contextmanager
def stoppable(*, to_the_end: bool) -> Iterator[None]:
    """Let both signals raise Stopped, once. `to_the_end`: this process ends after this command."""
    _command.may_have_committed, _command.upgraded, _command.heard = False, False, True
    _command.missed, _command.stopped = None, None
    # Signals that our parent told us to ignore stay ignored. A shell does so for a command behind `&`.
    ours = [number for number in WORDS if signal.getsignal(number) is not signal.SIG_IGN]
    try:
        before = {number: signal.signal(number, _stop) for number in ours}
    except ValueError:  # not in the main thread, where no signal arrives
        yield
        return
    hook = sys.unraisablehook
    sys.unraisablehook = partial(_lost, hook)
    try:
        yield
    finally:
        _command.heard = False
        sys.unraisablehook = hook
        for number, handler in before.items():
            signal.signal(number, signal.SIG_IGN if to_the_end else handler)


def _lost(hook: Callable[[UnraisableHookArgs], object], raised: UnraisableHookArgs) -> None:
    """Python would print a Stopped that got lost; it is raised again before a commit."""
    if raised.exc_value is not _command.stopped:
        hook(raised)


def _stop(number: int, _: object) -> None:
    if not _command.heard:
        _command.missed = number
        return
    # Once only: a second Ctrl-C would disturb the rollback that the first one started.
    _command.heard = False
    _command.stopped = Stopped(number)
    raise _command.stopped
