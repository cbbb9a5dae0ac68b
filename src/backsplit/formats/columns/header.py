"""The names over a file's columns. Case, accents, blanks, dots, `_` and `-` make no difference."""

from __future__ import annotations

from collections.abc import Sequence

_OUT = str.maketrans("", "", " _-.\t\u00a0°º")


def normal(name: str) -> str:
    """`Order Number`, `order_number` and ` order-number ` are one name, and so are `Quantité` and `quantite`."""
    plain = name.strip().lower().translate(_OUT)
    return plain if plain.isascii() else _without_accents(plain)


def _without_accents(name: str) -> str:
    import unicodedata  # noqa: PLC0415 - most names have none

    return "".join(char for char in unicodedata.normalize("NFKD", name) if not unicodedata.combining(char))


class Header:
    """The names of a file's columns, or of a JSON record's keys. Places count from 0."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = list(names)
        self._places: dict[str, list[int]] = {}
        for place, name in enumerate(names):
            if name.strip():
                self._places.setdefault(normal(name), []).append(place)

    def find(self, *names: str) -> int | None:
        """The place of the first of these names that the file has."""
        return next((self._places[normal(name)][0] for name in names if normal(name) in self._places), None)

    def places(self, *names: str) -> list[int]:
        """The places of all columns with one of these names."""
        return [place for name in names for place in self._places.get(normal(name), ())]

    def spells(self, name: str) -> bool:
        """Whether a column has this name to the letter, but for case: `Order - Number`, not `Order Number`."""
        return name.lower() in (there.strip().lower() for there in self.names)

    def mapped(self, column: str) -> int | None:
        """The place of a column that the user named: to the letter if there is one, else alike."""
        return self.names.index(column) if column in self.names else self.find(column)

    def nearest(self, column: str) -> list[str]:
        """All names, the most similar first."""
        import difflib  # noqa: PLC0415 - for an error only

        names = [name for name in self.names if name.strip()]
        wanted = normal(column)
        return sorted(names, key=lambda name: -difflib.SequenceMatcher(None, wanted, normal(name)).ratio())
