"""The command line: parse, one service call, one print. Errors go to stderr with their exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from typing import Annotated

import typer

from backsplit import __version__
from backsplit.cli.commands import Commands
from backsplit.cli.options import DEFAULT_FILE, Db, examples
from backsplit.cli.output import drop_output, fail, prepare_streams, print_line
from backsplit.domain.errors import BacksplitError
from backsplit.stopping import Stopped, committed

app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        print_line(f"backsplit {__version__}")
        raise typer.Exit


@app.callback(
    epilog=examples("backsplit split M9681118", "backsplit help split")
    + "\n\nExit codes: 0 done, 1 refused by a rule, 2 wrong usage, 3 no such order or SKU, 4 the database file, "
    "5 an input file."
)
def backsplit(
    db: Db = DEFAULT_FILE,
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and exit.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Split backorders: what is in stock goes out now, the rest follows by itself when stock arrives."""


def run(words: Sequence[str]) -> int:
    """Run one command line; the exit code. Prints, and never raises for anything a user can cause."""
    as_json = "--json" in words[: words.index("--") if "--" in words else None]
    prepare_streams(as_json=as_json)
    try:
        code = _run(list(words))
        sys.stdout.flush()
    except BacksplitError as error:
        return fail(error.code, error.lines, error.exit_code, as_json=as_json)
    except typer.TyperException as error:
        return _wrong_usage(error, as_json=as_json)
    except Stopped as stopped:
        return fail("stopped", [str(stopped)], stopped.exit_code, as_json=as_json)
    except typer.Abort:  # the question was answered with the end of input
        return fail("stopped", ["no answer: nothing was changed"], 1, as_json=as_json)
    except SystemExit as end:
        # Typer exits when it has completed a word, and when the reader goes away, as `head` does.
        code = 0 if isinstance(end.__context__, OSError) else end.code
    except OSError as error:
        return _unheard(error, as_json=as_json)
    return code if isinstance(code, int) else 0


def _run(words: list[str]) -> object:
    command = typer.main.get_command(app)
    if asked := os.environ.get("_BACKSPLIT_COMPLETE"):
        from backsplit.cli.completing import in_bash, prepare  # noqa: PLC0415 - only when Tab is pressed

        prepare()
        with in_bash() if asked == "complete_bash" else nullcontext():
            return command.main(words, prog_name="backsplit", standalone_mode=False)
    if words[:1] in (["--show-completion"], ["--install-completion"]) and words[1:]:
        from backsplit.cli.completing import set_up  # noqa: PLC0415 - once, if ever

        return set_up(words[0], words[1])
    return command.main(words, prog_name="backsplit", standalone_mode=False)


def _unheard(error: OSError, *, as_json: bool) -> int:
    """The answer cannot be written. The exit code tells of the file: 1 would say that nothing has changed."""
    drop_output()
    done, exit_code = ("done, but ", 0) if committed() else ("", 1)
    if isinstance(error, BrokenPipeError):  # the reader has seen enough
        return exit_code
    sentence = f"{done}the answer could not be written: {error.strerror or error}"
    return fail("output", [sentence], exit_code, as_json=as_json)


def _wrong_usage(error: typer.TyperException, *, as_json: bool) -> int:
    context = getattr(error, "ctx", None)
    message = getattr(error, "format_message", error.__str__)()
    usage = list(_how_to(context)) if context and not as_json else []
    code: int = getattr(error, "exit_code", 2)
    if not message.strip():  # nothing was typed, and the help has been printed
        return code
    return fail("usage", [message, *usage], code, as_json=as_json)


def _how_to(context: typer.Context) -> Iterator[str]:
    """How the command is typed, with lines to copy: often one of them is what was meant."""
    yield context.get_usage()
    _, *examples = (context.command.epilog or "").partition("\n\n")[0].splitlines() or [""]
    for line in examples[:3]:
        yield f"As in: {line}"
    yield f"Try: {context.command_path} --help"
