"""Completion: the words that Tab offers, and the script that a shell needs for it.

Imported only when Tab is pressed.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import sys
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import typer
import typer._completion_classes
from typer._click.shell_completion import add_completion_class
from typer._completion_classes import FishComplete, ZshComplete
from typer._completion_shared import Shells, get_completion_script, install

from backsplit.errors import BacksplitError, WrongUsage
from backsplit.render.terminal import inert
from backsplit.repository import Repository, open_repository
from backsplit.services import completion

T = TypeVar("T")

PROGRAM, PROTOCOL = "backsplit", "_BACKSPLIT_COMPLETE"
# The shell puts the words into its line as they are: `$(…)` in a SKU would run at the next Enter.
PLAIN = re.compile(r"[\w@%+=:,./#][\w@%+=:,./#-]*")
BREAKS = re.compile("[:=@]+")  # of bash's COMP_WORDBREAKS, those that can stand in a plain word


class ForZsh(ZshComplete):
    """Offers `--sku=MUG:BLUE`, and not the value alone, behind `--sku=MUG:`: Zsh takes both for one word."""

    def get_completions(self, args: list[str], incomplete: str) -> list[Any]:
        return _with_option(super().get_completions(args, incomplete), incomplete)


class ForFish(FishComplete):
    """The same for Fish."""

    def get_completions(self, args: list[str], incomplete: str) -> list[Any]:
        return _with_option(super().get_completions(args, incomplete), incomplete)


def _with_option(items: list[Any], typed: str) -> list[Any]:
    option, equals, _ = typed.partition("=")
    if option.startswith("--") and equals:
        for item in items:
            item.value = f"{option}={item.value}"
    return items


def prepare() -> None:
    """Let the shells be answered by our classes, and without Rich: our help has no markup to take out."""
    add_completion_class(ForZsh, "zsh")
    add_completion_class(ForFish, "fish")
    typer._completion_classes._sanitize_help_text = lambda text: text  # noqa: SLF001 - it takes as long as all the rest


def orders(ctx: typer.Context, start: str) -> list[str]:
    """The numbers of the orders that the command can take, that begin with `start`, and that are not typed yet."""
    typed = ctx.params.get("orders") or ()
    return _plain(ctx, lambda repository: completion.orders(repository, ctx.info_name or "", start, typed))


def skus(ctx: typer.Context, start: str) -> list[str]:
    return _plain(ctx, lambda repository: completion.skus(repository, start))


def refs(ctx: typer.Context, start: str) -> list[str]:
    return _plain(ctx, lambda repository: completion.refs(repository, start))


def lists(ctx: typer.Context, start: str) -> list[completion.Word]:
    return _found(ctx, lambda repository: completion.lists(repository, start))


def changes(ctx: typer.Context, start: str) -> list[completion.Word]:
    return [
        (word, _shown(said)) for word, said in _found(ctx, lambda repository: completion.changes(repository, start))
    ]


def _found(ctx: typer.Context, find: Callable[[Repository], list[T]]) -> list[T]:
    try:
        with open_repository(ctx.params["db"]) as repository, repository.reading():
            return find(repository)
    except BacksplitError:  # no reason to disturb the typist
        return []


def _plain(ctx: typer.Context, find: Callable[[Repository], list[str]]) -> list[str]:
    return [word for word in _found(ctx, find) if PLAIN.fullmatch(word)]


def _shown(said: str) -> str:
    """What is shown beside a word: a reason may hold anything, and the script of Zsh is run by `eval`."""
    return re.sub(r"[^\w @%+=:,./#×→…-]", " ", inert(said))


def formats(ctx: typer.Context, start: str) -> list[str]:
    """The formats for `import orders`, or for `import stock`."""
    from backsplit.formats.recognise import known_formats  # noqa: PLC0415 - for --format alone

    known = (form.name for form in known_formats() if ctx.info_name and ctx.info_name in form.what)
    return [name for name in known if name.startswith(start)]


@contextlib.contextmanager
def in_bash() -> Iterator[None]:
    """Put together the words that bash cut at `:`, `=` and `@`, and say only the piece that it replaces.

    Bash names the pieces, a line each, in COMP_WORDS, and in COMP_CWORD the place of the piece before the cursor.
    """
    typed = os.environ.get("COMP_WORDS", "")
    pieces = typed.split("\n" if "\n" in typed else " ")[: int(os.environ.get("COMP_CWORD", "0")) + 1]
    words = _put_together(pieces)
    os.environ["COMP_WORDS"] = "\n".join("".join(word) for word in words)
    os.environ["COMP_CWORD"] = str(len(words) - 1)
    answer = io.StringIO()
    try:
        with contextlib.redirect_stdout(answer):
            yield
    finally:
        for line in answer.getvalue().splitlines():
            sys.stdout.write(f"{_for_bash(line, words[-1])}\n")


def _put_together(pieces: list[str]) -> list[list[str]]:
    """The pieces of each word: `A`, `:`, `1`, `B` is `A:1` and `B`. A piece without text begins a new word."""
    words: list[list[str]] = []
    for piece in pieces:
        joins = BREAKS.fullmatch(piece) or (words and BREAKS.fullmatch(words[-1][-1]))
        if words and piece and joins:
            words[-1].append(piece)
        else:
            words.append([piece])
    return words


def _for_bash(value: str, pieces: list[str]) -> str:
    """The value without the pieces that bash keeps; a leading `#` is escaped, or it would begin a comment."""
    *before, last = pieces
    if last == "@" or not BREAKS.fullmatch(last):
        if before and before[-1] == "@":  # bash replaces it too
            before = before[:-1]
    else:
        before = pieces
    kept = "".join(before)
    if kept.startswith("--"):  # --sku=A:1 is answered by A:100
        kept = kept.partition("=")[2]
    said = value.removeprefix(_unquoted(kept))
    return f"\\{said}" if said.startswith("#") and not kept and last[:1] not in ("'", '"') else said


def _unquoted(text: str) -> str:
    try:
        return "".join(shlex.split(text))
    except ValueError:  # a quote is open
        return text


def set_up(option: str, shell: str) -> int:
    """`--show-completion SHELL` and `--install-completion SHELL`; without a name Typer finds out which shell runs.

    Raises WrongUsage for a shell that Typer does not know.
    """
    known = [shell.value for shell in Shells]
    if shell not in known:
        raise WrongUsage(f"{option} takes {', '.join(known)}, not {shell!r}")
    if option == "--show-completion":
        sys.stdout.write(get_completion_script(prog_name=PROGRAM, complete_var=PROTOCOL, shell=shell) + "\n")
    else:
        name, path = install(shell=shell, prog_name=PROGRAM, complete_var=PROTOCOL)
        sys.stdout.write(f"{name} reads {path} from the next terminal on\n")
    return 0
