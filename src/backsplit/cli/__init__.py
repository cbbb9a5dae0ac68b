"""The command line: parse, one service call, one print. Errors go to stderr with their exit code."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from backsplit import __version__
from backsplit.cli.output import drop_output, fail, prepare_streams, print_line
from backsplit.domain.errors import BacksplitError, WrongUsage
from backsplit.stopping import Stopped, committed

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


class Commands(TyperGroup):
    """The commands, each built when it is asked for: building all of them takes longer than a split."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - Click's signature
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - Click's signature
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"backsplit.cli.{COMMANDS[cmd_name]}")
        for command in module.app.registered_commands:
            if (command.name or command.callback.__name__) == cmd_name:
                return typer.main.get_command_from_info(
                    command, pretty_exceptions_short=True, rich_markup_mode=app.rich_markup_mode
                )
        return typer.main.get_group(module.app).commands[cmd_name]

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
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
        typer.Option(
            "--db",
            metavar="PATH",
            help="The database file; else $BACKSPLIT_DB, else backsplit.db.",
            readable=False,  # is asked when it is opened, and is no wrong usage
        ),
    ] = None,
    version: Annotated[  # noqa: ARG001 - the callback answers
        bool, typer.Option("--version", help="Show the version and exit.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Split backorders: what is in stock goes out now, the rest follows by itself when stock arrives."""
    ctx.obj = db


def run(words: Sequence[str]) -> int:
    """Run one command line; the exit code. Prints, and never raises for anything a user can cause."""
    as_json = "--json" in words[: words.index("--") if "--" in words else None]
    prepare_streams(as_json=as_json)
    try:
        code = typer.main.get_command(app).main(list(words), prog_name="backsplit", standalone_mode=False)
        sys.stdout.flush()
    except BacksplitError as error:
        return fail(error.code, error.lines, error.exit_code, as_json=as_json)
    except typer.TyperException as error:
        return _wrong_usage(error, as_json=as_json)
    except Stopped as stopped:
        return fail("stopped", [str(stopped)], stopped.exit_code, as_json=as_json)
    except typer.Abort:  # the question was answered with the end of input
        return fail("stopped", ["no answer: nothing was changed"], 1, as_json=as_json)
    except SystemExit:  # whoever read the answer has gone away, as `head` does: all that was wanted has been said
        code = 0
    except OSError as error:
        return _unheard(error, as_json=as_json)
    return code if isinstance(code, int) else 0


def _unheard(error: OSError, *, as_json: bool) -> int:
    """The answer cannot be written. The exit code tells of the file: 1 would say that nothing has changed."""
    drop_output()
    done, exit_code = ("done, but ", 0) if committed() else ("", 1)
    if isinstance(error, BrokenPipeError):  # whoever read the answer has seen enough
        return exit_code
    sentence = f"{done}the answer could not be written: {error.strerror or error}"
    return fail("output", [sentence], exit_code, as_json=as_json)


def _wrong_usage(error: typer.TyperException, *, as_json: bool) -> int:
    context = getattr(error, "ctx", None)
    message = getattr(error, "format_message", error.__str__)()
    usage = [f"{context.get_usage()}", f"Try: {context.command_path} --help"] if context and not as_json else []
    code: int = getattr(error, "exit_code", 2)
    if not message.strip():  # nothing was typed, and the help has been printed
        return code
    return fail("usage", [message, *usage], code, as_json=as_json)
