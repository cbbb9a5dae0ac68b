"""The command line: parse, one service call, one print. Errors go to stderr with their exit code."""

from __future__ import annotations

import contextlib
import importlib
import signal
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from backsplit import __version__
from backsplit.cli.output import fail, print_line
from backsplit.domain.errors import BacksplitError, WrongUsage

# Which module holds a command, in the order of `--help`. Only the one that was typed is imported.
COMMANDS = {
    "init": "file",
    "import": "importing",
    "list": "reading",
    "show": "reading",
    "split": "splitting",
    "receive": "receiving",
    "ship": "changing",
    "hold": "changing",
    "resume": "changing",
    "cancel": "changing",
    "merge": "changing",
    "prioritize": "changing",
    "adjust": "counting",
    "mark": "counting",
    "stock": "reading",
    "shortages": "reading",
    "history": "reading",
    "policy": "file",
    "check": "file",
    "backup": "file",
}
STOPPED = {130: "stopped; the file is as it was before", 143: "terminated; the file is as it was before"}


class Commands(TyperGroup):
    """The commands, each built when it is asked for: building all of them takes longer than a split."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002, ANN401 - Click's signature
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002, ANN401 - Click's signature
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"backsplit.cli.{COMMANDS[cmd_name]}")
        return typer.main.get_group(module.app).commands[cmd_name]

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 - Click's signature
        if args and args[0] not in COMMANDS:
            from difflib import get_close_matches  # noqa: PLC0415 - only for a mistyped command

            near = get_close_matches(args[0], COMMANDS, n=2)
            advice = f"did you mean {' or '.join(near)}?" if near else "`backsplit --help` lists the commands"
            raise WrongUsage(f"there is no command {args[0]!r}: {advice}")
        return super().resolve_command(ctx, args)


app = typer.Typer(cls=Commands, no_args_is_help=True, pretty_exceptions_enable=False)


def _version(wanted: bool) -> None:
    if wanted:
        print_line(f"backsplit {__version__}")
        raise typer.Exit


@app.callback(
    epilog="Example: backsplit split M9681118 sends what is in stock; the rest waits on M9681118-backorder. "
    "Exit codes: 0 done, 1 refused by a rule, 2 wrong usage, 3 no such order or SKU, 4 the database file, "
    "5 an input file."
)
def backsplit(
    ctx: typer.Context,
    db: Annotated[
        Path | None,
        typer.Option("--db", metavar="PATH", help="The database file; else $BACKSPLIT_DB, else backsplit.db."),
    ] = None,
    version: Annotated[  # noqa: ARG001 - the callback answers
        bool, typer.Option("--version", help="Show the version and exit.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Split backorders: what is in stock goes out now, the rest follows by itself when stock arrives."""
    ctx.obj = db


class Terminated(BaseException):
    """SIGTERM arrived."""


def run(words: Sequence[str]) -> int:
    """Run one command line; the exit code. Prints, and never raises for anything a user can cause."""
    as_json = "--json" in words[: words.index("--") if "--" in words else None]
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8" if as_json else None, errors="backslashreplace")
    try:
        with _terminable():
            code = typer.main.get_command(app).main(list(words), prog_name="backsplit", standalone_mode=False)
            sys.stdout.flush()
    except BacksplitError as error:
        return fail(error.code, str(error), error.exit_code, as_json=as_json)
    except typer.TyperException as error:
        return _wrong_usage(error, as_json=as_json)
    except Terminated:
        code = 143
    except (KeyboardInterrupt, typer.Abort):
        code = 130
    except SystemExit as done:
        code = done.code
    except OSError as error:
        return fail("output", f"the answer could not be written: {error.strerror}", 1, as_json=as_json)
    if code in STOPPED:
        return fail("stopped", STOPPED[code], code, as_json=as_json)
    return code if isinstance(code, int) else 0


def _wrong_usage(error: typer.TyperException, *, as_json: bool) -> int:
    context = getattr(error, "ctx", None)
    message = getattr(error, "format_message", error.__str__)()
    advice = f"\n{context.get_usage()}\nTry: {context.command_path} --help" if context else ""
    code: int = getattr(error, "exit_code", 2)
    return fail("usage", message + ("" if as_json else advice), code, as_json=as_json)


@contextlib.contextmanager
def _terminable() -> Iterator[None]:
    """Let SIGTERM end the command like Ctrl-C does: the transaction is taken back."""

    def stop(*_: object) -> None:
        raise Terminated

    try:
        before = signal.signal(signal.SIGTERM, stop)
    except ValueError:  # not in the main thread, as in a test
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
