"""The command line: parse, one service call, one print. Errors go to stderr with their exit code."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from functools import partial
from importlib import import_module
from inspect import get_annotations
from pathlib import Path
from typing import Annotated, Any

import typer
from typer._click.shell_completion import CompletionItem
from typer.core import TyperCommand, TyperGroup

from backsplit import __version__
from backsplit.cli.options import DEFAULT_FILE, Db, examples
from backsplit.cli.output import (
    check_form,
    drop_output,
    fail,
    prepare_streams,
    print_day,
    print_help,
    print_lines,
    print_notes,
)
from backsplit.errors import BacksplitError, WrongUsage
from backsplit.render.terminal import inert
from backsplit.repository.opening import SQLITE_VERSION, schema_of
from backsplit.signals import Stopped, may_have_committed, while_loading

# The headings of `--help`, what is typed most next to the prompt. Below each its commands, with the module in
# `commands/` that has them. A new command is a function in such a module and a line here.
PANELS = {
    "The file": {
        "demo": "database",
        "init": "database",
        "policy": "database",
        "check": "database",
        "backup": "database",
        "restore": "database",
    },
    "Looking": {
        "list": "queries",
        "show": "queries",
        "stock": "stock",
        "promise": "promises",
        "shortages": "stock",
        "history": "history",
        "report": "history",
    },
    "Putting right": {
        "undo": "history",
        "amend": "orders",
        "hold": "status",
        "resume": "status",
        "cancel": "status",
        "merge": "status",
        "prioritize": "status",
        "adjust": "stock",
        "mark": "stock",
        "kit": "kits",
    },
    "Every day": {
        "today": "today",
        "import": "imports",
        "sync": "imports",
        "add": "orders",
        "split": "split",
        "ship-complete": "orders",
        "receive": "deliveries",
        "expect": "deliveries",
        "due": "calendar",
        "notices": "notices",
        "pick": "parcels",
        "slip": "parcels",
        "to-ship": "parcels",
        "ship": "status",
        "to-mark": "shop_updates",
    },
}
# What `backsplit` alone shows: the commands of a day, in the order in which they are typed.
DAY = ("today", "sync", "list", "show", "split", "receive", "pick", "ship", "to-mark", "undo")
COMMANDS = {name: module for commands in PANELS.values() for name, module in commands.items()}


# The commands that take the number of an order.
NAME_AN_ORDER = {
    *("show", "history", "promise", "split", "ship-complete", "amend", "hold", "resume", "cancel", "merge"),
    *("prioritize", "pick", "slip", "ship"),
}

DESCRIBED_AT_MOST = 6  # commands that Tab describes


class _Described:
    """What our commands have instead of Typer's: its help has options first and commands last, and is longer."""

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - Click's signature
        print_help(self, ctx)

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        from backsplit.cli.help import usage  # noqa: PLC0415 - only for help and wrong usage

        return list(usage(self, ctx))

    def invoke(self, ctx: Any) -> Any:
        check_form(ctx.params)
        return super().invoke(ctx)  # type: ignore[misc]


class Described(_Described, TyperCommand):
    """A command."""


class DescribedGroup(_Described, TyperGroup):
    """Commands below a word, as `import`."""


class Commands(DescribedGroup):
    """Builds a command when it is asked for: building all of them takes longer than a split."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not args and not ctx.resilient_parsing:
            print_day(self, ctx, DAY)
            raise typer.Exit(2)  # as for a command line that is not complete
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - Click's signature
        return list(COMMANDS)

    def shell_complete(self, ctx: Any, incomplete: str) -> list[Any]:
        """Each command that begins so; with what it does where they are few, since each must be built for that."""
        found = [name for name in COMMANDS if name.startswith(incomplete)]
        if len(found) <= DESCRIBED_AT_MOST:
            return super().shell_complete(ctx, incomplete)
        options = super(TyperGroup, self).shell_complete(ctx, incomplete)
        return [*(CompletionItem(name) for name in found), *options]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - Click's signature
        if cmd_name not in COMMANDS:
            return None
        command = _built(import_module(f"{__package__}.commands.{COMMANDS[cmd_name]}").app, cmd_name)
        command.rich_help_panel = next(panel for panel, commands in PANELS.items() if cmd_name in commands)
        return command

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args[0] == "help":
            return self._resolve_help(ctx, args[1:])
        if args[0] not in COMMANDS and not ctx.resilient_parsing:  # Tab must not complain
            from backsplit.cli.suggestions import suggestion  # noqa: PLC0415 - only for a mistyped command

            raise WrongUsage(f"there is no command {args[0]!r}: {suggestion(args[0], COMMANDS)}")
        return super().resolve_command(ctx, args)

    def _resolve_help(self, ctx: Any, words: list[str]) -> Any:
        """`help split` is `split --help`. When Tab is pressed, `help` is as if it were not there."""
        words = [word for word in words if not word.startswith("-")]  # as in `help -h`
        if words:
            return self.resolve_command(ctx, words if ctx.resilient_parsing else [*words, "--help"])
        if ctx.resilient_parsing:
            return None, None, []
        typer.echo(ctx.get_help())
        raise typer.Exit


def _built(app: typer.Typer, name: str) -> Any:
    """The command `name` of one module; the others in that module are not built."""
    _describe(app)
    for command in app.registered_commands:
        if command.callback and (command.name or command.callback.__name__) == name:
            # Typer would evaluate them four times.
            command.callback.__annotations__ = get_annotations(command.callback, eval_str=True)
            info = typer.main.get_command_from_info(command, pretty_exceptions_short=True, rich_markup_mode="rich")
            return _with_our_checks(info)
    return _with_our_checks(typer.main.get_group(app).commands[name])


def _with_our_checks(command: Any) -> Any:
    """Let the whole numbers of its options be read as those in files are: Python also takes 1_000 and digits like ٣.

    Whether a file can be read or written is asked when it is opened, and is no wrong usage.
    """
    for sub in getattr(command, "commands", {}).values():
        _with_our_checks(sub)
    for param in command.params:
        kind = param.type
        if kind.name in ("int", "int range") and "convert" not in vars(kind):
            kind.convert = partial(_plain_number, kind, kind.convert)
        if kind.name == "path":
            kind.readable = False
    return command


def _plain_number(kind: Any, convert: Callable[..., Any], value: Any, param: Any, ctx: Any) -> Any:
    if isinstance(value, str) and not (value.isascii() and value.strip().lstrip("+-").isdigit()):
        kind.fail(f"{value!r} is not a whole number.", param, ctx)
    return convert(value, param, ctx)


def _describe(app: typer.Typer) -> None:
    for command in app.registered_commands:
        command.cls = Described
    for group in app.registered_groups:
        group.cls = DescribedGroup
        if group.typer_instance:
            _describe(group.typer_instance)


app = typer.Typer(
    cls=Commands,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(
    invoke_without_command=True,
    epilog=examples("backsplit split M9681118", "backsplit help split")
    + "\n\nExit codes: 0 done, 1 refused by a rule, 2 wrong usage, 3 no such order or SKU, 4 the database file, "
    "5 an input file, 10 nothing to do (with --exit-code), 130 stopped.",
)
def backsplit(
    context: typer.Context,
    db: Db = DEFAULT_FILE,
    version: Annotated[bool, typer.Option("--version", help="Show the version and exit.")] = False,
    verbose: Annotated[
        bool, typer.Option("-v", help="With --version: also those of Python, SQLite and the file.")
    ] = False,
) -> None:
    """Split backorders: what is there goes out now, the rest when stock arrives."""
    if verbose and not version:
        raise WrongUsage("-v goes with --version")
    if version:
        print_lines(_versions(db) if verbose else [f"backsplit {__version__}"])
        raise typer.Exit
    if context.invoked_subcommand is None:
        context.fail("Missing command.")


def _versions(db: Path) -> Iterator[str]:
    """Those of the program, of what it runs on, and of the schema of the file, which stays as it is."""
    yield f"backsplit {__version__}"
    yield f"Python {platform.python_version()}, SQLite {SQLITE_VERSION}"
    yield f"{inert(str(db))}: {schema_of(db) if db.exists() else 'there is no such file'}"


def run(words: Sequence[str]) -> int:
    """Run one command line; the exit code. Prints, and never raises for anything a user can cause."""
    code = _answered(words)
    if words and words[0] in NAME_AN_ORDER and sys.stdout.isatty():
        from backsplit.cli.suggestions import without_hash  # noqa: PLC0415 - only on a terminal

        print_notes(without_hash(words))
    return code


def _answered(words: Sequence[str]) -> int:
    as_json = "--json" in words[: words.index("--") if "--" in words else None]
    prepare_streams(as_json=as_json)
    try:
        with while_loading():  # a command loads modules to its end
            code = _run(list(words))
        sys.stdout.flush()
    except BacksplitError as error:
        return fail(error.code, error.in_full if as_json else error.lines, error.exit_code, as_json=as_json)
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
        from backsplit.cli.completion import in_bash, prepare  # noqa: PLC0415 - only when Tab is pressed

        prepare()
        with in_bash() if asked == "complete_bash" else nullcontext():
            return command.main(words, prog_name="backsplit", standalone_mode=False)
    if words[:1] in (["--show-completion"], ["--install-completion"]) and words[1:]:
        from backsplit.cli.completion import set_up  # noqa: PLC0415 - once, if ever

        return set_up(words[0], words[1])
    return command.main(words, prog_name="backsplit", standalone_mode=False)


def _unheard(error: OSError, *, as_json: bool) -> int:
    """The answer cannot be written. The exit code tells of the file: 1 would say that nothing has changed."""
    drop_output()
    done, exit_code = ("done, but ", 0) if may_have_committed() else ("", 1)
    if isinstance(error, BrokenPipeError):  # the reader has seen enough
        return exit_code
    sentence = f"{done}the answer could not be written: {error.strerror or error}"
    return fail("output", [sentence], exit_code, as_json=as_json)


def _wrong_usage(error: typer.TyperException, *, as_json: bool) -> int:
    context = getattr(error, "ctx", None)
    message = getattr(error, "format_message", error.__str__)()
    usage = list(_how_to(context)) if context and not as_json else []
    code: int = getattr(error, "exit_code", 2)
    if not message.strip():  # nothing was typed behind it, and the help has been printed
        return code
    return fail("usage", [message, *usage], code, as_json=as_json)


def _how_to(context: typer.Context) -> Iterator[str]:
    """How the command is typed, with lines to copy: often one of them is what was meant."""
    yield context.get_usage()
    _, *examples = (context.command.epilog or "").partition("\n\n")[0].splitlines() or [""]
    for line in examples[:3]:
        yield f"As in: {line}"
    yield f"Try: {context.command_path} --help"
