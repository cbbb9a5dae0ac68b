"""What is drawn: words in a style, and how many cells of a terminal they take."""

from __future__ import annotations

# Letters and signs that take one cell each: those of the West, and those of our own sentences.
NARROW = frozenset({*map(chr, range(0x20, 0x7F)), *map(chr, range(0xA0, 0x300)), *"–…→─█"} - {"\xad"})


class Text:
    """Words, each in a style of Rich's; several are drawn one behind another."""

    __slots__ = ("words",)

    def __init__(self, words: str = "", style: str = "", *more: tuple[str, str]) -> None:
        self.words = ((words, style), *more)

    @property
    def style(self) -> str:
        """The style of the first words."""
        return self.words[0][1]

    @property
    def plain(self) -> str:
        return "".join(words for words, _ in self.words)


def cells(text: str) -> int:
    """How many cells the text takes. Rich knows it of every character, and is not loaded for the usual ones."""
    if NARROW.issuperset(text):
        return len(text)
    from rich.cells import cell_len  # noqa: PLC0415 - as above

    return cell_len(text)
