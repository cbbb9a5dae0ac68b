"""The help of a command: as a value, for the pages that are made from it, and as lines for a screen.

Typer draws its own help with options first, types such as `<str>` and `[x>=1]`, and texts torn where the source wraps
them. Here commands come first and the examples stand next to the prompt. Imported for help alone.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from backsplit.values import NamedTuple

DOCS = "https://github.com/backsplit/backsplit/tree/main/docs"
EVERYWHERE = "In every command"
TYPED_MOST = 26  # columns of what is typed; an option with a longer value takes a line of its own
NARROW, WIDEST = 60, 100  # a narrower terminal gets no columns, and no text is wider

Row = tuple[str, str]  # what is typed, and what it does
Heading = Callable[[str], str]  # how a heading looks


class Parameter(NamedTuple):
    """An option or an argument as it is typed, its help, and the heading below which it stands."""

    typed: str
    says: str
    group: str
    envvar: str | None = None


class Help(NamedTuple):
    """The help of one command. `texts` are paragraphs, `examples` lines to type, `commands` those below it by heading.

    `summary` is the first sentence: one line in a list of commands.
    """

    words: str
    panel: str
    usage: str
    summary: str
    texts: Sequence[str]
    parameters: Sequence[Parameter]
    examples: Sequence[str]
    notes: Sequence[str]
    commands: dict[str, list[Row]]


def help_of(command: Any, context: Any, panel: str = "") -> Help:
    """What Typer knows of a command. `panel` is the heading below which the command stands itself."""
    texts = [" ".join(paragraph.split()) for paragraph in _paragraphs(command.help)]
    end = _paragraphs(command.epilog)
    examples = [paragraph for paragraph in end if paragraph.startswith("Example")]
    return Help(
        words=context.command_path,
        panel=panel,
        usage=" ".join([context.command_path, *usage(command, context)]),
        summary=summary(command.help),
        texts=texts,
        parameters=[
            _parameter(parameter, context)
            for parameter in command.get_params(context)
            if not getattr(parameter, "hidden", False)
        ],
        examples=[line.strip() for example in examples for line in example.splitlines()[1:]],
        notes=[" ".join(paragraph.split()) for paragraph in end if paragraph not in examples],
        commands=_commands(command, context),
    )


def usage(command: Any, context: Any) -> Iterator[str]:
    """The arguments, as they are typed, and then the options."""
    if hasattr(command, "commands") or command is context.find_root().command:
        yield "COMMAND"
    for parameter in command.get_params(context):
        if parameter.param_type_name == "argument":
            yield parameter.metavar if parameter.required else f"[{parameter.metavar.strip('[]')}]"
    yield "[OPTIONS]"


def summary(text: str | None) -> str:
    """The first sentence of a help text."""
    first = " ".join((text or "").split("\n\n")[0].split())
    return re.split(r"(?<=\.) (?=[A-Z])", first)[0]


def lines(command: Help, width: int, *, bold: bool = False) -> Iterator[str]:
    """The help for a terminal of `width` columns, with headings in `bold` where it has such."""
    width = min(width, WIDEST)
    headed = _bold if bold else str
    yield f"Usage: {headed(command.usage)}"
    yield from _page(command, width, headed) if " " not in command.words else _command(command, width, headed)


def day(program: Help, commands: Sequence[tuple[str, Any]], width: int, *, bold: bool = False) -> Iterator[str]:
    """The commands of a day, for a terminal of `width` columns, and how to see all."""
    width = min(width, WIDEST)
    headed = _bold if bold else str
    yield from _wrapped(program.texts[0], width)
    yield from ("", headed("The commands of a day"))
    rows = [(name, summary(command.help)) for name, command in commands]
    yield from _columns(rows, width, max(len(name) for name, _ in rows))
    yield ""
    more = {
        "backsplit demo": "Write sample files for a first try.",
        "backsplit --help": f"Show all {sum(map(len, program.commands.values()))} commands.",
        "backsplit help split": "Show how one is typed, with examples.",
    }
    yield from _columns(more.items(), width, max(map(len, more)))


def _page(program: Help, width: int, headed: Heading) -> Iterator[str]:
    """All commands on one page: a line for each, and no blank ones."""
    yield from _wrapped(program.texts[0], width)
    options = ", ".join(
        f"{option.typed} (${option.envvar})" if option.envvar else option.typed for option in program.parameters
    )
    yield from _wrapped(f"Options: {options}.", width)
    yield f"Docs: {DOCS}"
    for title, rows in program.commands.items():
        yield headed(title)
        yield from _columns(rows, width, max(len(name) for rows in program.commands.values() for name, _ in rows))
    yield "Each has its own help, with examples: " + headed("backsplit help COMMAND")


def _command(command: Help, width: int, headed: Heading) -> Iterator[str]:
    for text in command.texts:
        yield from ("", *_wrapped(text, width))
    groups: dict[str, list[Row]] = {**command.commands}
    for parameter in sorted(
        command.parameters, key=lambda parameter: (parameter.group != "Arguments", parameter.group == EVERYWHERE)
    ):
        groups.setdefault(parameter.group, []).append((parameter.typed, parameter.says))
    most = max((len(typed) for rows in groups.values() for typed, _ in rows if len(typed) <= TYPED_MOST), default=0)
    for title, rows in groups.items():
        yield from ("", headed(title))
        yield from _columns(rows, width, most)
    yield ""
    if command.examples:
        yield headed("Example:" if len(command.examples) == 1 else "Examples:")
        yield from (f"  {line}" for line in command.examples)
    for note in command.notes:
        yield from ("", *_wrapped(note, width))
    yield f"Docs: {DOCS}"


def _bold(text: str) -> str:
    return f"\x1b[1m{text}\x1b[0m"


def _columns(rows: Iterable[Row], width: int, most: int) -> Iterator[str]:
    """What is typed beside what it does; on a narrow terminal above it."""
    for typed, says in rows:
        if width < NARROW or len(typed) > most:
            yield f"  {typed}"
            indent = 4 if width < NARROW else most + 4
            yield from (f"{'':{indent}}{line}" for line in _wrapped(says, width - indent))
        else:
            first, *rest = list(_wrapped(says, width - most - 4)) or [""]
            yield f"  {typed:{most}}  {first}".rstrip()
            yield from (f"{'':{most + 4}}{line}" for line in rest)


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, max(width, 1), break_long_words=False, break_on_hyphens=False)


def _commands(command: Any, context: Any) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = {}
    for name in command.list_commands(context) if hasattr(command, "list_commands") else ():
        inner = command.get_command(context, name)
        if not inner.hidden:
            groups.setdefault(inner.rich_help_panel or "Commands", []).append((name, summary(inner.help)))
    return groups


def _paragraphs(text: str | None) -> list[str]:
    return [paragraph.strip() for paragraph in re.split(r"\n\s*\n", text or "") if paragraph.strip()]


def _parameter(parameter: Any, context: Any) -> Parameter:
    says = [" ".join((parameter.help or "").split())]
    group = getattr(parameter, "rich_help_panel", None) or "Options"
    if parameter.param_type_name == "argument":
        typed, group = parameter.metavar, "Arguments"
    else:
        typed = ", ".join(sorted(parameter.opts, key=len, reverse=True))
        if parameter.secondary_opts:
            typed += f" / {', '.join(parameter.secondary_opts)}"
        if not (parameter.is_flag or parameter.count):
            typed += f" {_value(parameter)}"
        if parameter.required:
            says.append("Required.")
    if parameter.envvar:
        says.append(f"Or set ${parameter.envvar}.")
    default = parameter.get_default(context, call=False)
    if parameter.show_default and isinstance(default, (str, Path)) and str(default):
        says.append(f"Default: {getattr(default, 'value', default)}.")
    if parameter.name in ("db", "as_json", "help"):
        group = EVERYWHERE
    return Parameter(typed, " ".join(says), group, parameter.envvar)


def _value(option: Any) -> str:
    choices = [str(getattr(choice, "value", choice)) for choice in getattr(option.type, "choices", [])]
    return str(option.metavar or "|".join(choices) or option.type.name.upper())
