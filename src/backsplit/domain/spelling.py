"""What a user may have meant by a word that nobody knows; and which SKUs of a stock file are probably mistakes."""

from __future__ import annotations

import string
from collections.abc import Collection, Iterable, Iterator
from difflib import get_close_matches

from backsplit.errors import listed

MOST_NAMED = 3
MOST_SKUS_NAMED = 5  # that a notice names
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


# Other spellings of known SKUs, and the total under the column

_TOTALS = {
    *("total", "totals", "grandtotal", "subtotal", "totalstock", "totalquantity", "sum", "sumtotal"),
    *("summe", "gesamt", "gesamtsumme", "gesamtmenge", "insgesamt", "zwischensumme", "endsumme"),
    *("somme", "totalgénéral", "soustotal", "suma", "totalgeneral", "totale", "somma", "totaal", "subtotaal"),
}


def looks_like_a_total(sku: str) -> bool:
    """Whether the word is one that stands before the sum of a column: `Summe:`, `Grand Total`, `GESAMT`."""
    return "".join(filter(str.isalpha, sku.casefold())) in _TOTALS and not any(map(str.isdigit, sku))


def notices_of_new(new: Collection[str], known: Iterable[str]) -> list[str]:
    """What to say of the SKUs that a stock file brings, `known` being those that were there before."""
    totals = [sku for sku in new if looks_like_a_total(sku)]
    like = {_bare(sku): sku for sku in known} if new else {}
    twins = [
        f"{sku} ({how_they_differ(sku, like[_bare(sku)])} {like[_bare(sku)]})" for sku in new if _bare(sku) in like
    ]
    said = []
    if totals:
        said.append(
            f"{listed(totals, MOST_SKUS_NAMED)} looks like the total of the column and not like a SKU:"
            " `backsplit stock --forget SKU` takes it away"
        )
    if twins:
        said.append(
            f"new SKUs that are spelt almost like known ones: {listed(twins, MOST_SKUS_NAMED)}. If they are the same,"
            " correct the file; `backsplit stock --forget SKU` takes a new one away"
        )
    return said


def how_they_differ(new: str, known: str) -> str:
    """`only in case from`, for two SKUs that are alike but for case, blanks and leading zeros."""
    differences = {
        "case": _spaceless(new).lstrip("0") != _spaceless(known).lstrip("0"),
        "blanks": len(new) - len(_spaceless(new)) != len(known) - len(_spaceless(known)),
        "leading zeros": len(_zeros(new)) != len(_zeros(known)),
    }
    return f"only in {' and '.join(what for what, differs in differences.items() if differs) or 'blanks'} from"


def _bare(sku: str) -> str:
    spaceless = _spaceless(sku).casefold()
    return spaceless.lstrip("0") or "0"


def _spaceless(sku: str) -> str:
    return "".join(sku.split())


def _zeros(sku: str) -> str:
    spaceless = _spaceless(sku)
    return spaceless[: len(spaceless) - len(spaceless.lstrip("0"))]
