"""`backsplit` and `python -m backsplit`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from backsplit import __version__


def main(argv: Sequence[str] | None = None) -> int:
    """Run the words typed behind the program's name (those of the process by default); the exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words == ["--version"]:  # answered before the command line is built, which takes five times as long
        sys.stdout.write(f"backsplit {__version__}\n")
        return 0
    from backsplit.stopping import Stopped, stoppable  # noqa: PLC0415 - see above

    with stoppable(to_the_end=argv is None):
        try:
            from backsplit.cli import run  # noqa: PLC0415 - see above

            return run(words)
        except Stopped as stopped:  # the command line was still being built
            error = f'{{"error": {{"code": "stopped", "message": "{stopped}"}}}}'
            sys.stderr.write((error if "--json" in words else f"backsplit: {stopped}") + "\n")
            return stopped.exit_code


if __name__ == "__main__":
    sys.exit(main())
