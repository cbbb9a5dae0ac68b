"""Ctrl-C and SIGTERM stop a command until it commits. From then on they are not heard, so that its answer is true."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

SENTENCES = {
    signal.SIGINT: "stopped; the file is as it was before",
    signal.SIGTERM: "terminated; the file is as it was before",
}


class Stopped(BaseException):
    """A signal came in time: nothing of the command has happened."""

    def __init__(self, number: int) -> None:
        super().__init__(SENTENCES[signal.Signals(number)])
        self.exit_code = 128 + number


class _Command:
    """The one command that this process runs."""

    committed = False
    heard = True


_command = _Command()


def too_late() -> None:
    """Call right before a commit: what comes now is wholly there, and must be told so."""
    _command.committed = True
    _command.heard = False


def committed() -> bool:
    """Whether the command has changed the file, or was about to."""
    return _command.committed


@contextmanager
def stoppable(*, to_the_end: bool) -> Iterator[None]:
    """Let both signals raise Stopped, once. `to_the_end`: this process ends after this command."""
    _command.committed, _command.heard = False, True
    # What whoever started this had it ignore, as a shell does for what runs behind `&`, stays ignored.
    heard = [number for number in SENTENCES if signal.getsignal(number) is not signal.SIG_IGN]
    try:
        before = {number: signal.signal(number, _stop) for number in heard}
    except ValueError:  # not in the main thread, where no signal is ever heard
        yield
        return
    try:
        yield
    finally:
        _command.heard = False
        for number, handler in before.items():
            signal.signal(number, signal.SIG_IGN if to_the_end else handler)


def _stop(number: int, _: object) -> None:
    # Once only: a second Ctrl-C would disturb the taking back of what the first one stopped.
    if _command.heard:
        _command.heard = False
        raise Stopped(number)
