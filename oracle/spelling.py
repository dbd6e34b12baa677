"""The ways in which programs write one value, as far as they leave no doubt.

docs/hub-api.md 13 #44 and #47: dates without a zone are UTC, amounts come as numbers
and as texts, with either sign for the decimals.
"""

from datetime import datetime, timedelta, timezone
from decimal import Decimal

from .draw import Draw

BRASILIA = timezone(timedelta(hours=-3))
# Texts that stand where an amount should, and are none, or may be two.
UNREADABLE: tuple[object, ...] = (
    *("R$ 7x,90", "1,234", "R$ 1.234", "1.2.3", "abc", "a combinar"),
    *({"value": 5}, True, 1e15),
)


def amounts(value: Decimal) -> list[object]:
    """Every spelling of an amount with two places."""
    plain, american = f"{value:.2f}", f"{value:,.2f}"
    brazilian = american.translate(str.maketrans(",.", ".,"))
    spellings: list[object] = [
        *([float(value)] * 4),
        *(plain, f" {plain} ", plain.replace(".", ","), american, brazilian),
        *(f"R$ {brazilian}", f"R${brazilian}", f"R$\u00a0{brazilian}"),
    ]
    if value:
        # What sums of floating point numbers leave behind.
        spellings.append(float(value) + 1e-10)
    if plain.endswith("0"):
        spellings.append(plain[:-1])
    if plain.endswith(".00"):
        spellings += [int(value), plain[:-3]]
    return spellings


def amount(draw: Draw, value: Decimal) -> object:
    return draw.one(amounts(value))


def zero(draw: Draw) -> object:
    """No amount: a nought in some spelling, or nothing."""
    return draw.one([0, 0.0, "0", "0.00", "0,00", "R$ 0,00", None, ""])


def count(draw: Draw, value: int) -> object:
    return draw.one([value, value, str(value), float(value), f"{value}.0"])


def moments(value: datetime) -> list[object]:
    """Every spelling of a moment, which is given in UTC."""
    return [
        f"{value:%Y-%m-%dT%H:%M:%S}.000Z",
        f"{value:%Y-%m-%dT%H:%M:%S}Z",
        f"{value:%Y-%m-%dT%H:%M:%S}",
        f"{value:%Y-%m-%d %H:%M:%S}+00:00",
        f"{value.astimezone(BRASILIA):%Y-%m-%dT%H:%M:%S}-03:00",
        int(value.timestamp() * 1000),
    ]


def moment(draw: Draw, value: datetime) -> object:
    return draw.one(moments(value))


def documents(document: str) -> list[object]:
    """Every spelling of a CPF or CNPJ."""
    if len(document) == 11:
        parts = f"{document[:3]}.{document[3:6]}.{document[6:9]}-{document[9:]}"
        shortest = 1
    else:
        parts = f"{document[:2]}.{document[2:5]}.{document[5:8]}/"
        parts += f"{document[8:12]}-{document[12:]}"
        shortest = 12
    ways: list[object] = [document, parts, document.lower(), f" {parts}"]
    # A JSON number has lost the zeros on its left; a CNPJ must not look like a CPF.
    if document.isdigit() and len(str(int(document))) >= shortest:
        ways.append(int(document))
    return ways


def document(draw: Draw, value: str) -> object:
    return draw.one(documents(value))


def masked(draw: Draw, text: str) -> str:
    """The text as marketplaces hide it: the first letter of each word, then stars."""
    stars = draw.one(["***", "*****"])
    return " ".join(word[0] + stars for word in text.split())
