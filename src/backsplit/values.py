"""`NamedTuple` as `typing` has it, made in half the time: the types of its fields are for mypy alone.

A command makes some thirty of them before it does anything. `typing` compiles the type of each field: 20 million of the
300 million instructions of a whole `split ORDER`.
"""

from __future__ import annotations

import collections
from typing import TYPE_CHECKING, Any

__all__ = ["NamedTuple"]

if TYPE_CHECKING:
    from typing import NamedTuple
else:

    class _Made(type):
        def __new__(cls, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> type:
            if not bases:  # NamedTuple itself
                return super().__new__(cls, name, bases, body)
            types = body.pop("__annotations__", {})
            defaults = [body.pop(field) for field in types if field in body]
            made = collections.namedtuple(  # noqa: PYI024 - that of typing is what is slow
                name, types, defaults=defaults, module=body.pop("__module__")
            )
            made.__annotations__ = types
            for method, value in body.items():
                setattr(made, method, value)
            return made

    class NamedTuple(metaclass=_Made):
        pass
