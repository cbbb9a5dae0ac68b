"""Progress, on stderr if that is a terminal, once the work has lasted over a second."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING

from backsplit.render.inert import inert

if TYPE_CHECKING:
    from rich.progress import Progress
    from typing_extensions import Self

AFTER = 1.0  # seconds of work before anything appears


class Progressing:
    """Shows what is being done while a piece of work lasts, and how much of it is done if `update` says so."""

    def __init__(self, doing: str = "") -> None:
        self._doing = doing
        self._share: float | None = None
        self._bar: Progress | None = None
        self._lock = threading.Lock()
        self._timer = threading.Timer(AFTER, self._begin) if sys.stderr.isatty() else None

    def __enter__(self) -> Self:
        if self._timer:
            self._timer.daemon = True
            self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._timer:
            self._timer.cancel()
        with self._lock:
            self._timer = None
            if self._bar:
                self._bar.stop()

    def update(self, doing: str, share: float | None) -> None:
        """Say what is being done, and the share of it that is done: 0 to 1, None if unknown."""
        with self._lock:
            self._doing, self._share = doing, share
            self._draw()

    def _begin(self) -> None:
        from rich.console import Console  # noqa: PLC0415 - only for long work
        from rich.progress import (  # noqa: PLC0415
            BarColumn,
            Progress,
            TaskProgressColumn,
            TextColumn,
            TimeElapsedColumn,
        )

        with self._lock:
            if self._timer is None:  # the work has ended in the meantime
                return
            self._bar = Progress(
                TextColumn("{task.description}", markup=False),
                BarColumn(),
                TaskProgressColumn(),
                TimeElapsedColumn(),
                console=Console(stderr=True),
                transient=True,
            )
            self._bar.add_task("")
            self._draw()
            self._bar.start()

    def _draw(self) -> None:
        if self._bar:
            total = None if self._share is None else 1.0
            self._bar.update(
                self._bar.task_ids[0], description=inert(self._doing), completed=self._share or 0.0, total=total
            )
