"""The table of kinds of orders, and the ordinary sale as which each begins.

A kind is a function that changes an ordinary sale, and what must become of it. It is
drawn as often as its weight says.
"""

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import NamedTuple

from . import people, places
from .draw import Draw
from .sale import ZERO, Item, Sale

SKUS = tuple(f"ORACLE-{number}" for number in range(1, 13))
# Two products of ours have this one.
CLAIMED = "ORACLE-CLAIMED"
CHANNELS = ("7", "26", "1", "4")
START = datetime(2026, 1, 1, tzinfo=timezone.utc)

Change = Callable[[Draw, Sale], None]


class Kind(NamedTuple):
    """How often it is drawn, and what makes it out of an ordinary sale."""

    weight: int
    change: Change


KINDS: dict[str, Kind] = {}


def kind(weight: int, name: str = "") -> Callable[[Change], Change]:
    """Enter a function into the table, under its own name or another."""

    def enter(change: Change) -> Change:
        key = name or change.__name__
        assert key not in KINDS, key
        KINDS[key] = Kind(weight, change)
        return change

    return enter


def make(draw: Draw, name: str = "") -> Sale:
    """One sale of a kind, which chance chooses unless it is named."""
    names = list(KINDS)
    if not name:
        (name,) = draw.random.choices(names, [KINDS[name].weight for name in names])
    sale = ordinary(draw, name)
    KINDS[name].change(draw, sale)
    assert sale.json and sale.expected
    return sale


def ordinary(draw: Draw, name: str) -> Sale:
    """A sale about which there is no doubt."""
    home = draw.one(places.CITIES)
    return Sale(
        draw=draw,
        kind=name,
        uid=f"{draw.digits(8)}-0000-4000-8000-{draw.number:012}",
        channel=draw.one(CHANNELS),
        channel_number=f"ORC{draw.number}{draw.digits(6)}",
        items=items(draw, draw.one([1, 1, 1, 2, 2, 3, 5])),
        buyer=people.buyer(draw),
        home=home,
        goes_to=draw.one(places.CITIES) if draw.chance(0.2) else None,
        street=draw.one(["Rua das Flores", "Avenida Brasil", "Travessa Sete"]),
        street_number=str(draw.whole(1, 2000)),
        moment=START + timedelta(seconds=draw.whole(0, 300 * 86400)),
        freight=draw.one([ZERO, draw.cents(1, 60)]),
    )


def items(draw: Draw, number: int) -> list[Item]:
    """Some of our products; the marketplace numbers all of them or none."""
    numbered = draw.chance(0.5)
    return [
        Item(
            draw.one(SKUS),
            draw.whole(1, 5),
            price(draw),
            number=str(n + 1) if numbered else None,
        )
        for n in range(number)
    ]


def price(draw: Draw) -> Decimal:
    """Mostly below a hundred, sometimes with thousands to be parted."""
    low, high = draw.one([(1, 99), (1, 99), (100, 999), (1000, 9999)])
    return draw.cents(low, high)
