"""`backsplit` and `python -m backsplit`."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from types import ModuleType

from backsplit import __version__

# Typer, what it imports, and we load these for what a command seldom asks of them: a tenth of a split's time. Of json
# nobody imports a part by itself: it would be loaded twice.
DEFERRED = (
    "bz2",
    "csv",
    "fcntl",
    "gzip",
    "hashlib",
    "ipaddress",
    "json",
    "lzma",
    "shlex",
    "subprocess",
    "tempfile",
    "textwrap",
    "tokenize",
    "unicodedata",
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the words typed after the program's name, by default those of the process. Returns the exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words == ["--version"]:  # answered at once: to build the command line takes five times as long
        try:
            if sys.stdout is not None:  # it may be closed
                sys.stdout.write(f"backsplit {__version__}\n")
                sys.stdout.flush()
        except OSError:  # nobody reads it
            return 1
        return 0
    if argv is None:
        # Loading modules makes no garbage, and a command makes little. The collector would look for it all the
        # same, while loading and once more at the exit, and take a fifth of a split's time. To split 50,000 orders
        # makes none either, and what it holds would be looked through again and again.
        gc.set_threshold(1_000_000)
        atexit.register(gc.freeze)
        import signal  # noqa: PLC0415 - not for --version

        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # until it is heard as below: a traceback says nothing
        _take_words_as_utf8(words)
        defer_imports(*DEFERRED)
    from backsplit.signals import Stopped, stoppable, while_loading  # noqa: PLC0415 - not for --version

    with stoppable(to_the_end=argv is None):
        try:
            with while_loading():
                from backsplit.cli import run  # noqa: PLC0415 - where Ctrl-C is heard

            return run(words)
        except Stopped as stopped:  # the command line was still being built
            error = f'{{"error": {{"code": "stopped", "message": "{stopped}"}}}}'
            sys.stderr.write((error if "--json" in words else f"backsplit: {stopped}") + "\n")
            return stopped.exit_code


def _take_words_as_utf8(words: Sequence[str]) -> None:
    """Begin again where Python was told that words are ASCII, as under LC_ALL=C, and they are UTF-8 all the same."""
    if sys.getfilesystemencoding() == "utf-8" or all(map(str.isascii, words)):
        return
    try:
        for word in words:
            os.fsencode(word).decode("utf-8")
    except UnicodeDecodeError:  # some are not
        return
    os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])  # noqa: S606 - it is this program


class _Late(ModuleType):
    """Stands in the place of a module, gives it back at the first use, and keeps what it is asked for."""

    def __getattr__(self, name: str) -> object:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        found = self.__dict__[name] = getattr(import_module(self.__name__), name)
        return found


def defer_imports(*names: str) -> None:
    """Let `import NAME` of these top modules load nothing. What is loaded already stays so."""
    for name in names:
        sys.modules.setdefault(name, _Late(name))


if __name__ == "__main__":
    sys.exit(main())
