"""A process that has the program loaded and forks a child for each command line that it is sent as a line of JSON.

It runs with `calls.c` preloaded: `calls.py` starts it and speaks to it. Arguments: the library, the folder to watch,
and how many seconds a command waits for other programs, if not as long as by itself.
"""

from __future__ import annotations

import ctypes
import functools
import importlib
import json
import os
import pkgutil
import signal
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any

import typer.main

import backsplit
from backsplit.__main__ import main
from backsplit.repository import connection

LONG = 60  # seconds after which a command is given up
KINDS = 8

calls = ctypes.CDLL(sys.argv[1])
calls.calls_seen.restype = ctypes.c_long
calls.calls_of.restype = ctypes.c_long
calls.calls_fault.argtypes = [ctypes.c_int, ctypes.c_long, ctypes.c_int, ctypes.c_int, ctypes.c_int]


def forked(words: list[str], fault: list[int], record: str | None) -> tuple[int, str, str, int, list[int]]:
    """The exit code (below 0 for a signal), what was printed, the calls of the fault's kinds, those of each kind."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, tempfile.TemporaryFile() as seen:
        child = os.fork()
        if not child:
            for stream, number in ((out, 1), (err, 2)):
                os.dup2(stream.fileno(), number)
            if record:
                calls.calls_record(os.open(record, os.O_WRONLY | os.O_CREAT | os.O_APPEND))
            signal.alarm(LONG)
            calls.calls_fault(*fault)
            code = run(words)
            each = [calls.calls_of(1 << kind) for kind in range(KINDS)]
            os.write(seen.fileno(), json.dumps([calls.calls_seen(), each]).encode())
            os._exit(code)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        return code, text_of(out), text_of(err), *json.loads(text_of(seen) or "[0, []]")


def run(words: list[str]) -> int:
    sys.argv = ["backsplit", *words]
    try:
        code = main()
        sys.stdout.flush()
    except BaseException:  # noqa: BLE001 - what a process would print and exit with
        traceback.print_exc()
        code = 1
    sys.stderr.flush()
    return code


def text_of(file: Any) -> str:
    file.seek(0)
    return file.read().decode()


for module in pkgutil.walk_packages(backsplit.__path__, "backsplit."):  # once, and not in each child
    importlib.import_module(module.name)
for name in ("get_command", "get_command_from_info", "get_group"):
    setattr(typer.main, name, functools.cache(getattr(typer.main, name)))
if sys.argv[3]:
    connection.LONGEST_WAIT = float(sys.argv[3])
commands, answers = os.fdopen(os.dup(0)), os.fdopen(os.dup(1), "w")
with Path(os.devnull).open("r+b") as nothing:
    os.dup2(nothing.fileno(), 0)
calls.calls_watch(sys.argv[2].encode())
print("ready", file=answers, flush=True)
for line in commands:
    print(json.dumps(forked(*json.loads(line))), file=answers, flush=True)
