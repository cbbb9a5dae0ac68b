"""A process that runs one command line after the other, as they come on its standard input: a JSON list a line.

Its first argument is Python to be run before, such as a migration that the program does not have yet.
"""

import contextlib
import io
import json
import sys

from backsplit.__main__ import main

exec(sys.argv[1])
commands, answers = sys.stdin, sys.stdout
print("ready", file=answers, flush=True)
for line in commands:
    out, err = io.StringIO(), io.StringIO()
    sys.stdin = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(json.loads(line))
    print(json.dumps([code, out.getvalue(), err.getvalue()]), file=answers, flush=True)
