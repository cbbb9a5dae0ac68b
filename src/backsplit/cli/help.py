"""The help of a command as a value: for a screen, and for the pages that are made from it. Imported for help alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from backsplit.cli import usage
from backsplit.render.help import Command, Parameter

EVERYWHERE = "In every command"


def help_of(command: Any, context: Any, panel: str = "") -> Command:
    """What there is to say of a command of Typer."""
    end = _paragraphs(command.epilog)
    examples = [it for it in end if it.startswith("Example")]
    return Command(
        words=context.command_path,
        panel=panel,
        usage=" ".join([context.command_path, *usage(command, context)]),
        texts=[" ".join(it.split()) for it in _paragraphs(command.help)],
        parameters=[_parameter(it, context) for it in command.get_params(context) if not getattr(it, "hidden", False)],
        examples=[line.strip() for it in examples for line in it.splitlines()[1:]],
        notes=[" ".join(it.split()) for it in end if it not in examples],
        commands=list(_commands(command, context)),
    )


def _commands(command: Any, context: Any) -> Iterator[tuple[str, str, str]]:
    """The heading, the name and the first sentences of each command below it."""
    for name in command.list_commands(context) if hasattr(command, "list_commands") else ():
        inner = command.get_command(context, name)
        if not inner.hidden:
            yield inner.rich_help_panel or "Commands", name, " ".join(_paragraphs(inner.help)[0].split())


def _paragraphs(text: str | None) -> list[str]:
    return [it.strip() for it in re.split(r"\n\s*\n", text or "") if it.strip()]


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
        says.append(f"Unless said: {getattr(default, 'value', default)}.")
    if parameter.name in ("db", "as_json", "help"):
        group = EVERYWHERE
    return Parameter(typed, " ".join(says), group)


def _value(option: Any) -> str:
    choices = [str(getattr(it, "value", it)) for it in getattr(option.type, "choices", [])]
    return str(option.metavar or "|".join(choices) or option.type.name.upper())
