"""Makes docs/reference.md and docs/backsplit.1, the man page, from the help texts: `python -m tools.reference`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import typer

from backsplit import __version__
from backsplit.cli import PANELS, app
from backsplit.cli.help import DOCS as LINK
from backsplit.cli.help import EVERYWHERE, Help, Parameter, help_of

DOCS = Path(__file__).parent.parent / "docs"
MAKE = "python -m tools.reference"
ENVIRONMENT = {
    "BACKSPLIT_DB": "The database file, where --db names none. Without both it is backsplit.db in the current folder.",
    "TZ": "The zone of the shop's days and of times for people; without it that of the system.",
    "NO_COLOR": "Anything in it: no colour on a terminal.",
    "FORCE_COLOR": "Anything but 0 or nothing: colour in a pipe, too.",
    "COLUMNS": "The width of the terminal, where it is not what the terminal says.",
}


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


def _helps() -> Iterator[Help]:
    """That of the program, and then that of each command, in the order of `--help`."""
    group: Any = typer.main.get_command(app)
    context = group.context_class(group, info_name="backsplit", **group.context_settings)
    yield help_of(group, context)
    for panel in reversed(PANELS):
        for name in group.list_commands(context):
            command = group.get_command(context, name)
            if command.rich_help_panel == panel and not command.hidden:
                yield from _helps_below(command, context, panel)


def _helps_below(command: Any, parent: Any, panel: str) -> Iterator[Help]:
    context = command.context_class(command, info_name=command.name, parent=parent)
    if not hasattr(command, "commands"):
        yield help_of(command, context, panel)
    for inner in getattr(command, "commands", {}).values():
        yield from _helps_below(inner, context, panel)


# To Markdown


def _markdown(program: Help, commands: Sequence[Help]) -> Iterator[str]:
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
        yield from _markdown_parameters([it for it in command.parameters if it.group != EVERYWHERE])
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


def _man(program: Help, commands: Sequence[Help]) -> Iterator[str]:
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
        yield from _man_parameters([it for it in command.parameters if it.group != EVERYWHERE])
        yield from (".PP", ".nf", *(f"\\&    {_in_roff(line)}" for line in command.examples), ".fi")
    for note in program.notes:
        title, colon, text = note.partition(": ")
        yield from (f".SH {title.upper()}", *_man_list(text)) if colon else (".PP", _in_roff(note))
    yield ".SH ENVIRONMENT"
    for name, does in ENVIRONMENT.items():
        yield from (".TP", _bold(name), _in_roff(does))
    yield from (".SH SEE ALSO", ".BR sqlite3 (1)", ".PP", LINK)


def _man_parameters(parameters: Sequence[Parameter]) -> Iterator[str]:
    for it in parameters:
        yield from (".TP", _bold(it.typed), _in_roff(it.says) or "\\&")


def _man_list(text: str) -> Iterator[str]:
    """`0 done, 1 refused`: a paragraph for each."""
    for one in text.rstrip(".").split(", "):
        word, _, says = one.partition(" ")
        yield from (".TP", _bold(word), _in_roff(says))


def _bold(text: str) -> str:
    return f"\\fB{_in_roff(text)}\\fR"


def _in_roff(text: str) -> str:
    """Hyphens that can be copied, and no line that begins as a request does."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-").replace("`", "")
    return f"\\&{escaped}" if escaped.startswith((".", "'")) else escaped


if __name__ == "__main__":
    main()
