"""Makes docs/reference.md and docs/backsplit.1, the man page, from the help texts: `python -m tools.reference`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer
from rich.text import Text

from backsplit import __version__
from backsplit.cli import app
from backsplit.cli.commands import PANELS

DOCS = Path(__file__).parent.parent / "docs"
MAKE = "python -m tools.reference"


@dataclass(frozen=True)
class Parameter:
    """An option or an argument as it is typed, and the help of it."""

    typed: str
    says: str
    in_every_command: bool


@dataclass(frozen=True)
class Command:
    """The help of one command. The texts are paragraphs, and examples are lines to type."""

    words: str
    panel: str
    usage: str
    texts: Sequence[str]
    parameters: Sequence[Parameter]
    examples: Sequence[str]
    notes: Sequence[str]


def main() -> None:
    """Write both."""
    for name, text in pages().items():
        (DOCS / name).write_text(text, encoding="utf-8")


def pages() -> dict[str, str]:
    """What each file in docs/ should hold."""
    program, *commands = _helps()
    return {
        "reference.md": "\n".join(_markdown(program, commands)) + "\n",
        "backsplit.1": "\n".join(_man(program, commands)) + "\n",
    }


# From the help texts


def _helps() -> Iterator[Command]:
    """That of the program, and then that of each command, in the order of `--help`."""
    group: Any = typer.main.get_command(app)
    context = group.context_class(group, info_name="backsplit", **group.context_settings)
    yield _help(group, context, "")
    for panel in PANELS.values():
        for name in group.list_commands(context):
            command = group.get_command(context, name)
            if command.rich_help_panel == panel and not command.hidden:
                yield from _helps_below(command, context, panel)


def _helps_below(command: Any, parent: Any, panel: str) -> Iterator[Command]:
    context = command.context_class(command, info_name=command.name, parent=parent)
    if not hasattr(command, "commands"):
        yield _help(command, context, panel)
    for inner in getattr(command, "commands", {}).values():
        yield from _helps_below(inner, context, panel)


def _help(command: Any, context: Any, panel: str) -> Command:
    help_texts, end = _paragraphs(command.help), _paragraphs(command.epilog)
    examples = [it for it in end if it.startswith("Example")]
    return Command(
        words=context.command_path,
        panel=panel,
        usage=" ".join([context.command_path, *_usage(command, context)]),
        texts=[" ".join(it.split()) for it in help_texts],
        parameters=[_parameter(it, context) for it in command.get_params(context) if not getattr(it, "hidden", False)],
        examples=[line.strip() for it in examples for line in it.splitlines()[1:]],
        notes=[" ".join(it.split()) for it in end if it not in examples],
    )


def _paragraphs(text: str | None) -> list[str]:
    return [_plain(it).strip() for it in re.split(r"\n\s*\n", text or "") if it.strip()]


def _plain(text: str) -> str:
    """Without Rich's markup, as on a terminal without colours."""
    return Text.from_markup(text).plain


def _usage(command: Any, context: Any) -> Iterator[str]:
    """The arguments, as the help writes them but alike under all versions of Typer, and then the options."""
    if hasattr(command, "commands") or command is context.find_root().command:
        yield "COMMAND"
    for it in command.get_params(context):
        if it.param_type_name == "argument":
            yield it.metavar if it.required else f"[{it.metavar.strip('[]')}]"
    yield "[OPTIONS]"


def _parameter(parameter: Any, context: Any) -> Parameter:
    says = [_plain(" ".join((parameter.help or "").split()))]
    if parameter.param_type_name == "argument":
        typed = parameter.metavar
    else:
        typed = ", ".join(sorted(parameter.opts, key=len, reverse=True))
        if parameter.secondary_opts:
            typed += f" / {', '.join(parameter.secondary_opts)}"
        if not (parameter.is_flag or parameter.count):
            typed += f" {_value(parameter)}"
    if parameter.envvar:
        says.append(f"Or set ${parameter.envvar}.")
    default = parameter.get_default(context, call=False)
    if parameter.show_default and isinstance(default, (str, Path)) and str(default):
        says.append(f"Unless said: {getattr(default, 'value', default)}.")
    return Parameter(typed, " ".join(says), in_every_command=parameter.name in ("db", "as_json", "help"))


def _value(option: Any) -> str:
    choices = [str(getattr(it, "value", it)) for it in getattr(option.type, "choices", [])]
    return str(option.metavar or "|".join(choices) or option.type.name.upper())


# To Markdown


def _markdown(program: Command, commands: Sequence[Command]) -> Iterator[str]:
    yield "# All commands"
    yield ""
    yield f"Made from the help texts by `{MAKE}`; `backsplit COMMAND --help` prints the same."
    yield "[day.md](day.md) shows how they are typed day by day, and [contract.md](contract.md) what scripts may"
    yield "rely on."
    yield ""
    yield from _markdown_parameters(program.parameters)
    yield "Every command takes `--db`, `--json` and `--help`, too."
    for note in program.notes:
        yield from ("", note)
    for before, command in zip([program, *commands], commands, strict=False):
        if command.panel != before.panel:
            yield from ("", f"## {command.panel}")
        yield from ("", f"### {command.words.removeprefix('backsplit ')}", "", "```text", command.usage, "```", "")
        for text in (*command.texts, *command.notes):
            yield from (_in_markdown(text), "")
        yield from _markdown_parameters([it for it in command.parameters if not it.in_every_command])
        if command.examples:
            yield from ("```sh", *command.examples, "```")


def _markdown_parameters(parameters: Sequence[Parameter]) -> Iterator[str]:
    if parameters:
        yield from ("| | |", "|---|---|")
        for it in parameters:
            yield f"| {_code(it.typed)} | {_in_markdown(it.says)} |"
        yield ""


def _code(text: str) -> str:
    return "`" + text.replace("|", "\\|") + "`"


def _in_markdown(text: str) -> str:
    """Outside of code a `<` would begin a tag, and a bar a new cell."""
    return "".join(
        part if part.startswith("`") else re.sub(r"([<|*])", r"\\\1", part) for part in re.split(r"(`[^`]*`)", text)
    )


# To roff, as man reads it


def _man(program: Command, commands: Sequence[Command]) -> Iterator[str]:
    yield f'.\\" Made from the help texts by {MAKE}.'
    yield f'.TH BACKSPLIT 1 "" "backsplit {__version__}" "User commands"'
    yield from (".nh", ".ad l")  # words that are typed are not divided, nor blanks put between them
    short = program.texts[0].partition(":")[0].rstrip(".")
    yield from (".SH NAME", f"backsplit \\- {_in_roff(short[:1].lower() + short[1:])}")
    yield from (".SH SYNOPSIS", _bold(program.usage))
    yield ".SH DESCRIPTION"
    for text in program.texts:
        yield from (".PP", _in_roff(text))
    yield from (".PP", ".nf", *(f"\\&    {_in_roff(line)}" for line in program.examples), ".fi")
    yield ".SH OPTIONS"
    yield from _man_parameters(program.parameters)
    yield from (".PP", _in_roff("Every command takes --db, --json and --help, too."))
    for before, command in zip([program, *commands], commands, strict=False):
        if command.panel != before.panel:
            yield f".SH {command.panel.upper()}"
        yield f".SS {_in_roff(command.usage.removeprefix('backsplit '))}"
        for text in (*command.texts, *command.notes):
            yield from (".PP", _in_roff(text))
        yield from _man_parameters([it for it in command.parameters if not it.in_every_command])
        yield from (".PP", ".nf", *(f"\\&    {_in_roff(line)}" for line in command.examples), ".fi")
    for note in program.notes:
        title, colon, text = note.partition(": ")
        yield from (f".SH {title.upper()}", _in_roff(text)) if colon else (".PP", _in_roff(note))
    yield from (".SH SEE ALSO", ".BR sqlite3 (1)", ".PP", "https://github.com/backsplit/backsplit/tree/main/docs")


def _man_parameters(parameters: Sequence[Parameter]) -> Iterator[str]:
    for it in parameters:
        yield from (".TP", _bold(it.typed), _in_roff(it.says) or "\\&")


def _bold(text: str) -> str:
    return f"\\fB{_in_roff(text)}\\fR"


def _in_roff(text: str) -> str:
    """Hyphens that can be copied, and no line that begins as a request does."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-").replace("`", "")
    return f"\\&{escaped}" if escaped.startswith((".", "'")) else escaped


if __name__ == "__main__":
    main()
