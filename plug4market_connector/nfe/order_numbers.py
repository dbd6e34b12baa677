"""The numbers in the texts of a note that may be those of its order.

Whoever issues a note writes the number as people do: behind "PED.", "Pedido nº" or
"#", in quotes or brackets, with a dash of another kind, in any case. A number is only
taken whole: what is inside of a longer one names nothing.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

# Shorter ones are amounts and articles of law.
SHORTEST = 5

# Ends a number. Full stop, slash, hyphen and underscore may be inside of one.
_SEPARATORS = re.compile(r"[\s,;:|()\[\]{}<>\"'`´‘’‚“”„«»*=+&#!?^~\\]+")
_INNER = "._/-"
# Before letters are taken apart: "nº" is no word "no" that a number begins with.
_SIGNS = {
    **dict.fromkeys(map(ord, "‐‑‒–—―−"), "-"),
    **dict.fromkeys(map(ord, "ºª°№"), " "),
}
# What stands before a number and is none of it.
_LABEL = re.compile(
    r"(?:pedidos?|peds?|numero|num|nro|nr|no|n|ordem|order|compra|oc|of|pv|id|ref)"
    r"(?:[._/-]+(?=[0-9a-z])|(?=[0-9]))"
)


def fold(text: str) -> str:
    """Return a text as numbers are compared: in lower case, with plain dashes."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_SIGNS))
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    return plain.lower()


def order_numbers(texts: Iterable[str]) -> set[str]:
    """Return, folded, whatever in the texts may be the number of an order."""
    return {
        number
        for text in texts
        for word in _SEPARATORS.split(fold(text))
        for number in _readings(word.strip(_INNER))
        if len(number) >= SHORTEST
    }


def _readings(word: str) -> Iterator[str]:
    """Yield a word as a number: itself, without its label, or each of several."""
    yield word
    bare = word
    while label := _LABEL.match(bare):
        bare = bare[label.end() :]
        yield bare
    several = bare.split("/")
    if len(several) > 1 and all(len(number) >= SHORTEST for number in several):
        yield from several
