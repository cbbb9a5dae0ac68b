"""SKUs of a stock file that are probably mistakes: other spellings of known SKUs, and the total under the column."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from backsplit.errors import listed

MOST_NAMED = 5  # SKUs that a notice names
_TOTALS = {
    *("total", "totals", "grandtotal", "subtotal", "totalstock", "totalquantity", "sum", "sumtotal"),
    *("summe", "gesamt", "gesamtsumme", "gesamtmenge", "insgesamt", "zwischensumme", "endsumme"),
    *("somme", "totalgénéral", "soustotal", "suma", "totalgeneral", "totale", "somma", "totaal", "subtotaal"),
}


def looks_like_a_total(sku: str) -> bool:
    """Whether the word is one that stands before the sum of a column: `Summe:`, `Grand Total`, `GESAMT`."""
    return "".join(filter(str.isalpha, sku.casefold())) in _TOTALS and not any(map(str.isdigit, sku))


def notices(new: Collection[str], known: Iterable[str]) -> list[str]:
    """What to say of the SKUs that a stock file brings, `known` being those that were there before."""
    totals = [sku for sku in new if looks_like_a_total(sku)]
    like = {_plain(sku): sku for sku in known} if new else {}
    twins = [
        f"{sku} ({how_they_differ(sku, like[_plain(sku)])} {like[_plain(sku)]})" for sku in new if _plain(sku) in like
    ]
    said = []
    if totals:
        said.append(
            f"{listed(totals, MOST_NAMED)} looks like the total of the column and not like a SKU:"
            " `backsplit stock --forget SKU` takes it away"
        )
    if twins:
        said.append(
            f"new SKUs that are spelt almost like known ones: {listed(twins, MOST_NAMED)}. If they are the same,"
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


def _plain(sku: str) -> str:
    spaceless = _spaceless(sku).casefold()
    return spaceless.lstrip("0") or "0"


def _spaceless(sku: str) -> str:
    return "".join(sku.split())


def _zeros(sku: str) -> str:
    spaceless = _spaceless(sku)
    return spaceless[: len(spaceless) - len(spaceless.lstrip("0"))]
