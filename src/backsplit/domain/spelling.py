"""What a user may have meant by a word that nobody knows."""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

MOST_NAMED = 3
SHORTEST = 3  # characters of a word that is looked for within others
LONGEST = 40  # characters of a word of which single mistakes are tried
PLAIN = str.maketrans("oli", "011")  # characters that are taken for each other, in the form in which words are compared
AS_DIGITS = str.maketrans("oOlIi", "00111")
AS_LETTERS = str.maketrans("01", "OI")


def spellings(typed: str) -> set[str]:
    """Words that `typed` may stand for: in other case, with or without `#`, with one mistake, or with letters for
    digits."""
    bare = typed.removeprefix("#")
    words = {bare, bare.upper(), bare.lower(), bare.capitalize(), bare.translate(AS_DIGITS), bare.translate(AS_LETTERS)}
    if len(bare) <= LONGEST:
        words |= {word for start in {bare, bare.upper()} for word in _one_mistake(start)}
    return words | {f"#{word}" for word in words}


def _one_mistake(word: str) -> Iterator[str]:
    """The word with one character left out, put in, replaced, or two of them exchanged."""
    letters = string.ascii_lowercase if word.islower() else string.ascii_uppercase
    characters = {*word, *letters, *string.digits, *"-_. "}
    for place in range(len(word) + 1):
        before, after = word[:place], word[place:]
        yield before + after[1:]
        yield before + after[1:2] + after[:1] + after[2:]
        for character in characters:
            yield before + character + after
            yield before + character + after[1:]


def nearest_of(typed: str, known: Iterable[str]) -> list[str]:
    """Up to three of the known words that are like `typed`, the nearest first; else that begin with it, or have it."""
    by_plain: dict[str, str] = {}
    for word in known:
        by_plain.setdefault(_plain(word), word)
    plain = _plain(typed)
    near = get_close_matches(plain, by_plain, n=MOST_NAMED)
    if not near and len(plain) >= SHORTEST:
        near = sorted((word for word in by_plain if plain in word), key=lambda word: (word.find(plain) > 0, word))
    return [by_plain[word] for word in near[:MOST_NAMED]]


def _plain(word: str) -> str:
    return word.removeprefix("#").casefold().translate(PLAIN)
