"""Modules that are loaded when something of them is first used, and not when they are imported.

Python 3.15 can be told that (PEP 810). Before it, `importlib.util.LazyLoader` loads a module as soon as it is imported.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import Any


class _Late(ModuleType):
    """Stands in the place of a module, gives it back at the first use, and then passes on what it is asked."""

    def __getattr__(self, name: str) -> Any:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), name)


def put_off(*names: str) -> None:
    """Let `import NAME` of these top modules load nothing. What is loaded already stays so."""
    for name in names:
        sys.modules.setdefault(name, _Late(name))
